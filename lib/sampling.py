"""From logits to tokens: temperature, top-k, top-p, and the loop that writes a text.

Serves every chapter that lets a model speak; knows logits and any function
``next_logits(tokens) -> logits``, and no model.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import torch

from lib.arguments import whole

NextLogits = Callable[[torch.Tensor], torch.Tensor]


def temperature_scale(logits: torch.Tensor, temperature: float) -> torch.Tensor:
    """Sharpen (temperature below 1) or flatten (above 1) a distribution.

    Divides by the temperature, after taking off each row's largest logit so that a tiny
    temperature cannot overflow; softmax does not see that shift. At temperature 0 only
    the largest logit stays and the rest become ``-inf``; of equal ones the lowest id stays.

    Parameters
    ----------
    logits : torch.Tensor
        (..., vocab) float.
    temperature : float
        0 or more, finite.

    Returns
    -------
    torch.Tensor
        (..., vocab) float.

    Raises
    ------
    ValueError
        If the temperature is negative or not finite, or the logits hold NaN, ``+inf`` or a
        row of ``-inf`` alone.

    Examples
    --------
    >>> temperature_scale(torch.tensor([[0.0, 1.0]]), 0.5)
    tensor([[-2.,  0.]])
    """
    temperature = _real(temperature, "temperature")
    if not (math.isfinite(temperature) and temperature >= 0):
        raise ValueError(f"temperature: expected a finite number >= 0, got {temperature}")
    _check_logits(logits)
    if temperature == 0:
        best = _argmax(logits)
        return torch.full_like(logits, -math.inf).scatter_(-1, best, 0.0)
    return (logits - logits.amax(-1, keepdim=True)) / temperature


def top_k(logits: torch.Tensor, k: int) -> torch.Tensor:
    """Keep the `k` largest logits of each row; the rest become ``-inf``.

    Of equal logits the lower ids are kept. A `k` at or above the vocabulary cuts nothing.

    Parameters
    ----------
    logits : torch.Tensor
        (..., vocab) float.
    k : int
        1 or more.

    Returns
    -------
    torch.Tensor
        (..., vocab) float.

    Raises
    ------
    ValueError
        If `k` is below 1, or for logits that `sample` would refuse.
    TypeError
        If `k` is not an integer.

    Examples
    --------
    >>> top_k(torch.tensor([[1.0, 3.0, 2.0]]), 2)
    tensor([[-inf, 3., 2.]])
    """
    k = whole(k, "k", least=1)
    _check_logits(logits)
    if k >= logits.shape[-1]:
        return logits
    order = torch.sort(logits, dim=-1, descending=True, stable=True).indices
    return logits.scatter(-1, order[..., k:], -math.inf)


def top_p(logits: torch.Tensor, p: float) -> torch.Tensor:
    """Keep each row's nucleus, the fewest tokens whose probabilities add up to `p`.

    Tokens enter from the most probable down, of equal ones the lower id first, until
    their mass is at least `p`; the rest become ``-inf``. At ``p = 1`` nothing is cut.
    Holtzman et al. 2020, "The Curious Case of Neural Text Degeneration", section 3.1.

    Parameters
    ----------
    logits : torch.Tensor
        (..., vocab) float.
    p : float
        Above 0, at most 1.

    Returns
    -------
    torch.Tensor
        (..., vocab) float.

    Raises
    ------
    ValueError
        If `p` is outside (0, 1], or for logits that `sample` would refuse.

    Examples
    --------
    >>> top_p(torch.tensor([[0.5, 0.3, 0.2]]).log(), 0.7).exp()
    tensor([[0.5000, 0.3000, 0.0000]])
    """
    p = _real(p, "p")
    if not 0 < p <= 1:
        raise ValueError(f"p: expected 0 < p <= 1, got {p}")
    _check_logits(logits)
    if p == 1:
        return logits
    ranked, order = torch.sort(logits, dim=-1, descending=True, stable=True)
    probs = torch.softmax(ranked, -1)
    before = probs.cumsum(-1) - probs
    beyond = torch.zeros_like(logits, dtype=torch.bool).scatter(-1, order, before >= p)
    return logits.masked_fill(beyond, -math.inf)


def sample(logits: torch.Tensor, generator: torch.Generator | None = None) -> torch.Tensor:
    """Draw one token per row from ``softmax(logits)``.

    Parameters
    ----------
    logits : torch.Tensor
        (batch, vocab) float.
    generator : torch.Generator, optional
        On the logits' device; without it, torch's own generator for that device.

    Returns
    -------
    torch.Tensor
        (batch,) int64.

    Raises
    ------
    ValueError
        If the logits hold NaN, ``+inf`` or a row of ``-inf`` alone, are not (batch, vocab),
        or the generator is on another device.

    Examples
    --------
    >>> sample(torch.tensor([[0.0, -torch.inf], [-torch.inf, 0.0]]))
    tensor([0, 1])
    """
    _check_generator(generator, logits)
    _check_logits(logits)
    if logits.ndim != 2:
        raise ValueError(f"logits: expected shape (batch, vocab), got {tuple(logits.shape)}")
    probs = torch.softmax(logits, -1)
    return torch.multinomial(probs, 1, generator=generator).squeeze(-1)


@torch.no_grad()
def generate(
    next_logits: NextLogits,
    tokens: torch.Tensor,
    steps: int,
    *,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
    generator: torch.Generator | None = None,
    stop: int | None = None,
) -> torch.Tensor:
    """Let a model write: ask for logits, draw a token, append it, again.

    The cuts come in the order temperature, top-k, top-p.

    Parameters
    ----------
    next_logits : callable
        From tokens (batch, position) int64 to logits (batch, vocab).
    tokens : torch.Tensor
        (batch, position) int64, the prompts; position may be 0 if the model allows it.
    steps : int
        How many tokens to add to each row, 0 or more.
    temperature : float
        0 takes the most probable token (of equal ones the lowest id); see `temperature_scale`.
    top_k : int, optional
        See `top_k`.
    top_p : float, optional
        See `top_p`.
    generator : torch.Generator, optional
        On the device of the logits.
    stop : int, optional
        A row that has drawn this token is filled up with it; once all rows have, the model
        is asked no more.

    Returns
    -------
    torch.Tensor
        (batch, position + steps) int64.

    Raises
    ------
    TypeError
        If the tokens are not an integer tensor or `steps` is no integer.
    ValueError
        For a shape or a number out of range, and for logits that `sample` would refuse.

    Examples
    --------
    >>> count_up = lambda tokens: torch.eye(5)[(tokens[:, -1] + 1) % 5]
    >>> generate(count_up, torch.tensor([[0]]), 3, temperature=0)
    tensor([[0, 1, 2, 3]])
    """
    _check_tokens(tokens)
    steps = whole(steps, "steps", least=0)
    start = tokens.shape[1]
    fill = 0 if stop is None else whole(stop, "stop", least=0)
    out = torch.full((len(tokens), start + steps), fill, dtype=torch.int64, device=tokens.device)
    out[:, :start] = tokens
    stopped = torch.zeros(len(tokens), dtype=torch.bool, device=tokens.device)
    for position in range(start, start + steps):
        logits = temperature_scale(next_logits(out[:, :position]), temperature)
        if logits.ndim != 2 or len(logits) != len(tokens):
            raise ValueError(
                f"next_logits: expected logits of shape ({len(tokens)}, vocab), "
                f"got {tuple(logits.shape)}"
            )
        if top_k is not None:
            logits = _top_k(logits, top_k)
        if top_p is not None:
            logits = _top_p(logits, top_p)
        drawn = _argmax(logits)[:, 0] if temperature == 0 else sample(logits, generator)
        out[:, position] = drawn.masked_fill(stopped, fill)
        if stop is not None:
            stopped |= drawn == stop
            if stopped.all():
                break
    return out


_top_k, _top_p = top_k, top_p  # `generate` has arguments of the same names


def _argmax(logits: torch.Tensor) -> torch.Tensor:
    """(..., 1) ids of the largest logits; of equal ones the lowest, on every device."""
    is_best = logits == logits.amax(-1, keepdim=True)
    ids = torch.arange(logits.shape[-1], device=logits.device)
    return torch.where(is_best, ids, logits.shape[-1]).amin(-1, keepdim=True)


def _check_logits(logits: torch.Tensor) -> None:
    if not isinstance(logits, torch.Tensor) or not logits.is_floating_point():
        kind = logits.dtype if isinstance(logits, torch.Tensor) else type(logits).__name__
        raise TypeError(f"logits: expected a float tensor, got {kind}")
    if logits.ndim == 0 or logits.shape[-1] == 0:
        raise ValueError(f"logits: expected shape (..., vocab), got {tuple(logits.shape)}")
    if logits.shape.numel() == 0:
        return
    largest = logits.amax(-1)  # NaN wins over all, so one pass finds every fault
    if torch.isfinite(largest).all():
        return
    if torch.isnan(largest).any():
        raise ValueError("logits: NaN among them; look for a division by zero or a diverged model")
    if torch.isposinf(largest).any():
        raise ValueError("logits: +inf among them; only finite values and -inf have a softmax")
    raise ValueError("logits: a row is -inf throughout, so no token is left to draw")


def _check_tokens(tokens: torch.Tensor) -> None:
    if not isinstance(tokens, torch.Tensor) or tokens.dtype != torch.int64:
        kind = tokens.dtype if isinstance(tokens, torch.Tensor) else type(tokens).__name__
        raise TypeError(f"tokens: expected an int64 tensor, got {kind}; encode the text first")
    if tokens.ndim != 2:
        raise ValueError(f"tokens: expected shape (batch, position), got {tuple(tokens.shape)}")


def _check_generator(generator: torch.Generator | None, logits: torch.Tensor) -> None:
    if generator is not None and generator.device.type != logits.device.type:
        raise ValueError(
            f"generator: it is on {generator.device}, the logits are on {logits.device}; "
            f"make it with torch.Generator(device={logits.device.type!r})"
        )


def _real(value: object, name: str) -> float:
    if isinstance(value, (str, bytes, bool)) or not hasattr(value, "__float__"):
        raise TypeError(f"{name}: expected a number, got {value!r}")
    return float(value)
