"""Wrong answers to exercise 03 that learners really write: tasks 5 to 7.

Each is (solution cell, code, {grade cell that must fail: phrase of its message}); every other
grade cell of the task must pass.
"""

from __future__ import annotations

ZIPF = """
def zipf_slope(counts, last):
    y = np.log({ranked})
    x = np.log(np.arange(1, len(y) + 1))
    return {result}
"""
GOOD_ZIPF = {
    "ranked": "np.sort(np.asarray(counts, dtype=float))[::-1][:last]",
    "result": "np.polyfit(x, y, 1)[0]",
}
EXPERIMENT = """
bits = [cross_entropy(as_model(low_rank({matrix}, k), base)) for k in ranks]
best_rank = {best}
"""
GOOD_EXPERIMENT = {"matrix": "P", "best": "ranks[int(np.argmin(bits))]"}
EXACT, ORDER = "zipf-slope-exact", "zipf-slope-order"
SMALL, LARGE, LENGTH = "log-rows-small", "log-rows-large", "electron-length-value"
CUT, MODEL = "low-rank-values", "as-model-values"
BITS, BEST = "rank-experiment-bits", "rank-experiment-best"
SVD = """
def low_rank(A, k):
    U, S, Vt = np.linalg.svd(A, full_matrices=False)
    return {product}
"""
AS_MODEL = """
def as_model(A, base):
    A, base = np.array(A, dtype=float), np.array(base, dtype=float)
    {cut}
    sums = A.sum(axis=1, keepdims=True)
    rows = {rows}
    return {mixed}
"""
GOOD_MODEL = {
    "cut": "A = np.maximum(A, 0)",
    "rows": "np.where(sums < 1e-6, base, A / np.maximum(sums, 1e-6))",
    "mixed": "0.9 * rows + 0.1 * base",
}

WRONG = {
    # 5. Zipf's law
    "positive slope": (
        "zipf-slope",
        ZIPF.format(**GOOD_ZIPF | {"result": "-np.polyfit(x, y, 1)[0]"}),
        {EXACT: "The sign is wrong", ORDER: "is not right"},
    ),
    "the intercept": (
        "zipf-slope",
        ZIPF.format(**GOOD_ZIPF | {"result": "np.polyfit(x, y, 1)[1]"}),
        {EXACT: "This is where the line starts", ORDER: "is not right"},
    ),
    "no logarithms": (
        "zipf-slope",
        ZIPF.format(**GOOD_ZIPF).replace("np.log(", "("),
        {EXACT: "Take the logarithms", ORDER: "is not right"},
    ),
    "x and y swapped": (
        "zipf-slope",
        ZIPF.format(**GOOD_ZIPF | {"result": "np.polyfit(y, x, 1)[0]"}),
        {EXACT: "x and y are swapped", ORDER: "zipf_slope of 120 random counts"},
    ),
    "two points": (
        "zipf-slope",
        ZIPF.format(**GOOD_ZIPF | {"result": "(y[-1] - y[0]) / (x[-1] - x[0])"}),
        {EXACT: "only joins the first and the last point", ORDER: "only joins"},
    ),
    "not sorted": (
        "zipf-slope",
        ZIPF.format(**GOOD_ZIPF | {"ranked": "counts[:last]"}),
        {ORDER: "Sort them, the largest first"},
    ),
    "sorted from the smallest": (
        "zipf-slope",
        ZIPF.format(**GOOD_ZIPF | {"ranked": "np.sort(counts)[:last]"}),
        {EXACT: "is not right", ORDER: "ranked from the smallest up"},
    ),
    "all ranks": (
        "zipf-slope",
        ZIPF.format(**GOOD_ZIPF | {"ranked": "sorted(counts, reverse=True)"}),
        {ORDER: "Use the first `last` ranks only"},
    ),
    "cut, then sorted": (
        "zipf-slope",
        ZIPF.format(**GOOD_ZIPF | {"ranked": "sorted(counts[:last], reverse=True)"}),
        {ORDER: "First sort, then keep the first `last`"},
    ),
    "the first rank is two": (
        "zipf-slope",
        ZIPF.format(**GOOD_ZIPF).replace("np.arange(1, len(y) + 1)", "np.arange(len(y)) + 2"),
        {EXACT: "is not right", ORDER: "is not right"},
    ),
    "two bases": (
        "zipf-slope",
        ZIPF.format(**GOOD_ZIPF).replace("y = np.log(", "y = np.log10("),
        {EXACT: "logarithms to different bases", ORDER: "is not right"},
    ),
    "no logarithm of the counts": (
        "zipf-slope",
        ZIPF.format(**GOOD_ZIPF).replace("y = np.log(", "y = ("),
        {EXACT: "of the counts, too", ORDER: "is not right"},
    ),
    "no logarithm of the ranks": (
        "zipf-slope",
        ZIPF.format(**GOOD_ZIPF).replace("x = np.log(", "x = ("),
        {EXACT: "of the ranks, too", ORDER: "is not right"},
    ),
    "through zero": (
        "zipf-slope",
        ZIPF.format(**GOOD_ZIPF | {"result": "(x * y).sum() / (x * x).sum()"}),
        {EXACT: "need not go through zero", ORDER: "is not right"},
    ),
    "the smallest counts kept": (
        "zipf-slope",
        ZIPF.format(**GOOD_ZIPF | {"ranked": "np.sort(counts)[:last][::-1]"}),
        {ORDER: "These are the smallest counts"},
    ),
    "ranks from zero": (
        "zipf-slope",
        ZIPF.format(**GOOD_ZIPF).replace("np.arange(1, len(y) + 1)", "np.arange(len(y))"),
        {EXACT: "such as the logarithm of 0", ORDER: "such as the logarithm of 0"},
    ),
    # 6. more rows than electrons
    "only the longest prompts": (
        "log-rows",
        "def log10_rows(vocab_size, length):\n    return length * np.log10(vocab_size)",
        {SMALL: "Shorter prompts have rows, too: 2 + 4 + 8", LARGE: "Shorter prompts have rows"},
    ),
    "floats overflow": (
        "log-rows",
        """
def log10_rows(vocab_size, length):
    return np.log10(sum(float(vocab_size) ** k for k in range(1, length + 1)))
""",
        {LARGE: "Compute with its logarithm"},
    ),
    "infinite": (
        "log-rows",
        """
def log10_rows(vocab_size, length):
    return np.log10((np.float64(vocab_size) ** np.arange(1, length + 1)).sum())
""",
        {LARGE: "does not fit a float"},
    ),
    "natural logarithm": (
        "log-rows",
        """
import math
def log10_rows(vocab_size, length):
    return math.log(sum(vocab_size ** k for k in range(1, length + 1)))
""",
        {SMALL: "This is the natural logarithm", LARGE: "is too large"},
    ),
    "the number itself": (
        "log-rows",
        """
def log10_rows(vocab_size, length):
    return min(float(sum(vocab_size ** k for k in range(1, min(length, 40) + 1))), 1e300)
""",
        {SMALL: "This is the number of rows itself", LARGE: "is too large"},
    ),
    "the empty prompt counts": (
        "log-rows",
        """
import math
def log10_rows(vocab_size, length):
    return math.log10(sum(vocab_size ** k for k in range(length + 1)))
""",
        {SMALL: "The empty prompt is not counted"},
    ),
    "lengths multiplied": (
        "log-rows",
        "def log10_rows(vocab_size, length):\n"
        "    return sum(k * np.log10(vocab_size) for k in range(1, length + 1))",
        {SMALL: "the rows of all lengths add up", LARGE: "is too large"},
    ),
    "digits counted": (
        "log-rows",
        "def log10_rows(vocab_size, length):\n"
        "    return len(str(sum(vocab_size ** k for k in range(1, min(length, 900) + 1))))",
        {SMALL: "don't round", LARGE: "is too small"},
    ),
    "added, not multiplied": (
        "log-rows",
        "def log10_rows(vocab_size, length):\n    return np.log10(vocab_size * length)",
        {SMALL: "so the numbers multiply", LARGE: "is too small"},
    ),
    "length to the power of the vocabulary": (
        "log-rows",
        "def log10_rows(vocab_size, length):\n    return vocab_size * np.log10(length)",
        {SMALL: "the vocabulary to the power of the length", LARGE: "is not right"},
    ),
    "rounded down": ("electron-length", "electron_length = 80 // 4.699", {LENGTH: "a little less"}),
    "eighty": ("electron-length", "electron_length = 80", {LENGTH: "fewer places than 80"}),
    "16": ("electron-length", "electron_length = 16", {LENGTH: "Round up"}),
    "one more": ("electron-length", "electron_length = 19", {LENGTH: "One less is enough"}),
    "a fraction": ("electron-length", "electron_length = 17.03", {LENGTH: "a whole number"}),
    # 7. a smaller matrix
    "one singular value too many": (
        "low-rank",
        SVD.format(product="(U[:, :k + 1] * S[:k + 1]) @ Vt[:k + 1]"),
        {CUT: "One singular value too many"},
    ),
    "no singular values": (
        "low-rank",
        SVD.format(product="U[:, :k] @ Vt[:k]"),
        {CUT: "themselves are missing"},
    ),
    "the smallest kept": (
        "low-rank",
        SVD.format(product="(U[:, -k:] * S[-k:]) @ Vt[-k:]"),
        {CUT: "You kept the smallest singular values"},
    ),
    "V for Vt": (
        "low-rank",
        """
def low_rank(A, k):
    U, S, V = np.linalg.svd(A, full_matrices=False)
    return U[:, :k] @ np.diag(S[:k]) @ V[:, :k].T
""",
        {CUT: "returns the transposed V already"},
    ),
    "three parts returned": (
        "low-rank",
        SVD.format(product="U[:, :k], S[:k], Vt[:k]"),
        {CUT: "of different shapes"},
    ),
    "cut off too early": (
        "low-rank",
        SVD.format(product="np.maximum((U[:, :k] * S[:k]) @ Vt[:k], 0)"),
        {CUT: "stay as they are here"},
    ),
    "shapes of the full decomposition": (
        "low-rank",
        """
def low_rank(A, k):
    U, S, Vt = np.linalg.svd(A)
    S[k:] = 0
    return U @ np.diag(S) @ Vt
""",
        {CUT: "The shapes don't fit each other"},
    ),
    "rows of U": (
        "low-rank",
        """
def low_rank(A, k):
    U, S, Vt = np.linalg.svd(A)
    return U[:k].T @ np.diag(S[:k]) @ Vt[:k]
""",
        {CUT: "low_rank of a 3 x 3 matrix, k = 2 is not right"},
    ),
    "nothing left out": (
        "low-rank",
        SVD.format(product="(U * S) @ Vt"),
        {CUT: "Nothing was left out"},
    ),
    "nothing cut off": (
        "as-model",
        AS_MODEL.format(**GOOD_MODEL | {"cut": "pass"}),
        {MODEL: "Cells below 0 are still in it"},
    ),
    "not mixed": (
        "as-model",
        AS_MODEL.format(**GOOD_MODEL | {"mixed": "rows"}),
        {MODEL: "The mixing is missing"},
    ),
    "mixed the other way around": (
        "as-model",
        AS_MODEL.format(**GOOD_MODEL | {"mixed": "0.1 * rows + 0.9 * base"}),
        {MODEL: "The parts are swapped"},
    ),
    "cut after dividing": (
        "as-model",
        AS_MODEL.format(
            **GOOD_MODEL
            | {
                "cut": "empty = np.maximum(A, 0).sum(axis=1, keepdims=True) < 1e-6",
                "rows": "np.where(empty, base, np.maximum(A / sums, 0))",
            }
        ),
        {MODEL: "Cut off first"},
    ),
    "made positive": (
        "as-model",
        AS_MODEL.format(**GOOD_MODEL | {"cut": "A = np.abs(A)"}),
        {MODEL: "You turned them positive"},
    ),
    "empty rows stay empty": (
        "as-model",
        AS_MODEL.format(**GOOD_MODEL | {"rows": "A / np.where(sums < 1e-6, 1, sums)"}),
        {MODEL: "A row with nothing in it becomes base"},
    ),
    "empty rows made even": (
        "as-model",
        AS_MODEL.format(
            **GOOD_MODEL
            | {"rows": "np.where(sums < 1e-6, 1 / len(base), A / np.maximum(sums, 1e-6))"}
        ),
        {MODEL: "yours is all alike"},
    ),
    "dust taken for counts": (
        "as-model",
        AS_MODEL.format(
            **GOOD_MODEL | {"rows": "np.where(sums == 0, base, A / np.maximum(sums, 1e-300))"}
        ),
        {MODEL: "as_model of a row of dust"},
    ),
    "measured on the counted pairs": (
        "rank-experiment",
        """
def on_counted(model):
    return float(-(counted * np.log2(model)).sum() / counted.sum())
bits = [on_counted(as_model(low_rank(P, k), base)) for k in ranks]
best_rank = ranks[int(np.argmin(bits))]
""",
        {
            BITS: "You measured on the pairs you counted",
            BEST: "Rank 300 fits the counted pairs best",
        },
    ),
    "the counts compressed": (
        "rank-experiment",
        EXPERIMENT.format(**GOOD_EXPERIMENT | {"matrix": "counted", "best": "50"}),
        {BITS: "Compress P"},
    ),
    "ranks 1 to 9": (
        "rank-experiment",
        EXPERIMENT.format(**GOOD_EXPERIMENT | {"best": "50"}).replace(
            "in ranks", "in range(1, 10)"
        ),
        {BITS: "These are the ranks 1 to 9"},
    ),
    "a position": (
        "rank-experiment",
        EXPERIMENT.format(**GOOD_EXPERIMENT | {"best": "np.argmin(bits)"}),
        {BEST: "This is a position in `ranks`"},
    ),
    "the most bits": (
        "rank-experiment",
        EXPERIMENT.format(**GOOD_EXPERIMENT | {"best": "ranks[np.argmax(bits)]"}),
        {BEST: "This rank has the most bits"},
    ),
    "the bits, not the rank": (
        "rank-experiment",
        EXPERIMENT.format(**GOOD_EXPERIMENT | {"best": "min(bits)"}),
        {BEST: "should be a whole number"},
    ),
    "a single number": (
        "rank-experiment",
        "bits = cross_entropy(as_model(low_rank(P, 50), base))\nbest_rank = 50",
        {BITS: "bits has the wrong shape"},
    ),
}
