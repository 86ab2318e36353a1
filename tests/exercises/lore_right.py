"""Right answers to exercise 08 in several ways."""

from __future__ import annotations

# solution cell -> {name of a way: code}
RIGHT = {
    "shorten": {
        "row by row": """
def shorten(weights, bits):
    rows = []
    for row in weights:
        scale = max(abs(row)) / (2 ** (bits - 1) - 1)
        rows.append([round(w / scale) * scale if scale else 0 for w in row])
    return rows
""",
        "torch": """
import torch
def shorten(weights, bits):
    w = torch.as_tensor(weights)
    scale = w.abs().amax(1, keepdim=True) / (2 ** (bits - 1) - 1)
    return torch.nan_to_num((w / scale).round() * scale)
""",
    },
    "exponent": {
        "by hand": """
def exponent(sizes, losses):
    x, y = np.log2(sizes), np.log2(losses)
    return np.cov(x, y)[0, 1] / np.var(x, ddof=1)
""",
        "least squares": """
def exponent(sizes, losses):
    A = np.stack([np.log10(sizes), np.ones(len(sizes))], axis=1)
    return np.linalg.lstsq(A, np.log10(losses), rcond=None)[0][0]
""",
    },
    "interval": {
        "statistics": """
import statistics
def interval(sizes, losses):
    slopes = [exponent(sizes, column) for column in zip(*losses)]
    half = 2 * statistics.stdev(slopes) / len(slopes) ** 0.5
    return [statistics.mean(slopes) - half, statistics.mean(slopes) + half]
""",
        "numpy": """
def interval(sizes, losses):
    s = np.array([np.polyfit(np.log(sizes), np.log(l), 1)[0] for l in np.transpose(losses)])
    return s.mean() + np.array([-2, 2]) * np.sqrt(s.var(ddof=1) / s.size)
""",
    },
    "slopes": {
        "by polyfit": """
mean = bits.mean(1)
slope_small = np.polyfit(np.log(sizes[:4]), np.log(mean[:4]), 1)[0]
slope_large = np.polyfit(np.log(sizes[4:]), np.log(mean[4:]), 1)[0]
""",
        "with lists": """
mean = [sum(row) / 3 for row in bits.tolist()]
slope_small, slope_large = exponent(sizes[:4], mean[:4]), exponent(sizes[4:], mean[4:])
""",
    },
    "choose": {
        "lists": """
import statistics
def choose(errors):
    rows = [list(map(float, row)) for row in errors]
    means = [statistics.mean(row) for row in rows]
    best = rows[means.index(min(means))]
    limit = min(means) + statistics.stdev(best) / len(best) ** 0.5
    return [mean <= limit for mean in means].index(True)
""",
        "flatnonzero": """
def choose(errors):
    m, s = errors.mean(1), errors.std(1, ddof=1) / errors.shape[1] ** 0.5
    return np.flatnonzero(m <= m.min() + s[m.argmin()])[0]
""",
    },
    "fit-line": {
        "matrix": """
def fit_line(x, y, rate, steps):
    A, w = np.stack([np.ones(len(x)), x], axis=1), np.zeros(2)
    for _ in range(steps):
        w = w - rate * 2 / len(x) * A.T @ (A @ w - y)
    return w
""",
        "autograd": """
import torch
def fit_line(x, y, rate, steps):
    x, y = torch.tensor(x), torch.tensor(y)
    w = torch.zeros(2, dtype=torch.float64, requires_grad=True)
    for _ in range(steps):
        loss = ((w[0] + w[1] * x - y) ** 2).mean()
        (slope,) = torch.autograd.grad(loss, w)
        w = (w - rate * slope).detach().requires_grad_()
    return w
""",
    },
    "largest-rate": {"number": "largest_rate = 1.0", "formula": "k = 2\nlargest_rate = 2 / k"},
    "next-row": {
        "a dictionary": """
def next_row(row, rule):
    bits = f"{rule:08b}"[::-1]
    n = len(row)
    return [int(bits[4 * row[i - 1] + 2 * row[i] + row[(i + 1) % n]]) for i in range(n)]
""",
        "torch": """
import torch
def next_row(row, rule):
    row = torch.tensor(row)
    table = torch.tensor([rule // 2**n % 2 for n in range(8)])
    return table[4 * row.roll(1) + 2 * row + row.roll(-1)]
""",
    },
}
