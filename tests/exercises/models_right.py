"""Right answers to exercise 04, in the several ways that learners write them."""

from __future__ import annotations

# solution cell -> {name of a way: code}
RIGHT = {
    "fit-line": {
        "loops and a list": """
def fit_line(x, y):
    n, mx, my = len(x), sum(x) / len(x), sum(y) / len(y)
    below = sum((xi - mx) ** 2 for xi in x)
    if below == 0:
        return [my, 0]
    b = sum((xi - mx) * (yi - my) for xi, yi in zip(x, y)) / below
    return [my - b * mx, b]
""",
        "covariance over variance, torch": """
import torch
def fit_line(x, y):
    x, y = torch.as_tensor(x), torch.as_tensor(y)
    if x.std(unbiased=False) == 0:
        return torch.stack([y.mean(), torch.zeros_like(y[0])])
    b = ((x * y).mean() - x.mean() * y.mean()) / ((x * x).mean() - x.mean() ** 2)
    return torch.stack([y.mean() - b * x.mean(), b])
""",
        "normal equations": """
def fit_line(x, y):
    A = np.stack([np.ones(len(x)), x], axis=1)
    if len(set(x)) == 1:
        return np.mean(y), 0.0
    return np.linalg.inv(A.T @ A) @ A.T @ y
""",
    },
    "typical-miss": {
        "norm": """
def typical_miss(y, predicted):
    return np.linalg.norm(y - predicted) / len(y) ** 0.5
""",
        "plain Python": """
def typical_miss(y, predicted):
    return (sum((a - b) ** 2 for a, b in zip(y, predicted)) / len(y)) ** 0.5
""",
        "torch": """
import torch
def typical_miss(y, predicted):
    y, predicted = torch.tensor(y), torch.tensor(predicted)
    return torch.nn.functional.mse_loss(predicted, y).sqrt()
""",
    },
    "squares": {
        "floats": "sum_of_residuals, times_as_heavy = 0.0, 1e2",
        "tried out": """
x = np.arange(20.0)
y = np.sin(x)
b, a = np.polyfit(x, y, 1)
sum_of_residuals = (y - a - b * x).sum()
times_as_heavy = 10 ** 2
""",
    },
    "least-squares": {
        "inverse": """
def least_squares(x, y, functions):
    A = np.array([f(x) for f in functions]).T
    return np.linalg.inv(A.T @ A) @ (A.T @ y)
""",
        "lstsq": """
def least_squares(x, y, functions):
    return list(np.linalg.lstsq(np.column_stack([f(x) for f in functions]), y, rcond=None)[0])
""",
        "torch": """
import torch
def least_squares(x, y, functions):
    A = torch.stack([torch.as_tensor(f(x)) for f in functions], dim=1)
    return torch.linalg.solve(A.T @ A, A.T @ torch.as_tensor(y))
""",
    },
    "held-out": {
        "a prediction for every point": """
def held_out_error(x, y, groups, fit):
    predicted = np.zeros(len(y))
    for group in set(groups):
        predicted[groups == group] = fit(x[groups != group], y[groups != group])(x[groups == group])
    return ((y - predicted) ** 2).mean() ** 0.5
""",
        "sums": """
def held_out_error(x, y, groups, fit):
    total = 0
    for group in np.unique(groups):
        out = [i for i in range(len(x)) if groups[i] == group]
        rest = [i for i in range(len(x)) if groups[i] != group]
        model = fit(x[rest], y[rest])
        total += sum((y[i] - model(x[i])) ** 2 for i in out)
    return (total / len(x)) ** 0.5
""",
    },
    "tea": {
        "loop": """
seen, held_out = np.zeros(7), np.zeros(7)
for degree in range(7):
    seen[degree] = np.sqrt(np.mean((tea - polynomial(degree)(hours, tea)(hours)) ** 2))
    held_out[degree] = held_out_error(hours, tea, hours, polynomial(degree))
best_degree = held_out.argmin()
""",
        "typed in": """
seen = [19.44491, 5.968920, 1.295968, 0.6509919, 0.6487220, 0.6292761, 0.6153725]
held_out = [round(held_out_error(hours, tea, hours, polynomial(d)), 5) for d in range(7)]
best_degree = 3
""",
    },
    "outside": {
        "loop": """
outside = []
for fit in ways.values():
    model = fit(hours[hours < 0.6], tea[hours < 0.6])
    outside.append(typical_miss(tea[hours >= 0.6], model(hours[hours >= 0.6])))
most_trusted = "Cooling "
after_3_hours = cooling(hours, tea)(np.array([3.0]))
""",
        "rounded": """
cut = int((hours < 0.6).sum())
outside = np.array([typical_miss(tea[cut:], fit(hours[:cut], tea[:cut])(hours[cut:]))
                    for fit in ways.values()]).round(4)
most_trusted = "cooling"
after_3_hours = round(float(cooling(hours, tea)(3)), 2)
""",
    },
}
