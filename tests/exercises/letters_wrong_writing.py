"""Wrong answers to exercise 02 that learners really write: tasks 3 and 4.

Each is (solution cell, code, {grade cell that must fail: phrase of its message}); every other
grade cell of the task must pass.
"""

from __future__ import annotations

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
    # 3. sampling
    "always the most probable": (
        "sample-letters",
        SAMPLE.format(step="now = int(P[now].argmax())"),
        {
            "sample-letters-law": "always take the most probable",
            "sample-letters-seed": "or you don't draw at all",
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
    "a generator of its own, without a seed": (
        "sample-letters",
        SAMPLE.format(step="now = own.choice(27, p=P[now])").replace(
            "    now, text", "    own = np.random.default_rng()\n    now, text"
        ),
        {"sample-letters-seed": "or a generator of your own"},
    ),
    "numbers instead of letters": (
        "sample-letters",
        SAMPLE.format(step="now = rng.choice(27, p=P[now])")
        .replace('text = LETTERS.index(start), ""', "text = LETTERS.index(start), []")
        .replace("text += LETTERS[now]", "text.append(now)"),
        dict.fromkeys(
            ["sample-letters-form", "sample-letters-law", "sample-letters-seed"],
            "Letters are wanted in it, not numbers",
        ),
    ),
    "numbers joined": (
        "sample-letters",
        SAMPLE.format(step="now = rng.choice(27, p=P[now])")
        .replace('text = LETTERS.index(start), ""', "text = LETTERS.index(start), []")
        .replace("text += LETTERS[now]", "text.append(now)")
        .replace("return text", "return ''.join(text)"),
        dict.fromkeys(
            ["sample-letters-form", "sample-letters-law", "sample-letters-seed"],
            "Letters are joined, not numbers",
        ),
    ),
    "recursion": (
        "sample-letters",
        """
def sample_letters(P, length, rng, start=" "):
    if length == 0:
        return ""
    letter = LETTERS[rng.choice(27, p=P[LETTERS.index(start)])]
    return letter + sample_letters(P, length - 1, rng, letter)
""",
        {"sample-letters-law": "Use a loop"},
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
    "every row starts at ones": (
        "context-counts",
        CONTEXTS.format(**GOOD_CONTEXTS).replace("[0]", "[1]"),
        {
            "context-counts-values": "['b'] is not right. -> At [0] (' ') you have 1; expected 0",
            "context-counts-edges": "[''] is not right. -> At [0] (' ') you have 1; expected 0",
        },
    ),
    "every letter counted twice": (
        "context-counts",
        CONTEXTS.format(**GOOD_CONTEXTS).replace("+= 1", "+= 2"),
        {
            "context-counts-values": "['b'] is not right. -> At [1] ('a') you have 2; expected 1",
            "context-counts-edges": "you have 4; expected 2",
        },
    ),
    "one row for all contexts": (
        "context-counts",
        CONTEXTS.format(**GOOD_CONTEXTS)
        .replace("counts = {}", "counts, zeros = {}, [0] * 27")
        .replace("[0] * 27)", "zeros)"),
        {"context-counts-values": "All contexts share one row"},
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
