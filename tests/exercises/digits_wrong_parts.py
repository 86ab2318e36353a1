"""Wrong answers to exercise 05 that learners really write: tasks 1 to 4."""

from __future__ import annotations

TEMPLATE = """
def nearest_template(image, templates):
    gaps = [{gap} for t in templates]
    return {answer}
"""
WEIGHTS = """
def count_weights(layers):
    total = 0
    for kind, *s in layers:
        if kind == "conv":
            total += {conv}
        elif kind == "full":
            total += {full}
    return total
"""
CONV, FULL = "s[1] * (s[0] * s[2] ** 2 + 1)", "s[1] * (s[0] + 1)"
SLIDE = """
def convolve(image, pattern):
    image, pattern = np.array(image), np.array(pattern)
    (H, W), (h, w) = image.shape, pattern.shape
    return np.array([[{cell} for x in range({wide})] for y in range({high})])
"""
CELL = "(image[y:y + h, x:x + w] * pattern).sum()"
SIZE = {"high": "H - h + 1", "wide": "W - w + 1"}


def reading(**other: str) -> str:
    """The four answers of task 2, with some other than they should be."""
    values = {"accuracy": "0.81", "found_5": "0.66", "trust_9": "80 / 110", "worst": "(4, 9)"}
    return "\n".join(f"{name} = {code}" for name, code in (values | other).items())


# name of a mistake -> (solution cell, code, {grade cell that must fail: phrase of its message})
WRONG = {
    "differences cancel": (
        "nearest-template",
        TEMPLATE.format(gap="abs((t - image).sum())", answer="int(np.argmin(gaps))"),
        {
            "nearest-template-small": "Square the differences",
            "nearest-template-digits": "nearest_template of a digit is not right",
        },
    ),
    "the farthest": (
        "nearest-template",
        TEMPLATE.format(gap="((t - image) ** 2).sum()", answer="int(np.argmax(gaps))"),
        {
            "nearest-template-small": "farthest away",
            "nearest-template-digits": "nearest_template of a digit",
        },
    ),
    "the brightest": (
        "nearest-template",
        TEMPLATE.format(gap="(t * image).sum()", answer="int(np.argmax(gaps))"),
        {
            "nearest-template-small": "favors templates with much ink",
            "nearest-template-digits": "nearest_template of a digit",
        },
    ),
    "the last of equals": (
        "nearest-template",
        TEMPLATE.format(
            gap="((t - image) ** 2).sum()",
            answer="max(i for i, g in enumerate(gaps) if g == min(gaps))",
        ),
        {"nearest-template-digits": "return the first"},
    ),
    "the sum, not its place": (
        "nearest-template",
        TEMPLATE.format(gap="((t - image) ** 2).sum()", answer="min(gaps)"),
        {
            "nearest-template-small": "should be a whole number",
            "nearest-template-digits": "nearest_template",
        },
    ),
    "sizes, not squares": (
        "nearest-template",
        TEMPLATE.format(gap="abs(t - image).sum()", answer="int(np.argmin(gaps))"),
        {"nearest-template-small": "These are the sizes of the differences"},
    ),
    "the largest difference": (
        "nearest-template",
        TEMPLATE.format(gap="abs(t - image).max()", answer="int(np.argmin(gaps))"),
        {
            "nearest-template-small": "not only the largest",
            "nearest-template-digits": "nearest_template of a digit",
        },
    ),
    "counted from one": (
        "nearest-template",
        TEMPLATE.format(gap="((t - image) ** 2).sum()", answer="int(np.argmin(gaps)) + 1"),
        {
            "nearest-template-small": "counted from 0",
            "nearest-template-digits": "counted from 0",
        },
    ),
    "one sum over all templates": (
        "nearest-template",
        "def nearest_template(image, templates):\n"
        "    return int(np.argmin(((templates - image) ** 2).sum()))",
        {
            "nearest-template-small": "each template's squares by themselves",
            "nearest-template-digits": "nearest_template of a digit",
        },
    ),
    "rows are answers": (
        "confusion",
        """
def confusion(truth, answers):
    table = np.zeros((10, 10))
    for t, a in zip(truth, answers):
        table[a, t] += 1
    return table
""",
        {"confusion-counts": "Rows and columns are swapped"},
    ),
    "adds only once": (
        "confusion",
        """
def confusion(truth, answers):
    table = np.zeros((10, 10))
    table[np.array(truth, int), np.array(answers, int)] += 1
    return table
""",
        {"confusion-counts": "add one each time"},
    ),
    "shares, not counts": (
        "confusion",
        """
def confusion(truth, answers):
    table = np.zeros((10, 10))
    for t, a in zip(truth, answers):
        table[t, a] += 1
    return table / np.maximum(table.sum(axis=1, keepdims=True), 1)
""",
        {"confusion-counts": "Return counts"},
    ),
    "only mistakes": (
        "confusion",
        """
def confusion(truth, answers):
    table = np.zeros((10, 10))
    for t, a in zip(truth, answers):
        table[t, a] += t != a
    return table
""",
        {"confusion-counts": "on the diagonal"},
    ),
    "wrong answers counted": (
        "reading",
        reading(accuracy="0.19"),
        {"reading-shares": "share of wrong answers"},
    ),
    "a column for the 5s": (
        "reading",
        reading(found_5="66 / 84"),
        {"reading-shares": "The true 5s are a row"},
    ),
    "a row for the answers": (
        "reading",
        reading(trust_9="0.8"),
        {"reading-shares": "answers '9' are a column"},
    ),
    "pair the wrong way around": (
        "reading",
        reading(worst="(9, 4)"),
        {"reading-worst": "The true digit comes first"},
    ),
    "the largest of all": ("reading", reading(worst="(1, 1)"), {"reading-worst": "not a mistake"}),
    "percent": ("reading", reading(accuracy="81"), {"reading-shares": "between 0 and 1"}),
    "no biases": (
        "count-weights",
        WEIGHTS.format(conv="s[1] * s[0] * s[2] ** 2", full="s[0] * s[1]"),
        {
            "count-weights-each": "biases are missing",
            "count-weights-chain": "biases are missing",
        },
    ),
    "a side, not a square": (
        "count-weights",
        WEIGHTS.format(conv="s[1] * (s[0] * s[2] + 1)", full=FULL),
        {"count-weights-each": "size times size", "count-weights-chain": "too small"},
    ),
    "one input map": (
        "count-weights",
        WEIGHTS.format(conv="s[1] * (s[2] ** 2 + 1)", full=FULL),
        {"count-weights-each": "each pair of an input map", "count-weights-chain": "too small"},
    ),
    "one bias in all": (
        "count-weights",
        WEIGHTS.format(conv="s[1] * s[0] * s[2] ** 2 + 1", full="s[0] * s[1] + 1"),
        {"count-weights-each": "not one in all", "count-weights-chain": "too small"},
    ),
    "biases of the inputs": (
        "count-weights",
        WEIGHTS.format(conv=CONV, full="s[0] * s[1] + s[0]"),
        {"count-weights-each": "belong to the outputs", "count-weights-chain": "too large"},
    ),
    "the last layer only": (
        "count-weights",
        WEIGHTS.format(conv=CONV, full=FULL).replace("+=", "="),
        {"count-weights-chain": "add them up"},
    ),
    "turned around": (
        "convolve",
        SLIDE.format(cell=CELL.replace("* pattern", "* pattern[::-1, ::-1]"), **SIZE),
        {"convolve-values": "turned around"},
    ),
    "the mean": (
        "convolve",
        SLIDE.format(cell=CELL.replace("sum", "mean"), **SIZE),
        {"convolve-values": "don't take their mean"},
    ),
    "one place too few": (
        "convolve",
        SLIDE.format(cell=CELL, high="H - h", wide="W - w"),
        {"convolve-values": "H - h + 1 rows"},
    ),
    "products not added up": (
        "convolve",
        SLIDE.format(cell=CELL.replace(".sum()", ""), **SIZE),
        {"convolve-values": "add the products up to one number"},
    ),
    "over the edge": (
        "convolve",
        SLIDE.format(cell=CELL, high="H", wide="W").replace(
            "* pattern", "* pattern[:H - y, :W - x]"
        ),
        {"convolve-values": "inside the picture"},
    ),
    "the lower edge": (
        "edge-pattern",
        "upper_edge = [[1], [-1]]",
        {"edge-pattern-sign": "the lower edge"},
    ),
    "ink": ("edge-pattern", "upper_edge = [[1], [1]]", {"edge-pattern-sign": "adds up ink"}),
    "lying down": ("edge-pattern", "upper_edge = [[-1, 1]]", {"edge-pattern-sign": "swapped"}),
    "half of it": (
        "edge-pattern",
        "upper_edge = [[0], [1]]",
        {"edge-pattern-sign": "only looks at the lower cell"},
    ),
}
