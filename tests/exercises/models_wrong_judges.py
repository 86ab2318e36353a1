"""Wrong answers to exercise 04 that learners really write: tasks 4 to 6."""

from __future__ import annotations

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
    "returns in the loop": (
        "held-out",
        HELD_OUT.format(given=GIVEN, add=ADD, result=RMS).replace("    return", "        return"),
        {
            "held-out-seen": "fit is called for 1 of them",
            "held-out-values": "Is `return` inside the loop?",
        },
    ),
    "each group as often as it has points": (
        "held-out",
        HELD_OUT.format(given=GIVEN, add=ADD, result=RMS).replace("np.unique(groups)", "groups"),
        {"held-out-values": "Go through each group once"},
    ),
    "divided by the groups": (
        "held-out",
        HELD_OUT.format(
            given=GIVEN,
            add=ADD,
            result="np.sqrt(np.sum(np.square(misses)) / len(np.unique(groups)))",
        ),
        {"held-out-values": "not of groups"},
    ),
    "misses kept in pieces": (
        "held-out",
        HELD_OUT.format(given=GIVEN, add=ADD.replace("extend", "append"), result=RMS),
        {"held-out-seen": "The pieces differ in length", "held-out-values": "differ in length"},
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
    "no root of the late misses": (
        "outside",
        OUTSIDE.format(shown=EARLY, asked=LATE, trusted="'cooling'", told=TOLD).replace(
            "for fit", "** 2 for fit"
        ),
        {"outside-errors": "Take the root"},
    ),
    "in minutes": (
        "outside",
        OUTSIDE.format(
            shown=EARLY, asked=LATE, trusted="'cooling'", told="cooling(hours, tea)(180)"
        ),
        {"outside-choice": "x is in hours"},
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
