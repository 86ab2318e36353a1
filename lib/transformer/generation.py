"""A transformer writes: each token it has read once need not be read again."""

from __future__ import annotations

import torch
from torch import Tensor

from lib import sampling
from lib.transformer.cache import Cache
from lib.transformer.model import Transformer


@torch.no_grad()
def generate(
    model: Transformer, tokens: Tensor, steps: int, *, cached: bool = True, **how: object
) -> Tensor:
    """Let a transformer write, reading each token only once.

    Parameters
    ----------
    model
        Causal.
    tokens
        (batch, position) int64, the prompts, at least one token each.
    steps
        How many tokens to add.
    cached
        Whether to keep keys and values; without, it reads everything anew at each step.
    **how
        ``temperature``, ``top_k``, ``top_p``, ``generator``, ``stop``: see
        `lib.sampling.generate`.

    Returns
    -------
    Tensor
        (batch, position + steps) int64.

    Raises
    ------
    ValueError
        If the model looks ahead, or prompt and steps are more than its context.

    Examples
    --------
    >>> from lib.transformer import Config, Transformer
    >>> model = Transformer(Config(vocab_size=3, context=5))
    >>> generate(model, torch.tensor([[0, 1]]), 3, temperature=0).shape
    torch.Size([1, 5])
    """
    if not model.config.causal:
        raise ValueError("model: one that looks ahead (causal=False) can't write word by word")
    if tokens.ndim == 2 and tokens.shape[1] + steps > model.config.context:
        raise ValueError(
            f"steps={steps} after a prompt of {tokens.shape[1]} tokens is more than the model's "
            f"context of {model.config.context}"
        )
    if not cached:
        return sampling.generate(model.next_logits, tokens, steps, **how)
    cache = Cache()

    def next_logits(so_far: Tensor) -> Tensor:
        return model.next_logits(so_far[:, cache.length :], cache=cache)

    return sampling.generate(next_logits, tokens, steps, **how)
