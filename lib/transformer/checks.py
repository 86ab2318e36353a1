"""What a transformer refuses to read, and why."""

from __future__ import annotations

import torch
from torch import Tensor

from lib.transformer.cache import Cache
from lib.transformer.config import Config


def check_inputs(
    config: Config, tokens: Tensor, cache: Cache | None, lengths: Tensor | None
) -> None:
    """Raise a TypeError or ValueError that says what can't be right; see `Transformer.forward`."""
    _check_tokens(config, tokens, 0 if cache is None else cache.length)
    if cache is not None:
        _check_cache(config, tokens, cache, lengths)
    if lengths is not None:
        _check_lengths(tokens, lengths)


def _check_tokens(config: Config, tokens: Tensor, past: int) -> None:
    if not isinstance(tokens, Tensor) or tokens.dtype != torch.int64:
        kind = tokens.dtype if isinstance(tokens, Tensor) else type(tokens).__name__
        raise TypeError(f"tokens: expected an int64 tensor, got {kind}; encode the text first")
    if tokens.ndim != 2 or tokens.numel() == 0:
        raise ValueError(
            f"tokens: expected shape (batch, position), neither of them 0, got "
            f"{tuple(tokens.shape)}; pad rows of different lengths, and pass lengths"
        )
    if past + tokens.shape[1] > config.context:
        before = f" after {past} in the cache" if past else ""
        raise ValueError(
            f"tokens: {tokens.shape[1]}{before} are more than the model's context of "
            f"{config.context}"
        )
    low, high = torch.aminmax(tokens)
    if low < 0 or high >= config.vocab_size:
        bad = int(low if low < 0 else high)
        raise ValueError(f"tokens: {bad} is none of 0 to {config.vocab_size - 1}")


def _check_cache(config: Config, tokens: Tensor, cache: Cache, lengths: Tensor | None) -> None:
    if not config.causal:
        raise ValueError("cache: a model that looks ahead (causal=False) has no use for one")
    if lengths is not None:
        raise ValueError("lengths: not with a cache; sequences in it must be equally long")
    if cache.length and cache.batch != len(tokens):
        raise ValueError(f"cache: it holds {cache.batch} sequences, tokens {len(tokens)}")


def _check_lengths(tokens: Tensor, lengths: Tensor) -> None:
    if not isinstance(lengths, Tensor) or lengths.dtype != torch.int64:
        raise TypeError(f"lengths={lengths!r} must be an int64 tensor")
    if lengths.shape != tokens.shape[:1]:
        raise ValueError(
            f"lengths: expected one for each of {len(tokens)} rows, got shape "
            f"{tuple(lengths.shape)}"
        )
    if lengths.min() < 1 or lengths.max() > tokens.shape[1]:
        raise ValueError(
            f"lengths: expected 1 to {tokens.shape[1]}, got {int(lengths.min())} to "
            f"{int(lengths.max())}"
        )
