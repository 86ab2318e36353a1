"""Wrong answers to exercise 08 that learners really write."""

from __future__ import annotations

SHORTEN = """
def shorten(weights, bits):
    scale = {scale}
    {zeros}
    return {result}
"""
SHORT = {
    "scale": "abs(weights).max(axis=1, keepdims=True) / (2 ** (bits - 1) - 1)",
    "zeros": "scale[scale == 0] = 1",
    "result": "np.round(weights / scale) * scale",
}
SLOPE = "def exponent(sizes, losses):\n    return {}"
INTERVAL = """
def interval(sizes, losses):
    s = np.polyfit(np.log(sizes), np.log(losses), 1)[0]
    half = {half}
    return {result}
"""
ENDS = "s.mean() - half, s.mean() + half"
CHOOSE = """
def choose(errors):
    means = {means}
    best = means.argmin()
    limit = means[best] + {margin}
    return {result}
"""
CHOICE = {
    "means": "errors.mean(axis=1)",
    "margin": "errors[best].std(ddof=1) / errors.shape[1] ** 0.5",
    "result": "int(np.argmax(means <= limit))",
}
LINE = """
def fit_line(x, y, rate, steps):
    a = b = slope_a = slope_b = 0.0
    for _ in range(steps):
        gap = a + b * x - y
        slope_a {add} 2 * gap.{total}()
        slope_b {add} 2 * (gap * x).{total}()
        a = a {sign} rate * slope_a
        b = b {sign} rate * slope_b
    return a, b
"""
GOOD_LINE = {"add": "=", "total": "mean", "sign": "-"}
ROW = """
def next_row(row, rule):
    new = []
    for i in range(len(row)):
        left, right = {left}, {right}
        new.append({cell})
    return new
"""
RING = {
    "left": "row[i - 1]",
    "right": "row[(i + 1) % len(row)]",
    "cell": "rule >> (4 * left + 2 * row[i] + right) & 1",
}


def shorten_wrong(hint: str, zeros: str | None = None, **other: str) -> tuple:
    """A wrong answer to task 1, the phrase of its message, and that about zeros if it fails too."""
    says = {"shorten-values": hint} | ({"shorten-zeros": zeros} if zeros else {})
    return "shorten", SHORTEN.format(**SHORT | other), says


# name of a mistake -> (solution cell, code, {grade cell that must fail: phrase of its message})
WRONG = {
    "one scale for all": shorten_wrong(
        "took one for all", scale="np.array(abs(weights).max() / (2 ** (bits - 1) - 1))"
    ),
    "no minus one": shorten_wrong(
        "mind the - 1",
        "shorten([[0, 0]",
        scale="abs(weights).max(axis=1, keepdims=True) / 2 ** (bits - 1)",
    ),
    "cut off": shorten_wrong("don't cut off", result="np.trunc(weights / scale) * scale"),
    "left as whole numbers": shorten_wrong(
        "by the scale again", result="np.round(weights / scale)"
    ),
    "largest with its sign": shorten_wrong(
        "may be negative", scale="weights.max(axis=1, keepdims=True) / (2 ** (bits - 1) - 1)"
    ),
    "nothing by nothing": (
        "shorten",
        SHORTEN.format(**SHORT | {"zeros": "pass"}),
        {"shorten-zeros": "NaN"},
    ),
    "no logarithms": (
        "exponent",
        SLOPE.format("np.polyfit(sizes, losses, 1)[0]"),
        {"exponent-value": "logarithms of both"},
    ),
    "one logarithm": (
        "exponent",
        SLOPE.format("np.polyfit(np.log(sizes), losses, 1)[0]"),
        {"exponent-value": "of the loss too"},
    ),
    "the intercept": (
        "exponent",
        SLOPE.format("np.polyfit(np.log(sizes), np.log(losses), 1)[1]"),
        {"exponent-value": "the intercept"},
    ),
    "two points": (
        "exponent",
        SLOPE.format("np.log(losses[-1] / losses[0]) / np.log(sizes[-1] / sizes[0])"),
        {"exponent-value": "All points count"},
    ),
    "no minus sign": (
        "exponent",
        SLOPE.format("-np.polyfit(np.log(sizes), np.log(losses), 1)[0]"),
        {"exponent-value": "slope is negative"},
    ),
    "deviation, not error": (
        "interval",
        INTERVAL.format(half="2 * s.std(ddof=1)", result=ENDS),
        {"interval-values": "root of the number of starts"},
    ),
    "one error": (
        "interval",
        INTERVAL.format(half="s.std(ddof=1) / len(s) ** 0.5", result=ENDS),
        {"interval-values": "two are asked for"},
    ),
    "n in the denominator": (
        "interval",
        INTERVAL.format(half="2 * s.std() / len(s) ** 0.5", result=ENDS),
        {"interval-values": "ddof=1"},
    ),
    "upper end first": (
        "interval",
        INTERVAL.format(half="-2 * s.std(ddof=1) / len(s) ** 0.5", result=ENDS),
        {"interval-values": "lower end comes first"},
    ),
    "least and largest": (
        "interval",
        INTERVAL.format(half="0", result="s.min(), s.max()"),
        {"interval-values": "least and the largest"},
    ),
    "swapped": (
        "slopes",
        "m = bits.mean(1)\n"
        "slope_large, slope_small = exponent(sizes[:4], m[:4]), exponent(sizes[4:], m[4:])",
        {"slopes-values": "slope of the last four"},
    ),
    "all eight": (
        "slopes",
        "slope_small = slope_large = exponent(sizes, bits.mean(1))",
        {"slopes-values": "all eight"},
    ),
    "positive": (
        "slopes",
        "slope_small, slope_large = 0.1, 0.04",
        {"slopes-values": "between -1 and 0"},
    ),
    "no logarithms here": (
        "slopes",
        "m = bits.mean(1)\n"
        "slope_large = exponent(sizes[4:], m[4:])\n"
        "slope_small = np.polyfit(sizes[:4], m[:4], 1)[0]",
        {"slopes-values": "too large"},
    ),
    "the lowest mean": (
        "choose",
        CHOOSE.format(**CHOICE | {"result": "int(best)"}),
        {"choose-rows": "lowest mean"},
    ),
    "the luckiest start": (
        "choose",
        CHOOSE.format(**CHOICE | {"result": "int(errors.min(axis=1).argmin())"}),
        {"choose-rows": "luckiest start"},
    ),
    "a deviation wide": (
        "choose",
        CHOOSE.format(**CHOICE | {"margin": "errors[best].std(ddof=1)"}),
        {"choose-rows": "root of the number of starts"},
    ),
    "the last within": (
        "choose",
        CHOOSE.format(**CHOICE | {"result": "int(np.flatnonzero(means <= limit)[-1])"}),
        {"choose-rows": "lowest mean"},
    ),
    "uphill": (
        "fit-line",
        LINE.format(**GOOD_LINE | {"sign": "+"}),
        {"fit-line-steps": "walks uphill"},
    ),
    "the sum": (
        "fit-line",
        LINE.format(**GOOD_LINE | {"total": "sum"}),
        {"fit-line-steps": "the mean is asked for"},
    ),
    "slopes add up": (
        "fit-line",
        LINE.format(**GOOD_LINE | {"add": "+="}),
        {"fit-line-steps": "begin anew in each step"},
    ),
    "the draft without the plus": (
        "fit-line",
        LINE.format(**GOOD_LINE | {"add": "+=", "total": "sum"}),
        {"fit-line-steps": "the mean is asked for"},
    ),
    "b sees the new a": (
        "fit-line",
        """
def fit_line(x, y, rate, steps):
    a = b = 0.0
    for _ in range(steps):
        a = a - rate * 2 * (a + b * x - y).mean()
        b = b - rate * 2 * ((a + b * x - y) * x).mean()
    return a, b
""",
        {"fit-line-steps": "where a was before"},
    ),
    "the best rate": ("largest-rate", "largest_rate = 0.5", {"largest-rate-value": "best rate"}),
    "k itself": ("largest-rate", "largest_rate = 2", {"largest-rate-value": "limit is 2 / k"}),
    "times, not by": ("largest-rate", "largest_rate = 4", {"largest-rate-value": "not 2 k"}),
    "below zero": ("largest-rate", "largest_rate = -1", {"largest-rate-value": "between 0 and"}),
    "left and right swapped": (
        "next-row",
        ROW.format(**RING | {"cell": "rule >> (4 * right + 2 * row[i] + left) & 1"}),
        {"next-row-inside": "Left and right are swapped"},
    ),
    "first bit first": (
        "next-row",
        ROW.format(**RING | {"cell": "rule >> (7 - 4 * left - 2 * row[i] - right) & 1"}),
        {"next-row-inside": "Bit 0 is the last", "next-row-ring": "next_row"},
    ),
    "how many are black": (
        "next-row",
        ROW.format(**RING | {"cell": "rule >> (left + row[i] + right) & 1"}),
        {"next-row-inside": "which neighbor is black", "next-row-ring": "next_row"},
    ),
    "white beyond the ends": (
        "next-row",
        ROW.format(
            **RING
            | {"left": "row[i - 1] if i else 0", "right": "row[i + 1] if i + 1 < len(row) else 0"}
        ),
        {"next-row-ring": "The row is a ring"},
    ),
    "ends stay": (
        "next-row",
        ROW.format(**RING).replace(
            "    return new", "    new[0], new[-1] = row[0], row[-1]\n    return new"
        ),
        {"next-row-inside": "next_row(row, 110)", "next-row-ring": "next_row"},
    ),
    # what first learners wrote
    "a caret for the power": shorten_wrong(
        "a power is written 2 ** 3",
        "shorten([[0, 0]",
        scale="abs(weights).max(axis=1, keepdims=True) / (2 ^ (bits - 1) - 1)",
    ),
    "all bits in the exponent": shorten_wrong(
        "bits - 1 stands in the exponent",
        "shorten([[0, 0]",
        scale="abs(weights).max(axis=1, keepdims=True) / (2**bits - 1)",
    ),
    "a scale for each column": shorten_wrong(
        "one for each column",
        "shorten([[0, 0]",
        scale="abs(weights).max(axis=0, keepdims=True) / (2 ** (bits - 1) - 1)",
    ),
    "two kinds of logarithm": (
        "exponent",
        SLOPE.format("np.polyfit(np.log(sizes), np.log10(losses), 1)[0]"),
        {"exponent-value": "the same logarithm"},
    ),
    "a line through 0": (
        "exponent",
        SLOPE.format("np.log(sizes) @ np.log(losses) / (np.log(sizes) ** 2).sum()"),
        {"exponent-value": "That line goes through 0"},
    ),
    "1.96 standard errors": (
        "interval",
        INTERVAL.format(half="1.96 * s.std(ddof=1) / len(s) ** 0.5", result=ENDS),
        {"interval-values": "not 1.96"},
    ),
    "n is the number of sizes": (
        "interval",
        INTERVAL.format(half="2 * s.std(ddof=1) / len(sizes) ** 0.5", result=ENDS),
        {"interval-values": "n is the number of starts"},
    ),
    "around the slope of the mean": (
        "interval",
        INTERVAL.format(half="2 * s.std(ddof=1) / len(s) ** 0.5", result=ENDS).replace(
            "s.mean()", "np.polyfit(np.log(sizes), np.log(losses.mean(axis=1)), 1)[0]"
        ),
        {"interval-values": "mean of the slopes"},
    ),
    "mean and standard error": (
        "interval",
        INTERVAL.format(half="s.std(ddof=1) / len(s) ** 0.5", result="s.mean(), half"),
        {"interval-values": "the two ends"},
    ),
    "n for the spread": (
        "choose",
        CHOOSE.format(**CHOICE | {"margin": "errors[best].std() / errors.shape[1] ** 0.5"}),
        {"choose-rows": "ddof=1"},
    ),
    "n sizes": (
        "choose",
        CHOOSE.format(**CHOICE | {"margin": "errors[best].std(ddof=1) / len(errors) ** 0.5"}),
        {"choose-rows": "n is the number of starts"},
    ),
    "below the limit": (
        "choose",
        CHOOSE.format(**CHOICE | {"result": "int(np.argmax(means < limit))"}),
        {"choose-rows": "equal is enough"},
    ),
    "each size its own error": (
        "choose",
        CHOOSE.format(**CHOICE | {"margin": "errors.std(axis=1, ddof=1) / errors.shape[1] ** 0.5"}),
        {"choose-rows": "that of the size with the lowest mean"},
    ),
    "b and a": (
        "fit-line",
        LINE.format(**GOOD_LINE).replace("return a, b", "return b, a"),
        {"fit-line-steps": "Return a first"},
    ),
    "one sum left": (
        "fit-line",
        LINE.format(**GOOD_LINE).replace("(gap * x).mean()", "(gap * x).sum()"),
        {"fit-line-steps": "One of the slopes is still a sum"},
    ),
    "straight to the end": (
        "fit-line",
        "def fit_line(x, y, rate, steps):\n    b, a = np.polyfit(x, y, 1)\n    return a, b",
        {"fit-line-steps": "where it leads in the end"},
    ),
    "in place": (
        "next-row",
        ROW.format(**RING).replace("new.append(", "row[i] = (").replace("return new", "return row"),
        {"next-row-inside": "read from the old row", "next-row-ring": "next_row"},
    ),
}
