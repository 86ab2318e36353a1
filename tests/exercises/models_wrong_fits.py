"""Wrong answers to exercise 04 that learners really write: tasks 1 to 3."""

from __future__ import annotations

LINE = """
def fit_line(x, y):
    dx, dy = x - x.mean(), y - y.mean()
    b = {slope} if dx.any() else 0.0
    return {result}
"""
SLOPE, RESULT = "(dx * dy).sum() / (dx * dx).sum()", "y.mean() - b * x.mean(), b"

# name of a mistake -> (solution cell, code, {grade cell that must fail: phrase of its message})
WRONG = {
    # 1. a line
    "slope first": (
        "fit-line",
        LINE.format(slope=SLOPE, result="b, y.mean() - b * x.mean()"),
        {"fit-line-values": "first the constant", "fit-line-same": "first the constant"},
    ),
    "no special case": (
        "fit-line",
        LINE.format(slope=SLOPE, result=RESULT).replace(" if dx.any() else 0.0", ""),
        {"fit-line-same": "0 divided by 0"},
    ),
    "through zero": (
        "fit-line",
        LINE.format(slope="(x * y).sum() / (x * x).sum()", result="0.0, b"),
        {"fit-line-values": "forced through zero", "fit-line-same": "a the mean of y"},
    ),
    "first and last": (
        "fit-line",
        LINE.format(slope="(y[-1] - y[0]) / (x[-1] - x[0])", result="y[0] - b * x[0], b"),
        {"fit-line-values": "first and the last point", "fit-line-same": "expected 3"},
    ),
    "height at the mean": (
        "fit-line",
        LINE.format(slope=SLOPE, result="y.mean(), b"),
        {"fit-line-values": "a is the height at x = 0"},
    ),
    "mean over sum": (
        "fit-line",
        LINE.format(slope="(dx * dy).mean() / (dx * dx).sum()", result=RESULT),
        {"fit-line-values": "Sum over sum"},
    ),
    "squares of y below": (
        "fit-line",
        LINE.format(slope="(dx * dy).sum() / (dy * dy).sum()", result=RESULT).replace(
            "if dx.any()", "if dx.any() and dy.any()"
        ),
        {"fit-line-values": "the squares of x, not of y"},
    ),
    "x as it is below": (
        "fit-line",
        LINE.format(slope="(dx * dy).sum() / (x * x).sum()", result=RESULT),
        {"fit-line-values": "below the fraction, too"},
    ),
    "square of the sum": (
        "fit-line",
        LINE.format(slope="(dx * dy).sum() / max(dx.sum() ** 2, 1e9)", result=RESULT),
        {"fit-line-values": "not the square of the sum"},
    ),
    "plus for minus": (
        "fit-line",
        LINE.format(slope=SLOPE, result="y.mean() + b * x.mean(), b"),
        {"fit-line-values": "minus b times the mean of x"},
    ),
    "through the first point": (
        "fit-line",
        LINE.format(slope=SLOPE, result="y[0] - b * x[0], b"),
        {"fit-line-values": "not through the first point", "fit-line-same": "expected 3"},
    ),
    "the smallest numbers": (
        "fit-line",
        "def fit_line(x, y):\n    return np.linalg.pinv(np.stack([x * 0 + 1, x], axis=1)) @ y",
        {"fit-line-same": "The one wanted has the slope 0"},
    ),
    # 2. a typical miss
    "mean size": (
        "typical-miss",
        "def typical_miss(y, predicted):\n    return np.abs(y - predicted).mean()",
        {"typical-miss-values": "mean size of the differences"},
    ),
    "no root": (
        "typical-miss",
        "def typical_miss(y, predicted):\n    return ((y - predicted) ** 2).mean()",
        {"typical-miss-values": "Take the root"},
    ),
    "no mean": (
        "typical-miss",
        "def typical_miss(y, predicted):\n    return ((y - predicted) ** 2).sum() ** 0.5",
        {"typical-miss-values": "root of the sum"},
    ),
    "plus and minus cancel": (
        "typical-miss",
        "def typical_miss(y, predicted):\n    return abs((y - predicted).mean())",
        {"typical-miss-values": "plus and minus cancel"},
    ),
    "standard deviation": (
        "typical-miss",
        "def typical_miss(y, predicted):\n    return np.std(y - predicted)",
        {"typical-miss-values": "constant miss is a miss too"},
    ),
    "returns nothing": (
        "typical-miss",
        "def typical_miss(y, predicted):\n    print(np.std(y - predicted))",
        {"typical-miss-values": "Does your function end with `return`?"},
    ),
    "root, then divided": (
        "typical-miss",
        "def typical_miss(y, predicted):\n    return np.linalg.norm(y - predicted) / len(y)",
        {"typical-miss-values": "Divide first, then take the root"},
    ),
    "one less": (
        "typical-miss",
        "def typical_miss(y, predicted):\n"
        "    return (((y - predicted) ** 2).sum() / max(len(y) - 1, 1)) ** 0.5",
        {"typical-miss-values": "not by one less"},
    ),
    "difference of the squares": (
        "typical-miss",
        "def typical_miss(y, predicted):\n    return np.sqrt(abs(np.mean(y**2 - predicted**2)))",
        {"typical-miss-values": "First the difference, then its square"},
    ),
    "residuals counted": (
        "squares",
        "sum_of_residuals, times_as_heavy = 20, 100",
        {"squares-sum": "added up, not counted"},
    ),
    "ten times, and one": (
        "squares",
        "sum_of_residuals, times_as_heavy = 1, 10",
        {"squares-sum": "raise or lower the line", "squares-weight": "Each miss is squared"},
    ),
    "twenty": (
        "squares",
        "sum_of_residuals, times_as_heavy = 0, 20",
        {"squares-weight": "not ten times two"},
    ),
    "not answered": (
        "squares",
        "sum_of_residuals = times_as_heavy = None",
        {"squares-sum": "is None", "squares-weight": "is None"},
    ),
    "in words": (
        "squares",
        "sum_of_residuals, times_as_heavy = 0, 'a hundred'",
        {"squares-weight": "real numbers"},
    ),
    # 3. any sum
    "each function alone": (
        "least-squares",
        """
def least_squares(x, y, functions):
    return [(y * f(x)).sum() / (f(x) ** 2).sum() for f in functions]
""",
        {
            "least-squares-exact": "Each function is fitted on its own here",
            "least-squares-noisy": "They share the work",
        },
    ),
    "right-hand side only": (
        "least-squares",
        """
def least_squares(x, y, functions):
    return np.array([f(x) for f in functions]) @ y
""",
        {
            "least-squares-exact": "only the right-hand side",
            "least-squares-noisy": "only the right-hand side",
        },
    ),
    "first points only": (
        "least-squares",
        """
def least_squares(x, y, functions):
    A = np.stack([f(x) for f in functions], axis=1)[:len(functions)]
    return np.linalg.solve(A, y[:len(functions)])
""",
        {"least-squares-noisy": "does not look at the others"},
    ),
    "rows and columns swapped": (
        "least-squares",
        """
def least_squares(x, y, functions):
    A = np.stack([f(x) for f in functions])
    return np.linalg.solve(A.T @ A, A.T @ y)
""",
        {
            "least-squares-exact": "The shapes don't fit each other",
            "least-squares-noisy": "The shapes don't fit each other",
        },
    ),
    "divides": (
        "least-squares",
        """
def least_squares(x, y, functions):
    A = np.stack([f(x) for f in functions], axis=1)
    return A.T @ y / (A * A).sum()
""",
        {
            "least-squares-exact": "don't divide by a number",
            "least-squares-noisy": "don't divide by a number",
        },
    ),
    "everything that lstsq returns": (
        "least-squares",
        """
def least_squares(x, y, functions):
    A = np.stack([f(x) for f in functions], axis=1)
    return np.linalg.lstsq(A, y, rcond=None)
""",
        {"least-squares-exact": "4 things", "least-squares-noisy": "4 things"},
    ),
    "one after the other": (
        "least-squares",
        """
def least_squares(x, y, functions):
    knobs, left = [], np.array(y)
    for f in functions:
        knobs.append((left * f(x)).sum() / (f(x) ** 2).sum())
        left = left - knobs[-1] * f(x)
    return knobs
""",
        {"least-squares-exact": "one after the other", "least-squares-noisy": "is not right"},
    ),
    "a polynomial instead": (
        "least-squares",
        "def least_squares(x, y, functions):\n    return np.polyfit(x, y, len(functions) - 1)",
        {"least-squares-exact": "This fits a line", "least-squares-noisy": "is not right"},
    ),
    "the order turned around": (
        "least-squares",
        """
def least_squares(x, y, functions):
    A = np.stack([f(x) for f in functions], axis=1)
    return np.linalg.lstsq(A, y, rcond=None)[0][::-1]
""",
        {
            "least-squares-exact": "is not right",
            "least-squares-noisy": "in the order of the functions",
        },
    ),
}
