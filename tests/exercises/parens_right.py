"""Right answers to exercise 10, in several ways."""

from __future__ import annotations

# solution cell -> {name of a way: code}
RIGHT = {
    "depths": {
        "numpy": """
def depths(text):
    return np.cumsum([1 if c == "(" else -1 for c in text])
""",
        "counts of prefixes": """
def depths(text):
    return [text[: i + 1].count("(") - text[: i + 1].count(")") for i in range(len(text))]
""",
    },
    "balanced": {
        "take pairs away": """
def is_balanced(text):
    while "()" in text:
        text = text.replace("()", "")
    return text == ""
""",
        "from depths": """
def is_balanced(text):
    heights = [0, *np.cumsum([1 if c == "(" else -1 for c in text])]
    return min(heights) == 0 and heights[-1] == 0
""",
    },
    "ways": {
        "memory": """
from functools import lru_cache
@lru_cache(None)
def ways(opened, left):
    if opened < 0 or left < 0:
        return 0
    if left == 0:
        return int(opened == 0)
    return ways(opened + 1, left - 1) + ways(opened - 1, left - 1)
""",
        "ballot numbers": """
from math import comb
def ways(opened, left):
    if opened > left or (left - opened) % 2:
        return 0
    ups = (left - opened) // 2
    return comb(left, ups) * (opened + 1) // (left - ups + 1)
""",
        "list them": """
from itertools import product
def ways(opened, left):
    found = 0
    for steps in product((1, -1), repeat=left):
        heights = np.cumsum([opened, *steps])
        found += heights.min() >= 0 and heights[-1] == 0
    return found
""",
    },
    "law": {
        "list all": """
from itertools import product
def next_law(prefix, max_pairs):
    mass = [0, 0, 0]
    for n in range(1, max_pairs + 1):
        texts = ["".join(t) for t in product("()", repeat=2 * n)]
        texts = [t for t in texts if is_balanced(t)]
        for text in texts:
            if text[: len(prefix)] == prefix:
                rest = text[len(prefix) :]
                mass["()".index(rest[0]) if rest else 2] += 1 / len(texts)
    return [m / sum(mass) for m in mass]
""",
        "ways": """
def next_law(prefix, max_pairs):
    opened = prefix.count("(") - prefix.count(")")
    mass = torch.zeros(3, dtype=torch.float64)
    for n in range(1, max_pairs + 1):
        left, each = 2 * n - len(prefix), 1 / ways(0, 2 * n)
        if left > 0:
            mass[0] += each * ways(opened + 1, left - 1)
            mass[1] += each * (ways(opened - 1, left - 1) if opened else 0)
        elif left == opened == 0:
            mass[2] += each
    return mass / mass.sum()
""",
    },
    "ring": {
        "every place": """
def read_ring(ring):
    for start in range(len(ring)):
        turned = ring[start:] + ring[:start]
        if turned[-1] == ")" and is_balanced(turned[:-1]):
            return turned[:-1]
""",
        "a loop": """
def read_ring(ring):
    height = lowest = start = 0
    for place, c in enumerate(ring, 1):
        height += 1 if c == "(" else -1
        if height < lowest:
            lowest, start = height, place
    return ring[start:] + ring[: start - 1]
""",
    },
    "rows": {
        "numpy": """
def make_rows(texts, width):
    inputs = np.full((len(texts), width), 2)
    targets = np.full((len(texts), width), -100)
    for i, text in enumerate(texts):
        tokens = [int(c == ")") for c in text]
        inputs[i, 1 : len(text) + 1] = tokens
        targets[i, : len(text) + 1] = [*tokens, 2]
    return inputs, targets
""",
        "torch": """
def make_rows(texts, width):
    rows = torch.full((len(texts), width + 1), 2)
    for row, text in zip(rows, texts):
        row[1 : len(text) + 1] = torch.tensor([int(c == ")") for c in text])
    inputs, targets = rows[:, :-1], rows[:, 1:].clone()
    for row, text in zip(targets, texts):
        row[len(text) + 1 :] = -100
    return inputs, targets
""",
    },
    "fresh": {
        "filter": """
def fresh(train, test):
    return list(filter(lambda text: text not in train, test))
""",
        "loop": """
def fresh(train, test):
    new = []
    for text in test:
        if all(text != known for known in train):
            new += [text]
    return new
""",
    },
    "hits": {
        "means": """
hits_all = np.mean([friend(t) for t in test_texts])
hits_fresh = np.mean([friend(t) for t in fresh(train_texts, test_texts)])
possible = 132
""",
        "counted": """
from math import comb
hits_all = sum(t in train_texts for t in test_texts) / 200
hits_fresh = 0
possible = comb(12, 6) / 7
""",
    },
    "probe": {
        "centered": """
def probe(x_train, y_train, x_test, y_test):
    x0, y0 = x_train.mean(0), y_train.mean()
    w = np.linalg.pinv(x_train - x0) @ (y_train - y0)
    miss = y_test - y0 - (x_test - x0) @ w
    return 1 - np.mean(miss**2) / np.var(y_test)
""",
        "scikit-learn": """
from sklearn.linear_model import LinearRegression
def probe(x_train, y_train, x_test, y_test):
    return LinearRegression().fit(x_train, y_train).score(x_test, y_test)
""",
    },
    "found": {
        "loop": """
r2_trained, r2_untrained = [probe(x[n][0], y[0], x[n][1], y[1]) for n in ("trained", "untrained")]
""",
        "scikit-learn": """
from sklearn.linear_model import LinearRegression
def score_of(name):
    return LinearRegression().fit(x[name][0], y[0]).score(x[name][1], y[1])
r2_trained, r2_untrained = score_of("trained"), score_of("untrained")
""",
    },
}
