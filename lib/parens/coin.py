"""Parentheses without a clock: a coin decides at every step, for ever.

A string of limited length must close in time, so its law depends on the position. Here it does
not: where something is open, a fair coin says ( or ); where nothing is, it says ( or END, and after
END a new string begins. So a model can be asked at any length what it learned at a short one.
"""

from __future__ import annotations

import torch
from torch import Tensor

from lib.arguments import whole
from lib.parens.strings import CLOSE, END, OPEN, checked, depth

FLOOR = torch.tensor(2.0).log().item()  # nats a token, except after END, where ( is certain


def coin_stream(length: int, size: int, generator: torch.Generator) -> Tensor:
    """Rows of balanced strings with END between them, cut off at a length.

    Parameters
    ----------
    length
        Tokens of each row, 1 or more; the first is END.
    size
        How many rows.
    generator
        On the CPU.

    Returns
    -------
    Tensor
        (size, length) int64.

    Examples
    --------
    >>> from lib.device import generator
    >>> coin_stream(6, 1, generator(0))[0, :2].tolist()  # END, then a string opens
    [2, 0]
    """
    length, size = whole(length, "length", 1), whole(size, "size", 0)
    heads = torch.rand((size, length), generator=generator) < 0.5
    rows = torch.full((size, length), END)
    height = torch.zeros(size, dtype=torch.int64)
    for place in range(1, length):
        at_end = rows[:, place - 1] == END
        falls = ~(heads[:, place] | at_end)
        rows[:, place] = torch.where(falls, torch.where(height > 0, CLOSE, END), OPEN)
        height += torch.where(falls, -(height > 0).long(), 1)
    return rows


def coin_law(rows: Tensor) -> Tensor:
    """The exact law after each token of `coin_stream`'s rows.

    Parameters
    ----------
    rows
        (..., position) int64.

    Returns
    -------
    Tensor
        (..., position, 3) float64.

    Raises
    ------
    ValueError
        If a row closes what is not open, or END stands where something is open.

    Examples
    --------
    >>> coin_law(torch.tensor([2, 0, 1])).tolist()
    [[1.0, 0.0, 0.0], [0.5, 0.5, 0.0], [0.5, 0.0, 0.5]]
    """
    heights, at_end = depth(rows), checked(rows) == END
    if (heights < 0).any() or (at_end & (heights != 0)).any():
        raise ValueError("rows: closed what is not open, or ended what is not closed")
    kinds = torch.tensor([[0.5, 0.5, 0.0], [0.5, 0.0, 0.5], [1.0, 0.0, 0.0]]).double()
    return kinds[torch.where(at_end, 2, (heights == 0).long())]
