"""The exact next-token law of random balanced strings: the floor that no model can get below.

After a prefix, all that counts is how long it is and how many parentheses are open: the strings
that go on from there are counted by ballot numbers (Arnold and Sleep 1980).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from lib.arguments import whole
from lib.parens.strings import CLOSE, END, OPEN, checked, depth


def closing_probability(opened: int, left: int) -> float:
    """P(next is a closing one), for uniform strings of known length.

    Arnold and Sleep, "Uniform random generation of balanced parenthesis strings" (1980):
    r (k + r + 2) / (2 k (r + 1)), with r open and k tokens left.

    Parameters
    ----------
    opened
        How many parentheses are open.
    left
        How many tokens are still to come, 1 or more.

    Raises
    ------
    ValueError
        If no string goes on so: `left` must be `opened` plus an even number, and not be zero.

    Examples
    --------
    >>> closing_probability(0, 4), closing_probability(1, 3), closing_probability(2, 2)
    (0.0, 0.5, 1.0)
    """
    r, k = whole(opened, "opened", 0), whole(left, "left", 1)
    if k < r or (k - r) % 2:
        raise ValueError(f"left={k} must be {r}, the number of open ones, plus an even number")
    return r * (k + r + 2) / (2 * k * (r + 1))


def floor_nats(pairs: int) -> float:
    """The least possible loss, ln(Catalan number) / 2n nats a token, for strings of `pairs` pairs.

    An END that always comes at the same place costs nothing, and is not counted as a token here.

    Examples
    --------
    >>> round(floor_nats(3), 4)  # five strings of six tokens
    0.2682
    """
    n = whole(pairs, "pairs", 1)
    return (math.lgamma(2 * n + 1) - math.lgamma(n + 1) - math.lgamma(n + 2)) / (2 * n)


@dataclass(frozen=True)
class Law:
    """What comes next in a random balanced string, for a known distribution of lengths.

    Given its length, every balanced string is equally likely. `Law.fixed` and `Law.upto` make the
    two common ones.

    Parameters
    ----------
    weights
        How likely each number of pairs is, from 0 pairs up; made to add up to 1.
    end
        Whether END is a token that the law speaks of. Without it, the law is that of the next
        parenthesis, given that there is one.

    Attributes
    ----------
    table
        (position, depth, 3) float64: the law after so many parentheses, of which so many are open;
        NaN where no string gets to.

    Raises
    ------
    ValueError
        If the weights are negative, not finite or all zero, or only the empty string is possible.

    Examples
    --------
    >>> law = Law.fixed(2)
    >>> law.next(torch.tensor([[0, 1]]))  # after () only ( is possible
    tensor([[1., 0., 0.]], dtype=torch.float64)
    """

    weights: Sequence[float]
    end: bool = True
    table: Tensor = field(init=False, repr=False, compare=False)
    _alive: Tensor = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        given = torch.as_tensor(self.weights, dtype=torch.float64)
        fine = given.ndim == 1 and len(given) > 1 and bool((given >= 0).all())
        if not fine or not math.isfinite(float(given.sum())) or float(given[1:].sum()) <= 0:
            raise ValueError(
                f"weights={self.weights!r} must be one number, zero or more, for each number of "
                "pairs from 0 up, and one of them beyond the first above zero"
            )
        object.__setattr__(self, "weights", tuple((given / given.sum()).tolist()))
        object.__setattr__(self, "_alive", _alive(self.weights))
        object.__setattr__(self, "table", self._law())

    @classmethod
    def fixed(cls, pairs: int, *, end: bool = True) -> Law:
        """Strings of one length."""
        return cls([0.0] * whole(pairs, "pairs", 1) + [1.0], end)

    @classmethod
    def upto(cls, max_pairs: int, *, min_pairs: int = 1, end: bool = True) -> Law:
        """As `sample_upto` draws: the number of pairs uniform from `min_pairs` to `max_pairs`."""
        low = whole(min_pairs, "min_pairs", 1)
        high = whole(max_pairs, "max_pairs", low)
        return cls([0.0] * low + [1.0] * (high - low + 1), end)

    @property
    def max_pairs(self) -> int:
        """Pairs in the longest string that the weights speak of."""
        return len(self.weights) - 1

    def _law(self) -> Tensor:
        alive, longest = self._alive, 2 * self.max_pairs
        table = torch.zeros(longest + 1, self.max_pairs + 1, 3, dtype=torch.float64)
        table[:-1, :, OPEN] = alive[1:, 1:] / 2
        table[:-1, 1:, CLOSE] = alive[1:, :-2] / 2
        if self.end:
            table[::2, 0, END] = torch.tensor(_ending(self.weights), dtype=torch.float64)
        return table / table.sum(-1, keepdim=True)  # 0 / 0 where nothing goes on

    def next(self, prefix: Tensor) -> Tensor:
        """The law after a prefix.

        Parameters
        ----------
        prefix
            (..., position) int64 of parentheses, without END; position may be 0.

        Returns
        -------
        Tensor
            (..., 3) float64, the probabilities of (, ) and END.

        Raises
        ------
        ValueError
            If END is in it, or no string of this law begins so.
        """
        if (checked(prefix) == END).any():
            raise ValueError("prefix: expected parentheses alone; `along` takes rows with END")
        start = torch.full((*prefix.shape[:-1], 1), END)
        return self.along(torch.cat([start, prefix], -1))[..., -1, :]

    def along(self, rows: Tensor) -> Tensor:
        """The law after each token of rows as a model sees them: END, parentheses, END, filling.

        Parameters
        ----------
        rows
            (..., position) int64, each beginning with END.

        Returns
        -------
        Tensor
            (..., position, 3) float64. After the END that ends a string, END is certain.

        Raises
        ------
        ValueError
            If a row does not begin with END, goes on after its end, or is impossible.
        """
        if rows.shape[-1] == 0 or (checked(rows)[..., 0] != END).any():
            raise ValueError("rows: each must begin with END")
        done = (rows[..., 1:] == END).cummax(-1).values
        if (done & (rows[..., 1:] != END)).any():
            raise ValueError("rows: a parenthesis stands after the END that ends a string")
        heights = depth(rows)
        if (heights < 0).any():
            raise ValueError("rows: more is closed than was opened before")
        over = torch.nn.functional.pad(done, (1, 0))
        place = torch.arange(rows.shape[-1]).expand(rows.shape).masked_fill(over, 0)
        if (place >= len(self.table)).any() or (heights > self.max_pairs).any():
            raise ValueError(f"rows: longer or deeper than {self.max_pairs} pairs allow")
        law = self.table[place, heights.masked_fill(over, 0)]
        law = torch.where(over[..., None], torch.eye(3, dtype=torch.float64)[END], law)
        wrong = over & ~torch.nn.functional.pad(over, (1, 0))[..., :-1] & (heights != 0)
        if self.end and (law.isnan().any() or wrong.any()):
            raise ValueError("rows: no string of this law goes on like one of them")
        return law

    def next_logits(self, tokens: Tensor) -> Tensor:
        """The law as a language model, for `lib.sampling.generate`: the counting program speaks.

        Parameters
        ----------
        tokens
            (batch, position) int64, each row beginning with END.

        Returns
        -------
        Tensor
            (batch, 3) float64 logarithms of the probabilities.
        """
        return self.along(tokens)[:, -1].log()

    def entropy(self) -> float:
        """Nats that a whole string tells: of its length, if `end`, and of its shape."""
        shape = [w * 2 * n * floor_nats(n) for n, w in enumerate(self.weights) if n and w]
        length = [-w * math.log(w) for w in self.weights if w]
        if not self.end and len(length) > 1:
            raise ValueError("end=False: without END, mixed lengths have no entropy of their own")
        return sum(shape) + (sum(length) if self.end else 0.0)

    def floor(self) -> float:
        """The least possible mean loss in nats a token; END, if the law has it, is a token."""
        tokens = sum(w * 2 * n for n, w in enumerate(self.weights)) + self.end
        return self.entropy() / tokens


def next_law(prefix: Tensor, max_pairs: int, *, fixed: bool = False, end: bool = True) -> Tensor:
    """The exact law of the next token after a prefix; see `Law`, which it makes anew each time.

    Parameters
    ----------
    prefix
        (..., position) int64 of parentheses.
    max_pairs
        Pairs of the longest strings.
    fixed
        All strings have so many pairs; else their number is uniform from 1 on.
    end
        Whether END is among the tokens.

    Returns
    -------
    Tensor
        (..., 3) float64.

    Examples
    --------
    >>> from lib.parens import encode
    >>> next_law(encode("()"), 2)  # (), (()) or ()(): half of all are (), a quarter goes on
    tensor([0.3333, 0.0000, 0.6667], dtype=torch.float64)
    """
    make = Law.fixed if fixed else Law.upto
    return make(max_pairs, end=end).next(prefix)


def _paths(steps: int) -> Tensor:
    """(steps + 1, steps + 2) float64: the share of k coin tosses that lead from depth r to 0."""
    share = torch.zeros(steps + 1, steps + 2, dtype=torch.float64)
    share[0, 0] = 1
    for k in range(1, steps + 1):
        share[k, :-1] = share[k - 1, 1:] / 2
        share[k, 1:] += share[k - 1, :-1] / 2
    return share


def _ending(weights: Sequence[float]) -> list[float]:
    """For each number of pairs, its weight over the share of coin tosses that are such strings."""
    home = _paths(2 * len(weights) - 2)[::2, 0]
    return [w / float(share) for w, share in zip(weights, home, strict=True)]


def _alive(weights: Sequence[float]) -> Tensor:
    """(position, depth): how likely one prefix of such a kind is, times 2 ** position."""
    longest = 2 * len(weights) - 2
    share, per_string = _paths(longest), _ending(weights)
    alive = torch.zeros(longest + 1, len(weights) + 1, dtype=torch.float64)
    for n, weight in enumerate(per_string):
        alive[: 2 * n + 1] += weight * share[: 2 * n + 1].flip(0)[:, : len(weights) + 1]
    return alive
