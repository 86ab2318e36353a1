"""Right answers to exercise 06, in the several ways that learners write them."""

from __future__ import annotations

# solution cell -> {name of a way: code}
RIGHT = {
    "neuron": {
        "plain Python": """
def neuron(x, w, b):
    total = b
    for xi, wi in zip(x, w):
        total += xi * wi
    return total if total > 0 else 0
""",
        "torch": """
import torch
def neuron(x, w, b):
    return torch.relu(torch.tensor(x) @ torch.tensor(w) + b)
""",
        "one-element array": """
def neuron(x, w, b):
    return np.clip(np.array([np.dot(w, x) + b]), 0, None)
""",
    },
    "layer": {
        "loops": """
def layer(X, W, b):
    return [[max(0, sum(x * w) + bias) for w, bias in zip(W, b)] for x in X]
""",
        "torch": """
import torch
def layer(X, W, b):
    X, W, b = map(torch.tensor, (X, W, b))
    return torch.nn.functional.linear(X, W, b).relu()
""",
        "einsum": """
def layer(X, W, b):
    return np.maximum(np.einsum("ci,ni->cn", X, W) + b, 0)
""",
    },
    "count": {
        "loop": """
def count_parameters(sizes):
    total = 0
    for i in range(1, len(sizes)):
        total += sizes[i - 1] * sizes[i] + sizes[i]
    return total
""",
        "torch's own": """
import torch
def count_parameters(sizes):
    layers = [torch.nn.Linear(a, b) for a, b in zip(sizes, sizes[1:])]
    return sum(p.numel() for layer in layers for p in layer.parameters())
""",
    },
    "first-share": {
        "by hand": "first_share = 392500 / 397510",
        "rounded": "first_share = 0.987",
    },
    "equal": {
        "differences": "equal_net = (np.array([[1, -1], [-1, 1]]), np.zeros(2), [-1, -1], 1.0)",
        "folded at both ends": "equal_net = [[[1, 1], [-1, -1]], (-1, 1), (1, 1), 0]",
        "constant in a list": "equal_net = ([[1, 1], [1, 1]], [0, -1], [-1, 2], [1])",
    },
    "tent": {
        "from the right": "tent_net = ([[-1], [-1], [-1]], [0, 1, 2], [1, -2, 1], 0)",
        "steeper neurons": "tent_net = ([[2], [0.5], [1]], [0, -0.5, -2], [0.5, -4, 1], 0)",
    },
    "softmax": {
        "log-sum-exp": """
def softmax(scores):
    return np.exp(scores - np.logaddexp.reduce(scores))
""",
        "torch": """
import torch
def softmax(scores):
    return torch.softmax(torch.tensor(scores), dim=0)
""",
        "differences": """
def softmax(scores):
    with np.errstate(over="ignore", invalid="ignore"):
        return [0.0 if s == -np.inf else 1 / np.exp(scores - s).sum() for s in scores]
""",
    },
    "correct": {
        "in place": """
def correct(w, b, x, sign):
    if sign * (w @ x + b) <= 0:
        w += sign * x
        b += sign
    return w, b
""",
        "both cases": """
def correct(w, b, x, sign):
    says = 1 if np.dot(w, x) + b > 0 else -1
    on_edge = np.dot(w, x) + b == 0
    if says == sign and not on_edge:
        return (w, b)
    return [w + sign * x, b + sign]
""",
        "lists": """
def correct(w, b, x, sign):
    wrong = sign * (sum(p * q for p, q in zip(w, x)) + b) <= 0
    return np.array([p + wrong * sign * q for p, q in zip(w, x)]), b + wrong * sign
""",
    },
    "sixteen": {
        "bits of a number": """
found = [corrections([1 if n >> i & 1 else -1 for i in range(4)]) for n in range(16)]
learnable = 16 - found.count(None)
most_corrections = max(f for f in found if f)
""",
        "numpy integers": """
counts = []
for a in (-1, 1):
    for b in (-1, 1):
        for c in (-1, 1):
            for d in (-1, 1):
                counts.append(corrections([a, b, c, d]))
done = np.array([c for c in counts if c is not None])
learnable, most_corrections = np.int64(len(done)), done.max()
""",
    },
    "shops": {
        "twice as large": """
def scores_for(shops):
    return 2 * shops, [-(p @ p) for p in shops]
""",
        "shifted": """
def scores_for(shops):
    middle = shops.mean(axis=0)
    return 10 * (shops - middle), -5 * ((shops**2).sum(1) - 3)
""",
    },
}
