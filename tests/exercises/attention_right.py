"""Right answers to exercise 11 in several ways."""

from __future__ import annotations

# solution cell -> {name of a way: code}
RIGHT = {
    "attend": {
        "loops": """
import math
def attend(queries, keys, values):
    out = []
    for q in queries:
        scores = [sum(a * b for a, b in zip(q, k)) / math.sqrt(len(q)) for k in keys]
        raised = [math.exp(s - max(scores)) for s in scores]
        out.append(sum(r / sum(raised) * v for r, v in zip(raised, values)))
    return out
""",
        "torch": """
def attend(queries, keys, values):
    q, k, v = map(torch.as_tensor, (queries, keys, values))
    return torch.nn.functional.scaled_dot_product_attention(q[None], k[None], v[None])[0]
""",
    },
    "look-back": {
        "row by row": """
def look_back(scores):
    weights = np.zeros(scores.shape)
    for i, row in enumerate(scores):
        weights[i, : i + 1] = softmax(row[: i + 1], axis=0)
    return weights
""",
        "masked fill": """
def look_back(scores):
    s = torch.tensor(scores)
    s.masked_fill_(torch.ones_like(s).triu(1).bool(), -float("inf"))
    return s.softmax(dim=-1)
""",
        "added": """
def look_back(scores):
    wall = np.triu(np.full(scores.shape, -np.inf), 1)
    return softmax(scores + wall, axis=-1)
""",
    },
    "split": {
        "np.split": """
def split(x, heads):
    return np.stack(np.split(x, heads, axis=1))
""",
        "torch": """
def split(x, heads):
    x = torch.as_tensor(x)
    return x.view(x.shape[0], heads, x.shape[1] // heads).transpose(0, 1)
""",
        "slices": """
def split(x, heads):
    n = x.shape[1] // heads
    return [[row[h * n : h * n + n].tolist() for row in x] for h in range(heads)]
""",
    },
    "multi-head": {
        "a loop over heads": """
def multi_head(q, k, v, heads):
    out = []
    for a, b, c in zip(split(q, heads), split(k, heads), split(v, heads)):
        out.append(look_back(a @ b.T / np.sqrt(a.shape[1])) @ c)
    return np.concatenate(out, axis=1)
""",
        "torch": """
def multi_head(q, k, v, heads):
    q, k, v = (torch.tensor(split(x, heads))[None] for x in (q, k, v))
    z = torch.nn.functional.scaled_dot_product_attention(q, k, v, is_causal=True)[0]
    return z.transpose(0, 1).flatten(1)
""",
    },
    "turn": {
        "complex numbers": """
def turn(x, places):
    z = x[:, 0::2] + 1j * x[:, 1::2]
    pair = np.arange(x.shape[1] // 2)
    z = z * np.exp(1j * np.outer(places, 10000.0 ** (-2 * pair / x.shape[1])))
    return np.stack([z.real, z.imag], axis=-1).reshape(x.shape)
""",
        "loops": """
def turn(x, places):
    out = np.zeros(x.shape)
    d = x.shape[1]
    for t in range(len(x)):
        for i in range(d // 2):
            a, b = x[t, 2 * i], x[t, 2 * i + 1]
            theta = places[t] / 10000 ** (2 * i / d)
            out[t, 2 * i] = a * np.cos(theta) - b * np.sin(theta)
            out[t, 2 * i + 1] = a * np.sin(theta) + b * np.cos(theta)
    return out
""",
        "lib": """
from lib.attention import rotate
def turn(x, places):
    return rotate(torch.as_tensor(x), torch.as_tensor(places))
""",
    },
    "steer": {
        "without gradients": """
@torch.no_grad()
def steer(model, source, target, name):
    noted = Trace()
    model(source, trace=noted)
    def edit(value):
        return torch.cat([value[:, :-1], noted[name][:, -1:]], dim=1)
    run = Trace(names=[], edits={name: edit})
    return torch.softmax(model(target, trace=run)[:, -1], dim=-1)[0].numpy()
""",
        "in place": """
def steer(model, source, target, name):
    one = Trace([name])
    with torch.no_grad():
        model(source, trace=one)
        def edit(value):
            value[0, -1] = one[name][0, -1]
            return value
        logits = model(target, trace=Trace(edits={name: edit}))[0][-1]
    return torch.softmax(logits, 0).tolist()
""",
    },
    "leaks": {
        "one place at a time": """
def leaks(model, length):
    for _ in range(60):
        text = torch.randint(10, (1, length))
        for place in range(1, length):
            other = text.clone()
            other[0, place] = (other[0, place] + torch.randint(1, 10, ())) % 10
            if (model(text) != model(other))[0, :place].any():
                return True
    return False
""",
        "every digit": """
def leaks(model, length):
    found = False
    text = torch.randint(10, (1, length))
    for place in range(1, length):
        for digit in range(10):
            other = text.clone()
            other[:, place] = digit
            found |= bool((model(text)[:, :place] - model(other)[:, :place]).abs().max() > 0)
    return np.bool_(found)
""",
    },
}
