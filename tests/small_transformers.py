"""Small transformers and tokens for tests, in float64 and with weights large enough to matter."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import nn

from lib.device import generator
from lib.transformer import Config, Transformer
from lib.transformer import model as model_module
from lib.transformer.config import POSITIONS

__all__ = ["POSITIONS", "SMALL", "build", "draw", "way"]

SMALL = Config(vocab_size=11, context=12, d_model=16, n_heads=4, n_layers=3)


def build(seed: int = 0, **changes: object) -> Transformer:
    """A model of the shape of `SMALL`, with some fields changed."""
    model = Transformer(replace(SMALL, d_mlp=None, **changes), generator(seed)).double().eval()
    for i, weights in enumerate(model.parameters()):
        nn.init.normal_(weights, std=0.4, generator=generator(100 * seed + i))
    return model


def draw(batch: int = 3, position: int = 9, seed: int = 0) -> torch.Tensor:
    """Tokens at random, (batch, position) int64."""
    return torch.randint(11, (batch, position), generator=generator(seed))


@pytest.fixture(params=["fused", "in steps"], autouse=True)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything twice: with torch's fused attention, and step by step."""
    monkeypatch.setattr(model_module, "_better_in_steps", lambda q: request.param == "in steps")
