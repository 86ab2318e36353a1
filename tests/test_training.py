"""`lib.training`: the loop against a loop written out by hand, and runs that are cut in two."""

from __future__ import annotations

import doctest
import importlib
import math
from functools import partial

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from lib.device import generator, pick_device
from lib.nets import MLP
from lib.training import Batches, History, Together, cosine, load_run, save_run, train

X = torch.linspace(-2, 2, 40)[:, None]
Y = torch.sin(2 * X)
quietly = partial(train, progress=False)


def net_of(seed: int = 0, sizes=(1, 16, 1)) -> MLP:
    return MLP(sizes, "tanh", generator=generator(seed))


def parts(seed: int = 0, size: int | None = 8):
    """A fresh net, batches and optimizer, always the same for a seed."""
    net = net_of(seed)
    batches = Batches(X, Y, size=size, generator=generator(seed + 100))
    return net, batches, torch.optim.Adam(net.parameters(), lr=0.01)


def same_weights(one: nn.Module, other: nn.Module) -> bool:
    pairs = zip(one.state_dict().values(), other.state_dict().values(), strict=True)
    return all(torch.equal(a, b) for a, b in pairs)


@pytest.mark.parametrize("name", ["batches", "history", "loop", "rates", "saving", "together"])
def test_the_examples_in_the_docstrings(name):
    result = doctest.testmod(importlib.import_module(f"lib.training.{name}"))
    assert result.attempted > 0 and result.failed == 0


# The loop.


def test_it_is_the_loop_that_one_would_write():
    net, batches, optimizer = parts()
    history = quietly(net, batches, F.mse_loss, optimizer, 30)
    twin, batches, optimizer = parts()
    losses = []
    for _ in range(30):
        inputs, targets = next(batches)
        loss = F.mse_loss(twin(inputs), targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert history.loss == losses
    assert same_weights(net, twin)


def test_it_learns_one_batch_by_heart():
    net = net_of(sizes=(1, 64, 1))
    optimizer = torch.optim.Adam(net.parameters(), lr=0.01)
    history = quietly(net, [(X[:8], Y[:8])], F.mse_loss, optimizer, 1500)
    assert history.loss[-1] < 1e-3 * Y[:8].var().item()


def test_same_seed_same_numbers_and_another_seed_others():
    def losses(seed):
        net, batches, optimizer = parts(seed)
        return quietly(net, batches, F.mse_loss, optimizer, 20).loss

    torch.rand(1)  # what others draw in between makes no difference
    first = losses(1)
    torch.rand(7)
    assert first == losses(1)
    assert first != losses(2)


def test_a_linear_model_finds_least_squares():
    a = torch.randn(30, 3, generator=generator(0), dtype=torch.float64)
    b = torch.randn(30, 1, generator=generator(1), dtype=torch.float64)
    model = nn.Linear(3, 1, bias=False, dtype=torch.float64)
    quietly(model, [(a, b)], F.mse_loss, torch.optim.SGD(model.parameters(), lr=0.3), 2000)
    torch.testing.assert_close(model.weight.T, torch.linalg.lstsq(a, b).solution)


def test_the_model_is_in_training_mode_only_while_it_trains():
    seen = []

    class Spy(nn.Linear):
        def forward(self, x):
            seen.append(self.training)
            return super().forward(x)

    model = Spy(1, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    quietly(model, [(X, Y)], F.mse_loss, optimizer, 2, every=1, check=lambda m: m(X).sum())
    assert seen == [True, False, True, False]
    assert not model.training


def test_a_list_is_begun_again_and_several_targets_reach_the_loss():
    seen = []

    def loss(outputs, targets, weight):
        seen.append(float(weight))
        return (weight * (outputs - targets) ** 2).mean()

    net, _, optimizer = parts()
    quietly(net, [(X, Y, torch.tensor(float(i))) for i in range(3)], loss, optimizer, 5)
    assert seen == [0, 1, 2, 0, 1]


def test_rate_sets_the_step_s_learning_rate():
    net, batches, optimizer = parts()
    used = []
    optimizer.register_step_pre_hook(lambda o, *_: used.append(o.param_groups[0]["lr"]))
    quietly(net, batches, F.mse_loss, optimizer, 4, rate=lambda step: 0.1 / (step + 1))
    assert used == [0.1, 0.05, 0.1 / 3, 0.025]


def test_clip_bounds_the_gradient():
    net, batches, _ = parts()
    optimizer = torch.optim.SGD(net.parameters(), lr=1.0)
    before = [w.detach().clone() for w in net.parameters()]
    quietly(net, batches, lambda out, y: 1000 * F.mse_loss(out, y), optimizer, 1, clip=0.5)
    moved = [(w.detach() - b).square().sum() for w, b in zip(net.parameters(), before, strict=True)]
    assert math.sqrt(sum(moved)) == pytest.approx(0.5, rel=1e-4)


def test_the_bar_goes_to_standard_output(capsys):
    net, batches, optimizer = parts()
    train(net, batches, F.mse_loss, optimizer, 3)
    out, err = capsys.readouterr()
    assert "3/3" in out and err == ""
    train(net, batches, F.mse_loss, optimizer, 3, progress=False)
    assert capsys.readouterr().out == ""


@pytest.mark.gpu
@pytest.mark.skipif(pick_device("cpu") == pick_device(), reason="no CUDA or Metal device here")
def test_it_trains_on_the_accelerator():
    device = pick_device()
    net, batches, _ = parts()
    net.to(device)
    optimizer = torch.optim.Adam(net.parameters(), lr=0.01)
    history = quietly(net, batches, F.mse_loss, optimizer, 200)
    assert history.loss[-1] < history.loss[0] / 2


# Ending early.


def test_patience_ends_the_run_and_gives_back_the_best_weights():
    net, batches, optimizer = parts()
    values = iter([3.0, 1.0, 2.0, math.nan, 5.0, 0.0])
    kept = {}

    def check(model):
        value = next(values)
        kept[value] = model[0].weight.detach().clone()
        return value

    history = quietly(net, batches, F.mse_loss, optimizer, 100, check=check, every=5, patience=3)
    assert history.steps == 25
    assert history.best_step == 10
    assert history.stopped == "no better check in the last 3"
    assert torch.equal(net[0].weight, kept[1.0])


def test_patience_ends_a_run_whose_checks_are_never_numbers():
    net, batches, optimizer = parts()
    history = quietly(
        net, batches, F.mse_loss, optimizer, 50, check=lambda m: math.nan, every=2, patience=3
    )
    assert history.steps == 6 and history.best_weights is None


def test_without_patience_it_runs_on_and_keeps_the_last_weights():
    net, batches, optimizer = parts()
    values = iter([1.0, 2.0, 3.0])
    history = quietly(
        net, batches, F.mse_loss, optimizer, 30, check=lambda m: next(values), every=10
    )
    assert history.steps == 30 and history.stopped == ""
    assert history.checks == [(10, 1.0), (20, 2.0), (30, 3.0)]
    assert not torch.equal(net[0].weight, history.best_weights["0.weight"])


def test_a_loss_that_explodes_ends_the_run_before_the_weights_do():
    net = nn.Linear(1, 1)
    optimizer = torch.optim.SGD(net.parameters(), lr=1e6)
    history = quietly(net, [(X, Y)], F.mse_loss, optimizer, 100)
    assert history.steps < 100
    assert "not finite" in history.stopped
    assert not math.isfinite(history.loss[-1])


# A run cut in two.


@pytest.mark.parametrize("size", [8, 16, None])
@pytest.mark.parametrize("cut", [1, 13, 25])
def test_going_on_in_memory_is_as_if_never_interrupted(size, cut):
    net, batches, optimizer = parts(size=size)
    whole = quietly(net, batches, F.mse_loss, optimizer, 40)
    twin, batches, optimizer = parts(size=size)
    history = quietly(twin, batches, F.mse_loss, optimizer, cut)
    quietly(twin, batches, F.mse_loss, optimizer, 40, history=history)
    assert history.loss == whole.loss
    assert same_weights(net, twin)


@pytest.mark.parametrize("cut", [5, 10, 23])
def test_going_on_from_disk_is_as_if_never_interrupted(tmp_path, cut):
    check, rate = (lambda m: F.mse_loss(m(X), Y).item()), cosine(0.02, 40, warmup=5)
    more = {"check": check, "rate": rate, "every": 10, "patience": 4}
    net, batches, optimizer = parts()
    whole = quietly(net, batches, F.mse_loss, optimizer, 40, **more)
    first = parts()
    quietly(first[0], first[1], F.mse_loss, first[2], cut, save_to=tmp_path / "a" / "run", **more)
    twin, batches, optimizer = parts()
    history = load_run(tmp_path / "a" / "run", twin, optimizer, batches)
    assert history.steps == cut
    history = quietly(twin, batches, F.mse_loss, optimizer, 40, history=history, **more)
    assert history.loss == whole.loss
    assert history.checks == whole.checks
    assert same_weights(net, twin)
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["run"]


def test_a_run_killed_on_the_way_goes_on_from_its_last_saving(tmp_path):
    net, batches, optimizer = parts()
    whole = quietly(net, batches, F.mse_loss, optimizer, 40)
    first = parts()
    count = iter(range(100))

    def loss(outputs, targets):
        if next(count) == 27:
            raise KeyboardInterrupt
        return F.mse_loss(outputs, targets)

    with pytest.raises(KeyboardInterrupt):
        quietly(first[0], first[1], loss, first[2], 40, every=10, save_to=tmp_path / "run")
    twin, batches, optimizer = parts()
    history = load_run(tmp_path / "run", twin, optimizer, batches)
    assert history.steps == 20
    quietly(twin, batches, F.mse_loss, optimizer, 40, history=history)
    assert history.loss == whole.loss
    assert same_weights(net, twin)


def test_a_list_goes_on_where_it_was():
    data = [(X + i, Y) for i in range(3)]
    net, _, optimizer = parts()
    whole = quietly(net, data, F.mse_loss, optimizer, 8)
    twin, _, optimizer = parts()
    history = quietly(twin, data, F.mse_loss, optimizer, 4)
    quietly(twin, data, F.mse_loss, optimizer, 8, history=history)
    assert history.loss == whole.loss


def test_a_finished_run_is_left_alone():
    net, batches, optimizer = parts()
    history = quietly(net, batches, F.mse_loss, optimizer, 5)
    before = net[0].weight.detach().clone()
    assert quietly(net, batches, F.mse_loss, optimizer, 5, history=history).steps == 5
    assert torch.equal(net[0].weight, before)


def test_a_run_does_not_fit_another_model(tmp_path):
    net, batches, optimizer = parts()
    save_run(tmp_path / "run", net, optimizer, History(), batches)
    other = net_of(sizes=(1, 4, 1))
    with pytest.raises(ValueError, match="does not fit"):
        load_run(tmp_path / "run", other, torch.optim.Adam(other.parameters()), batches)
    with pytest.raises(FileNotFoundError, match="save_run"):
        load_run(tmp_path / "none", net, optimizer, batches)


# Batches.


@pytest.mark.parametrize("size", [1, 3, 10, 99])
def test_an_epoch_has_every_example_once(size):
    batches = Batches(torch.arange(10), torch.arange(10) * 2, size=size, generator=generator(0))
    orders = []
    for _ in range(3):
        epoch = [next(batches) for _ in range(len(batches))]
        assert all(torch.equal(b, 2 * a) for a, b in epoch)
        orders.append(torch.cat([a for a, _ in epoch]).tolist())
        assert sorted(orders[-1]) == list(range(10))
    assert orders[0] != orders[1]


@pytest.mark.parametrize("taken", [0, 1, 3, 4, 9])
def test_the_place_of_batches_can_be_kept(taken):
    batches = Batches(torch.arange(10), size=3, generator=generator(0))
    for _ in range(taken):
        next(batches)
    state = batches.state_dict()
    expected = [next(batches)[0].tolist() for _ in range(9)]
    later = Batches(torch.arange(10), size=3, generator=generator(77))
    later.load_state_dict(state)
    assert [next(later)[0].tolist() for _ in range(9)] == expected


# History and rates.


def test_smooth_is_a_moving_mean():
    loss = [4.0, 2.0, 6.0, 0.0]
    np.testing.assert_allclose(History(loss).smooth(2), [4, 3, 4, 3])
    np.testing.assert_allclose(History(loss).smooth(1), loss)
    two = History([[1.0, 5.0], [3.0, 7.0]])
    np.testing.assert_allclose(two.smooth(9), [[1, 5], [2, 6]])


def test_cosine_climbs_peaks_and_falls():
    rate = cosine(1.0, 100, warmup=20, floor=0.1)
    climb, fall = [rate(i) for i in range(20)], [rate(i) for i in range(19, 100)]
    np.testing.assert_allclose(climb, np.arange(1, 21) / 20)
    assert max(fall) == 1.0 and all(a >= b for a, b in zip(fall, fall[1:], strict=False))
    assert rate(60) == pytest.approx(0.55)
    assert rate(100) == rate(1000) == pytest.approx(0.1)


# Bad input.


def call(**changed):
    net, batches, optimizer = parts()
    given = {"model": net, "batches": batches, "loss": F.mse_loss, "optimizer": optimizer}
    return quietly(**(given | {"steps": 2} | changed))


ONCE = ((X, Y) for _ in range(1))


@pytest.mark.parametrize(
    ("wrong", "error", "says"),
    [
        (lambda: call(model=lambda x: x), TypeError, "model must be a torch.nn.Module"),
        (lambda: call(model=nn.ReLU()), ValueError, "nothing to train"),
        (lambda: call(model=net_of()), ValueError, "optimizer must be made from this model"),
        (lambda: call(steps=0), ValueError, "steps=0"),
        (lambda: call(steps=1.5), ValueError, "steps=1.5"),
        (lambda: call(every=0), ValueError, "every=0"),
        (lambda: call(patience=2), ValueError, "needs a check"),
        (lambda: call(history=[1.0]), TypeError, "History"),
        (lambda: call(batches=3), TypeError, "iterable"),
        (lambda: call(batches=[]), ValueError, "ended after 0"),
        (lambda: call(batches=ONCE), ValueError, "ended after 1"),
        (lambda: call(batches=[X]), TypeError, "tuples (inputs, targets)"),
        (lambda: Batches([1, 2]), TypeError, "number 0 is a list"),
        (lambda: Batches(X, Y[:3]), ValueError, "[40, 3]"),
        (lambda: Batches(X[:0]), ValueError, "not empty"),
        (lambda: Batches(X, size=0), ValueError, "size=0"),
        (lambda: Batches(X, size=2), TypeError, "drawn at random"),
        (lambda: cosine(0, 10), ValueError, "peak=0"),
        (lambda: cosine(1, 10, floor=2), ValueError, "floor=2"),
        (lambda: cosine(1, 10, warmup=10), ValueError, "warmup=10"),
        (lambda: History([1.0]).smooth(0), ValueError, "window=0"),
        (lambda: Together([]), TypeError, "list of torch modules"),
        (lambda: Together([net_of(), nn.Linear(1, 1)]), ValueError, "number 1"),
        (lambda: Together([nn.BatchNorm1d(2)]), ValueError, "buffers"),
    ],
)
def test_bad_input_is_named(wrong, error, says):
    with pytest.raises(error) as caught:
        wrong()
    assert says in str(caught.value)
