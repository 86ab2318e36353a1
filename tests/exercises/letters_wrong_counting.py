"""Wrong answers to exercise 02 that learners really write: tasks 1 to 4.

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
SAMPLE = """
def sample_letters(P, length, rng, start=" "):
    now, text = LETTERS.index(start), ""
    for _ in range(length):
        {step}
        text += LETTERS[now]
    return text
"""
CONTEXTS = """
def context_counts(text, n):
    counts = {{}}
    for i in range({positions}):
        row = counts.setdefault({context}, [0] * 27)
        row[LETTERS.index(text[i])] += 1
    return counts
"""
GOOD_CONTEXTS = {"positions": "n - 1, len(text)", "context": "text[i - n + 1:i]"}

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
        {"letter-probabilities-empty": "In line 3 of your cell: return [text.count(c) / len(text)"},
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
    # 3. sampling
    "always the most probable": (
        "sample-letters",
        SAMPLE.format(step="now = int(P[now].argmax())"),
        {
            "sample-letters-law": "always take the most probable",
            "sample-letters-seed": "Two different seeds gave the same text",
        },
    ),
    "forgets the letter before": (
        "sample-letters",
        """
def sample_letters(P, length, rng, start=" "):
    return "".join(rng.choice(list(LETTERS), size=length, p=P[LETTERS.index(start)]))
""",
        {
            "sample-letters-form": "Letter number 2",
            "sample-letters-law": "drawn from the row of `start`",
        },
    ),
    "from the columns": (
        "sample-letters",
        SAMPLE.format(
            step="now = rng.choice(27, p=P[:, now] / P[:, now].sum()) if P[:, now].sum() else 1"
        ),
        {
            "sample-letters-form": "Letter number 1",
            "sample-letters-law": "columns of P",
        },
    ),
    "start included": (
        "sample-letters",
        SAMPLE.format(step="now = rng.choice(27, p=P[now])").replace(
            'text = LETTERS.index(start), ""', "text = LETTERS.index(start), start"
        ),
        {
            "sample-letters-form": "`start` itself is not part",
            "sample-letters-law": "letters; 2000 expected",
            "sample-letters-seed": "51 letters; 50 expected",
        },
    ),
    "numpy's global generator": (
        "sample-letters",
        SAMPLE.format(step="now = np.random.choice(27, p=P[now])"),
        {"sample-letters-seed": "The same seed gave two different texts"},
    ),
    "a generator of its own": (
        "sample-letters",
        "rng = None\n"
        + SAMPLE.format(step="now = own.choice(27, p=P[now])").replace(
            "    now, text", "    own = np.random.default_rng(0)\n    now, text"
        ),
        {
            "sample-letters-seed": "Two different seeds gave the same text",
        },
    ),
    "all possible letters alike": (
        "sample-letters",
        SAMPLE.format(step="now = rng.choice(np.flatnonzero(P[now]))"),
        {"sample-letters-law": "all possible letters alike"},
    ),
    "a copy of rng": (
        "sample-letters",
        "import copy\n"
        + SAMPLE.format(step="now = own.choice(27, p=P[now])").replace(
            "    now, text", "    own = copy.deepcopy(rng)\n    now, text"
        ),
        {
            "sample-letters-seed": "wrote the same text twice",
        },
    ),
    # 4. contexts
    "n letters of context": (
        "context-counts",
        CONTEXTS.format(positions="n, len(text)", context="text[i - n:i]"),
        {
            "context-counts-values": "Here a context has 1 letter.",
            "context-counts-edges": "Here a context has 0 letters",
        },
    ),
    "the last letter is missed": (
        "context-counts",
        CONTEXTS.format(**GOOD_CONTEXTS).replace("len(text))", "len(text) - 1)"),
        {
            "context-counts-values": "The last letter is missing",
            "context-counts-edges": "expected 2",
        },
    ),
    "steps of n": (
        "context-counts",
        CONTEXTS.format(**GOOD_CONTEXTS).replace("len(text))", "len(text), n)"),
        {
            "context-counts-values": "You jump ahead",
            "context-counts-edges": "expected 3",
        },
    ),
    "the start wraps around": (
        "context-counts",
        CONTEXTS.format(positions="len(text)", context="text[i - n + 1:i]"),
        {
            "context-counts-values": "Here a context has 1 letter.",
            "context-counts-edges": "has counts for the context ''",
        },
    ),
    "negative end of a slice": (
        "context-counts",
        CONTEXTS.format(positions="n - 1, len(text)", context="text[-n + 1:]"),
        {
            "context-counts-values": "lacks the context",
            "context-counts-edges": "Here a context has 0 letters",
        },
    ),
    "text.count for n-grams": (
        "context-counts",
        """
def context_counts(text, n):
    contexts = {text[i:i + n - 1] for i in range(len(text) - n + 1)}
    return {c: [text.count(c + x) for x in LETTERS] for c in contexts}
""",
        {
            "context-counts-values": "text.count misses",
            "context-counts-edges": "['  ']",
        },
    ),
    "a dict in the dict": (
        "context-counts",
        """
from collections import Counter
def context_counts(text, n):
    counts = {}
    for i in range(n - 1, len(text)):
        counts.setdefault(text[i - n + 1:i], Counter())[text[i]] += 1
    return counts
""",
        {
            "context-counts-values": "is a dict.",
            "context-counts-edges": "A list of numbers",
        },
    ),
}
