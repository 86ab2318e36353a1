"""Wrong answers to exercise 05 that learners really write: tasks 5 and 6."""

from __future__ import annotations

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


WRONG = {
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
        {"neighbor-score-values": "Take the nearest"},
    ),
    "differences of neighbors cancel": (
        "neighbor-score",
        SCORE.format(gaps=GAPS.replace("** 2", "** 1"), hit=HIT, result="hits / len(test_labels)"),
        {"neighbor-score-values": "must not cancel"},
    ),
    "sizes of the differences": (
        "neighbor-score",
        SCORE.format(
            gaps="abs(train_images - picture).sum(axis=(1, 2))",
            hit=HIT,
            result="hits / len(test_labels)",
        ),
        {"neighbor-score-values": "sizes"},
    ),
    "the place for the label": (
        "neighbor-score",
        SCORE.format(
            gaps=GAPS, hit="int(np.argmin(gaps)) == label", result="hits / len(test_labels)"
        ),
        {"neighbor-score-values": "Look up its label"},
    ),
    "divided by the known": (
        "neighbor-score",
        SCORE.format(gaps=GAPS, hit=HIT, result="hits / len(train_labels)"),
        {"neighbor-score-values": "by the number of test pictures"},
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
    "the share of all": (
        "calibration",
        CALIBRATE.format(**CHOOSE | {"result": "best[chosen].mean(), (answers == truth).mean()"}),
        {"calibration-values": "The share, too", "calibration-edges": "calibration with"},
    ),
    "the number, not the share": (
        "calibration",
        CALIBRATE.format(
            **CHOOSE | {"result": "best[chosen].mean(), (answers == truth)[chosen].sum()"}
        ),
        {"calibration-values": "That is the number of right answers"},
    ),
    "the middle of the range": (
        "calibration",
        CALIBRATE.format(
            **CHOOSE | {"result": "(low + high) / 2, (answers == truth)[chosen].mean()"}
        ),
        {"calibration-values": "not the middle of the range", "calibration-edges": "calibration"},
    ),
    "wrong ones counted": (
        "calibration",
        CALIBRATE.format(
            **CHOOSE | {"result": "best[chosen].mean(), (answers != truth)[chosen].mean()"}
        ),
        {"calibration-values": "share of wrong answers", "calibration-edges": "calibration with"},
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
