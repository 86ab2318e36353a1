"""Answers to exercise 05: right ones in several ways, and the wrong ones that learners write."""

from __future__ import annotations

# solution cell -> {name of a way: code}
RIGHT = {
    "nearest-template": {
        "a loop with norms": """
def nearest_template(image, templates):
    gaps = [np.linalg.norm(np.array(t) - np.array(image)) for t in templates]
    return gaps.index(min(gaps))
""",
        "torch": """
import torch
def nearest_template(image, templates):
    gaps = (torch.tensor(templates).double() - torch.tensor(image).double()).pow(2).sum((1, 2))
    return int((gaps == gaps.min()).nonzero()[0, 0])
""",
    },
    "confusion": {
        "add.at": """
def confusion(truth, answers):
    table = np.zeros((10, 10))
    np.add.at(table, (np.array(truth, int), np.array(answers, int)), 1)
    return table
""",
        "lists and count": """
def confusion(truth, answers):
    pairs = list(zip(truth, answers))
    return [[pairs.count((t, a)) for a in range(10)] for t in range(10)]
""",
    },
    "reading": {
        "by hand": "accuracy, found_5, trust_9, worst = 0.81, 0.66, 0.727, [4, 9]",
        "by machine": """
accuracy = table.diagonal().sum() / 1000
found_5, trust_9 = 0.66, 80 / 110
wrong_ones = table * (1 - np.eye(10))
worst = np.unravel_index(wrong_ones.argmax(), (10, 10))
""",
    },
    "count-weights": {
        "one sum": """
def count_weights(layers):
    return sum(l[2] * (l[1] * (l[3] ** 2 if l[0] == "conv" else 1) + 1)
               for l in layers if l[0] in ("conv", "full"))
""",
        "torch counts": """
from torch import nn
def count_weights(layers):
    make = {"conv": lambda i, o, s: nn.Conv2d(i, o, s), "full": nn.Linear,
            "pool": lambda s: nn.ReLU(), "relu": lambda: nn.ReLU()}
    parts = [make[kind](*sizes) for kind, *sizes in layers]
    return sum(w.numel() for part in parts for w in part.parameters())
""",
    },
    "convolve": {
        "torch": """
import torch
def convolve(image, pattern):
    a, b = (torch.as_tensor(np.array(m, dtype=float))[None, None] for m in (image, pattern))
    return torch.nn.functional.conv2d(a, b)[0, 0]
""",
        "four loops": """
def convolve(image, pattern):
    H, W, h, w = *np.shape(image), *np.shape(pattern)
    return [[sum(image[y + i][x + j] * pattern[i][j] for i in range(h) for j in range(w))
             for x in range(W - w + 1)] for y in range(H - h + 1)]
""",
        "windows": """
def convolve(image, pattern):
    windows = np.lib.stride_tricks.sliding_window_view(np.array(image), np.shape(pattern))
    return np.einsum("yxij,ij->yx", windows, np.array(pattern))
""",
    },
    "edge-pattern": {
        "array": "upper_edge = np.array([[-1.0], [1.0]])",
        "reshaped": "upper_edge = np.array([-1, 1]).reshape(2, 1)",
    },
    "neighbor-score": {
        "a loop": """
def nearest_neighbor_score(train_images, train_labels, test_images, test_labels):
    hits = 0
    for picture, label in zip(test_images, test_labels):
        gaps = ((train_images - picture) ** 2).sum(axis=(1, 2))
        hits += train_labels[gaps.argmin()] == label
    return hits / len(test_labels)
""",
        "scikit-learn": """
from sklearn.neighbors import KNeighborsClassifier
def nearest_neighbor_score(train_images, train_labels, test_images, test_labels):
    flat = lambda a: a.reshape(len(a), -1)
    method = KNeighborsClassifier(1).fit(flat(train_images), train_labels)
    return method.score(flat(test_images), test_labels)
""",
    },
    "experiment": {
        "written out": """
honest = nearest_neighbor_score(images[:1437], labels[:1437], images[1437:], labels[1437:])
p = np.random.default_rng(0).permutation(1797)
a, b = p[:1437], p[1437:]
shuffled = nearest_neighbor_score(images[a], labels[a], images[b], labels[b])
""",
        "scikit-learn": """
from sklearn.neighbors import KNeighborsClassifier
X, scores = images.reshape(1797, -1), []
for order in (np.arange(1797), np.random.default_rng(0).permutation(1797)):
    known, new = order[:1437], order[1437:]
    scores.append(KNeighborsClassifier(1).fit(X[known], labels[known]).score(X[new], labels[new]))
honest, shuffled = scores
""",
    },
    "calibration": {
        "a loop": """
def calibration(probs, truth, low, high):
    sure, hits = [], []
    for p, t in zip(probs, truth):
        if low <= max(p) < high:
            sure.append(max(p))
            hits.append(list(p).index(max(p)) == t)
    return (sum(sure) / len(sure), sum(hits) / len(hits)) if sure else (0, 0)
""",
        "torch": """
import torch
def calibration(probs, truth, low, high):
    best, answer = torch.tensor(probs).max(dim=1)
    chosen = (best >= low) & (best < high)
    if chosen.sum() == 0:
        return torch.zeros(2)
    right = (answer == torch.tensor(truth)).double()
    return torch.stack([best[chosen].mean(), right[chosen].mean()])
""",
    },
}

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
SCORE = """
def nearest_neighbor_score(train_images, train_labels, test_images, test_labels):
    hits = 0
    for picture, label in zip(test_images, test_labels):
        gaps = {gaps}
        hits += {hit}
    return {result}
"""
GAPS = "((train_images - picture) ** 2).sum(axis=(1, 2))"
HIT = "train_labels[gaps.argmin()] == label"
CALIBRATE = """
def calibration(probs, truth, low, high):
    probs, truth = np.array(probs), np.array(truth)
    best, answers = {best}, probs.argmax(axis=1)
    chosen = {chosen}
    if not chosen.any():
        return 0, 0
    return {result}
"""
CHOOSE = {
    "best": "probs.max(axis=1)",
    "chosen": "(low <= best) & (best < high)",
    "result": "best[chosen].mean(), (answers == truth)[chosen].mean()",
}


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
    "how many are wrong": (
        "neighbor-score",
        SCORE.format(gaps=GAPS, hit=HIT.replace("==", "!="), result="hits / len(test_labels)"),
        {"neighbor-score-values": "share of wrong answers"},
    ),
    "how many, not what share": (
        "neighbor-score",
        SCORE.format(gaps=GAPS, hit=HIT, result="hits"),
        {"neighbor-score-values": "Divide by how many there are"},
    ),
    "the farthest neighbor": (
        "neighbor-score",
        SCORE.format(
            gaps=GAPS, hit=HIT.replace("argmin", "argmax"), result="hits / len(test_labels)"
        ),
        {"neighbor-score-values": "too small"},
    ),
    "divided by the known": (
        "neighbor-score",
        SCORE.format(gaps=GAPS, hit=HIT, result="hits / len(train_labels)"),
        {"neighbor-score-values": "too large"},
    ),
    "one known to itself": (
        "experiment",
        """
honest = nearest_neighbor_score(images, labels, images[1437:], labels[1437:])
shuffled = 0.986111
""",
        {"experiment-scores": "were among the known"},
    ),
    "swapped": (
        "experiment",
        """
p = np.random.default_rng(0).permutation(1797)
a, b = p[:1437], p[1437:]
honest = nearest_neighbor_score(images[a], labels[a], images[b], labels[b])
shuffled = nearest_neighbor_score(images[:1437], labels[:1437], images[1437:], labels[1437:])
""",
        {"experiment-scores": "are swapped"},
    ),
    "the shuffled known too": (
        "experiment",
        """
honest = nearest_neighbor_score(images[:1437], labels[:1437], images[1437:], labels[1437:])
p = np.random.default_rng(0).permutation(1797)
shuffled = nearest_neighbor_score(images[p], labels[p], images[p[1437:]], labels[p[1437:]])
""",
        {"experiment-scores": "were among the known"},
    ),
    "in percent": (
        "experiment",
        "honest, shuffled = 95.6, 98.1",
        {"experiment-scores": "between 0 and 1"},
    ),
    "the share comes first": (
        "calibration",
        CALIBRATE.format(
            **CHOOSE | {"result": "(answers == truth)[chosen].mean(), best[chosen].mean()"}
        ),
        {"calibration-values": "Confidence comes first", "calibration-edges": "calibration with"},
    ),
    "all pictures": (
        "calibration",
        CALIBRATE.format(**CHOOSE | {"result": "best.mean(), (answers == truth).mean()"}),
        {"calibration-values": "Only the pictures with", "calibration-edges": "calibration with"},
    ),
    "divided by all": (
        "calibration",
        CALIBRATE.format(
            **CHOOSE | {"result": "best[chosen].mean(), ((answers == truth) & chosen).mean()"}
        ),
        {
            "calibration-values": "pictures chosen, not of all",
            "calibration-edges": "calibration with",
        },
    ),
    "high is inside": (
        "calibration",
        CALIBRATE.format(**CHOOSE | {"chosen": "(low <= best) & (best <= high)"}),
        {"calibration-edges": "high itself is outside"},
    ),
    "low is outside": (
        "calibration",
        CALIBRATE.format(**CHOOSE | {"chosen": "(low < best) & (best < high)"}),
        {"calibration-edges": "low itself is inside"},
    ),
    "the true digit's probability": (
        "calibration",
        CALIBRATE.format(
            **CHOOSE
            | {
                "result": "probs[np.arange(len(truth)), truth][chosen].mean(), "
                "(answers == truth)[chosen].mean()"
            }
        ),
        {"calibration-values": "not that of the true digit"},
    ),
    "nothing there": (
        "calibration",
        CALIBRATE.format(**CHOOSE).replace("return 0, 0", "pass"),
        {"calibration-edges": "NaN"},
    ),
}
