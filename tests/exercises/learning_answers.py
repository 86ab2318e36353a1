"""Answers to exercise 07: right ones in several ways, and the wrong ones that learners write."""

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

# name of a mistake -> (solution cell, code, {grade cell that must fail: phrase of its message})
WRONG = {
    # 1. loss
    "sum": (
        "loss",
        LOSS.format(loss="np.sum((said - wanted) ** 2)", slopes="2 * (said - wanted)"),
        {"loss-values": "This is the sum", "loss-slopes": "only its share"},
    ),
    "root": (
        "loss",
        LOSS.format(loss=MEAN + " ** 0.5", slopes=SLOPES),
        {"loss-values": "No root"},
    ),
    "absolute": (
        "loss",
        LOSS.format(loss="np.abs(said - wanted).mean()", slopes=SLOPES),
        {"loss-values": "Square the differences"},
    ),
    "no factor 2": (
        "loss",
        LOSS.format(loss=MEAN, slopes="(said - wanted) / len(said)"),
        {"loss-slopes": "has a factor 2"},
    ),
    "wrong sign": (
        "loss",
        LOSS.format(loss=MEAN, slopes="2 * (wanted - said) / len(said)"),
        {"loss-slopes": "The sign is wrong"},
    ),
    "parts of the loss": (
        "loss",
        LOSS.format(loss=MEAN, slopes="(said - wanted) ** 2 / len(said)"),
        {"loss-slopes": "parts of the loss"},
    ),
    # 2. chain rule
    "ramp forgotten": (
        "chain",
        CHAIN.format(gate="back = 2 * (z - goal)", result="back * x, back"),
        {"chain-off": "The ramp is off"},
    ),
    "ramp on the way forward only": (
        "chain",
        CHAIN.format(gate="back = 2 * (max(z, 0) - goal)", result="back * x, back"),
        {"chain-off": "The ramp is off"},
    ),
    "last link is w": (
        "chain",
        CHAIN.format(gate=GATE, result="back * w, back"),
        {"chain-on": "The last link is x, not w"},
    ),
    "no last link": (
        "chain",
        CHAIN.format(gate=GATE, result="back * np.ones(len(x)), back"),
        {"chain-on": "The last link is missing"},
    ),
    "goal minus said": (
        "chain",
        CHAIN.format(gate=GATE.replace("z - goal", "goal - z"), result="back * x, back"),
        {"chain-on": "The sign is wrong"},
    ),
    "b times b": (
        "chain",
        CHAIN.format(gate=GATE, result="back * x, back * b"),
        {"chain-on": "If b grows, z grows as much"},
    ),
    "z for the ramp's slope": (
        "chain",
        CHAIN.format(gate="back = 2 * (z - goal) * max(z, 0)", result="back * x, back"),
        {"chain-on": "slope of the ramp is 1"},
    ),
    # 3. downhill
    "uphill": (
        "descend",
        DESCEND.format(**WALK | {"sign": "+"}),
        {"descend-values": "You walk uphill"},
    ),
    "slope of the start": (
        "descend",
        DESCEND.format(**WALK | {"place": "start"}),
        {"descend-values": "another one at every place"},
    ),
    "without the start": (
        "descend",
        DESCEND.format(**WALK | {"result": "way[1:]"}),
        {"descend-values": "The start is missing"},
    ),
    "the end only": (
        "descend",
        DESCEND.format(**WALK | {"result": "way[-1]"}),
        {"descend-values": "not only the last"},
    ),
    "one more": (
        "descend",
        DESCEND.format(**WALK | {"count": "steps + 1"}),
        {"descend-values": "One step too many"},
    ),
    "best rate": ("too-large", "too_large = 1 / 6", {"too-large-value": "How much larger"}),
    "two thirds": ("too-large", "too_large = 2 / 3", {"too-large-value": "1 - 6 rate"}),
    "one": ("too-large", "too_large = 1", {"too-large-value": "1 - 6 rate"}),
    "not answered": ("too-large", "too_large = None", {"too-large-value": "is None"}),
    # 4. the loop
    "the draft as it is": (
        "loop",
        "train = draft",
        {"loop-first": "a table of", "loop-losses": "is not right"},
    ),
    "slopes add up": (
        "loop",
        LOOP.format(**FIXED | {"forget": "pass"}),
        {"loop-losses": "still in weights.grad"},
    ),
    "climbs": (
        "loop",
        LOOP.format(**FIXED | {"sign": "+="}),
        {"loop-losses": "step against the slope"},
    ),
    "shapes crossed": (
        "loop",
        LOOP.format(**FIXED | {"said": "net(x)"}),
        {"loop-first": "a table of", "loop-losses": "is not right"},
    ),
    "forgets too early": (
        "loop",
        LOOP.replace("loss.backward()", "loss.backward(); net.zero_grad(set_to_none=False)").format(
            **FIXED | {"forget": "pass"}
        ),
        {"loop-losses": "don't change"},
    ),
    "sum, not mean": (
        "loop",
        LOOP.replace(".mean()", ".sum()").format(**FIXED),
        {"loop-first": "This is the sum", "loop-losses": "is not right"},
    ),
    # 5. curves
    "sorted by the alphabet": (
        "curves",
        RATES.format(rates="{'A': 0.003, 'B': 0.03, 'C': 0.3, 'D': 0.55}", ten="faster"),
        {"curves-rates": "B is not right"},
    ),
    "A and C swapped": (
        "curves",
        RATES.format(rates="{'A': 0.003, 'B': 0.55, 'C': 0.03, 'D': 0.3}", ten="explodes"),
        {"curves-rates": "C is not right", "curves-ten": "Which of the curves"},
    ),
    "A and D swapped": (
        "curves",
        RATES.format(rates="{'A': 0.3, 'B': 0.55, 'C': 0.003, 'D': 0.03}", ten="slower"),
        {"curves-rates": "A and D", "curves-ten": "Which of the curves"},
    ),
    "a rate twice": (
        "curves",
        RATES.format(rates="{'A': 0.03, 'B': 0.55, 'C': 0.03, 'D': 0.3}", ten="faster"),
        {"curves-rates": "belongs to one curve"},
    ),
    "a list": (
        "curves",
        RATES.format(rates="[0.03, 0.55, 0.003, 0.3]", ten="yes"),
        {"curves-rates": "a dict with the keys", "curves-ten": "Choose one of"},
    ),
    # 6. stuck
    "two are enough": (
        "stuck",
        "share_2, share_8, enough, ten_starts = 0.14, 0.92, 2, 0.779",
        {"stuck-shares": "Of the random starts, few succeed"},
    ),
    "swapped": (
        "stuck",
        "share_2, share_8, enough = 0.92, 0.14, 6\nten_starts = 1 - 0.08**10",
        {"stuck-shares": "Are the two swapped?"},
    ),
    "all ten fail": (
        "stuck",
        "share_2, share_8, enough, ten_starts = 0.14, 0.92, 6, 0.86**10",
        {"stuck-ten": "all ten fail"},
    ),
    "ten times the share": (
        "stuck",
        "share_2, share_8, enough, ten_starts = 0.14, 0.92, 6, 1.0",
        {"stuck-ten": "don't add up"},
    ),
    "in percent": (
        "stuck",
        "share_2, share_8, enough, ten_starts = 14, 92, 6, 78",
        {"stuck-shares": "between 0 and 1", "stuck-ten": "between 0 and 1"},
    ),
}
