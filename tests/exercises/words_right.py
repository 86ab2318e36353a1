"""Right answers to exercise 03, in the several ways that learners write them."""

from __future__ import annotations

# solution cell -> {name of a way: code}
RIGHT = {
    "matrix-row": {
        "Counter of what follows": """
def matrix_row(text, prompt, vocab):
    n = len(prompt)
    after = Counter(text[i + n] for i in range(len(text) - n) if text[i:i + n] == prompt)
    total = sum(after.values())
    return [after[word] / total if total else 0 for word in vocab]
""",
        "runs of n + 1 words, in torch": """
import torch
def matrix_row(text, prompt, vocab):
    runs = zip(*(text[i:] for i in range(len(prompt) + 1)))
    after = [run[-1] for run in runs if list(run[:-1]) == list(prompt)]
    row = torch.tensor([float(after.count(word)) for word in vocab])
    return row / row.sum() if row.sum() > 0 else row
""",
        "0/0 mended, with a warning on the way": """
def matrix_row(text, prompt, vocab):
    n, row = len(prompt), np.zeros(len(vocab))
    place = {word: i for i, word in enumerate(vocab)}
    for i, word in enumerate(text[n:]):
        row[place[word]] += text[i:i + n] == prompt
    return np.nan_to_num(row / row.sum())
""",
    },
    "sample-sentence": {
        "inverse of the cumulative sums": """
def sample_sentence(rows, rng, longest=30):
    sentence = []
    while len(sentence) < longest:
        u = rng.random()
        for word, p in rows[sentence[-1] if sentence else "<s>"].items():
            u -= p
            if u < 0:
                break
        if word == "</s>":
            break
        sentence.append(word)
    return " ".join(sentence)
""",
        "endless loop with returns": """
def sample_sentence(rows, rng, longest=30):
    sentence = ["<s>"]
    while True:
        if len(sentence) > longest:
            return " ".join(sentence[1:])
        row = rows[sentence[-1]]
        following = rng.choice(list(row.keys()), p=np.array(list(row.values())))
        if following == "</s>":
            return " ".join(sentence[1:])
        sentence.append(following)
""",
        "a generator of words": """
from itertools import islice
def sample_sentence(rows, rng, longest=30):
    def drawn(word):
        while True:
            row = rows[word]
            word = list(row)[rng.choice(len(row), p=list(row.values()))]
            if word == "</s>":
                return
            yield word
    return " ".join(islice(drawn("<s>"), longest))
""",
    },
    "unseen-share": {
        "zip and mean": """
def grams(text, n):
    return list(zip(*(text[i:] for i in range(n))))
def unseen_share(counted, held_out, n):
    known = set(grams(counted, n))
    new = [gram not in known for gram in grams(held_out, n)]
    return np.mean(new) if new else 0
""",
        "joined with a separator, numpy": """
def unseen_share(counted, held_out, n):
    def grams(text):
        return np.array([" ".join(text[i:i + n]) for i in range(len(text) - n + 1)], dtype=str)
    tested = grams(held_out)
    return 1 - np.isin(tested, grams(counted)).mean() if len(tested) else 0.0
""",
        "Counter": """
def unseen_share(counted, held_out, n):
    known = Counter(tuple(counted[i:i + n]) for i in range(len(counted) - n + 1))
    tested = Counter(tuple(held_out[i:i + n]) for i in range(len(held_out) - n + 1))
    total = sum(tested.values())
    return sum(c for g, c in tested.items() if not known[g]) / total if total else 0
""",
    },
    "honest-share": {
        "in loops": """
def honest_share(documents, n):
    train, test = [], []
    for i, document in enumerate(documents):
        (test if i % 5 == 4 else train).append(words(document))
    known, new, total = set(), 0, 0
    for text in train:
        known.update(zip(*(text[i:] for i in range(n))))
    for text in test:
        if text in train:
            continue
        for gram in zip(*(text[i:] for i in range(n))):
            new += gram not in known
            total += 1
    return new / total if total else 0.0
""",
        "keys of joined words": """
def honest_share(documents, n):
    keys = [" ".join(words(document)) for document in documents]
    train = {key for i, key in enumerate(keys) if (i + 1) % 5}
    test = [key for i, key in enumerate(keys) if (i + 1) % 5 == 0 and key not in train]
    def grams(key):
        text = key.split()
        return [tuple(text[i:i + n]) for i in range(len(text) - n + 1)]
    known = {gram for key in train for gram in grams(key)}
    new = [gram not in known for key in test for gram in grams(key)]
    return float(np.mean(new)) if new else 0
""",
    },
    "zipf-slope": {
        "polyfit": """
def zipf_slope(counts, last):
    y = np.log10(sorted(counts, reverse=True)[:last])
    return np.polyfit(np.log10(np.arange(len(y)) + 1), y, 1)[0]
""",
        "math alone": """
import math
def zipf_slope(counts, last):
    ranked = sorted(counts, reverse=True)[:last]
    x = [math.log2(r) for r in range(1, len(ranked) + 1)]
    y = [math.log2(c) for c in ranked]
    mx, my = sum(x) / len(x), sum(y) / len(y)
    return sum((a - mx) * (b - my) for a, b in zip(x, y)) / sum((a - mx) ** 2 for a in x)
""",
        "covariance in torch": """
import torch
def zipf_slope(counts, last):
    y = torch.tensor([float(c) for c in counts]).double().sort(descending=True)[0][:last].log()
    x = torch.arange(1, len(y) + 1, dtype=torch.float64).log()
    table = torch.cov(torch.stack([x, y]))
    return table[0, 1] / table[0, 0]
""",
    },
    "log-rows": {
        "whole numbers": """
import math
def log10_rows(vocab_size, length):
    return math.log10(sum(vocab_size ** k for k in range(1, length + 1)))
""",
        "geometric series": """
import math
def log10_rows(vocab_size, length):
    if vocab_size == 1:
        return math.log10(length)
    return math.log10((vocab_size ** (length + 1) - vocab_size) // (vocab_size - 1))
""",
        "log-sum-exp": """
def log10_rows(vocab_size, length):
    logs = np.arange(1, length + 1) * np.log10(vocab_size)
    return logs.max() + np.log10((10.0 ** (logs - logs.max())).sum())
""",
    },
    "electron-length": {
        "by logarithms": "import math\nelectron_length = math.floor(80 / math.log10(50_000)) + 1",
        "on paper": "electron_length = 18",
    },
    "low-rank": {
        "a diagonal in the middle": """
def low_rank(A, k):
    U, S, Vt = np.linalg.svd(A)
    return U[:, :k] @ np.diag(S[:k]) @ Vt[:k, :]
""",
        "a sum of outer products": """
def low_rank(A, k):
    U, S, Vt = np.linalg.svd(A)
    return sum(S[i] * np.outer(U[:, i], Vt[i]) for i in range(k))
""",
        "torch": """
import torch
def low_rank(A, k):
    U, S, V = torch.svd(torch.as_tensor(np.asarray(A, dtype=float)))
    return U[:, :k] @ torch.diag(S[:k]) @ V[:, :k].T
""",
        "singular values set to zero": """
def low_rank(A, k):
    U, S, Vt = np.linalg.svd(A, full_matrices=False)
    S[k:] = 0
    return U * S @ Vt
""",
    },
    "as-model": {
        "row by row": """
def as_model(A, base):
    model = []
    for row in A:
        row = np.clip(row, 0, None)
        row = row / row.sum() if row.sum() >= 1e-6 else np.array(base)
        model.append(0.9 * row + 0.1 * np.array(base))
    return model
""",
        "torch": """
import torch
def as_model(A, base):
    A, base = torch.as_tensor(A), torch.as_tensor(base)
    A = torch.relu(A)
    A[A.sum(1) < 1e-6] = base
    return 0.9 * A / A.sum(1, keepdim=True) + base / 10
""",
    },
    "rank-experiment": {
        "one decomposition for all": """
U, S, Vt = np.linalg.svd(P)
bits = np.array([cross_entropy(as_model((U[:, :k] * S[:k]) @ Vt[:k], base)) for k in ranks])
best_rank = np.array(ranks)[bits.argmin()]
""",
        "a dict on the way": """
measured = {k: cross_entropy(as_model(low_rank(P, k), base)) for k in ranks}
bits = list(measured.values())
best_rank = min(measured, key=measured.get)
""",
    },
}
