"""Learner's values as plain data: what may cross from the learner's process to the judge.

Numbers, text, lists, dicts, arrays and tensors cross as copies. Anything else stays where it is,
and the judge gets a handle to call. Decoding builds only these types and runs no code of the
sender.
"""

from __future__ import annotations

import base64
import math
import sys
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Callable
from typing import Any

import numpy as np

DEEPEST = 40
LONGEST = 2_000_000
KINDS = "biufc"


class TooMuch(ValueError):
    """The value is too large or too deep to be judged."""


def encode(value: Any, keep: Callable[[Any], int], depth: int = 0) -> Any:
    """A value as JSON data. ``keep`` stores what can't cross and returns its handle.

    Only exact types cross as data: a subclass could lie about itself.

    Examples
    --------
    >>> encode([1, "a", None], keep=lambda value: 0)
    {'l': [1, 'a', None]}
    """
    if depth > DEEPEST:
        raise TooMuch(f"a value nested more than {DEEPEST} deep")
    kind = type(value)
    if value is None or kind is bool or kind is str:
        return value
    if kind is int:
        return value if -(2**53) < value < 2**53 else {"i": hex(value)}
    if kind is float:
        return value if math.isfinite(value) else {"f": repr(value)}
    if kind in (list, tuple, set, frozenset):
        tag = {list: "l", tuple: "t", set: "s", frozenset: "z"}[kind]
        return {tag: [encode(item, keep, depth + 1) for item in _few(value)]}
    if kind in (dict, OrderedDict, defaultdict, Counter):
        tag = "k" if kind is Counter else "d"
        items = [
            [encode(key, keep, depth + 1), encode(item, keep, depth + 1)]
            for key, item in _few(value.items())
        ]
        return {tag: items}
    if kind is complex:
        return {"c": [repr(value.real), repr(value.imag)]}
    if kind is bytes:
        return {"b": base64.b64encode(value).decode()}
    return _encode_array(value, kind, keep)


def _encode_array(value: Any, kind: type, keep: Callable[[Any], int]) -> Any:
    tag = "a"
    torch = sys.modules.get("torch")
    tensor = torch is not None and kind in (torch.Tensor, torch.nn.Parameter)
    if tensor and not value.is_sparse and value.dtype in _torch_kinds(torch):
        tag, value = "T", value.detach().cpu().resolve_conj().resolve_neg().numpy()
        kind = np.ndarray
    if kind is np.ndarray and value.dtype.kind in KINDS:
        body = np.ascontiguousarray(value).tobytes()
        if len(body) > 8 * LONGEST:
            raise TooMuch(f"an array of {len(body):,} bytes")
        text = base64.b64encode(body).decode()
        return {tag: [value.dtype.str, list(value.shape), text]}
    if kind is np.ndarray and value.dtype.kind == "U":
        return {"u": [list(value.shape), [str(item) for item in _few(value.ravel().tolist())]]}
    if isinstance(value, np.generic) and value.dtype.kind in KINDS:
        return {"n": [value.dtype.str, base64.b64encode(value.tobytes()).decode()]}
    return {"h": [keep(value), _name(value), callable(value)]}


def _torch_kinds(torch: Any) -> set[Any]:
    return {
        torch.bool, torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64,
        torch.float16, torch.float32, torch.float64, torch.complex64, torch.complex128,
    }  # fmt: skip


def _few(items: Any) -> Any:
    if len(items) > LONGEST:
        raise TooMuch(f"{len(items):,} items")
    return items


def _name(value: Any) -> str:
    name = getattr(value, "__name__", None)
    return name if type(name) is str else type(value).__name__


def decode(data: Any, handle: Callable[[int, str, bool], Any], depth: int = 0) -> Any:
    """The value that `encode` wrote; ``handle(number, name, callable)`` stands in for the rest.

    Raises
    ------
    ValueError
        If the data is not what `encode` writes.

    Examples
    --------
    >>> decode({"t": [1, {"f": "inf"}]}, handle=lambda *parts: None)
    (1, inf)
    """
    if depth > DEEPEST + 1:
        raise ValueError("nested too deep")
    if data is None or type(data) in (bool, int, float, str):
        return data
    if type(data) is not dict or len(data) != 1:
        raise ValueError("not a value")
    [(tag, body)] = data.items()
    try:
        if tag in "ltsz":
            make = {"l": list, "t": tuple, "s": set, "z": frozenset}[tag]
            return make(decode(item, handle, depth + 1) for item in body)
        if tag in "dk":
            pairs = [[decode(part, handle, depth + 1) for part in (a, b)] for a, b in body]
            return Counter(dict(pairs)) if tag == "k" else dict(pairs)
        return _decode_single(tag, body, handle)
    except (TypeError, LookupError, AttributeError, ArithmeticError, MemoryError) as error:
        raise ValueError(f"not a value: {error}") from None


def _decode_single(tag: str, body: Any, handle: Callable[[int, str, bool], Any]) -> Any:
    if tag == "i":
        return int(body[:100_000], 16)
    if tag == "f":
        return {"inf": math.inf, "-inf": -math.inf, "nan": math.nan}[body]
    if tag == "c":
        return complex(float(body[0]), float(body[1]))
    if tag == "b":
        return base64.b64decode(body)
    if tag == "h":
        number, name, is_callable = body
        return handle(int(number), str(name)[:200], bool(is_callable))
    if tag == "u":
        return np.array([str(item) for item in body[1]], dtype=str).reshape(body[0])
    if tag == "n":
        return np.frombuffer(base64.b64decode(body[1]), _dtype(body[0]), 1)[0]
    if tag in ("a", "T"):
        array = np.frombuffer(base64.b64decode(body[2]), _dtype(body[0])).reshape(body[1]).copy()
        if tag == "a":
            return array
        import torch

        return torch.from_numpy(array)
    raise ValueError(f"not a value: {tag!r}")


def _dtype(text: str) -> np.dtype[Any]:
    dtype = np.dtype(text)
    if dtype.kind not in KINDS or dtype.hasobject:
        raise ValueError(f"not a kind of number: {text!r}")
    return dtype
