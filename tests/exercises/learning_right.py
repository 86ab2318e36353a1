"""Right answers to exercise 07 in several ways, and the forms that wrong ones are cut from."""

from __future__ import annotations

LOSS = """
def loss(said, wanted):
    return {loss}

def loss_slopes(said, wanted):
    return {slopes}
"""
MEAN, SLOPES = "np.mean((said - wanted) ** 2)", "2 * (said - wanted) / len(said)"

CHAIN = """
def neuron_slopes(w, b, x, goal):
    z = w @ x + b
    {gate}
    return {result}
"""
GATE = "back = 2 * (z - goal) if z > 0 else 0.0"

DESCEND = """
def descend(slope, start, rate, steps):
    way = [start]
    for _ in range({count}):
        way.append(way[-1] {sign} rate * slope({place}))
    return {result}
"""
WALK = {"count": "steps", "sign": "-", "place": "way[-1]", "result": "way"}

LOOP = """
def train(net, x, y, rate, steps):
    losses = []
    for _ in range(steps):
        loss = (({said} - y) ** 2).mean()
        {forget}
        loss.backward()
        with torch.no_grad():
            for weights in net.parameters():
                weights {sign} rate * weights.grad
        losses.append({noted})
    return losses
"""
FIXED = {"said": "net(x)[:, 0]", "forget": "net.zero_grad()", "sign": "-=", "noted": "loss.item()"}

STUCK = """
shares = {{hidden: share_solved(hidden) for hidden in {tried}}}
share_2, share_8 = {pair}
enough = {enough}
ten_starts = {ten}
"""
RUN = {
    "tried": "(2, 5, 6, 7, 8)",
    "pair": "shares[2], shares[8]",
    "enough": "min(h for h, share in shares.items() if share >= 0.75)",
    "ten": "1 - (1 - share_2) ** 10",
}
RATES = "rates = {rates}\nten_times = {ten!r}\n"

# solution cell -> {name of a way: code}
RIGHT = {
    "loss": {
        "plain Python": """
def loss(said, wanted):
    return sum((s - w) ** 2 for s, w in zip(said, wanted)) / len(said)

def loss_slopes(said, wanted):
    return [2 / len(said) * (s - w) for s, w in zip(said, wanted)]
""",
        "torch's autograd": """
def loss(said, wanted):
    return torch.nn.functional.mse_loss(torch.tensor(said), torch.tensor(wanted))

def loss_slopes(said, wanted):
    s = torch.tensor(said, requires_grad=True)
    torch.nn.functional.mse_loss(s, torch.tensor(wanted)).backward()
    return s.grad
""",
        "nudges": LOSS.format(
            loss=MEAN,
            slopes="[(loss(said + e, wanted) - loss(said, wanted)) / 1e-5 "
            "for e in 1e-5 * np.eye(len(said))]",
        ),
    },
    "chain": {
        "four links": """
def neuron_slopes(w, b, x, goal):
    z = sum(wi * xi for wi, xi in zip(w, x)) + b
    out = max(z, 0)
    dL_dout = 2 * (out - goal)
    dout_dz = 1 if z > 0 else 0
    return [dL_dout * dout_dz * xi for xi in x], dL_dout * dout_dz
""",
        "torch's autograd": """
def neuron_slopes(w, b, x, goal):
    w, b = torch.tensor(w, requires_grad=True), torch.tensor(float(b), requires_grad=True)
    ((torch.relu((w * torch.tensor(x)).sum() + b) - goal) ** 2).backward()
    return w.grad, b.grad
""",
        "nudges": """
def neuron_slopes(w, b, x, goal):
    def loss(w, b):
        return (max(w @ x + b, 0) - goal) ** 2
    if w @ x + b <= 0:
        return np.zeros(len(w)), 0
    nudges = 1e-6 * np.eye(len(w))
    return ([(loss(w + e, b) - loss(w, b)) / 1e-6 for e in nudges],
            (loss(w, b + 1e-6) - loss(w, b)) / 1e-6)
""",
    },
    "descend": {
        "an array filled in": """
def descend(slope, start, rate, steps):
    way = np.zeros(steps + 1)
    way[0] = start
    for i in range(steps):
        way[i + 1] = way[i] - rate * slope(way[i])
    return way
""",
        "recursion": """
def descend(slope, start, rate, steps):
    if steps == 0:
        return [start]
    return [start] + descend(slope, start - rate * slope(start), rate, steps - 1)
""",
    },
    "too-large": {
        "two over six": "too_large = 2 / 6",
        "tried out": """
too_large = next(r for r in np.arange(0.01, 1, 0.001)
                 if abs(descend(lambda w: 6 * w, 1.0, r, 2000)[-1]) >= 1)
""",
    },
    "loop": {
        "torch's SGD": """
def train(net, x, y, rate, steps):
    optimizer, losses = torch.optim.SGD(net.parameters(), lr=rate), []
    for _ in range(steps):
        value = torch.nn.functional.mse_loss(net(x).squeeze(1), y)
        optimizer.zero_grad()
        value.backward()
        optimizer.step()
        losses.append(value.detach())
    return torch.stack(losses)
""",
        "slopes set to None, y made a column": """
def train(net, x, y, rate, steps):
    losses = []
    for _ in range(steps):
        for weights in net.parameters():
            weights.grad = None
        loss = ((net(x) - y[:, None]) ** 2).mean()
        loss.backward()
        for weights in net.parameters():
            weights.data -= rate * weights.grad
        losses.append(float(loss.detach()))
    return np.array(losses)
""",
    },
    "curves": {
        "numbers of numpy": RATES.format(
            rates="dict(zip('ABCD', np.array([0.03, 0.55, 0.003, 0.3])))", ten="Faster"
        ),
        "in another order": RATES.format(
            rates="{'D': 0.3, 'C': 3e-3, 'B': 0.55, 'A': 0.03}", ten="faster "
        ),
    },
    "stuck": {
        "some sizes": STUCK.format(**RUN),
        "typed in": "share_2, share_8, enough, ten_starts = 0.14, 0.92, 6, 0.78",
        "another machine": "share_2, share_8, enough = 0.18, 0.9, 5\nten_starts = 1 - 0.82**10",
    },
}
