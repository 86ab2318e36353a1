"""The playground: its JavaScript against torch, and what Python refuses."""

from __future__ import annotations

import doctest

import numpy as np
import pytest
import torch
from test_widgets import javascript
from torch import nn
from torch.nn import functional as F

import lib.widgets.playground as module
from lib.widgets import Playground, source
from lib.widgets.base import MIME

NET = "playground_net.js"
HIDDEN = [0, 1, 3, 8]


def points(task: str) -> tuple[torch.Tensor, torch.Tensor]:
    found = javascript(NET, "m.pointsOf(a[0])", task)
    places = torch.tensor([[p["x"], p["y"]] for p in found], dtype=torch.float64)
    return places, torch.tensor([float(p["kind"]) for p in found], dtype=torch.float64)


def torch_net(weights: list[float], hidden: int) -> nn.Module:
    """The same net in torch, from the playground's list of weights."""
    values = torch.tensor(weights, dtype=torch.float64)
    if hidden == 0:
        net = nn.Sequential(nn.Linear(2, 1, dtype=torch.float64))
        parts = [values[:2].view(1, 2), values[2:]]
    else:
        net = nn.Sequential(
            nn.Linear(2, hidden, dtype=torch.float64),
            nn.ReLU(),
            nn.Linear(hidden, 1, dtype=torch.float64),
        )
        first = values[: 3 * hidden].view(hidden, 3)
        parts = [first[:, :2], first[:, 2], values[3 * hidden : -1].view(1, -1), values[-1:]]
    with torch.no_grad():
        for weight, part in zip(net.parameters(), parts, strict=True):
            weight.copy_(part)
    return net


def as_list(net: nn.Module) -> list[float]:
    """The playground's list of weights of a torch net."""
    parts = [weight.detach() for weight in net.parameters()]
    if len(parts) == 2:
        return torch.cat([parts[0][0], parts[1]]).tolist()
    first = torch.cat([parts[0], parts[1][:, None]], dim=1).flatten()
    return torch.cat([first, parts[2][0], parts[3]]).tolist()


def test_the_examples_in_the_docstring():
    result = doctest.testmod(module)
    assert result.attempted > 0 and result.failed == 0


@pytest.mark.parametrize("hidden", HIDDEN)
def test_scores_and_loss_are_torch_s(hidden):
    weights = javascript(NET, "m.start(a[0], 5)", hidden)
    x, kinds = points("circle")
    net = torch_net(weights, hidden)
    scores = net(x)[:, 0]
    run = "a[2].map(([x, y]) => m.look(a[0], a[1], x, y).score)"
    np.testing.assert_allclose(
        javascript(NET, run, weights, hidden, x.tolist()), scores.detach(), atol=1e-12
    )
    judged = javascript(NET, "m.judge(a[0], a[1], m.pointsOf('circle'))", weights, hidden)
    loss = F.binary_cross_entropy_with_logits(scores, kinds)
    assert judged["loss"] == pytest.approx(loss.item(), abs=1e-12)
    assert judged["right"] == int(((scores > 0) == (kinds > 0)).sum())


@pytest.mark.parametrize("task", ["xor", "stripes"])
@pytest.mark.parametrize("hidden", HIDDEN)
def test_it_learns_as_torch_does(hidden, task):
    weights = javascript(NET, "m.start(a[0], 11)", hidden)
    run = "m.learn(a[0], a[1], m.pointsOf(a[2]), 0.3, 25)"
    ours = javascript(NET, run, weights, hidden, task)
    x, kinds = points(task)
    net = torch_net(weights, hidden)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.3)
    for _ in range(25):
        optimizer.zero_grad()
        F.binary_cross_entropy_with_logits(net(x)[:, 0], kinds).backward()
        optimizer.step()
    np.testing.assert_allclose(ours, as_list(net), atol=1e-9)


@pytest.mark.parametrize("task", module.TASKS)
def test_points_are_the_same_each_time_of_both_kinds_and_inside(task):
    x, kinds = points(task)
    again, _ = points(task)
    assert torch.equal(x, again) and len(x) == 80
    assert x.abs().max() <= 1
    assert 15 <= kinds.sum() <= 65


def test_only_the_line_needs_no_hidden_neurons():
    run = "Object.keys(m.TASKS).map((t) => { const p = m.pointsOf(t);"
    run += " return m.judge(m.learn(m.start(0, 1), 0, p, 1, 3000), 0, p).right; })"
    right = dict(zip(module.TASKS, javascript(NET, run), strict=True))
    assert right["line"] == 80
    assert all(right[task] < 70 for task in module.TASKS if task != "line")


def test_eight_neurons_can_learn_every_task():
    run = "Object.keys(m.TASKS).map((t) => { const p = m.pointsOf(t); return Math.max(..."
    run += (
        "[0, 1, 2, 3].map((s) => m.judge(m.learn(m.start(8, s), 8, p, 1, 1500), 8, p).right)); })"
    )
    assert min(javascript(NET, run)) >= 78


def starts_right(task, hidden, rate, steps):
    """How many of 80 points are right, from each of the starts 1 to 30."""
    run = "[...Array(30).keys()].map((s) => { const p = m.pointsOf(a[0]); return m.judge("
    run += "m.learn(m.start(a[1], s + 1), a[1], p, a[2], a[3]), a[1], p).right; })"
    return np.array(javascript(NET, run, task, hidden, rate, steps))


def test_thirty_starts_go_as_chapters_06_and_07_say():
    assert starts_right("xor", 2, 0.3, 2000).max() == 75
    assert (starts_right("circle", 4, 1, 500) < 75).sum() == 6
    assert (starts_right("circle", 8, 1, 500) == 80).all()


def test_zero_weights_move_the_last_constant_only():
    run = "m.learn(new Array(13).fill(0), 3, m.pointsOf('circle'), 1, 50)"
    learned = javascript(NET, run)
    assert learned[:-1] == [0] * 12 and learned[-1] != 0


def test_a_drag_lays_the_fold():
    w1, w2, b = javascript(NET, "m.ramp([0.5, -0.25], [0.5, 0.75])")
    assert w1 * 0.5 + w2 * -0.25 + b == pytest.approx(0)
    assert w1 * 0.5 + w2 * 0.75 + b == pytest.approx(1)


def test_starts_repeat_and_differ_by_seed():
    one, again, other = javascript(NET, "[m.start(3, 4), m.start(3, 4), m.start(3, 5)]")
    assert one == again != other
    assert len(one) == 13


def test_it_is_one_module_and_hands_its_state_to_the_page():
    assert "export default { render };" in source.module("playground")
    net = Playground("circle", 3, rate=1, seed=4)
    data, _ = net._repr_mimebundle_()
    page = data[MIME]
    assert page["module"] == "playground"
    assert page["state"] | {"alt": ""} == {
        "alt": "",
        "task": "circle",
        "hidden": 3,
        "rate": 1.0,
        "seed": 4,
        "weights": [],
        "steps": 0,
    }


def test_python_and_javascript_agree_on_what_there_is():
    assert tuple(javascript(NET, "Object.keys(m.TASKS)")) == module.TASKS
    assert javascript(NET, "[0, 1, 8].map(m.size)") == [3, 5, 33]


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (lambda: Playground("spiral"), "task='spiral'"),
        (lambda: Playground(hidden=9), "hidden=9"),
        (lambda: Playground(hidden=True), "hidden=True"),
        (lambda: Playground(rate=0.2), "rate=0.2"),
        (lambda: Playground(seed=-1), "seed=-1"),
        (lambda: Playground(hidden=1, weights=[1, 2]), "5 finite numbers"),
        (lambda: Playground(hidden=0, weights=[1, 2, float("nan")]), "3 finite numbers"),
        (lambda: Playground(alt="No."), "alt="),
    ],
)
def test_bad_input_is_named(wrong, says):
    with pytest.raises(ValueError) as caught:
        wrong()
    assert says in str(caught.value)
