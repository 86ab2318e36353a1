"""How good a model's probabilities are, beside the exact law."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from lib.parens.strings import CLOSE, END, checked, depth


@dataclass(frozen=True)
class Score:
    """What `score` finds.

    Attributes
    ----------
    excess : float
        Bits a token above the floor: the mean Kullback-Leibler divergence from the law.
    illegal : float
        Mean mass on what the grammar forbids: ) with nothing open, END with something open.
    impossible : float
        Mean mass on what the law gives no chance; more than `illegal` where strings must end.
    worst : float
        The largest impossible mass after any prefix.
    prefixes : int
        How many prefixes were asked about.
    """

    excess: float
    illegal: float
    impossible: float
    worst: float
    prefixes: int


def logits_along(next_logits: Callable[[Tensor], Tensor], rows: Tensor) -> Tensor:
    """What a model says after each token of rows, for models that only know ``next_logits``.

    A transformer says it in one go; n-grams are asked once for each position.

    Parameters
    ----------
    next_logits
        From tokens (batch, position) to logits (batch, vocab).
    rows
        (row, position) int64.

    Returns
    -------
    Tensor
        (row, position, vocab).

    Examples
    --------
    >>> logits_along(lambda tokens: torch.zeros(len(tokens), 3), torch.tensor([[2, 0]])).shape
    torch.Size([1, 2, 3])
    """
    return torch.stack([next_logits(rows[:, : i + 1]) for i in range(rows.shape[1])], dim=1)


def illegal_mass(logits: Tensor, rows: Tensor) -> Tensor:
    """The probability a model gives to tokens that the grammar forbids, after each token.

    Parameters
    ----------
    logits
        (..., position, 3).
    rows
        (..., position) int64, the tokens read so far.

    Returns
    -------
    Tensor
        (..., position): the probability of ) where nothing is open, of END where something is.

    Examples
    --------
    >>> from lib.parens import encode
    >>> illegal_mass(torch.zeros(2, 3), encode("()")).tolist()  # a model that knows nothing
    [0.3333333432674408, 0.3333333432674408]
    """
    probs = logits.softmax(-1)
    return torch.where(depth(rows) > 0, probs[..., END], probs[..., CLOSE])


def score(logits: Tensor, rows: Tensor, law: Tensor) -> Score:
    """Compare a model's guesses with the exact law, after every prefix of every row.

    Parameters
    ----------
    logits
        (row, position, 3) of a model that has read the rows.
    rows
        (row, position) int64, each beginning with END. What comes after a string's last END is
        filling, and is left out; so is what follows that END.
    law
        (row, position, 3) probabilities, as from `Law.along`.

    Returns
    -------
    Score

    Raises
    ------
    ValueError
        If the shapes differ.

    Examples
    --------
    >>> from lib.device import generator
    >>> from lib.parens import Law, sample_upto
    >>> rows, _ = sample_upto(3, 100, generator(0))
    >>> law = Law.upto(3).along(rows)
    >>> score(law.log(), rows, law).excess  # the law itself
    0.0
    """
    if logits.shape != law.shape or logits.shape[:-1] != checked(rows).shape:
        raise ValueError(
            f"logits {tuple(logits.shape)} and law {tuple(law.shape)} must be one row of three "
            f"numbers for each token of rows {tuple(rows.shape)}"
        )
    filling = torch.zeros_like(rows, dtype=torch.bool)
    filling[:, 1:] = (rows[:, 1:] == END) & ((rows == END).flip(1).cumprod(1).flip(1)[:, 1:] == 1)
    asked, exact = logits[~filling].double(), law[~filling].double()
    guess = asked.log_softmax(-1)
    excess = torch.special.xlogy(exact, exact) - torch.where(exact > 0, exact * guess, 0.0)
    impossible = torch.where(exact > 0, 0.0, guess.exp()).sum(-1)
    return Score(
        excess=max(0.0, float(excess.sum(-1).mean())) / math.log(2),
        illegal=float(illegal_mass(logits, rows)[~filling].double().mean()),
        impossible=float(impossible.mean()),
        worst=float(impossible.max()),
        prefixes=len(exact),
    )
