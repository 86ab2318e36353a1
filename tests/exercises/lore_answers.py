"""Answers to exercise 08: right ones in several ways, and the wrong ones that learners write."""

from __future__ import annotations

# solution cell -> {name of a way: code}
RIGHT = {
    "shorten": {
        "row by row": """
def shorten(weights, bits):
    rows = []
    for row in weights:
        scale = max(abs(row)) / (2 ** (bits - 1) - 1)
        rows.append([round(w / scale) * scale if scale else 0 for w in row])
    return rows
""",
        "torch": """
import torch
def shorten(weights, bits):
    w = torch.as_tensor(weights)
    scale = w.abs().amax(1, keepdim=True) / (2 ** (bits - 1) - 1)
    return torch.nan_to_num((w / scale).round() * scale)
""",
    },
    "exponent": {
        "by hand": """
def exponent(sizes, losses):
    x, y = np.log2(sizes), np.log2(losses)
    return np.cov(x, y)[0, 1] / np.var(x, ddof=1)
""",
        "least squares": """
def exponent(sizes, losses):
    A = np.stack([np.log10(sizes), np.ones(len(sizes))], axis=1)
    return np.linalg.lstsq(A, np.log10(losses), rcond=None)[0][0]
""",
    },
    "interval": {
        "statistics": """
import statistics
def interval(sizes, losses):
    slopes = [exponent(sizes, column) for column in zip(*losses)]
    half = 2 * statistics.stdev(slopes) / len(slopes) ** 0.5
    return [statistics.mean(slopes) - half, statistics.mean(slopes) + half]
""",
        "numpy": """
def interval(sizes, losses):
    s = np.array([np.polyfit(np.log(sizes), np.log(l), 1)[0] for l in np.transpose(losses)])
    return s.mean() + np.array([-2, 2]) * np.sqrt(s.var(ddof=1) / s.size)
""",
    },
    "slopes": {
        "by polyfit": """
mean = bits.mean(1)
slope_small = np.polyfit(np.log(sizes[:4]), np.log(mean[:4]), 1)[0]
slope_large = np.polyfit(np.log(sizes[4:]), np.log(mean[4:]), 1)[0]
""",
        "with lists": """
mean = [sum(row) / 3 for row in bits.tolist()]
slope_small, slope_large = exponent(sizes[:4], mean[:4]), exponent(sizes[4:], mean[4:])
""",
    },
    "choose": {
        "lists": """
import statistics
def choose(errors):
    rows = [list(map(float, row)) for row in errors]
    means = [statistics.mean(row) for row in rows]
    best = rows[means.index(min(means))]
    limit = min(means) + statistics.stdev(best) / len(best) ** 0.5
    return [mean <= limit for mean in means].index(True)
""",
        "flatnonzero": """
def choose(errors):
    m, s = errors.mean(1), errors.std(1, ddof=1) / errors.shape[1] ** 0.5
    return np.flatnonzero(m <= m.min() + s[m.argmin()])[0]
""",
    },
    "fit-line": {
        "matrix": """
def fit_line(x, y, rate, steps):
    A, w = np.stack([np.ones(len(x)), x], axis=1), np.zeros(2)
    for _ in range(steps):
        w = w - rate * 2 / len(x) * A.T @ (A @ w - y)
    return w
""",
        "autograd": """
import torch
def fit_line(x, y, rate, steps):
    x, y = torch.tensor(x), torch.tensor(y)
    w = torch.zeros(2, dtype=torch.float64, requires_grad=True)
    for _ in range(steps):
        loss = ((w[0] + w[1] * x - y) ** 2).mean()
        (slope,) = torch.autograd.grad(loss, w)
        w = (w - rate * slope).detach().requires_grad_()
    return w
""",
    },
    "largest-rate": {"number": "largest_rate = 1.0", "formula": "k = 2\nlargest_rate = 2 / k"},
    "next-row": {
        "a dictionary": """
def next_row(row, rule):
    bits = f"{rule:08b}"[::-1]
    n = len(row)
    return [int(bits[4 * row[i - 1] + 2 * row[i] + row[(i + 1) % n]]) for i in range(n)]
""",
        "torch": """
import torch
def next_row(row, rule):
    row = torch.tensor(row)
    table = torch.tensor([rule // 2**n % 2 for n in range(8)])
    return table[4 * row.roll(1) + 2 * row + row.roll(-1)]
""",
    },
}

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
}
