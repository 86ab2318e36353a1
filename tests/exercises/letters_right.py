"""Right answers to exercise 02, in the several ways that learners write them."""

from __future__ import annotations

# solution cell -> {name of a way: code}
RIGHT = {
    "letter-probabilities": {
        "list and count": """
def letter_probabilities(text):
    return [text.count(c) / len(text) if text else 1 / 27 for c in LETTERS]
""",
        "Counter and exact fractions": """
from collections import Counter
from fractions import Fraction
def letter_probabilities(text):
    counts = Counter(text) if text else Counter(LETTERS)
    total = sum(counts.values())
    return tuple(Fraction(counts[c], total) for c in LETTERS)
""",
        "torch, float32": """
import torch
def letter_probabilities(text):
    ids = torch.tensor([LETTERS.index(c) for c in text] or list(range(27)))
    return torch.bincount(ids, minlength=27).float() / len(ids)
""",
    },
    "letter-pairs": {
        "lists of lists": """
def letter_pairs(text):
    P = []
    for a in LETTERS:
        row = [sum(x + y == a + b for x, y in zip(text, text[1:])) for b in LETTERS]
        P.append([c / sum(row) for c in row] if sum(row) else [1 / 27] * 27)
    return P
""",
        "numpy, with a warning on the way": """
def letter_pairs(text):
    ids = np.array([LETTERS.index(c) for c in text], dtype=int)
    counts = np.bincount(27 * ids[:-1] + ids[1:], minlength=729).reshape(27, 27)
    return np.nan_to_num(counts / counts.sum(1, keepdims=True), nan=1 / 27)
""",
        "torch, a list of row tensors": """
import torch
def letter_pairs(text):
    counts = torch.zeros(27, 27)
    for a, b in zip(text, text[1:]):
        counts[LETTERS.index(a), LETTERS.index(b)] += 1
    counts[counts.sum(1) == 0] = 1
    return [row / row.sum() for row in counts]
""",
    },
    "sample-letters": {
        "inverse of the cumulative sums": """
def sample_letters(P, length, rng, start=" "):
    sums, text = np.cumsum(P, axis=1), start
    for u in rng.random(length):
        text += LETTERS[min(int(np.searchsorted(sums[LETTERS.index(text[-1])], u, "right")), 26)]
    return text[1:]
""",
        "a list of letters": """
def sample_letters(P, length, rng, start=" "):
    letters, now = [], start
    while len(letters) < length:
        now = rng.choice(list(LETTERS), p=P[LETTERS.index(now)])
        letters.append(now)
    return letters
""",
        "torch, seeded from rng": """
import torch
def sample_letters(P, length, rng, start=" "):
    source = torch.Generator().manual_seed(int(rng.integers(2**31)))
    P, now, text = torch.as_tensor(P.copy()), LETTERS.index(start), ""
    for _ in range(length):
        now = int(torch.multinomial(P[now], 1, generator=source))
        text += LETTERS[now]
    return text
""",
    },
    "context-counts": {
        "defaultdict of lists": """
from collections import defaultdict
def context_counts(text, n):
    counts = defaultdict(lambda: [0] * 27)
    for gram in (text[i:i + n] for i in range(len(text) - n + 1)):
        counts[gram[:-1]][LETTERS.index(gram[-1])] += 1
    return counts
""",
        "tuples as keys, tensors as rows": """
import torch
def context_counts(text, n):
    counts = {}
    for gram in zip(*(text[i:] for i in range(n))):
        row = counts.setdefault(gram[:-1], torch.zeros(27, dtype=torch.int64))
        row[LETTERS.index(gram[-1])] += 1
    return counts
""",
        "a key of zeros for the end of the text": """
def context_counts(text, n):
    counts = {text[i:i + n - 1]: np.zeros(27) for i in range(len(text) - n + 2)}
    for i in range(n - 1, len(text)):
        counts[text[i - n + 1:i]][LETTERS.index(text[i])] += 1
    return counts
""",
        "Counter of n-grams first": """
from collections import Counter
def context_counts(text, n):
    grams = Counter(text[i:i + n] for i in range(len(text) - n + 1))
    return {c: np.array([grams[c + x] for x in LETTERS]) for c in {g[:-1] for g in grams}}
""",
    },
    "smooth": {
        "list": """
def smooth(counts, k):
    total = sum(counts) + 27 * k
    return [(c + k) / total if total else 1 / 27 for c in counts]
""",
        "in place, on a copy": """
def smooth(counts, k):
    counts = counts.copy()
    counts += k if counts.sum() + k > 0 else 1
    counts /= counts.sum()
    return counts
""",
        "torch": """
import torch
def smooth(counts, k):
    raised = torch.as_tensor(counts, dtype=torch.float32) + k
    return raised / raised.sum() if raised.sum() > 0 else torch.full((27,), 1 / 27)
""",
    },
    "unseen-share": {
        "through smooth": "unseen_share = 1 - smooth(np.eye(27)[21] * 9, 1)[21]",
        "rounded": "unseen_share = 0.72",
    },
    "cross-entropy": {
        "math, with an early return": """
import math
def cross_entropy(text, probs, n):
    total = 0
    for i in range(n - 1, len(text)):
        p = float(probs(text[i - (n - 1):i])[LETTERS.index(text[i])])
        if p == 0:
            return math.inf
        total -= math.log(p, 2)
    return total / (len(text) - n + 1)
""",
        "numpy, all at once, with a warning": """
def cross_entropy(text, probs, n):
    grams = [text[i:i + n] for i in range(len(text) - n + 1)]
    return -np.mean(np.log2([probs(g[:-1])[LETTERS.index(g[-1])] for g in grams]))
""",
        "torch scalar": """
import torch
def cross_entropy(text, probs, n):
    p = [float(probs(text[i - n + 1:i])[LETTERS.index(text[i])]) for i in range(n - 1, len(text))]
    return -torch.tensor(p, dtype=torch.float64).log2().mean()
""",
    },
    "experiment": {
        "arrays and numpy integers": """
bits = np.array([cross_entropy(held_out, fit(train, n, 0.1), n) for n in range(1, 7)])
best_n = np.argmin(bits) + 1
best_n_small = np.int64(2)
""",
        "through lib.ngrams": """
import torch
from lib.ngrams import NGramModel
from lib.text import LETTER_VOCAB
def measure(text):
    ids = LETTER_VOCAB.encode(text)
    models = [NGramModel.fit(ids, n, LETTER_VOCAB, smoothing="add_k", k=0.1) for n in range(1, 7)]
    return torch.tensor([cross_entropy(held_out, model.probs, model.n) for model in models])
bits = measure(train)
best_n = bits.argmin() + 1
best_n_small = measure(train[:1000]).argmin() + 1
""",
    },
}
