"""Many nets trained at once must learn what each learns alone."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from test_training import X, Y, net_of, quietly
from torch import nn
from torch.nn import functional as F

from lib.device import generator
from lib.nets import MLP, seeded
from lib.training import Batches, Together


@pytest.mark.parametrize("make", [torch.optim.Adam, torch.optim.SGD, torch.optim.AdamW])
def test_nets_together_learn_what_each_learns_alone(make):
    nets = [net_of(seed) for seed in range(3)]
    together = Together(nets)
    batches = Batches(X, Y, size=8, generator=generator(9))
    losses = together.losses(F.mse_loss)
    history = quietly(together, batches, losses, make(together.parameters(), lr=0.01), 25)
    trained = together.separate()
    for position, net in enumerate(nets):
        batches = Batches(X, Y, size=8, generator=generator(9))
        alone = quietly(net, batches, F.mse_loss, make(net.parameters(), lr=0.01), 25)
        np.testing.assert_allclose(np.array(history.loss)[:, position], alone.loss, rtol=1e-4)
        torch.testing.assert_close(trained[position](X), net(X), rtol=1e-4, atol=1e-5)
        torch.testing.assert_close(together(X)[position], net(X), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("own", [False, True])
def test_the_fast_way_through_plain_layers_is_the_general_one(own):
    nets = [MLP([3, 5, 4, 2], "tanh", generator=generator(seed)) for seed in range(4)]
    together = Together(nets, own_inputs=own)
    x = torch.randn(*([4] if own else []), 9, 3, generator=generator(9))
    assert together._is_chain
    fast = together(x)
    together._is_chain = False
    torch.testing.assert_close(together(x), fast)


def test_other_modules_take_the_general_way():
    class Twice(nn.Sequential):
        def forward(self, x):
            return 2 * super().forward(x)

    def convolution(seed):
        return seeded(lambda: nn.Sequential(nn.Conv1d(1, 2, 3), nn.ReLU()), generator(seed))

    x = torch.randn(5, 1, 8, generator=generator(0))
    for make in (convolution, lambda seed: Twice(*net_of(seed, (8, 3, 1)))):
        nets = [make(seed) for seed in range(3)]
        out = Together(nets)(x)
        torch.testing.assert_close(out, torch.stack([net(x) for net in nets]))


def test_nets_with_data_of_their_own():
    nets = [net_of(seed) for seed in range(2)]
    together = Together(nets, own_inputs=True)
    x, y = torch.stack([X, X + 1]), torch.stack([Y, -Y])
    losses = together.losses(F.mse_loss)(together(x), y)
    for position, net in enumerate(nets):
        torch.testing.assert_close(losses[position], F.mse_loss(net(x[position]), y[position]))


def test_a_classifier_s_loss_works_together_too():
    together = Together([net_of(seed, (1, 4, 3)) for seed in range(4)])
    labels = torch.randint(3, (40,), generator=generator(0))
    losses = together.losses(F.cross_entropy)(together(X), labels)
    alone = [F.cross_entropy(net(X), labels) for net in together.separate()]
    torch.testing.assert_close(losses, torch.stack(alone))


def test_one_net_s_explosion_does_not_stop_the_others():
    nets = [net_of(0), net_of(1)]
    with torch.no_grad():
        nets[0][0].weight.fill_(math.nan)
    together = Together(nets)
    optimizer = torch.optim.Adam(together.parameters(), lr=0.01)
    history = quietly(together, [(X, Y)], together.losses(F.mse_loss), optimizer, 50)
    assert history.steps == 50 and history.stopped == ""
    assert history.loss[-1][1] < history.loss[0][1]


def test_the_nets_given_are_left_alone():
    net = net_of()
    before = net[0].weight.detach().clone()
    together = Together([net])
    optimizer = torch.optim.SGD(together.parameters(), lr=0.1)
    quietly(together, [(X, Y)], together.losses(F.mse_loss), optimizer, 3)
    assert torch.equal(net[0].weight, before)
