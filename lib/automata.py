"""Cellular automata with two states on a line of cells, for chapter 08.

Knows arrays only.
"""

from __future__ import annotations

import torch
from torch import Tensor


def step(rows: Tensor, rule: int) -> Tensor:
    """The next row: each cell by a rule from itself and its two neighbors.

    Parameters
    ----------
    rows
        (..., cell) of 0 and 1. The line is closed to a ring: the last cell is the left neighbor
        of the first.
    rule
        Wolfram's number, 0 to 255: its bit ``4 * left + 2 * cell + right`` is the new cell.

    Returns
    -------
    Tensor
        (..., cell) uint8.

    Raises
    ------
    ValueError
        If `rule` is no such number, or a cell is neither 0 nor 1.

    Notes
    -----
    Wolfram, "Statistical mechanics of cellular automata" (1983).

    Examples
    --------
    >>> step(torch.tensor([0, 0, 1, 0, 0]), 90).tolist()
    [0, 1, 0, 1, 0]
    """
    if isinstance(rule, bool) or rule not in range(256):
        raise ValueError(f"rule={rule!r} must be a whole number from 0 to 255")
    if not torch.isin(rows, torch.tensor([0, 1], dtype=rows.dtype)).all():
        raise ValueError("rows must hold 0 and 1 only")
    cells = rows.to(torch.int64)
    place = 4 * cells.roll(1, -1) + 2 * cells + cells.roll(-1, -1)
    table = torch.tensor([rule >> bit & 1 for bit in range(8)], dtype=torch.uint8)
    return table[place]


def history(row: Tensor, rule: int, steps: int) -> Tensor:
    """A row and what becomes of it: (steps + 1, cell) uint8.

    Examples
    --------
    >>> history(torch.tensor([0, 0, 1, 0, 0]), 250, 2).tolist()
    [[0, 0, 1, 0, 0], [0, 1, 0, 1, 0], [1, 0, 1, 0, 1]]
    """
    rows = [row.to(torch.uint8)]
    for _ in range(steps):
        rows.append(step(rows[-1], rule))
    return torch.stack(rows)


def rows_and_futures(
    rule: int, ahead: int, cells: int, count: int, generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    """Random rows, and the middle cell of each some steps later.

    Parameters
    ----------
    rule, ahead
        The rule, and how many steps.
    cells
        Of a row; at least ``2 * ahead + 1``, so that nothing comes around the ring.
    count
        How many rows.
    generator
        Where the cells come from; each is 0 or 1 with equal probability.

    Returns
    -------
    rows : Tensor, (count, cells) uint8
    after : Tensor, (count,) uint8

    Raises
    ------
    ValueError
        If the row is too short, or even, so that it has no middle.

    Examples
    --------
    >>> from lib.device import generator
    >>> rows, after = rows_and_futures(250, 1, 3, 100, generator(0))
    >>> bool((after == (rows[:, 0] | rows[:, 2])).all())
    True
    """
    if cells % 2 == 0 or cells < 2 * ahead + 1:
        raise ValueError(
            f"cells={cells!r} must be odd and at least 2 * ahead + 1 = {2 * ahead + 1}"
        )
    rows = torch.randint(2, (count, cells), generator=generator, dtype=torch.uint8)
    later = rows
    for _ in range(ahead):
        later = step(later, rule)
    return rows, later[:, cells // 2]


def majority(known: Tensor, asked: Tensor) -> float:
    """How often one is right who always says what is more common among `known`: the baseline.

    Examples
    --------
    >>> majority(torch.tensor([1, 1, 0]), torch.tensor([1, 0, 0, 0]))
    0.25
    """
    usual = int(known.float().mean() > 0.5)
    return int((asked == usual).sum()) / len(asked)
