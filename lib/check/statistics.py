"""Checks of random answers: does a sample follow the law it should?"""

from __future__ import annotations

import math
import os
import zlib
from collections.abc import Sequence
from statistics import NormalDist
from typing import Any

import numpy as np

from lib.check.coerce import counted, plain_array
from lib.check.diagnose import Labels, place
from lib.check.failure import CheckFailed

FEWEST = 10.0  # cells that expect fewer draws are pooled
SEED_VARIABLE = "COURSE_CHECK_SEED"


def rng(label: str) -> np.random.Generator:
    """The random numbers of a check's inputs: the same each time, unless graded elsewhere.

    Whoever grades can set the environment variable ``COURSE_CHECK_SEED`` to a whole number, and
    so draw inputs that nobody has seen.

    Parameters
    ----------
    label : str
        The check's name; each gets random numbers of its own.

    Examples
    --------
    >>> bool(rng("pairs").random() == rng("pairs").random())
    True
    """
    seed = int(os.environ.get(SEED_VARIABLE, "0"))
    return np.random.default_rng([zlib.crc32(label.encode()), seed])


def samples(
    counts: Any,
    probs: Any,
    *,
    name: str,
    labels: Labels | None = None,
    false_alarm: float = 1e-6,
    near: Sequence[tuple[Any, str]] = (),
) -> None:
    """Check by a chi-square test that counts of draws follow a law.

    Parameters
    ----------
    counts : array-like, (outcomes,) or (rows, outcomes)
        How often each outcome was drawn; with rows, each row has a law of its own.
    probs : array-like, same shape
        The law: probabilities that sum to one along each row.
    name : str
        What to call the sample in messages.
    labels : sequence of str, optional
        Names of the outcomes; for rows, a tuple with the names of the rows and of the outcomes.
    false_alarm : float
        The chance that a right sampler fails: one in a million unless stated otherwise.
        The threshold is the quantile of the chi-square law by Wilson and Hilferty (1931),
        which errs on the lenient side this far out.
    near : sequence of (law, str), optional
        Wrong laws to expect, with the hint for a sample that follows one of them instead.

    Raises
    ------
    CheckFailed
        If an impossible outcome was drawn, or the counts don't fit.

    Examples
    --------
    >>> samples([480, 520], [0.5, 0.5], name="coin")
    """
    counts = np.atleast_2d(plain_array(counts, name))
    probs = np.atleast_2d(plain_array(probs, "the law"))
    if counts.shape != probs.shape:
        raise ValueError(f"counts has shape {counts.shape}; it must be that of probs {probs.shape}")
    if _fits(counts, probs, false_alarm):
        return
    for law, hint in near:
        if _fits(counts, np.broadcast_to(plain_array(law, "a near miss"), probs.shape), 1e-4):
            raise CheckFailed(f"{name} does not follow the probabilities.", hint)
    impossible = np.argwhere((counts > 0) & (probs == 0))
    if len(impossible):
        where = impossible[0] if len(probs) > 1 else impossible[0][1:]
        shape = probs.shape if len(probs) > 1 else probs.shape[1:]
        times = counted(int(counts[tuple(impossible[0])]), "time")
        raise CheckFailed(
            f"{name} holds an outcome of probability 0.",
            f"{place(where, labels, shape)} came up {times}; it never should.",
        )
    raise CheckFailed(f"{name} does not follow the probabilities.", _oddest(counts, probs, labels))


def _fits(counts: np.ndarray, probs: np.ndarray, false_alarm: float) -> bool:
    if np.any((counts > 0) & (probs == 0)):
        return False
    statistic, freedom = 0.0, 0
    for row, law in zip(counts, probs, strict=True):
        seen, expected = _pooled(row, law)
        if len(expected) > 1:
            statistic += float(((seen - expected) ** 2 / expected).sum())
            freedom += len(expected) - 1
    return freedom == 0 or statistic <= _quantile(freedom, false_alarm)


def _pooled(row: np.ndarray, law: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Observed and expected counts, with rare outcomes thrown together."""
    order = np.argsort(law)
    seen, expected = row[order], law[order] * row.sum()
    few = int(np.searchsorted(np.cumsum(expected), FEWEST)) if row.sum() else 0
    rare = max(int((expected < FEWEST).sum()), min(few + 1, len(row)))
    seen = np.concatenate([[seen[:rare].sum()], seen[rare:]])
    expected = np.concatenate([[expected[:rare].sum()], expected[rare:]])
    return seen[expected > 0], expected[expected > 0]


def _quantile(freedom: int, false_alarm: float) -> float:
    """Upper quantile of the chi-square law, by the cube-root approximation."""
    z = NormalDist().inv_cdf(1.0 - false_alarm)
    share = 2.0 / (9.0 * freedom)
    return freedom * (1.0 - share + z * math.sqrt(share)) ** 3


def _oddest(counts: np.ndarray, probs: np.ndarray, labels: Labels | None) -> str:
    expected = probs * counts.sum(axis=1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        off = np.where(expected >= 1, (counts - expected) ** 2 / expected, 0.0)
    where = np.unravel_index(int(np.argmax(off)), off.shape)
    shown, shape = (where, probs.shape) if len(probs) > 1 else (where[1:], probs.shape[1:])
    return (
        f"{place(shown, labels, shape)} came up {counted(int(counts[where]), 'time')}; "
        f"about {expected[where]:.0f} expected."
    )
