"""What is wrong with an array, in the words of the mistakes that learners really make."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from lib.check.coerce import show

#: names along every axis, or a tuple with the names of each axis
Labels = Sequence[str] | tuple[Sequence[str], ...]
FACTORS = (
    (math.log(2), "These are nats: the natural logarithm. Bits need the logarithm to base 2."),
    (math.log10(2), "This is the logarithm to base 10. Bits need the logarithm to base 2."),
    (-1.0, "The sign is wrong: everything is minus the right value."),
    (100.0, "These are percentages. A probability lies between 0 and 1."),
)


def place(index: Sequence[int], labels: Labels | None, shape: Sequence[int]) -> str:
    """Where an entry stands, with its labels where there are any: ``[1, 2] ('a', then 'b')``."""
    if len(index) == 0:
        return ""
    where = "[" + ", ".join(str(int(i)) for i in index) + "]"
    if labels is None:
        return where
    same_names = not labels or isinstance(labels[0], str)
    axes = [labels] * len(shape) if same_names else labels
    if len(axes) != len(shape) or any(len(n) != size for n, size in zip(axes, shape, strict=True)):
        return where
    named = (repr(names[int(i)]) for names, i in zip(axes, index, strict=True))
    return where + " (" + ", then ".join(named) + ")"


def same(got: np.ndarray, want: np.ndarray, rtol: float, atol: float) -> bool:
    """Equal shapes and close values; infinities must agree in place and sign."""
    return got.shape == want.shape and bool(np.allclose(got, want, rtol=rtol, atol=atol))


def not_finite(got: np.ndarray, want: np.ndarray, labels: Sequence[str] | None) -> list[str]:
    """A hint for NaN where a number is due, and for infinities that don't belong."""
    for wrong, what, hint in (
        (np.isnan(got) & ~np.isnan(want), "NaN", "0 divided by 0, or the logarithm of 0?"),
        (np.isinf(got) & np.isfinite(want), "infinite", "Something divided by 0, or log of 0?"),
    ):
        if wrong.any():
            if got.ndim == 0:
                return [f"It is {what}: {hint}"]
            where = place(np.argwhere(wrong)[0], labels, got.shape)
            count = int(wrong.sum())
            many = f"{count} values are {what}, the first" if count > 1 else f"It is {what}"
            return [f"{many} at {where}. {hint}"]
    return []


def half_precision(got: Any) -> str:
    """A hint for numbers of 16 bits, which are too coarse for the checks; else empty."""
    dtype = str(getattr(got, "dtype", "")).removeprefix("torch.")
    if dtype not in ("float16", "bfloat16"):
        return ""
    return f"The type {dtype} keeps only two or three digits. Compute in float32 or float64."


def pattern(
    got: np.ndarray, want: np.ndarray, rtol: float, atol: float, normalized: bool = True
) -> str:
    """Name the systematic mistake that explains all of ``got``; empty if there is none."""
    close = {"rtol": max(rtol, 1e-9), "atol": atol}
    if got.ndim == 2 and got.shape[0] == got.shape[1] and np.allclose(got.T, want, **close):
        return "This is the transpose of the right answer: rows and columns are swapped."
    for factor, hint in FACTORS:
        if np.any(want != 0) and np.allclose(got, factor * want, **close):
            return hint
    hint = _sums(got, want, close) if normalized else ""
    if hint:
        return hint
    if got.ndim == 1 and got.size > 2:
        if np.allclose(got[::-1], want, **close):
            return "The values are right, and in reverse order."
        for step in (1, -1):
            if np.allclose(np.roll(got, step), want, **close):
                return "The values are right, and each stands one place off."
        if np.allclose(np.sort(got), np.sort(want), **close):
            return "The values are right, and in another order."
    few_digits = np.allclose(got, np.round(got, 3), rtol=0, atol=1e-9)
    if got.size > 1 and few_digits and np.allclose(got, want, rtol=0, atol=6e-3):
        return "The values look rounded. Return them as they are; round only for printing."
    return _constant_ratio(got, want)


def _sums(got: np.ndarray, want: np.ndarray, close: dict[str, float]) -> str:
    """Mistakes in normalizing, where the right rows sum to one."""
    if got.ndim == 0 or got.size < 2 or not np.allclose(want.sum(axis=-1), 1.0):
        return ""
    sums = got.sum(axis=-1)
    if np.allclose(sums, 1.0):
        return ""
    if got.ndim == 2 and np.isclose(got.sum(), 1.0):
        return (
            "All entries together sum to one. Here each row must: divide a row by its own sum, "
            "not by the grand total."
        )
    if got.ndim == 2 and np.allclose(got.sum(axis=0), 1.0):
        return (
            "The columns sum to one; the rows must. Did you sum along axis=0, or swap rows "
            "and columns?"
        )
    if got.ndim == 2 and np.allclose(got * want.shape[-1], want, **close):
        return "Divide each row by its sum, not by the number of its entries."
    if np.all(got >= 0) and got.max() > 1 and np.allclose(got, np.round(got)):
        return "These are counts. Divide them by their sum to make probabilities."
    if got.ndim == 1:
        return f"The values sum to {show(sums)}. Probabilities sum to one."
    row = int(np.argmax(np.abs(sums - 1.0)))
    return f"Row {row} sums to {show(np.ravel(sums)[row])}. Every row must sum to one."


def _constant_ratio(got: np.ndarray, want: np.ndarray) -> str:
    there = (want != 0) & np.isfinite(want)
    if got.size < 3 or there.sum() < 3 or np.any(got[~there & np.isfinite(want)] != 0):
        return ""
    ratio = got[there] / want[there]
    if ratio[0] != 0 and np.allclose(ratio, ratio[0], rtol=1e-6):
        return f"Everything is {show(ratio[0])} times the right value."
    return ""


def worst(got: np.ndarray, want: np.ndarray, labels: Sequence[str] | None) -> str:
    """The one entry that is furthest off, with what was expected there."""
    with np.errstate(invalid="ignore"):
        off = np.abs(got - want)
    off = np.where(np.isnan(off), np.where(got == want, 0.0, np.inf), off)
    index = np.unravel_index(int(np.argmax(off)), off.shape) if off.ndim else ()
    if off.ndim == 0:
        return f"You have {show(got)}; expected {show(want)}."
    where = place(index, labels, off.shape)
    return f"At {where} you have {show(got[index])}; expected {show(want[index])}."
