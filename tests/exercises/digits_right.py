"""Right answers to exercise 05, in several ways."""

from __future__ import annotations

# solution cell -> {name of a way: code}
RIGHT = {
    "nearest-template": {
        "a loop with norms": """
def nearest_template(image, templates):
    gaps = [np.linalg.norm(np.array(t) - np.array(image)) for t in templates]
    return gaps.index(min(gaps))
""",
        "torch": """
import torch
def nearest_template(image, templates):
    gaps = (torch.tensor(templates).double() - torch.tensor(image).double()).pow(2).sum((1, 2))
    return int((gaps == gaps.min()).nonzero()[0, 0])
""",
    },
    "confusion": {
        "add.at": """
def confusion(truth, answers):
    table = np.zeros((10, 10))
    np.add.at(table, (np.array(truth, int), np.array(answers, int)), 1)
    return table
""",
        "lists and count": """
def confusion(truth, answers):
    pairs = list(zip(truth, answers))
    return [[pairs.count((t, a)) for a in range(10)] for t in range(10)]
""",
    },
    "reading": {
        "by hand": "accuracy, found_5, trust_9, worst = 0.81, 0.66, 0.727, [4, 9]",
        "by machine": """
accuracy = table.diagonal().sum() / 1000
found_5, trust_9 = 0.66, 80 / 110
wrong_ones = table * (1 - np.eye(10))
worst = np.unravel_index(wrong_ones.argmax(), (10, 10))
""",
    },
    "count-weights": {
        "one sum": """
def count_weights(layers):
    return sum(l[2] * (l[1] * (l[3] ** 2 if l[0] == "conv" else 1) + 1)
               for l in layers if l[0] in ("conv", "full"))
""",
        "torch counts": """
from torch import nn
def count_weights(layers):
    make = {"conv": lambda i, o, s: nn.Conv2d(i, o, s), "full": nn.Linear,
            "pool": lambda s: nn.ReLU(), "relu": lambda: nn.ReLU()}
    parts = [make[kind](*sizes) for kind, *sizes in layers]
    return sum(w.numel() for part in parts for w in part.parameters())
""",
    },
    "convolve": {
        "torch": """
import torch
def convolve(image, pattern):
    a, b = (torch.as_tensor(np.array(m, dtype=float))[None, None] for m in (image, pattern))
    return torch.nn.functional.conv2d(a, b)[0, 0]
""",
        "four loops": """
def convolve(image, pattern):
    H, W, h, w = *np.shape(image), *np.shape(pattern)
    return [[sum(image[y + i][x + j] * pattern[i][j] for i in range(h) for j in range(w))
             for x in range(W - w + 1)] for y in range(H - h + 1)]
""",
        "windows": """
def convolve(image, pattern):
    windows = np.lib.stride_tricks.sliding_window_view(np.array(image), np.shape(pattern))
    return np.einsum("yxij,ij->yx", windows, np.array(pattern))
""",
    },
    "edge-pattern": {
        "array": "upper_edge = np.array([[-1.0], [1.0]])",
        "reshaped": "upper_edge = np.array([-1, 1]).reshape(2, 1)",
    },
    "neighbor-score": {
        "a loop": """
def nearest_neighbor_score(train_images, train_labels, test_images, test_labels):
    hits = 0
    for picture, label in zip(test_images, test_labels):
        gaps = ((train_images - picture) ** 2).sum(axis=(1, 2))
        hits += train_labels[gaps.argmin()] == label
    return hits / len(test_labels)
""",
        "scikit-learn": """
from sklearn.neighbors import KNeighborsClassifier
def nearest_neighbor_score(train_images, train_labels, test_images, test_labels):
    flat = lambda a: a.reshape(len(a), -1)
    method = KNeighborsClassifier(1).fit(flat(train_images), train_labels)
    return method.score(flat(test_images), test_labels)
""",
    },
    "experiment": {
        "written out": """
honest = nearest_neighbor_score(images[:1437], labels[:1437], images[1437:], labels[1437:])
p = np.random.default_rng(0).permutation(1797)
a, b = p[:1437], p[1437:]
shuffled = nearest_neighbor_score(images[a], labels[a], images[b], labels[b])
""",
        "scikit-learn": """
from sklearn.neighbors import KNeighborsClassifier
X, scores = images.reshape(1797, -1), []
for order in (np.arange(1797), np.random.default_rng(0).permutation(1797)):
    known, new = order[:1437], order[1437:]
    scores.append(KNeighborsClassifier(1).fit(X[known], labels[known]).score(X[new], labels[new]))
honest, shuffled = scores
""",
    },
    "calibration": {
        "a loop": """
def calibration(probs, truth, low, high):
    sure, hits = [], []
    for p, t in zip(probs, truth):
        if low <= max(p) < high:
            sure.append(max(p))
            hits.append(list(p).index(max(p)) == t)
    return (sum(sure) / len(sure), sum(hits) / len(hits)) if sure else (0, 0)
""",
        "torch": """
import torch
def calibration(probs, truth, low, high):
    best, answer = torch.tensor(probs).max(dim=1)
    chosen = (best >= low) & (best < high)
    if chosen.sum() == 0:
        return torch.zeros(2)
    right = (answer == torch.tensor(truth)).double()
    return torch.stack([best[chosen].mean(), right[chosen].mean()])
""",
    },
}
