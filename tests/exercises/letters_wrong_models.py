"""Wrong answers to exercise 02 that learners really write: tasks 5 to 7.

Each is (solution cell, code, {grade cell that must fail: phrase of its message}); every other
grade cell of the task must pass.
"""

from __future__ import annotations

BITS = """
def cross_entropy(text, probs, n):
    bits = [
        -np.{log}(probs({context})[LETTERS.index(text[i])]) for i in range({first}, len(text))
    ]
    return {average}
"""
GOOD_BITS = {
    "log": "log2",
    "context": "text[i - n + 1:i]",
    "first": "n - 1",
    "average": "sum(bits) / len(bits)",
}


def experiment(**other: str) -> str:
    """The lines of task 7, with some of them other than they should be."""
    lines = {
        "models": "[(n, fit(train, n, 0.1)) for n in range(1, 7)]",
        "bits": "[cross_entropy(held_out, m, n) for n, m in models]",
        "best_n": "1 + int(np.argmin(bits))",
        "best_n_small": "2",
    } | other
    return "\n".join(f"{name} = {code}" for name, code in lines.items())


WRONG = {
    # 5. smoothing
    "k once in the total": (
        "smooth",
        """
def smooth(counts, k):
    total = counts.sum()
    return (counts + k) / (total + k) if total + k else np.full(27, 1 / 27)
""",
        {
            "smooth-values": "by 27 k",
            "smooth-edges": "sum to 27",
        },
    ),
    "27 in the total": (
        "smooth",
        """
def smooth(counts, k):
    return (counts + k) / (counts.sum() + 27)
""",
        {
            "smooth-values": "by 27 k, not by 27",
            "smooth-edges": "sum to",
        },
    ),
    "the total does not grow": (
        "smooth",
        """
def smooth(counts, k):
    return (counts + k) / counts.sum() if counts.sum() else np.full(27, 1 / 27)
""",
        {"smooth-values": "The total grows too"},
    ),
    "only the zeros grow": (
        "smooth",
        """
def smooth(counts, k):
    raised = np.where(counts == 0, k, counts)
    return raised / raised.sum() if raised.sum() else np.full(27, 1 / 27)
""",
        {"smooth-values": "Only the zeros grew"},
    ),
    "always k = 1": (
        "smooth",
        """
def smooth(counts, k):
    return (counts + 1) / (counts.sum() + 27)
""",
        {
            "smooth-values": "This is k = 1",
            "smooth-edges": "9 times q",
        },
    ),
    "in place": (
        "smooth",
        """
def smooth(counts, k):
    counts += k
    return counts / counts.sum() if counts.sum() else np.full(27, 1 / 27)
""",
        {"smooth-values": "smooth changed the array it was given"},
    ),
    "in place, the division too": (
        "smooth",
        """
def smooth(counts, k):
    if counts.sum() + k == 0:
        return np.full(27, 1 / 27)
    if k:
        counts = counts + k
    counts /= counts.sum()
    return counts
""",
        {"smooth-values": "Work on a copy"},
    ),
    "nothing divided by nothing": (
        "smooth",
        """
def smooth(counts, k):
    return (counts + k) / (counts.sum() + 27 * k)
""",
        {"smooth-edges": "are NaN"},
    ),
    "one letter of the 26": (
        "unseen-share",
        "unseen_share = 1 / 36",
        {
            "unseen-share-value": "one of the 26",
        },
    ),
    "the share of u": (
        "unseen-share",
        "unseen_share = 10 / 36",
        {
            "unseen-share-value": "share of u",
        },
    ),
    "27 letters": ("unseen-share", "unseen_share = 27 / 36", {"unseen-share-value": "not 27"}),
    "in percent": (
        "unseen-share",
        "unseen_share = 72.2",
        {"unseen-share-value": "between 0 and 1"},
    ),
    "no smoothing": (
        "unseen-share",
        "unseen_share = 0",
        {
            "unseen-share-value": "without smoothing",
        },
    ),
    "not answered": ("unseen-share", "unseen_share = None", {"unseen-share-value": "is None"}),
    # 6. cross-entropy
    "the draft as it is": (
        "cross-entropy",
        "cross_entropy = draft",
        {
            "cross-entropy-bits": "These are nats",
            "cross-entropy-contexts": "asks for the context ''",
            "cross-entropy-average": "no full length",
        },
    ),
    "nats": (
        "cross-entropy",
        BITS.format(**GOOD_BITS | {"log": "log"}),
        {
            "cross-entropy-bits": "These are nats",
            "cross-entropy-average": "These are nats",
        },
    ),
    "base 10": (
        "cross-entropy",
        BITS.format(**GOOD_BITS | {"log": "log10"}),
        {
            "cross-entropy-bits": "logarithm to base 10",
            "cross-entropy-average": "logarithm to base 10",
        },
    ),
    "divided by the whole text": (
        "cross-entropy",
        BITS.format(**GOOD_BITS | {"average": "sum(bits) / len(text)"}),
        {"cross-entropy-average": "letters that were predicted"},
    ),
    "starts too early": (
        "cross-entropy",
        BITS.format(**GOOD_BITS | {"first": "0", "context": "text[max(0, i - n + 1):i]"}),
        {
            "cross-entropy-contexts": "The first letter to predict is number 2",
            "cross-entropy-average": "is not right",
        },
    ),
    "starts too late": (
        "cross-entropy",
        BITS.format(**GOOD_BITS | {"first": "n"}),
        {
            "cross-entropy-bits": "is not right",
            "cross-entropy-contexts": "never asks for",
            "cross-entropy-average": "is not right",
        },
    ),
    "context holds the letter itself": (
        "cross-entropy",
        BITS.format(**GOOD_BITS | {"context": "text[i - n + 2:i + 1]"}),
        {
            "cross-entropy-contexts": "just before the letter to predict",
            "cross-entropy-average": "is not right",
        },
    ),
    "mean before the logarithm": (
        "cross-entropy",
        BITS.format(**GOOD_BITS | {"average": "-np.log2(np.mean([2.0 ** -b for b in bits]))"}),
        {
            "cross-entropy-bits": "Average the bits",
            "cross-entropy-average": "You average the probabilities",
        },
    ),
    "sign": (
        "cross-entropy",
        BITS.format(**GOOD_BITS | {"average": "-np.mean(bits)"}),
        {
            "cross-entropy-bits": "The sign is wrong",
            "cross-entropy-average": "The sign is wrong",
        },
    ),
    "sum, not average": (
        "cross-entropy",
        BITS.format(**GOOD_BITS | {"average": "sum(bits)"}),
        {
            "cross-entropy-bits": "is not right",
            "cross-entropy-average": "That is the sum",
        },
    ),
    "a product of probabilities": (
        "cross-entropy",
        """
def cross_entropy(text, probs, n):
    product = 1.0
    for i in range(n - 1, len(text)):
        product *= probs(text[i - n + 1:i])[LETTERS.index(text[i])]
    return -np.log2(product) / (len(text) - n + 1)
""",
        {"cross-entropy-bits": "sum the logs"},
    ),
    "the logarithm of 0": (
        "cross-entropy",
        """
import math
def cross_entropy(text, probs, n):
    total = 0
    for i in range(n - 1, len(text)):
        total -= math.log2(probs(text[i - n + 1:i])[LETTERS.index(text[i])])
    return total / (len(text) - n + 1)
""",
        {"cross-entropy-average": "A probability may be 0: the cost -log(0) is then infinite"},
    ),
    # 7. experiment
    "measured on the training text": (
        "experiment",
        experiment(bits="[cross_entropy(train, m, n) for n, m in models]"),
        {
            "experiment-bits": "on the text you counted",
            "experiment-best": "best_n is not right",
        },
    ),
    "fitted to everything": (
        "experiment",
        experiment(models="[(n, fit(corpus, n, 0.1)) for n in range(1, 7)]"),
        {
            "experiment-bits": "were among those you counted",
            "experiment-best": "6 is too large",
        },
    ),
    "k = 1": (
        "experiment",
        experiment(models="[(n, fit(train, n, 1)) for n in range(1, 7)]"),
        {
            "experiment-bits": "This is with k = 1",
        },
    ),
    "positions from 0": (
        "experiment",
        experiment(best_n="np.argmin(bits)", best_n_small="1"),
        {
            "experiment-best": "A list counts from 0",
            "experiment-small": "A list counts from 0",
        },
    ),
    "five numbers": (
        "experiment",
        experiment(models="[(n, fit(train, n, 0.1)) for n in range(2, 7)]"),
        dict.fromkeys(["experiment-bits", "experiment-best"], "5 numbers; 6 numbers expected"),
    ),
    "rounded bits": (
        "experiment",
        experiment(bits="[round(cross_entropy(held_out, m, n), 2) for n, m in models]"),
        {"experiment-bits": "round only for printing"},
    ),
    "the six models in reverse": (
        "experiment",
        experiment(models="[(n, fit(train, n, 0.1)) for n in range(6, 0, -1)]"),
        {
            "experiment-bits": "Is n = 1 the first, and task 6 right?",
            "experiment-best": "best_n is not right: 3 is too small",
        },
    ),
    "another n than the bits say": (
        "experiment",
        experiment(best_n="6"),
        {"experiment-best": "Your bits are fewest for n = 4."},
    ),
    "best of the large text again": (
        "experiment",
        experiment(best_n_small="4"),
        {
            "experiment-small": "too large",
        },
    ),
    "nothing set": (
        "experiment",
        "bits = best_n = best_n_small = None",
        {
            "experiment-bits": "bits is None",
            "experiment-best": "best_n is None",
            "experiment-small": "best_n_small is None",
        },
    ),
}
