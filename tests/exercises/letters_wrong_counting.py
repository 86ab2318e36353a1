"""Wrong answers to exercise 02 that learners really write: tasks 1 and 2.

Each is (solution cell, code, {grade cell that must fail: phrase of its message}); every other
grade cell of the task must pass.
"""

from __future__ import annotations

PAIRS = """
def letter_pairs(text):
    counts = np.zeros((27, 27))
    for a, b in zip(text, text[1:]):
        counts[LETTERS.index(a), LETTERS.index(b)] += 1
"""

WRONG = {
    # 1. letter probabilities
    "counts, not divided": (
        "letter-probabilities",
        """
def letter_probabilities(text):
    return [text.count(c) for c in LETTERS]
""",
        {
            "letter-probabilities-values": "These are counts",
            "letter-probabilities-empty": "give each letter 1/27",
        },
    ),
    "the space left out of the total": (
        "letter-probabilities",
        """
def letter_probabilities(text):
    text = text.replace(" ", "")
    return [text.count(c) / len(text) if text else 1 / 27 for c in LETTERS]
""",
        {"letter-probabilities-values": "The space is a letter too"},
    ),
    "26 letters": (
        "letter-probabilities",
        """
def letter_probabilities(text):
    return [text.count(c) / len(text) if text else 1 / 26 for c in LETTERS[1:]]
""",
        {
            "letter-probabilities-values": "Did you forget the space?",
            "letter-probabilities-empty": "26 numbers; 27 numbers expected",
        },
    ),
    "only the letters that occur": (
        "letter-probabilities",
        """
def letter_probabilities(text):
    return [text.count(c) / len(text) for c in sorted(set(text))] if text else [1 / 27] * 27
""",
        {"letter-probabilities-values": "Values that are zero need a place too"},
    ),
    "the space at the end": (
        "letter-probabilities",
        """
def letter_probabilities(text):
    order = LETTERS[1:] + " "
    return [text.count(c) / len(text) if text else 1 / 27 for c in order]
""",
        {"letter-probabilities-values": "one place off"},
    ),
    "fails on the empty text": (
        "letter-probabilities",
        """
def letter_probabilities(text):
    return [text.count(c) / len(text) for c in LETTERS]
""",
        {
            "letter-probabilities-empty": "See what the task says of the empty text. "
            "-> In line 3 of your cell: return [text.count(c) / len(text)"
        },
    ),
    "float16": (
        "letter-probabilities",
        """
def letter_probabilities(text):
    counts = np.array([text.count(c) for c in (text and LETTERS)] or [1] * 27, np.float16)
    return counts / counts.sum()
""",
        {
            "letter-probabilities-values": "The type float16 keeps only two or three digits",
            "letter-probabilities-empty": "Compute in float32 or float64",
        },
    ),
    "rounded": (
        "letter-probabilities",
        """
def letter_probabilities(text):
    return [round(text.count(c) / len(text), 2) if text else 1 / 27 for c in LETTERS]
""",
        {"letter-probabilities-values": "rounded"},
    ),
    "no return": (
        "letter-probabilities",
        """
def letter_probabilities(text):
    print([text.count(c) / max(len(text), 1) for c in LETTERS])
""",
        {
            "letter-probabilities-values": "is None",
            "letter-probabilities-empty": "Does your function end with `return`?",
        },
    ),
    # 2. letter pairs
    "transposed": (
        "letter-pairs",
        PAIRS.replace("(a), LETTERS.index(b)", "(b), LETTERS.index(a)")
        + """
    counts[counts.sum(axis=1) == 0] = 1
    return counts / counts.sum(axis=1, keepdims=True)
""",
        {
            "letter-pairs-values": "Rows and columns are swapped",
            "letter-pairs-unseen": "('b', then 'a')",
        },
    ),
    "columns sum to one": (
        "letter-pairs",
        PAIRS
        + """
    counts[:, counts.sum(axis=0) == 0] = 1
    return counts / counts.sum(axis=0)
""",
        {
            "letter-pairs-values": "The columns sum to one",
            "letter-pairs-unseen": "The columns sum to one",
        },
    ),
    "joint probabilities": (
        "letter-pairs",
        PAIRS
        + """
    return counts / counts.sum() if counts.sum() else np.full((27, 27), 1 / 27)
""",
        {
            "letter-pairs-values": "not by the grand total",
            "letter-pairs-unseen": "put 1/27 everywhere",
        },
    ),
    "rows without data are zero": (
        "letter-pairs",
        PAIRS
        + """
    return counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
""",
        {"letter-pairs-unseen": "put 1/27 everywhere"},
    ),
    "rows without data are NaN": (
        "letter-pairs",
        PAIRS
        + """
    return counts / counts.sum(axis=1, keepdims=True)
""",
        {"letter-pairs-unseen": "values are NaN, the first at [0, 0]"},
    ),
    "divided by the letter's count": (
        "letter-pairs",
        PAIRS
        + """
    totals = np.array([[text.count(letter)] for letter in LETTERS])
    return np.where(totals > 0, counts / np.maximum(totals, 1), 1 / 27)
""",
        {
            "letter-pairs-values": "Nothing follows the last letter",
            "letter-pairs-unseen": "put 1/27 everywhere",
        },
    ),
    "text.count": (
        "letter-pairs",
        """
def letter_pairs(text):
    counts = np.array([[text.count(a + b) for b in LETTERS] for a in LETTERS], float)
    counts[counts.sum(axis=1) == 0] = 1
    return counts / counts.sum(axis=1, keepdims=True)
""",
        {"letter-pairs-values": "two pairs 'aa'"},
    ),
    "around the end": (
        "letter-pairs",
        PAIRS.replace("text[1:]", "text[1:] + text[:1]")
        + """
    counts[counts.sum(axis=1) == 0] = 1
    return counts / counts.sum(axis=1, keepdims=True)
""",
        {
            "letter-pairs-values": "You go around",
            "letter-pairs-unseen": "('b', then 'a')",
        },
    ),
    "every other pair": (
        "letter-pairs",
        PAIRS.replace("text, text[1:]", "text[::2], text[1::2]")
        + """
    counts[counts.sum(axis=1) == 0] = 1
    return counts / counts.sum(axis=1, keepdims=True)
""",
        {
            "letter-pairs-values": "('a', then 'a') you have 0.5; expected 0.25",
            "letter-pairs-unseen": "('a', then 'a')",
        },
    ),
}
