"""Calling a learner's function: quietly, on copies of the arguments, with its errors explained."""

from __future__ import annotations

import contextlib
import copy
import functools
import io
import linecache
import re
import traceback
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from lib.check.arrays import array
from lib.check.failure import CheckFailed

LONGEST_SHOWN = 32
LONGEST_ARRAY = 6  # entries that are shown; of more, the shape
# (error, what its message holds, hint)
ERRORS = (
    (RecursionError, "", "A function can't call itself thousands of times. Use a loop."),
    (
        TypeError,
        r"expected str instance, \S*int",
        "Letters are joined, not numbers. Look up each number's letter first.",
    ),
    (
        ValueError,
        "math domain error|expected a positive input",
        "The logarithm of 0? A probability may be 0: the cost -log(0) is then infinite.",
    ),
    (
        ValueError,
        "mismatch in its core dimension|could not be broadcast",
        "The shapes don't fit each other. Print them in the line before this one.",
    ),
    (
        ValueError,
        "inhomogeneous shape",
        "The pieces differ in length. Put their numbers into one list with extend.",
    ),
    (
        np.linalg.LinAlgError,
        "must be square",
        "Only a square matrix can be solved with: as many equations as unknowns.",
    ),
    (
        np.linalg.LinAlgError,
        "did not converge",
        "Is there an infinite value in it, such as the logarithm of 0?",
    ),
    (
        OverflowError,
        "",
        "The number does not fit a float. Compute with its logarithm, or with whole numbers.",
    ),
    (
        AttributeError,
        "'(list|tuple)' object has no attribute '(shape|ndim|sum|mean|reshape|T)'",
        "A list may be given. np.asarray makes an array of it.",
    ),
)


def call(function: Callable, /, *args: Any, **kwargs: Any) -> Any:
    """Call a learner's function and return its value.

    Warnings and standard error are swallowed (nbgrader gives no points to a cell that writes
    there). Lists, dicts and arrays are copied first, so a function that changes its arguments
    spoils no later check. Generators of random numbers are passed as they are.

    Raises
    ------
    CheckFailed
        If the function is not written yet, can't take the arguments, or raises.

    Examples
    --------
    >>> call(len, "abc")
    3
    """
    given = [_copied(value) for value in args]
    return _run(function, given, {key: _copied(value) for key, value in kwargs.items()})


def _run(function: Callable, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
    """Call a learner's function on these very arguments, quietly, with its errors explained."""
    if not callable(function):
        raise CheckFailed(
            f"A function is wanted here, and this is of type {type(function).__name__}.",
            "Did a later cell use the same name for something else?",
        )
    shown = describe(function, args, kwargs)
    try:
        with (
            warnings.catch_warnings(),
            np.errstate(all="ignore"),
            contextlib.redirect_stderr(io.StringIO()),
        ):
            warnings.simplefilter("ignore")
            return function(*args, **kwargs)
    except CheckFailed:
        raise
    except NotImplementedError:
        raise CheckFailed(
            f"{_name(function)} is not written yet.",
            "Replace the line `raise NotImplementedError()` with your code, then run that cell.",
        ) from None
    except (Exception, SystemExit) as error:
        what = f"{shown} stopped with {type(error).__name__}: {_first_line(error)}"
        raise CheckFailed(what, _why(error, args), _where(error)) from None


def leaves_alone(function: Callable, /, *args: Any) -> None:
    """Check that a function changes none of the arrays it is given.

    Examples
    --------
    >>> leaves_alone(np.sort, np.array([2, 1]))
    >>> leaves_alone(np.ndarray.sort, np.array([2, 1]))
    Traceback (most recent call last):
    lib.check.failure.CheckFailed: sort changed the array it was given.
      -> Work on a copy of it.
    """
    given = [_copied(value) for value in args]
    _run(function, given, {})
    for before, after in zip(args, given, strict=True):
        if isinstance(before, np.ndarray) and not np.array_equal(before, after, equal_nan=True):
            raise CheckFailed(
                f"{_name(function)} changed the array it was given.", "Work on a copy of it."
            )


def function_works(
    function: Callable,
    cases: Iterable[tuple[Sequence[Any], Any]],
    *,
    rtol: float = 1e-5,
    atol: float = 1e-7,
    labels: Sequence[str] | None = None,
    near: Callable[..., Sequence[tuple[Any, str]]] | None = None,
) -> None:
    """Call a function on several inputs and compare each result (see `array`).

    Parameters
    ----------
    function : callable
        The learner's function.
    cases : iterable of (arguments, right value)
        Arguments are a tuple.
    near : callable, optional
        From the same arguments to the wrong answers to expect, with their hints.

    Examples
    --------
    >>> function_works(lambda a, b: [a + b], [((1, 2), [3]), ((0, 0), [0])])
    """
    for args, want in cases:
        array(
            call(function, *args),
            want,
            name=describe(function, args, {}),
            rtol=rtol,
            atol=atol,
            labels=labels,
            near=functools.partial(near, *args) if near else (),
        )


def describe(function: Callable, args: Sequence[Any], kwargs: Mapping[str, Any]) -> str:
    """A call as it would be typed, with long arguments cut: ``pairs('the cat sat...')``."""
    parts = [_short(value) for value in args]
    parts += [f"{key}={_short(value)}" for key, value in kwargs.items()]
    return f"{_name(function)}({', '.join(parts)})"


def _name(function: Callable) -> str:
    return str(getattr(function, "__name__", type(function).__name__))


def _short(value: Any) -> str:
    if isinstance(value, str):
        if len(value) <= LONGEST_SHOWN:
            return repr(value)
        return f"{value[: LONGEST_SHOWN - 8]!r}... ({len(value)} letters)"
    if isinstance(value, np.ndarray):
        if value.size <= LONGEST_ARRAY and value.dtype.kind in "biuf":
            shown = repr(np.round(value, 2).tolist())
            if len(shown) <= LONGEST_SHOWN:
                return shown
        return "an array of " + " x ".join(map(str, value.shape))
    if isinstance(value, np.random.Generator):
        return "rng"
    if isinstance(value, Mapping):
        return "a dict"
    if callable(value):
        return _name(value)
    if isinstance(value, (list, tuple)) and value and all(callable(part) for part in value):
        return "[" + ", ".join(_name(part) for part in value) + "]"
    shown = repr(value)
    return shown if len(shown) <= LONGEST_SHOWN else shown[:LONGEST_SHOWN] + "..."


def _copied(value: Any) -> Any:
    return copy.deepcopy(value) if isinstance(value, (list, dict, np.ndarray)) else value


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [""])[0][:200]


def _why(error: BaseException, args: Sequence[Any]) -> str:
    """A hint for errors that beginners meet often; empty for others."""
    for kind, pattern, hint in ERRORS:
        if isinstance(error, kind) and re.search(pattern, str(error)):
            return hint
    if any(isinstance(value, str) and not value for value in args):
        return "The text is empty here. See what the task says of the empty text."
    return ""


def _where(error: BaseException) -> str:
    """The learner's own line: the last one on the way down that is not inside a library."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [
        frame
        for frame in frames
        if "site-packages" not in frame.filename and "/lib/" not in frame.filename
    ]
    if not own:
        return ""
    line = own[-1].line or linecache.getline(own[-1].filename, own[-1].lineno or 0)
    return f"In line {own[-1].lineno} of your cell: {line.strip()}" if line else ""
