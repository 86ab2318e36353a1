"""Wrong answers to exercise 04 that learners really write."""

from __future__ import annotations

LINE = """
def fit_line(x, y):
    dx, dy = x - x.mean(), y - y.mean()
    b = {slope} if dx.any() else 0.0
    return {result}
"""
SLOPE, RESULT = "(dx * dy).sum() / (dx * dx).sum()", "y.mean() - b * x.mean(), b"

HELD_OUT = """
def held_out_error(x, y, groups, fit):
    misses = []
    for group in np.unique(groups):
        inside = groups == group
        model = fit({given})
        misses.{add}
    return {result}
"""
GIVEN = "x[~inside], y[~inside]"
ADD = "extend(y[inside] - model(x[inside]))"
RMS = "np.sqrt(np.mean(np.square(misses)))"

TEA = """
seen = [{seen} for d in range(7)]
held_out = [{held} for d in range(7)]
best_degree = {best}
"""
SEEN = "typical_miss(tea, polynomial(d)(hours, tea)(hours))"
HELD = "held_out_error(hours, tea, hours, polynomial(d))"

OUTSIDE = """
early = {shown}
late = {asked}
outside = [typical_miss(tea[late], fit(hours[early], tea[early])(hours[late]))
           for fit in ways.values()]
most_trusted = {trusted}
after_3_hours = {told}
"""
EARLY, LATE, TOLD = "hours < 0.6", "hours >= 0.6", "cooling(hours, tea)(3)"

# name of a mistake -> (solution cell, code, {grade cell that must fail: phrase of its message})
WRONG = {
    # 1. a line
    "slope first": (
        "fit-line",
        LINE.format(slope=SLOPE, result="b, y.mean() - b * x.mean()"),
        {"fit-line-values": "first the constant", "fit-line-same": "expected 3"},
    ),
    "no special case": (
        "fit-line",
        LINE.format(slope=SLOPE, result=RESULT).replace(" if dx.any() else 0.0", ""),
        {"fit-line-same": "0 divided by 0"},
    ),
    "through zero": (
        "fit-line",
        LINE.format(slope="(x * y).sum() / (x * x).sum()", result="0.0, b"),
        {"fit-line-values": "forced through zero", "fit-line-same": "expected 3"},
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
            "least-squares-exact": "least_squares(x, y, [one, square]) is not right",
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
            "least-squares-exact": "is not right",
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
        {"least-squares-exact": "stopped with", "least-squares-noisy": "stopped with"},
    ),
    "divides": (
        "least-squares",
        """
def least_squares(x, y, functions):
    A = np.stack([f(x) for f in functions], axis=1)
    return A.T @ y / (A * A).sum()
""",
        {"least-squares-exact": "is not right", "least-squares-noisy": "don't divide by a number"},
    ),
    # 4. the judge
    "the draft as it is": (
        "held-out",
        "held_out_error = draft",
        {
            "held-out-seen": "the held-out ones included",
            "held-out-values": "is not right",
        },
    ),
    "sees everything": (
        "held-out",
        HELD_OUT.format(given="x, y", add=ADD, result=RMS),
        {
            "held-out-seen": "the held-out ones included",
            "held-out-values": "The model saw the points",
        },
    ),
    "fits the group": (
        "held-out",
        HELD_OUT.format(given="x[inside], y[inside]", add=ADD, result=RMS),
        {
            "held-out-seen": "It should get all points outside one group",
            "held-out-values": "is not right",
        },
    ),
    "measures where it fitted": (
        "held-out",
        HELD_OUT.format(given=GIVEN, add="extend(y[~inside] - model(x[~inside]))", result=RMS),
        {"held-out-values": "You measure on the points that the model was fitted to"},
    ),
    "averages too early": (
        "held-out",
        HELD_OUT.format(
            given=GIVEN, add="append(np.mean(y[inside] - model(x[inside])))", result=RMS
        ),
        {"held-out-values": "before squaring"},
    ),
    "every group alike": (
        "held-out",
        HELD_OUT.format(
            given=GIVEN,
            add="append(np.sqrt(np.mean((y[inside] - model(x[inside])) ** 2)))",
            result=RMS,
        ),
        {"held-out-values": "not every group"},
    ),
    "point by point": (
        "held-out",
        """
def held_out_error(x, y, groups, fit):
    misses = []
    for i in range(len(x)):
        rest = np.arange(len(x)) != i
        misses.append(y[i] - fit(x[rest], y[rest])(x[i]))
    return np.sqrt(np.mean(np.square(misses)))
""",
        {
            "held-out-seen": "It should get all points outside one group",
            "held-out-values": "is not right",
        },
    ),
    # 5. tea
    "held out is seen": (
        "tea",
        TEA.format(seen=SEEN, held=SEEN, best="6"),
        {
            "tea-errors": "saw the readings that they are judged on",
            "tea-degree": "That one fits best",
        },
    ),
    "seen is held out": (
        "tea",
        TEA.format(seen=HELD, held=HELD, best="3"),
        {"tea-errors": "These are held-out errors"},
    ),
    "reading by reading": (
        "tea",
        TEA.format(seen=SEEN, held=HELD.replace("tea, hours", "tea, np.arange(26)"), best="3"),
        {"tea-errors": "gives much away"},
    ),
    "knobs, not the degree": (
        "tea",
        TEA.format(seen=SEEN, held=HELD, best="1 + int(np.argmin(held_out))"),
        {"tea-degree": "number of knobs"},
    ),
    "degrees from 1": (
        "tea",
        TEA.format(seen=SEEN, held=HELD, best="3").replace("range(7)", "range(1, 7)"),
        {"tea-errors": "7 numbers expected"},
    ),
    # 6. outside
    "measured where it was fitted": (
        "outside",
        OUTSIDE.format(shown=EARLY, asked=EARLY, trusted="'cube'", told=TOLD),
        {"outside-errors": "Measure after 0.6 hours", "outside-choice": "Trust the way"},
    ),
    "fitted to everything": (
        "outside",
        OUTSIDE.format(shown="hours >= 0", asked=LATE, trusted="'cooling'", told=TOLD),
        {"outside-errors": "You fitted to all the readings"},
    ),
    "the early fit's third hour": (
        "outside",
        OUTSIDE.format(
            shown=EARLY,
            asked=LATE,
            trusted="'cooling'",
            told="cooling(hours[early], tea[early])(3)",
        ),
        {"outside-choice": "Fit to all the readings"},
    ),
    "the cube after all": (
        "outside",
        OUTSIDE.format(
            shown=EARLY, asked=LATE, trusted="'cube'", told="polynomial(3)(hours, tea)(3)"
        ),
        {"outside-choice": "smallest error on the held-out end"},
    ),
    "a name that is not there": (
        "outside",
        OUTSIDE.format(shown=EARLY, asked=LATE, trusted="'exponential'", told=TOLD),
        {"outside-choice": "Choose one of"},
    ),
}
