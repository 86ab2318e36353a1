"""Wrong answers to exercise 07 that learners really write."""

from __future__ import annotations

from learning_right import (
    CHAIN,
    DESCEND,
    FIXED,
    GATE,
    LOOP,
    LOSS,
    MEAN,
    RATES,
    SLOPES,
    WALK,
)

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
        {"loop-first": "a table of", "loop-losses": "all three bugs"},
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
        {"loop-first": "a table of", "loop-losses": "different shapes here too"},
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
    # what first learners wrote
    "signs lost": (
        "loss",
        LOSS.format(loss=MEAN, slopes="abs(2 * (said - wanted) / len(said))"),
        {"loss-slopes": "The signs are lost"},
    ),
    "nudges at the fold": (
        "chain",
        """
def neuron_slopes(w, b, x, goal):
    def loss(w, b):
        return (max(w @ x + b, 0) - goal) ** 2
    nudges = 1e-6 * np.eye(len(w))
    return ([(loss(w + e, b) - loss(w - e, b)) / 2e-6 for e in nudges],
            (loss(w, b + 1e-6) - loss(w, b - 1e-6)) / 2e-6)
""",
        {"chain-off": "Just at the fold"},
    ),
    "no rate": (
        "descend",
        DESCEND.format(**WALK).replace("rate * ", ""),
        {"descend-values": "The rate is missing"},
    ),
    "the sign of the slope": (
        "descend",
        DESCEND.format(**WALK).replace("slope(way[-1])", "np.sign(slope(way[-1]))"),
        {"descend-values": "All steps have the same length"},
    ),
    "a slope of its own": (
        "descend",
        DESCEND.format(**WALK).replace("slope(way[-1])", "2 * way[-1]"),
        {"descend-values": "Is the slope 2w built in?"},
    ),
    "one step short": (
        "descend",
        DESCEND.format(**WALK | {"count": "steps - 1"}),
        {"descend-values": "The last step is missing"},
    ),
    "a new name for the weights": (
        "loop",
        LOOP.format(**FIXED | {"sign": "= weights -"}),
        {"loop-losses": "The weights don't change"},
    ),
}
