"""From what a learner's code returns to plain numbers: a fresh float64 array, or a reason why not.

Comparing happens on these copies only. An object that claims to equal everything is
never asked.
"""

from __future__ import annotations

import numbers
import sys
from collections.abc import Iterable, Mapping, Sequence, Set
from decimal import Decimal
from typing import Any

import numpy as np

from lib.check.failure import CheckFailed


def show(value: float) -> str:
    """A number as a learner would write it: six digits, no trailing zeros."""
    return f"{float(value):.6g}"


def counted(count: int, thing: str) -> str:
    """``1 letter``, ``2 letters``."""
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"


def times(shape: Sequence[int]) -> str:
    """A shape in words: ``27 x 27``, ``27 numbers``, ``one number``."""
    if len(shape) == 0:
        return "one number"
    if len(shape) == 1:
        return counted(shape[0], "number")
    return " x ".join(str(size) for size in shape)


def plain_array(value: Any, name: str) -> np.ndarray:
    """Copy ``value`` into a fresh float64 array.

    Parameters
    ----------
    value
        A number, a list (of lists), a numpy array, a torch tensor, anything numpy reads as
        an array of real numbers.
    name : str
        What to call the value in messages.

    Raises
    ------
    CheckFailed
        If the value is not made of real numbers.
    """
    _given(value, name)
    if isinstance(value, Mapping):
        raise CheckFailed(
            f"{name} is a dict.", "A list of numbers, an array or a tensor is wanted here."
        )
    try:
        found = np.array(_nested(value))
    except ValueError:
        if isinstance(value, tuple):
            raise CheckFailed(
                f"{name} is {counted(len(value), 'thing')} of different shapes.",
                "One array or number is wanted. Is it one of them, or made from them?",
            ) from None
        raise CheckFailed(
            f"{name} has rows of different lengths.", "Every row needs the same number of entries."
        ) from None
    except Exception as error:
        raise CheckFailed(
            f"{name} is of type {type(value).__name__} that can't be read as numbers "
            f"({type(error).__name__}).",
        ) from None
    if found.dtype.kind == "O":
        found = _numbers_in_objects(found, name)
    if found.dtype.kind not in "biuf":
        raise CheckFailed(
            f"{name} should be made of real numbers, and holds {_kind(found)}.",
            "A list of numbers, an array or a tensor is fine.",
        )
    return np.array(found, dtype=np.float64, copy=True, subok=False)


def plain_text(value: Any, name: str) -> str:
    """``value`` as a plain string; a list of letters is joined."""
    _given(value, name)
    if isinstance(value, (list, tuple)) and all(isinstance(part, str) for part in value):
        value = "".join(str.__str__(part) for part in value)
    if isinstance(value, (list, tuple)):
        other = next(part for part in value if not isinstance(part, str))
        raise CheckFailed(
            f"{name} should be a string, not a {type(value).__name__} that holds {other!r}.",
            "Letters are wanted in it, not numbers. Look up each number's letter first.",
        )
    if not isinstance(value, str):
        raise CheckFailed(
            f"{name} should be a string, and is of type {type(value).__name__}.",
            'To join letters: "".join(letters).',
        )
    return "".join(str.__str__(value))


def _given(value: Any, name: str) -> None:
    """Nothing came back: of a call, the return is missing; of a variable, its value."""
    if value is None:
        called = name.endswith(")")
        hint = "Does your function end with `return`?" if called else "Give it a value."
        raise CheckFailed(f"{name} is None.", hint)


def _nested(value: Any) -> Any:
    """Lists all the way down, with tensors turned into arrays on the way."""
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(value, torch.Tensor):
        found = value.detach().cpu()
        return found.numpy() if found.is_complex() else found.to(torch.float64).numpy()
    if isinstance(value, (str, bytes, np.ndarray, np.generic)) or hasattr(value, "__array__"):
        return value
    if isinstance(value, Iterable) and not isinstance(value, (Set, Mapping)):
        return [_nested(part) for part in value]
    return value


def _numbers_in_objects(found: np.ndarray, name: str) -> np.ndarray:
    """Python's own exact numbers (Fraction, Decimal, long int) are fine; other objects are not."""
    flat = []
    for entry in found.ravel().tolist():
        if entry is None:
            raise CheckFailed(f"{name} contains None.", "One of the entries was never filled in.")
        if not isinstance(entry, (numbers.Real, Decimal)):
            raise CheckFailed(
                f"{name} should be made of numbers, and holds a {type(entry).__name__}.",
                "A list of numbers, an array or a tensor is fine.",
            )
        flat.append(float(entry))
    return np.array(flat, dtype=np.float64).reshape(found.shape)


def _kind(found: np.ndarray) -> str:
    return {"U": "text", "S": "bytes", "c": "complex numbers"}.get(found.dtype.kind, "other things")
