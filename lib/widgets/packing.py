"""Trained weights as text, for a page that runs a model in the reader's browser."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import asdict

import numpy as np
import torch
from torch import Tensor

from lib.transformer import Transformer

MOST_WEIGHTS = 1_000_000  # of a transformer: two megabytes


def halves(tensors: Iterable[Tensor]) -> str:
    """All numbers of some tensors in a row, in half precision, the lower byte first, in base64.

    Raises
    ------
    ValueError
        If a number is not finite, or too large for half precision.

    Examples
    --------
    >>> halves([torch.tensor([[1.0]]), torch.tensor([0.0])])
    'ADwAAA=='
    """
    flat = torch.cat([part.detach().cpu().float().flatten() for part in tensors]).numpy()
    with np.errstate(over="ignore"):
        small = flat.astype("<f2")
    if not np.isfinite(small).all():
        raise ValueError(f"a weight is {np.abs(flat).max():g}; half precision ends at 65504")
    return base64.b64encode(small.tobytes()).decode("ascii")


def packed(model: Transformer) -> dict:
    """What ``transformer.js`` needs of a model.

    Returns
    -------
    dict
        ``config``; ``parts``, the name and size of each tensor of weights; ``numbers``, all of
        them as `halves` writes them.

    Raises
    ------
    TypeError
        If it is no `Transformer`.
    ValueError
        If it has too many weights for a page, or one that half precision can't hold.

    Examples
    --------
    >>> from lib.transformer import Config
    >>> packed(Transformer(Config(vocab_size=3, context=5)))["parts"][0]
    ['embed.weight', 384]
    """
    if not isinstance(model, Transformer):
        raise TypeError(f"model must be a lib.transformer.Transformer, not {type(model).__name__}")
    weights = model.state_dict()
    count = sum(part.numel() for part in weights.values())
    if count > MOST_WEIGHTS:
        raise ValueError(f"model has {count:,} weights; a page can hold {MOST_WEIGHTS:,}")
    return {
        "config": asdict(model.config),
        "parts": [[name, part.numel()] for name, part in weights.items()],
        "numbers": halves(weights.values()),
    }
