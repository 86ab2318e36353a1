"""Wrong answers to exercise 03 that learners really write: tasks 1 to 4.

Each is (solution cell, code, {grade cell that must fail: phrase of its message}); every other
grade cell of the task must pass.
"""

from __future__ import annotations

ROW = """
def matrix_row(text, prompt, vocab):
    n, row = len(prompt), np.zeros(len(vocab))
    for i in range({positions}):
        if {stands}:
            row[vocab.index(text[i + n])] += 1
    return {result}
"""
GOOD_ROW = {
    "positions": "len(text) - n",
    "stands": "text[i:i + n] == prompt",
    "result": "row / max(row.sum(), 1)",
}
SAMPLE = """
def sample_sentence(rows, rng, longest=30):
    sentence, word = [], "<s>"
    while len(sentence) < {limit}:
        row = rows[{row}]
        word = str({draw})
        if word == "</s>":
            break
        sentence.append(word)
    return {result}
"""
GOOD_SAMPLE = {
    "limit": "longest",
    "row": "word",
    "draw": "rng.choice(list(row), p=list(row.values()))",
    "result": '" ".join(sentence)',
}
UNSEEN = """
def unseen_share(counted, held_out, n):
    def grams(text):
        return [{gram} for i in range(len(text) - n + 1)]
    known, tested = set(grams(counted)), {tested}
    return sum(gram not in known for gram in tested) / {total}
"""
GOOD_UNSEEN = {
    "gram": "tuple(text[i:i + n])",
    "tested": "grams(held_out)",
    "total": "max(len(tested), 1)",
}
HONEST = """
def honest_share(documents, n):
    def grams(texts):
        return [tuple(t[i:i + n]) for t in texts for i in range(len(t) - n + 1)]
    cut = [words(document) for document in documents]
    counted = [t for i, t in enumerate(cut) if i % 5 != 4]
    held_out = cut[4::5]
    {copies}
    known, tested = set(grams({counted})), grams({tested})
    return sum(g not in known for g in tested) / {total}
"""
GOOD_HONEST = {
    "copies": "held_out = [t for t in held_out if t not in counted]",
    "counted": "counted",
    "tested": "held_out",
    "total": "max(len(tested), 1)",
}
MAIN, LONGER, EMPTY = "matrix-row-word", "matrix-row-longer", "matrix-row-empty"
FORM, LAW, SEED = "sample-sentence-form", "sample-sentence-law", "sample-sentence-seed"
VALUES, EDGES = "unseen-share-values", "unseen-share-edges"
WHOLE, COPIES, NOTHING = "honest-share-whole", "honest-share-copies", "honest-share-edges"

WRONG = {
    # 1. a row of the matrix
    "counts, not divided": (
        "matrix-row",
        ROW.format(**GOOD_ROW | {"result": "row"}),
        {MAIN: "These are counts", LONGER: "These are counts"},
    ),
    "divided by the length of the text": (
        "matrix-row",
        ROW.format(**GOOD_ROW | {"result": "row / max(len(text), 1)"}),
        {MAIN: "not by the length of the text", LONGER: "expected 1."},
    ),
    "the prompt at the end counts": (
        "matrix-row",
        ROW.format(
            **GOOD_ROW
            | {
                "result": "row / max(1, sum(text[i:i + n] == prompt for i in range(len(text)))) "
                "if n else row / max(1, len(text))"
            }
        ),
        {MAIN: "There nothing follows it: don't count it."},
    ),
    "only the last word of the prompt": (
        "matrix-row",
        ROW.format(**GOOD_ROW | {"stands": "text[i:i + n][-1:] == prompt[-1:]"}),
        {LONGER: "This is the row of ['cat']", EMPTY: "matrix_row(text, ['dog', 'saw'], vocab)"},
    ),
    "only the first word of the prompt": (
        "matrix-row",
        """
def matrix_row(text, prompt, vocab):
    row = np.zeros(len(vocab))
    for a, b in zip(text, text[1:]):
        if not prompt or a == prompt[0]:
            row[vocab.index(b)] += 1
    return row / max(row.sum(), 1)
""",
        {LONGER: "This is the row of ['the']", EMPTY: "matrix_row(text, ['dog', 'saw'], vocab)"},
    ),
    "empty rows made even": (
        "matrix-row",
        ROW.format(
            **GOOD_ROW
            | {"result": "row / row.sum() if row.sum() else np.full(len(vocab), 1 / len(vocab))"}
        ),
        {EMPTY: "Here it stays empty: return zeros."},
    ),
    "0 divided by 0": (
        "matrix-row",
        ROW.format(**GOOD_ROW | {"result": "row / row.sum()"}),
        {EMPTY: "0 divided by 0"},
    ),
    "one step too far": (
        "matrix-row",
        ROW.format(**GOOD_ROW | {"positions": "len(text) - n + 1"}),
        {MAIN: "IndexError", LONGER: "IndexError", EMPTY: "IndexError"},
    ),
    "the first word forgotten": (
        "matrix-row",
        """
def matrix_row(text, prompt, vocab):
    n = max(len(prompt), 1)
    after = [text[i] for i in range(n, len(text)) if text[i - n:i] == prompt or not prompt]
    return [after.count(word) / max(len(after), 1) for word in vocab]
""",
        {LONGER: "the first one too"},
    ),
    "the place after the last word counts": (
        "matrix-row",
        ROW.format(
            **GOOD_ROW
            | {
                "result": "row / max(1, sum(text[i:i + n] == prompt "
                "for i in range(len(text) - n + 1)))"
            }
        ),
        {MAIN: "There nothing follows it", LONGER: "The place after the last word"},
    ),
    # 2. sentences that end
    "the marks are left in": (
        "sample-sentence",
        SAMPLE.format(**GOOD_SAMPLE | {"result": '" ".join(["<s>", *sentence, "</s>"])'}),
        {FORM: "Leave the marks <s> and </s> out", LAW: "wrote '<s> "},
    ),
    "a list with no spaces": (
        "sample-sentence",
        SAMPLE.format(**GOOD_SAMPLE | {"result": "sentence"}),
        {FORM: "Put a space between the words", LAW: "is a list; a string is wanted"},
    ),
    "printed": (
        "sample-sentence",
        SAMPLE.format(**GOOD_SAMPLE | {"result": "print(*sentence)"}),
        {
            FORM: "Does your function end with `return`?",
            LAW: "Does your function end with `return`?",
            SEED: "Does your function end with `return`?",
        },
    ),
    "one word too many": (
        "sample-sentence",
        SAMPLE.format(**GOOD_SAMPLE | {"limit": "longest + 1"}),
        {FORM: "One word too many"},
    ),
    "longest is forgotten": (
        "sample-sentence",
        SAMPLE.format(**GOOD_SAMPLE | {"limit": "10_000"}),
        {FORM: "goes on after `longest` words"},
    ),
    "always from the row of <s>": (
        "sample-sentence",
        SAMPLE.format(**GOOD_SAMPLE | {"row": '"<s>"'}),
        {FORM: "is not right", LAW: "drawn from the row of <s>"},
    ),
    "all alike": (
        "sample-sentence",
        SAMPLE.format(**GOOD_SAMPLE | {"draw": "rng.choice(list(row))"}),
        {LAW: "You draw all possible words alike"},
    ),
    "always the likeliest": (
        "sample-sentence",
        SAMPLE.format(**GOOD_SAMPLE | {"draw": "max(row, key=row.get)"}),
        {LAW: "always take the likeliest", SEED: "Two different seeds gave the same sentences"},
    ),
    "np.random": (
        "sample-sentence",
        SAMPLE.format(
            **GOOD_SAMPLE | {"draw": "np.random.choice(list(row), p=list(row.values()))"}
        ),
        {SEED: "The same seed gave different sentences"},
    ),
    "a generator of its own": (
        "sample-sentence",
        SAMPLE.format(**GOOD_SAMPLE).replace(
            "    sentence, word", "    rng = np.random.default_rng(0)\n    sentence, word"
        ),
        {LAW: "', then '", SEED: "Two different seeds gave the same sentences"},
    ),
    "a copy of rng": (
        "sample-sentence",
        SAMPLE.format(**GOOD_SAMPLE).replace(
            "    sentence, word", "    import copy; rng = copy.deepcopy(rng)\n    sentence, word"
        ),
        {LAW: "came up", SEED: "it wrote the same sentence three times"},
    ),
    # 3. how much of a text is new
    "the share that was seen": (
        "unseen-share",
        UNSEEN.format(**GOOD_UNSEEN).replace("not in", "in"),
        {VALUES: "Return the share that was not", EDGES: "is not right"},
    ),
    "kinds, not places": (
        "unseen-share",
        UNSEEN.format(**GOOD_UNSEEN | {"tested": "set(grams(held_out))"}),
        {VALUES: "Each different n-gram counts once here", EDGES: "Each time counts"},
    ),
    "divided by the words": (
        "unseen-share",
        UNSEEN.format(**GOOD_UNSEEN | {"total": "max(len(held_out), 1)"}),
        {VALUES: "Divide by the number of pairs", EDGES: "is not right"},
    ),
    "not divided": (
        "unseen-share",
        UNSEEN.format(**GOOD_UNSEEN | {"total": "1"}),
        {VALUES: "This is the number of new pairs", EDGES: "is not right"},
    ),
    "letters of the joined text": (
        "unseen-share",
        """
def unseen_share(counted, held_out, n):
    whole = " ".join(counted)
    tested = [" ".join(held_out[i:i + n]) for i in range(len(held_out) - n + 1)]
    return sum(gram not in whole for gram in tested) / max(len(tested), 1)
""",
        {VALUES: "unseen_share of random texts", EDGES: "compare words, not letters"},
    ),
    "joined with nothing between": (
        "unseen-share",
        UNSEEN.format(**GOOD_UNSEEN | {"gram": '"".join(text[i:i + n])'}),
        {EDGES: "Compare words, not the letters"},
    ),
    "nothing to divide by": (
        "unseen-share",
        UNSEEN.format(**GOOD_UNSEEN | {"total": "len(tested)"}),
        {EDGES: "ZeroDivisionError"},
    ),
    "the last n-gram forgotten": (
        "unseen-share",
        UNSEEN.format(**GOOD_UNSEEN).replace("- n + 1", "- n"),
        {VALUES: "The last pair is missing", EDGES: "is not right"},
    ),
    "a run that begins at every n-th word": (
        "unseen-share",
        UNSEEN.format(**GOOD_UNSEEN).replace(
            "range(len(text) - n + 1)", "range(0, len(text) - n + 1, n)"
        ),
        {VALUES: "Look at every place of both texts", EDGES: "is not right"},
    ),
    "always pairs": (
        "unseen-share",
        UNSEEN.format(**GOOD_UNSEEN).replace("len(text) - n + 1", "len(text) - 1"),
        {VALUES: "with n = 1 at all five"},
    ),
    # 4. an evaluation that deceives itself
    "the draft as it is": (
        "honest-share",
        "honest_share = draft",
        {WHOLE: "honest_share(", COPIES: "is not right", NOTHING: "is not right"},
    ),
    "held-out copies are tested": (
        "honest-share",
        HONEST.format(**GOOD_HONEST | {"copies": ""}),
        {COPIES: "Leave 'the CAT, sat down!' out"},
    ),
    "copies compared as strings": (
        "honest-share",
        HONEST.format(
            **GOOD_HONEST
            | {
                "copies": "held_out = [words(d) for d in documents[4::5] "
                "if d not in [e for i, e in enumerate(documents) if i % 5 != 4]]"
            }
        ),
        {COPIES: "Leave 'the CAT, sat down!' out"},
    ),
    "copies taken out of the counted part": (
        "honest-share",
        HONEST.format(
            **GOOD_HONEST | {"copies": "counted = [t for t in counted if t not in held_out]"}
        ),
        {
            COPIES: "You left it out of the counted part",
            NOTHING: "when the only held-out document is a copy",
        },
    ),
    "any document that comes twice is left out": (
        "honest-share",
        HONEST.format(
            **GOOD_HONEST | {"copies": "held_out = [t for t in held_out if cut.count(t) == 1]"}
        ),
        {COPIES: "both are a test"},
    ),
    "n-grams across documents": (
        "honest-share",
        HONEST.format(
            **GOOD_HONEST | {"counted": "[sum(counted, [])]", "tested": "[sum(held_out, [])]"}
        ),
        {WHOLE: "Some n-grams reach from one document into the next"},
    ),
    "counted n-grams across documents": (
        "honest-share",
        HONEST.format(**GOOD_HONEST | {"counted": "[sum(counted, [])]"}),
        {WHOLE: "Some counted n-grams reach"},
    ),
    "everything is counted": (
        "honest-share",
        HONEST.format(**GOOD_HONEST | {"counted": "cut"}),
        {WHOLE: "and not counted as well?", COPIES: "is not right"},
    ),
    "starts from the first document": (
        "honest-share",
        HONEST.format(**GOOD_HONEST)
        .replace("cut[4::5]", "cut[0::5]")
        .replace("i % 5 != 4", "i % 5 != 0"),
        {WHOLE: "Yours is the one at position 0", COPIES: "is not right", NOTHING: "is not right"},
    ),
    "documents cut at spaces only": (
        "honest-share",
        HONEST.format(**GOOD_HONEST).replace("words(document)", "document.split()"),
        {COPIES: "`words` makes the same list", NOTHING: "it is a copy"},
    ),
    "divides by nothing": (
        "honest-share",
        HONEST.format(**GOOD_HONEST | {"total": "len(tested)"}),
        {NOTHING: "ZeroDivisionError"},
    ),
}
