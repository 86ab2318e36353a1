"""Checks of arrays, of probabilities and of tables from contexts to arrays."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from lib.check import diagnose
from lib.check.coerce import counted, plain_array, plain_text, show, times
from lib.check.failure import CheckFailed

Near = Sequence[tuple[Any, str]] | Callable[[], Sequence[tuple[Any, str]]]


def array(
    got: Any,
    want: Any = None,
    *,
    name: str,
    shape: tuple[int, ...] | None = None,
    rtol: float = 1e-5,
    atol: float = 1e-7,
    labels: Sequence[str] | None = None,
    near: Near = (),
    normalized: bool = True,
) -> None:
    """Compare numbers with the right ones; say what kind of mistake explains the difference.

    Parameters
    ----------
    got : array-like
        The learner's value: number, list, array or tensor of any real type.
    want : array-like, optional
        The right value. Its shape is the right shape.
    name : str
        What to call the value in messages.
    shape : tuple of int, optional
        Without ``want``, only this shape is checked.
    rtol, atol : float
        Tolerances of `numpy.allclose`. The default forgives float32.
    labels : sequence of str, optional
        Names of the positions along each axis, shown in messages.
    near : sequence of (value, str), optional
        Wrong answers to expect in this task, with the hint that each deserves; or a function
        that makes the sequence, called only for a wrong answer.
    normalized : bool
        Whether right rows that sum to one are meant to. With False no hint says that they must.

    Raises
    ------
    CheckFailed
        At most one entry of ``want`` is shown in the message.

    Examples
    --------
    >>> array([0.5, 0.5], [0.5, 0.5], name="p")
    >>> array([0.5, 0.4], [0.5, 0.5], name="p")
    Traceback (most recent call last):
    lib.check.failure.CheckFailed: p is not right.
      -> The values sum to 0.9. Probabilities sum to one.
      -> At [1] you have 0.4; expected 0.5.
    """
    coarse = diagnose.half_precision(got)
    got = plain_array(got, name)
    if want is None:
        _has_shape(got, shape, name)
        return
    want = plain_array(want, "the expected value")
    if got.shape != want.shape and got.size == want.size == 1:
        got = got.reshape(want.shape)
    _has_shape(got, want.shape, name)
    if diagnose.same(got, want, rtol, atol):
        return
    with np.errstate(all="ignore"):
        expected_slips = near() if callable(near) else near
    for wrong, hint in expected_slips:
        if diagnose.same(got, plain_array(wrong, "a near miss"), rtol, atol):
            raise CheckFailed(f"{name} is not right.", hint)
    hints = diagnose.not_finite(got, want, labels)
    if not hints and coarse and diagnose.same(got, want, 1e-2, 1e-3):
        hints = [coarse]
    if not hints:
        kind = diagnose.pattern(got, want, rtol, atol, normalized)
        hints = [kind, diagnose.worst(got, want, labels)]
    raise CheckFailed(f"{name} is not right.", *hints)


def probabilities(
    got: Any,
    *,
    name: str,
    shape: tuple[int, ...] | None = None,
    labels: Sequence[str] | None = None,
    atol: float = 1e-5,
) -> None:
    """Check that numbers are probabilities: of the right shape, none negative, rows sum to one.

    Examples
    --------
    >>> probabilities([[0.5, 0.5], [1, 0]], name="P", shape=(2, 2))
    """
    got = plain_array(got, name)
    _has_shape(got, shape, name)
    if got.ndim == 0:
        raise CheckFailed(f"{name} is one number; several probabilities are wanted.")
    hints = diagnose.not_finite(got, np.zeros_like(got), labels)
    if hints:
        raise CheckFailed(f"{name} must hold a number everywhere.", *hints)
    if np.any(got < 0):
        where = np.unravel_index(int(np.argmin(got)), got.shape)
        raise CheckFailed(
            f"{name} holds the negative value {show(got[where])} "
            f"at {diagnose.place(where, labels, got.shape)}.",
            "A probability lies between 0 and 1.",
        )
    if not np.allclose(got.sum(axis=-1), 1.0, rtol=0, atol=atol):
        uniform = np.full(got.shape, 1.0 / got.shape[-1])
        hint = diagnose.pattern(got, uniform, 1e-9, 0.0)
        raise CheckFailed(f"{name} does not sum to one along each row.", hint)


def mapping(
    got: Any,
    want: Mapping[str, Any],
    *,
    name: str,
    labels: Sequence[str] | None = None,
    rtol: float = 1e-5,
    atol: float = 1e-7,
    near: Sequence[tuple[Mapping[str, Any], str]] = (),
) -> None:
    """Compare a table from contexts (strings) to rows of numbers.

    A context may be given as a string or as a tuple of letters. A context that is missing and
    one whose row is all zeros mean the same. The rows are counts: if one happens to sum to one,
    that means nothing.

    Raises
    ------
    CheckFailed
        Names at most one wrong context, and shows one entry of its row.

    Examples
    --------
    >>> mapping({"a": [0, 2]}, {"a": [0, 2]}, name="counts")
    """
    if not isinstance(got, Mapping):
        raise CheckFailed(f"{name} should be a dict, and is of type {type(got).__name__}.")
    rows = {
        plain_text(key, f"a key of {name}"): plain_array(row, f"{name}[{key!r}]")
        for key, row in dict(got).items()
    }
    expected = {key: plain_array(row, "an expected row") for key, row in want.items()}
    if _tables_agree(rows, expected, rtol, atol):
        return
    for wrong, hint in near:
        if _tables_agree(rows, {k: plain_array(r, "a near miss") for k, r in wrong.items()}, 1e-9):
            raise CheckFailed(f"{name} is not right.", hint)
    _keys_fit(rows, expected, name)
    for key, row in expected.items():
        found = rows.get(key, np.zeros_like(row))
        called = f"{name}[{key!r}]"
        array(found, row, name=called, labels=labels, rtol=rtol, atol=atol, normalized=False)


def _tables_agree(
    rows: Mapping[str, np.ndarray],
    expected: Mapping[str, np.ndarray],
    rtol: float,
    atol: float = 0.0,
) -> bool:
    filled = {key for key, row in rows.items() if np.any(row != 0)}
    return filled == set(expected) and all(
        diagnose.same(rows[key], row, rtol, atol) for key, row in expected.items()
    )


def _keys_fit(rows: Mapping[str, np.ndarray], want: Mapping[str, np.ndarray], name: str) -> None:
    length = len(next(iter(want), ""))
    wrong = [key for key in rows if len(key) != length]
    if want and wrong:
        raise CheckFailed(
            f"{name} has the context {wrong[0]!r}, of {counted(len(wrong[0]), 'letter')}.",
            f"Here a context has {counted(length, 'letter')}.",
        )
    extra = [key for key, row in rows.items() if key not in want and np.any(row != 0)]
    if extra:
        raise CheckFailed(
            f"{name} has counts for the context {extra[0]!r}.",
            "Nothing ever follows it. Do you count past an end?",
        )
    missing = [key for key in want if key not in rows]
    if missing:
        raise CheckFailed(
            f"{name} lacks the context {missing[0]!r}"
            + (f" and {len(missing) - 1} more." if len(missing) > 1 else "."),
            "Does your loop reach every position, the first and the last included?",
        )


def _has_shape(got: np.ndarray, want: tuple[int, ...] | None, name: str) -> None:
    if want is None or got.shape == tuple(want):
        return
    hints = [f"You have {times(got.shape)}; {times(want)} expected."]
    size = math.prod(want)
    if got.ndim == len(want) == 2 and got.shape == want[::-1]:
        hints.append("Rows and columns are swapped.")
    elif got.ndim != len(want) and got.size == size:
        hints.append("The number of values is right; the number of dimensions is not.")
    elif got.shape == (26,) and size == 27:
        hints.append("Did you forget the space? It is the first of the 27 letters.")
    elif got.ndim == len(want) == 1 and got.size < size:
        hints.append("Values that are zero need a place too.")
    raise CheckFailed(f"{name} has the wrong shape.", *hints)
