"""The page's transformer against torch's: logits, patterns and the residual stream."""

from __future__ import annotations

import doctest

import numpy as np
import pytest
import torch
from small_transformers import POSITIONS, SMALL, build, draw
from test_widgets import javascript

import lib.widgets.packing as packing
from lib import checkpoints
from lib.device import generator
from lib.parens import END, encode
from lib.transformer import Config, Trace, Transformer

RUN = """(() => {
  const seen = {};
  const plain = (value) => (typeof value === "number" ? value : Array.from(value, plain));
  const logits = m.run(m.unpack(a[0]), a[1], (name, value) => { seen[name] = plain(value); });
  return { logits: plain(logits), seen };
})()"""


def compare(model: Transformer, tokens: list[int], within: float) -> None:
    """All that JavaScript tells of is what torch finds, with the same half-precision weights."""
    model = model.half().double()
    found = javascript("transformer.js", RUN, packing.packed(model), tokens)
    trace = Trace()
    with torch.no_grad():
        logits = model(torch.tensor([tokens]), trace=trace)
    np.testing.assert_allclose(found["logits"], logits[0], rtol=0, atol=within)
    stages = ("hook_resid_pre", "hook_resid_mid", "hook_resid_post", "attn.hook_pattern")
    named = {f"blocks.{i}.{stage}" for i in range(model.config.n_layers) for stage in stages}
    assert set(found["seen"]) == named
    for name, value in found["seen"].items():
        np.testing.assert_allclose(value, trace[name][0], rtol=0, atol=within, err_msg=name)


@pytest.mark.parametrize("positions", POSITIONS)
def test_it_is_torchs_with_every_kind_of_position(positions):
    within = 1e-6 if positions in ("sinusoidal", "rotary") else 1e-9  # torch's angles are float32
    compare(build(seed=1, positions=positions), draw(1, 12, seed=2)[0].tolist(), within)


@pytest.mark.parametrize(
    "changes",
    [
        {"norm": "rms"}, {"norm": "none", "n_layers": 1}, {"tied": True}, {"causal": False},
        {"causal": False, "positions": "alibi"}, {"n_heads": 1}, {"d_mlp": 5},
    ],
)  # fmt: skip
def test_it_is_torchs_in_other_shapes(changes):
    config = Config(**{**SMALL.__dict__, **changes})
    model = Transformer(config, generator(3)).double()
    with torch.no_grad():
        for weights in model.parameters():
            weights.copy_(0.3 * torch.randn(weights.shape, generator=generator(4)))
    compare(model, draw(1, 7, seed=5)[0].tolist(), 1e-9)


def test_one_token_is_enough():
    compare(build(), [4], 1e-9)


@pytest.mark.parametrize("text", ["(()(()))", "())))", "(" * 32 + ")" * 20, "()" * 64])
def test_it_is_torchs_with_the_weights_that_are_shipped(text):
    about = checkpoints.card("parens")["config"]
    model = checkpoints.load("parens", Transformer(Config(**about)))
    compare(model, [END, *encode(text).tolist()], 1e-9)


def test_float32_as_a_learner_runs_it_is_as_near():
    model = build(seed=6).half().float()
    tokens = draw(1, 10, seed=7)
    found = javascript("transformer.js", RUN, packing.packed(model), tokens[0].tolist())
    with torch.no_grad():
        np.testing.assert_allclose(found["logits"], model(tokens)[0], rtol=0, atol=1e-3)


def test_the_examples_in_the_docstrings():
    result = doctest.testmod(packing)
    assert result.attempted > 0 and result.failed == 0


def test_it_refuses_what_it_cannot_pack():
    with pytest.raises(TypeError, match="model"):
        packing.packed(torch.nn.Linear(2, 2))
    with pytest.raises(ValueError, match="weights; a page"):
        packing.packed(Transformer(Config(vocab_size=3, context=5, n_layers=6)))
    model = build()
    with torch.no_grad():
        model.embed.weight[0, 0] = 1e6
    with pytest.raises(ValueError, match="65504"):
        packing.packed(model)
