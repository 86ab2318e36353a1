"""`lib.nets`: shapes, counts and first weights, against torch's layers and arithmetic."""

from __future__ import annotations

import doctest
import math

import pytest
import torch
from torch import nn

from lib import nets
from lib.device import generator
from lib.nets import MLP, LeNet, activations, count_parameters, formula, seeded

PYTHON = {
    "relu": lambda v: max(0.0, v),
    "tanh": math.tanh,
    "sigmoid": lambda v: 1 / (1 + math.exp(-v)),
}


def test_the_examples_in_the_docstrings():
    result = doctest.testmod(nets)
    assert result.attempted > 0 and result.failed == 0


@pytest.mark.parametrize("activation", list(PYTHON))
def test_mlp_is_the_layers_written_out(activation):
    net = MLP([3, 5, 4, 2], activation, generator=generator(1))
    x = torch.randn(7, 3, generator=generator(2))
    first, second, third = (layer for layer in net if isinstance(layer, nn.Linear))
    act = {"relu": torch.relu, "tanh": torch.tanh, "sigmoid": torch.sigmoid}[activation]
    by_hand = act(act(x @ first.weight.T + first.bias) @ second.weight.T + second.bias)
    by_hand = by_hand @ third.weight.T + third.bias
    torch.testing.assert_close(net(x), by_hand)


@pytest.mark.parametrize("sizes", [[2, 1], [2, 4, 4, 1], [784, 30, 10]])
def test_parameters_are_weights_and_constants(sizes):
    expected = sum(a * b + b for a, b in zip(sizes, sizes[1:], strict=False))
    assert count_parameters(MLP(sizes)) == expected


def test_frozen_weights_are_not_counted():
    net = MLP([2, 3, 1])
    net[0].weight.requires_grad_(False)
    assert count_parameters(net) == 13 - 6


@pytest.mark.parametrize(
    "make", [lambda g: MLP([2, 8, 1], generator=g), lambda g: LeNet(generator=g)]
)
def test_first_weights_come_from_the_generator_alone(make):
    before = torch.get_rng_state()
    torch.rand(3)
    one = make(generator(0)).state_dict()
    torch.rand(5)
    again, other = make(generator(0)).state_dict(), make(generator(1)).state_dict()
    assert all(torch.equal(one[name], again[name]) for name in one)
    assert not any(torch.equal(one[name], other[name]) for name in one)
    torch.set_rng_state(before)


def test_seeding_leaves_the_shared_generator_as_it_was():
    before = torch.get_rng_state()
    g = generator(3)
    first, second = (seeded(lambda: nn.Linear(2, 2), g) for _ in range(2))
    assert torch.equal(torch.get_rng_state(), before)
    assert not torch.equal(first.weight, second.weight)


def test_the_shared_generator_is_put_back_when_building_fails():
    before = torch.get_rng_state()

    def build():
        torch.rand(1)
        raise RuntimeError("no")

    with pytest.raises(RuntimeError):
        seeded(build, generator(0))
    assert torch.equal(torch.get_rng_state(), before)


def test_first_weights_have_torch_s_law():
    """Uniform within 1/sqrt(inputs): bounds hold, and mean and spread fit within 5 sigma."""
    weights = MLP([100, 200, 1], generator=generator(0))[0].weight.detach()
    bound = 0.1
    assert weights.abs().max() <= bound
    count, spread = weights.numel(), bound / math.sqrt(3)
    assert abs(weights.mean()) < 5 * spread / math.sqrt(count)
    assert abs(weights.std() / spread - 1) < 5 / math.sqrt(2 * count)


def test_lenet_has_the_essay_s_sizes():
    shapes = [tuple(a.shape[1:]) for a in activations(LeNet(), torch.zeros(1, 1, 28, 28))]
    assert shapes[0] == (1, 28, 28)
    assert {(20, 24, 24), (20, 12, 12), (50, 8, 8), (50, 4, 4), (800,), (500,)} <= set(shapes)
    assert shapes[-1] == (10,)
    assert len(shapes) == 11  # ten layers; the softmax is the eleventh


def test_activations_end_with_the_net_s_answer():
    net = MLP([2, 3, 1], generator=generator(0))
    x = torch.randn(4, 2, generator=generator(1))
    seen = activations(net, x)
    assert torch.equal(seen[0], x)
    torch.testing.assert_close(seen[-1], net(x))
    assert not seen[-1].requires_grad


@pytest.mark.parametrize("activation", list(PYTHON))
@pytest.mark.parametrize("sizes", [[2, 1], [2, 3, 1], [2, 2, 3, 1]])
def test_formula_computes_what_the_net_computes(activation, sizes):
    net = MLP(sizes, activation, generator=generator(4)).double()
    text = formula(net, digits=15)
    for x, y in [(0.0, 0.0), (1.5, -2.0), (-0.3, 4.0)]:
        told = eval(text, {activation: PYTHON[activation], "x": x, "y": y})
        assert told == pytest.approx(
            net(torch.tensor([x, y], dtype=torch.float64)).item(), abs=1e-9
        )


@pytest.mark.parametrize("sizes", [[2, 1], [3, 2, 1], [2, 4, 5, 1], [1, 2, 3, 4, 1]])
def test_formula_s_length_is_foreseen(sizes):
    text = formula(MLP(sizes), names="abcd"[: sizes[0]], digits=1)
    assert text.count(".") == nets._weights_written(sizes)


@pytest.mark.parametrize(
    ("wrong", "error", "says"),
    [
        (lambda: MLP([2]), ValueError, "sizes=[2]"),
        (lambda: MLP([2, 0, 1]), ValueError, "above zero"),
        (lambda: MLP([2, True]), ValueError, "whole numbers"),
        (lambda: MLP([2, 1], "ramp"), ValueError, "activation='ramp'"),
        (lambda: MLP([2, 1], generator=0), TypeError, "torch.Generator"),
        (lambda: LeNet(1), ValueError, "classes=1"),
        (lambda: activations(nn.Linear(1, 1), torch.zeros(1, 1)), TypeError, "Linear"),
        (lambda: formula(MLP([2, 3])), ValueError, "not 3"),
        (lambda: formula(MLP([3, 1])), ValueError, "names=['x', 'y']"),
        (lambda: formula(MLP([2, 100, 100, 1])), ValueError, "too large"),
    ],
)
def test_bad_input_is_named(wrong, error, says):
    with pytest.raises(error) as caught:
        wrong()
    assert says in str(caught.value)
