"""Wrong answers to exercise 06 that learners really write."""

from __future__ import annotations

NEURON = "def neuron(x, w, b):\n    return {0}"
LAYER = "def layer(X, W, b):\n    return {0}"
COUNT = "def count_parameters(sizes):\n    return {0}"
SOFTMAX = "def softmax(scores):\n    return {0}"
CORRECT = """
def correct(w, b, x, sign):
    if {wrong}:
        return {new}
    return w, b
"""
WRONG_SIDE, NEW = "sign * (x @ w + b) <= 0", "(w + sign * x, b + sign)"
SIXTEEN = """
from itertools import product
counts = [corrections(signs) for signs in product([-1, 1], repeat=4)]
done = [count for count in counts if count is not None]
learnable = {learnable}
most_corrections = {most}
"""

# name of a mistake -> (solution cell, code, {grade cell that must fail: phrase of its message})
WRONG = {
    # 1. a neuron and a layer
    "no ramp": ("neuron", NEURON.format("x @ w + b"), {"neuron-values": "The ramp is missing"}),
    "size instead of ramp": (
        "neuron",
        NEURON.format("abs(x @ w + b)"),
        {"neuron-values": "does not turn signs around"},
    ),
    "no constant": (
        "neuron",
        NEURON.format("max(x @ w, 0)"),
        {"neuron-values": "b is missing"},
    ),
    "constant after the ramp": (
        "neuron",
        NEURON.format("max(x @ w, 0) + b"),
        {"neuron-values": "before the ramp"},
    ),
    "ramp of each product": (
        "neuron",
        NEURON.format("np.maximum(x * w, 0).sum() + b"),
        {"neuron-values": "it acts once"},
    ),
    "negative part": (
        "neuron",
        NEURON.format("min(x @ w + b, 0)"),
        {"neuron-values": "keeps the positive sums"},
    ),
    "layer without ramp": (
        "layer",
        LAYER.format("X @ W.T + b"),
        {"layer-values": "The ramp is missing"},
    ),
    "not transposed": (
        "layer",
        LAYER.format("np.maximum(X @ W + b, 0)"),
        {"layer-values": "X @ W.T takes each row with each case"},
    ),
    "layer's constants after": (
        "layer",
        LAYER.format("np.maximum(X @ W.T, 0) + b"),
        {"layer-values": "before the ramp"},
    ),
    "layer without constants": (
        "layer",
        LAYER.format("np.maximum(X @ W.T, 0)"),
        {"layer-values": "constants are missing"},
    ),
    # 2. counting
    "no constants": (
        "count",
        COUNT.format("sum(a * b for a, b in zip(sizes, sizes[1:]))"),
        {"count-values": "The constants are missing"},
    ),
    "a constant a layer": (
        "count",
        COUNT.format("sum(a * b + 1 for a, b in zip(sizes, sizes[1:]))"),
        {"count-values": "not each layer"},
    ),
    "constants for inputs": (
        "count",
        COUNT.format("sum(a * b for a, b in zip(sizes, sizes[1:])) + sum(sizes)"),
        {"count-values": "they have no constant"},
    ),
    "first layer only": (
        "count",
        COUNT.format("sizes[0] * sizes[1] + sizes[1]"),
        {"count-values": "first layer only"},
    ),
    "neurons, not parameters": (
        "count",
        COUNT.format("sum(sizes)"),
        {"count-values": "These are the neurons"},
    ),
    "the last layer's share": (
        "first-share",
        "first_share = 5010 / 397510",
        {"first-share-value": "share of the last layer"},
    ),
    "share of neurons": (
        "first-share",
        "first_share = 500 / 510",
        {"first-share-value": "shares of neurons"},
    ),
    "in percent": (
        "first-share",
        "first_share = 98.7",
        {"first-share-value": "between 0 and 1"},
    ),
    "28 inputs": (
        "first-share",
        "first_share = 14000 / 19000",
        {"first-share-value": "28 × 28"},
    ),
    # 3. by hand
    "exclusive or": (
        "equal",
        "equal_net = ([[1, 1], [1, 1]], [0, -1], [1, -2], 0)",
        {"equal-values": "Turn it around"},
    ),
    "and": (
        "equal",
        "equal_net = ([[1, 1]], [-1], [1], 0)",
        {"equal-values": "(0, 0) is equal too"},
    ),
    "neither": (
        "equal",
        "equal_net = ([[-1, -1]], [1], [1], 0)",
        {"equal-values": "(1, 1) is equal too"},
    ),
    "four neurons": (
        "equal",
        "equal_net = (np.ones((4, 2)), [0, -1, -5, -5], [-1, 2, 0, 0], 1)",
        {"equal-values": "between 1 and 2"},
    ),
    "three parts": (
        "equal",
        "equal_net = ([[1, 1], [1, 1]], [0, -1], [-1, 2])",
        {"equal-values": "tuple of four"},
    ),
    "tent without its end": (
        "tent",
        "tent_net = ([[1], [1]], [0, -1], [1, -2], 0)",
        {"tent-values": "A third fold"},
    ),
    "a step": (
        "tent",
        "tent_net = ([[1], [1]], [0, -1], [1, -1], 0)",
        {"tent-values": "take away twice as much"},
    ),
    "one ramp": (
        "tent",
        "tent_net = ([[1]], [0], [1], 0)",
        {"tent-values": "Fold it at 1"},
    ),
    "right at the given places only": (
        "tent",
        "tent_net = ([[1], [1], [1]], [0, -1, -2], [1, -2, 1 + 2e-4], 0)",
        {"tent-values": "between -50 and 50"},
    ),
    "tent not answered": ("tent", "tent_net = None", {"tent-values": "tuple of four"}),
    # 4. softmax
    "plain formula": (
        "softmax",
        SOFTMAX.format("np.exp(scores) / np.exp(scores).sum()"),
        {"softmax-large": "NaN", "softmax-ruled-out": "NaN"},
    ),
    "no sum": (
        "softmax",
        SOFTMAX.format("np.exp(scores - scores.max())"),
        {
            "softmax-values": "sum to one",
            "softmax-large": "sum to",
            "softmax-ruled-out": "sum to 2",
        },
    ),
    "scores over sum": (
        "softmax",
        SOFTMAX.format("scores / scores.sum()"),
        {
            "softmax-values": "The exponential is missing",
            "softmax-large": "is not right",
            "softmax-ruled-out": "NaN",
        },
    ),
    "cut off": (
        "softmax",
        """
def softmax(scores):
    raised = np.exp(np.clip(scores, -500, 500))
    return raised / raised.sum()
""",
        {"softmax-large": "No need to cut scores off", "softmax-ruled-out": "expected 1"},
    ),
    "shifted by the mean": (
        "softmax",
        """
def softmax(scores):
    raised = np.exp(scores - scores.mean())
    return raised / raised.sum()
""",
        {"softmax-large": "NaN", "softmax-ruled-out": "NaN"},
    ),
    "wrong sign": (
        "softmax",
        """
def softmax(scores):
    raised = np.exp(scores.min() - scores)
    return raised / raised.sum()
""",
        {
            "softmax-values": "The sign is wrong",
            "softmax-large": "reverse order",
            "softmax-ruled-out": "NaN",
        },
    ),
    # 5. the perceptron
    "edge counts as right": (
        "correct",
        CORRECT.format(wrong=WRONG_SIDE.replace("<=", "<"), new=NEW),
        {"correct-values": "lies on the edge"},
    ),
    "always corrects": (
        "correct",
        CORRECT.format(wrong="True", new=NEW),
        {"correct-values": "leave all as it is"},
    ),
    "b stays": (
        "correct",
        CORRECT.format(wrong=WRONG_SIDE, new="(w + sign * x, b)"),
        {"correct-values": "b moves too"},
    ),
    "adds always": (
        "correct",
        CORRECT.format(wrong=WRONG_SIDE, new="(w + x, b + 1)"),
        {"correct-values": "a - point taken away"},
    ),
    "away from the point": (
        "correct",
        CORRECT.format(wrong=WRONG_SIDE, new="(w - sign * x, b - sign)"),
        {"correct-values": "a + point is added"},
    ),
    "changes what it is given": (
        "correct",
        """
def correct(w, b, x, sign):
    if sign * (x @ w + b) <= 0:
        w += sign * x
        b += sign
    return w
""",
        {"correct-values": "two things"},
    ),
    "all sixteen": (
        "sixteen",
        SIXTEEN.format(learnable="len(counts)", most="max(done)"),
        {"sixteen-values": "Exclusive or is among them"},
    ),
    "the two that fail": (
        "sixteen",
        SIXTEEN.format(learnable="counts.count(None)", most="max(done)"),
        {"sixteen-values": "how many can't be learned"},
    ),
    "the sum": (
        "sixteen",
        SIXTEEN.format(learnable="len(done)", most="sum(done)"),
        {"sixteen-values": "The largest is asked for"},
    ),
    "not counted": (
        "sixteen",
        "learnable = most_corrections = None",
        {"sixteen-values": "is None"},
    ),
    # 6. shops
    "no square": (
        "shops",
        "def scores_for(shops):\n    return shops, np.zeros(len(shops))",
        {"shops-map": "a shop far out wins"},
    ),
    "square not halved": (
        "shops",
        "def scores_for(shops):\n    return shops, -(shops**2).sum(axis=1)",
        {"shops-map": "which factor"},
    ),
    "plus the square": (
        "shops",
        "def scores_for(shops):\n    return shops, (shops**2).sum(axis=1) / 2",
        {"shops-map": "Which sign"},
    ),
    "the farthest": (
        "shops",
        "def scores_for(shops):\n    return -2 * shops, (shops**2).sum(axis=1)",
        {"shops-map": "farthest shop wins"},
    ),
    "one b for all": (
        "shops",
        "def scores_for(shops):\n    return shops, -(shops**2).sum() / 2",
        {"shops-map": "wrong shape"},
    ),
    # what first learners wrote
    "b with every product": (
        "neuron",
        NEURON.format("max(sum(x * w + b), 0)"),
        {"neuron-values": "not with every product"},
    ),
    "a sigmoid": (
        "neuron",
        NEURON.format("1 / (1 + np.exp(-(x @ w + b)))"),
        {"neuron-values": "another activation function"},
    ),
    "cut off at 1": (
        "neuron",
        NEURON.format("min(max(x @ w + b, 0), 1)"),
        {"neuron-values": "You have 1; expected 1.25"},
    ),
    "neurons in rows": (
        "layer",
        LAYER.format("np.maximum(W @ X.T + b[:, None], 0)"),
        {"layer-values": "turn it around"},
    ),
    "W first": (
        "layer",
        LAYER.format("np.maximum(W @ X.T + b, 0)"),
        {"layer-values": "A row for each case"},
    ),
    "one too low": (
        "equal",
        "equal_net = ([[1, 1], [1, 1]], [0, -1], [-1, 2], 0)",
        {"equal-values": "1 too low everywhere"},
    ),
    "a flat W": (
        "equal",
        "equal_net = ([1, 1], [0, -1], [-1, 2], 1)",
        {"equal-values": "2 numbers; 2 x 2 expected"},
    ),
    "ragged W": (
        "equal",
        "equal_net = ([[1, 1], [1]], [0, -1], [-1, 2], 1)",
        {"equal-values": "rows of different lengths"},
    ),
    "nothing in the tuple": (
        "equal",
        "equal_net = (None, None, None, None)",
        {"equal-values": "W (a row for each neuron, a column for each input) is None"},
    ),
    "a flat W for one input": (
        "tent",
        "tent_net = ([1, 1, 1], [0, -1, -2], [1, -2, 1], 0)",
        {"tent-values": "3 numbers; 3 x 1 expected"},
    ),
    "a neuron in each column": (
        "tent",
        "tent_net = ([[1, 1, 1]], [0, -1, -2], [1, -2, 1], 0)",
        {"tent-values": "1 x 3; 1 x 1 expected"},
    ),
    "folds on the wrong side": (
        "tent",
        "tent_net = ([[1], [1], [1]], [0, 1, 2], [1, -2, 1], 0)",
        {"tent-values": "wakes up at x = -b"},
    ),
    "a roof without ground": (
        "tent",
        "tent_net = ([[1], [-1]], [-1, 1], [-1, -1], 1)",
        {"tent-values": "falling on both sides"},
    ),
    "plain exponentials": (
        "softmax",
        SOFTMAX.format("np.exp(scores) / np.exp(scores).sum()"),
        {"softmax-large": "inf divided by inf", "softmax-ruled-out": "holds NaN"},
    ),
    "the largest in size": (
        "softmax",
        SOFTMAX.format(
            "np.exp(scores - abs(scores).max()) / np.exp(scores - abs(scores).max()).sum()"
        ),
        {"softmax-large": "0 divided by 0", "softmax-ruled-out": "is always finite"},
    ),
    "nothing where it was right": (
        "correct",
        """
def correct(w, b, x, sign):
    if sign * (w @ x + b) <= 0:
        return w + sign * x, b + sign
""",
        {"correct-values": "Where the point is right, too"},
    ),
}
