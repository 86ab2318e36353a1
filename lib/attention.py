"""Attention in the open: scores, masks, weights, and ways to tell a model where a token stands.

Serves chapter 11 and `lib.transformer`. Knows tensors only: no weights, no model. Positions and
heads have the order (batch, head, position, feature).
"""

from __future__ import annotations

import math

import torch
from torch import Tensor


def split_heads(x: Tensor, n_heads: int) -> Tensor:
    """Cut each token's features into equal pieces, one for each head.

    Parameters
    ----------
    x
        (..., position, feature) float.
    n_heads
        Must divide the number of features. The first head gets the first features.

    Returns
    -------
    Tensor
        (..., head, position, feature / n_heads).

    Raises
    ------
    ValueError
        If the features can't be shared out equally.

    Examples
    --------
    >>> split_heads(torch.tensor([[1, 2, 3, 4], [5, 6, 7, 8]]), 2).tolist()
    [[[1, 2], [5, 6]], [[3, 4], [7, 8]]]
    """
    if n_heads < 1 or x.shape[-1] % n_heads:
        raise ValueError(f"n_heads={n_heads} must divide the {x.shape[-1]} features of x")
    return x.unflatten(-1, (n_heads, -1)).transpose(-3, -2)


def merge_heads(x: Tensor) -> Tensor:
    """Lay the heads' outputs side by side again; undoes `split_heads`.

    Parameters
    ----------
    x
        (..., head, position, feature) float.

    Returns
    -------
    Tensor
        (..., position, head * feature).

    Examples
    --------
    >>> merge_heads(split_heads(torch.arange(8).view(2, 4), 2)).tolist()
    [[0, 1, 2, 3], [4, 5, 6, 7]]
    """
    return x.transpose(-3, -2).flatten(-2)


def causal_mask(queries: int, keys: int | None = None) -> Tensor:
    """Which keys each query may look at: itself and what came before.

    Parameters
    ----------
    queries
        How many tokens ask.
    keys
        How many can be looked at, as many or more; the last query is the last key. As many as
        there are queries if left out.

    Returns
    -------
    Tensor
        (query, key) bool, True where looking is allowed.

    Raises
    ------
    ValueError
        If there are fewer keys than queries.

    Examples
    --------
    >>> causal_mask(3).int().tolist()
    [[1, 0, 0], [1, 1, 0], [1, 1, 1]]
    """
    keys = queries if keys is None else keys
    if not 0 < queries <= keys:
        raise ValueError(f"queries={queries} must be above zero and at most keys={keys}")
    return torch.ones(queries, keys, dtype=torch.bool).tril(keys - queries)


def attention_scores(q: Tensor, k: Tensor, mask: Tensor | None = None) -> Tensor:
    """How well each query fits each key: their dot product over the root of its length.

    Vaswani et al. 2017, "Attention Is All You Need", section 3.2.1.

    Parameters
    ----------
    q
        (..., query, feature) float.
    k
        (..., key, feature) float.
    mask
        Broadcasts to (..., query, key): bool, True where looking is allowed, the others become
        ``-inf``; or float, which is added.

    Returns
    -------
    Tensor
        (..., query, key).

    Raises
    ------
    ValueError
        If queries and keys have different numbers of features.

    Examples
    --------
    >>> q = k = torch.eye(2)
    >>> attention_scores(q, k, causal_mask(2))
    tensor([[0.7071,   -inf],
            [0.0000, 0.7071]])
    """
    if q.shape[-1] != k.shape[-1]:
        raise ValueError(f"q has {q.shape[-1]} features and k {k.shape[-1]}; they must be alike")
    scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])
    if mask is None:
        return scores
    return scores.masked_fill(~mask, -math.inf) if mask.dtype == torch.bool else scores + mask


def attention(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None) -> tuple[Tensor, Tensor]:
    """Mix the values, each query by its own weights: softmax of its scores.

    Every step in the open; `torch.nn.functional.scaled_dot_product_attention` computes the same
    without keeping the weights.

    Parameters
    ----------
    q, k, mask
        As in `attention_scores`. A query that may look at nothing gets nan.
    v
        (..., key, feature of the values) float.

    Returns
    -------
    mixed : Tensor
        (..., query, feature of the values).
    pattern : Tensor
        (..., query, key), the weights; each row adds up to 1.

    Examples
    --------
    >>> q = k = torch.zeros(2, 4)
    >>> attention(q, k, torch.tensor([[1.0], [3.0]]), causal_mask(2))[0].tolist()
    [[1.0], [2.0]]
    """
    pattern = attention_scores(q, k, mask).softmax(-1)
    return pattern @ v, pattern


def sinusoids(positions: Tensor, d_model: int, base: float = 10_000.0) -> Tensor:
    """A vector of sines and cosines for each position, from quick waves to slow ones.

    Vaswani et al. 2017, section 3.5: feature 2i is sin(position / base**(2i / d_model)), the next
    is the cosine.

    Parameters
    ----------
    positions
        (position,) int64.
    d_model
        Length of a vector; even.
    base
        Sets the slowest wave.

    Returns
    -------
    Tensor
        (position, d_model) float32.

    Raises
    ------
    ValueError
        If `d_model` is odd.

    Examples
    --------
    >>> sinusoids(torch.tensor([0]), 4).tolist()
    [[0.0, 1.0, 0.0, 1.0]]
    """
    angles = _angles(positions, d_model, base, "d_model")
    return torch.stack((angles.sin(), angles.cos()), -1).flatten(-2)


def rotate(x: Tensor, positions: Tensor, base: float = 10_000.0) -> Tensor:
    """Turn each pair of features by an angle that grows with the token's position.

    Of two vectors turned like this, the dot product knows only how far apart they stand.
    Su et al. 2021, "RoFormer", section 3.2; features 2i and 2i + 1 make a pair.

    Parameters
    ----------
    x
        (..., position, feature) queries or keys, an even number of features.
    positions
        (position,) int64.
    base
        Sets the slowest turn.

    Returns
    -------
    Tensor
        As `x`.

    Raises
    ------
    ValueError
        If the number of features is odd.

    Examples
    --------
    >>> rotate(torch.tensor([[1.0, 0.0]]), torch.tensor([1])).round(decimals=2)
    tensor([[0.5400, 0.8400]])
    """
    angles = _angles(positions, x.shape[-1], base, "features of x")
    cos, sin = angles.cos().to(x.dtype), angles.sin().to(x.dtype)
    even, odd = x[..., 0::2], x[..., 1::2]
    return torch.stack((even * cos - odd * sin, even * sin + odd * cos), -1).flatten(-2)


def alibi(queries: Tensor, keys: Tensor, n_heads: int) -> Tensor:
    """A handicap for distant keys: a slope for each head, times the distance.

    Press et al. 2022, "Train Short, Test Long": head i of n has slope 2**(-8 i / n), i from 1.
    Distance counts both ways, so that it also serves attention that looks ahead.

    Parameters
    ----------
    queries
        (query,) int64 positions.
    keys
        (key,) int64 positions.
    n_heads
        How many heads.

    Returns
    -------
    Tensor
        (head, query, key) float32, to be added to the scores; 0 where a token looks at itself.

    Examples
    --------
    >>> alibi(torch.arange(2), torch.arange(2), 8)[0].tolist()
    [[-0.0, -0.5], [-0.5, -0.0]]
    """
    head = torch.arange(1, n_heads + 1, device=queries.device)
    distance = (queries[:, None] - keys).abs()
    return -(2.0 ** (-8 * head / n_heads))[:, None, None] * distance


def _angles(positions: Tensor, features: int, base: float, name: str) -> Tensor:
    """(position, features / 2): each position times each of the falling frequencies."""
    if features % 2:
        raise ValueError(f"{name}: expected an even number, got {features}")
    pair = torch.arange(0, features, 2, device=positions.device)
    return positions[:, None] * base ** (-pair / features)
