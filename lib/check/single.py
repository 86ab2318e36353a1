"""Checks of a single answer: a number, one of several choices, a string."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from lib.check.coerce import counted, plain_array, plain_text, show, times
from lib.check.failure import CheckFailed


def number(
    got: Any,
    want: float | None = None,
    *,
    name: str,
    between: tuple[float, float] = (-math.inf, math.inf),
    whole: bool = False,
    rtol: float = 1e-3,
    atol: float = 1e-9,
    near: Sequence[tuple[float, str]] = (),
) -> None:
    """Check one number. The right one is never shown.

    Parameters
    ----------
    got : number
        The learner's answer: a Python number, a numpy or torch scalar.
    want : float, optional
        The right answer. Left out, only the form is checked.
    name : str
        What to call the answer in messages.
    between : (float, float)
        Where any sensible answer lies, both ends included.
    whole : bool
        Whether the answer must be a whole number.
    rtol, atol : float
        How far off is still right.
    near : sequence of (float, str), optional
        Wrong answers to expect, with the hint that each deserves.

    Examples
    --------
    >>> number(4.755, 4.7549, name="bits", between=(0, 10))
    """
    if isinstance(got, bool):
        raise CheckFailed(f"{name} is {got}; a number is wanted.")
    found = plain_array(got, name)
    if found.size != 1:
        raise CheckFailed(f"{name} should be one number, and is {times(found.shape)}.")
    value = float(found.reshape(()))
    if math.isnan(value):
        raise CheckFailed(f"{name} is NaN.", "0 divided by 0, or the logarithm of 0?")
    if whole and value != int(value if math.isfinite(value) else 0):
        raise CheckFailed(f"{name} should be a whole number, and is {show(value)}.")
    low, high = between
    if not low <= value <= high:
        raise CheckFailed(
            f"{name} is {show(value)}.", f"It lies between {show(low)} and {show(high)}."
        )
    if want is None or math.isclose(value, want, rel_tol=rtol, abs_tol=atol):
        return
    for wrong, hint in near:
        if math.isclose(value, wrong, rel_tol=rtol, abs_tol=atol):
            raise CheckFailed(f"{name} is not right: you have {show(value)}.", hint)
    size = "small" if value < want else "large"
    raise CheckFailed(f"{name} is not right: {show(value)} is too {size}.")


def choice(
    got: Any, want: str | None = None, *, name: str, options: Sequence[str], hint: str = ""
) -> None:
    """Check an answer picked from ``options``; case and blanks at the ends don't matter.

    Examples
    --------
    >>> choice(" Rises", "rises", name="answer", options=("falls", "rises"))
    """
    found = plain_text(got, name).strip().casefold()
    allowed = [option.casefold() for option in options]
    if found not in allowed:
        listed = ", ".join(repr(option) for option in options)
        raise CheckFailed(f"{name} is {found!r}.", f"Choose one of {listed}.")
    if want is not None and found != want.casefold():
        raise CheckFailed(f"{name} is not right: it isn't {found!r}.", hint)


def text(
    got: Any,
    want: str | None = None,
    *,
    name: str,
    length: int | None = None,
    alphabet: str | None = None,
    near: Sequence[tuple[str, str]] = (),
) -> None:
    """Check a string, or only its form: how long it is, and which letters it may hold.

    A list of letters is taken for the string that they make.

    Parameters
    ----------
    got : str
        The learner's answer.
    want : str, optional
        The right string.
    name : str
        What to call the answer in messages.
    length, alphabet : int and str, optional
        The right length, and the letters allowed.
    near : sequence of (str, str), optional
        Wrong answers to expect, with the hint that each deserves.

    Examples
    --------
    >>> text("abba", name="answer", length=4, alphabet="ab")
    """
    found = plain_text(got, name)
    if want is not None and found != want:
        _not_equal(found, want, name, near)
    if length is not None and len(found) != length:
        off = len(found) - length
        hint = "Is the letter it starts from part of what you return?" if off == 1 else ""
        raise CheckFailed(f"{name} has {counted(len(found), 'letter')}; {length} expected.", hint)
    if alphabet is not None:
        strange = [letter for letter in found if letter not in alphabet]
        if strange:
            raise CheckFailed(f"{name} holds {strange[0]!r}, which is not in the alphabet.")


def _not_equal(found: str, want: str, name: str, near: Sequence[tuple[str, str]]) -> None:
    for wrong, hint in near:
        if found == wrong:
            raise CheckFailed(f"{name} is not right: you have {_cut(found)}.", hint)
    if len(found) != len(want):
        hint = f"It has {counted(len(found), 'letter')}; {len(want)} expected."
    else:
        first = next(i for i, (a, b) in enumerate(zip(found, want, strict=True)) if a != b)
        hint = f"Letter number {first + 1} is {found[first]!r}; expected {want[first]!r}."
    raise CheckFailed(f"{name} is not right: you have {_cut(found)}.", hint)


def _cut(found: str) -> str:
    return repr(found) if len(found) <= 40 else f"{found[:40]!r}..."
