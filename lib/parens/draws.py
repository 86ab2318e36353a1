"""Random strings of parentheses: balanced ones, each equally likely, and those that are nearly so.

The cycle lemma (Dvoretzky and Motzkin 1947): of the 2n + 1 rotations of a string with n opening and
n + 1 closing parentheses, exactly one is a balanced string followed by one closing parenthesis.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from lib.arguments import whole
from lib.parens.strings import CLOSE, END, OPEN, depth

WORD = 56  # random bits taken from each 64-bit number
IGNORED = -100
CHUNK = 1 << 15  # strings at a time: what is worked on stays in the processor's cache


def sample(pairs: int, size: int, generator: torch.Generator) -> Tensor:
    """Balanced strings of one length, every one equally likely.

    Parameters
    ----------
    pairs
        Pairs of parentheses in each string, 1 or more.
    size
        How many strings.
    generator
        On the CPU.

    Returns
    -------
    Tensor
        (size, 2 * pairs) int64 of OPEN and CLOSE.

    Raises
    ------
    ValueError
        If `pairs` is below 1 or `size` below 0.
    TypeError
        If one is no integer, or `generator` no torch.Generator.

    Notes
    -----
    2n + 1 coins are thrown until n or n + 1 of them are heads; that is a random string with one
    parenthesis too many, and its one good rotation is the answer. Serves chapter 10.

    Examples
    --------
    >>> from lib.device import generator
    >>> sample(3, 2, generator(0)).shape
    torch.Size([2, 6])
    """
    pairs, size = whole(pairs, "pairs", 1), whole(size, "size", 0)
    _is_generator(generator)
    found = np.empty((size, 2 * pairs), dtype=np.int64)
    for start in range(0, size, CHUNK):
        part = found[start : start + CHUNK]
        part[:] = _good_rotation(_one_too_many(pairs, len(part), generator))
    return torch.from_numpy(found)


def sample_upto(
    max_pairs: int, size: int, generator: torch.Generator, *, min_pairs: int = 1
) -> tuple[Tensor, Tensor]:
    """Balanced strings of mixed lengths, as rows for a model.

    The number of pairs is uniform from `min_pairs` to `max_pairs`, and given that the string is.
    Neighbors in the batch have independent lengths.

    Parameters
    ----------
    max_pairs, min_pairs
        1 or more.
    size, generator
        As in `sample`.

    Returns
    -------
    rows : Tensor
        (size, 2 * max_pairs + 2) int64: END, the string, END, and END to the right as filling.
    lengths : Tensor
        (size,) int64, tokens of each string without its END marks.

    Examples
    --------
    >>> from lib.device import generator
    >>> rows, lengths = sample_upto(3, 5, generator(0))
    >>> rows.shape, bool((rows[:, 0] == END).all())
    (torch.Size([5, 8]), True)
    """
    low = whole(min_pairs, "min_pairs", 1)
    high, size = whole(max_pairs, "max_pairs", low), whole(size, "size", 0)
    _is_generator(generator)
    pairs = torch.randint(low, high + 1, (size,), generator=generator)
    rows = torch.full((size, 2 * high + 2), END)
    for n in pairs.unique().tolist():
        chosen = (pairs == n).nonzero()[:, 0]
        rows[chosen, 1 : 2 * n + 1] = sample(n, len(chosen), generator)
    return rows, 2 * pairs


def to_predict(rows: Tensor) -> tuple[Tensor, Tensor]:
    """What a model is given, and what it should say at each place.

    Parameters
    ----------
    rows
        (size, position) int64, as `sample_upto` returns them.

    Returns
    -------
    inputs : Tensor
        (size, position - 1): the rows without their last token.
    targets : Tensor
        (size, position - 1): the token that follows each; `IGNORED` where the string is over,
        which torch's cross-entropy leaves out.

    Examples
    --------
    >>> inputs, targets = to_predict(torch.tensor([[2, 0, 1, 2, 2, 2]]))
    >>> targets.tolist()
    [[0, 1, 2, -100, -100]]
    """
    inputs, targets = rows[:, :-1], rows[:, 1:]
    over = (inputs == END).cumsum(1) > 1  # the first END begins the string
    return inputs, targets.masked_fill(over, IGNORED)


def by_length(pairs: Sequence[int], each: int, generator: torch.Generator) -> dict[int, Tensor]:
    """A length-stratified set: equally many balanced strings for each number of pairs.

    Returns
    -------
    dict
        From the number of pairs n to (each, 2 n) int64.

    Examples
    --------
    >>> from lib.device import generator
    >>> {n: tuple(found.shape) for n, found in by_length([2, 8], 5, generator(0)).items()}
    {2: (5, 4), 8: (5, 16)}
    """
    return {n: sample(n, each, generator) for n in pairs}


def coin_strings(pairs: int, size: int, generator: torch.Generator) -> Tensor:
    """Strings of fair coins, (size, 2 * pairs) int64: what careless data calls "not balanced"."""
    shape = (whole(size, "size", 0), 2 * whole(pairs, "pairs", 1))
    return torch.randint(2, shape, generator=generator)


def hard_negatives(pairs: int, size: int, generator: torch.Generator) -> Tensor:
    """Near misses: as many ( as ), a ( at the front, a ) at the end, and yet not balanced.

    The depth falls to -1, at one place or at several, and never lower. So no shortcut tells them
    from balanced strings; one has to count along.

    Parameters
    ----------
    pairs
        3 or more: shorter strings have no such near miss.
    size, generator
        As in `sample`.

    Returns
    -------
    Tensor
        (size, 2 * pairs) int64; every such string is equally likely.

    Raises
    ------
    ValueError
        If `pairs` is below 3.

    Examples
    --------
    >>> from lib.device import generator
    >>> from lib.parens import decode
    >>> decode(hard_negatives(3, 1, generator(0))[0])
    '())(()'
    """
    pairs, size = whole(pairs, "pairs", 3), whole(size, "size", 0)
    _is_generator(generator)
    found: list[Tensor] = [torch.empty((0, 2 * pairs), dtype=torch.int64)]
    while sum(map(len, found)) < size:
        keys = torch.rand((max(4 * size, 1000), 2 * pairs - 2), generator=generator)
        inner = (keys.argsort(1) >= pairs - 1).long()  # a random order of equally many
        rows = torch.nn.functional.pad(inner, (1, 0), value=OPEN)
        rows = torch.nn.functional.pad(rows, (0, 1), value=CLOSE)
        found.append(rows[depth(rows).amin(1) == -1])
    return torch.cat(found)[:size]


def _one_too_many(pairs: int, size: int, generator: torch.Generator) -> np.ndarray:
    """(size, 2 * pairs + 1) uint8: random orders of `pairs` zeros and one more ones."""
    length = 2 * pairs + 1
    words = -(-length // WORD)
    used = [min(WORD, length - WORD * place) for place in range(words)]
    masks = np.array([(1 << bits) - 1 for bits in used], dtype=np.int64)
    accepted, kept = [], 0
    while kept < size:
        # About one throw in sqrt(pi (2n + 1) / 8) has n or n + 1 heads.
        draws = int((size - kept) * np.sqrt(np.pi * length / 8) * 1.05) + 32
        coins = torch.empty((draws, words), dtype=torch.int64).random_(generator=generator)
        coins = coins.numpy() & masks
        heads = _count_ones(coins).sum(axis=1)
        turned = coins[heads == pairs] ^ masks
        accepted += [coins[heads == pairs + 1], turned]
        kept += len(accepted[-1]) + len(accepted[-2])
    chosen = np.concatenate(accepted)
    if len(chosen) > size:  # the two kinds stand in blocks: leave out some of both
        chosen = chosen[torch.randperm(len(chosen), generator=generator)[:size].numpy()]
    return _bits(chosen, length)


def _bits(words: np.ndarray, length: int) -> np.ndarray:
    """(row, word) int64 to (row, length) uint8, `WORD` bits of each word, the lowest first."""
    octets = words.astype("<i8").view(np.uint8).reshape(len(words), -1, 8)[:, :, : WORD // 8]
    flat = np.ascontiguousarray(octets).reshape(len(words), -1)
    return np.unpackbits(flat, axis=1, count=length, bitorder="little")


def _count_ones(words: np.ndarray) -> np.ndarray:
    """How many bits are set in each non-negative int64 (Warren, "Hacker's Delight", 5-1)."""
    words = words - (words >> 1 & 0x5555555555555555)
    words = (words & 0x3333333333333333) + (words >> 2 & 0x3333333333333333)
    words = words + (words >> 4) & 0x0F0F0F0F0F0F0F0F
    return words % 255  # the sum of the eight octets


def _good_rotation(rows: np.ndarray) -> np.ndarray:
    """(row, 2n + 1) to (row, 2n): from after the first lowest point on, around, up to before it."""
    length = rows.shape[1]
    small = np.int8 if length < 128 else np.int32  # a quarter of the time
    heights = np.cumsum(1 - 2 * rows.astype(np.int8), axis=1, dtype=small)
    start = heights.argmin(axis=1) + 1
    twice = np.concatenate([rows, rows], axis=1).ravel()
    windows = np.lib.stride_tricks.sliding_window_view(twice, length - 1)
    return windows[start + 2 * length * np.arange(len(rows))]


def _is_generator(generator: object) -> None:
    if not isinstance(generator, torch.Generator):
        raise TypeError(f"generator: expected a torch.Generator, got {generator!r}")
