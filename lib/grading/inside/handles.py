"""In the learner's process: values that stay there, known outside by a number, and calls back.

Functions that the judge keeps are asked for over the kernel's own wire.
"""

from __future__ import annotations

import base64
import pickle
from typing import Any

from lib.grading.inside import codec
from lib.grading.inside.wire import Wire

_KEPT: list[Any] = []
_WIRE: list[Wire] = []


def speak_over(wire: Wire) -> Wire:
    """Ask back over this wire from now on."""
    _WIRE[:] = [wire]
    return wire


def keep(value: Any) -> int:
    """Keep a value, and return its handle."""
    _KEPT.append(value)
    return len(_KEPT) - 1


def kept(number: int) -> Any:
    """The value behind a handle."""
    return _KEPT[number]


def ask_back(number: int, args: Any, kwargs: Any) -> Any:
    """Within a call: call a function that the judge keeps."""
    given = codec.encode([list(args), dict(kwargs)], keep)
    _WIRE[0].send({"up": "back", "handle": number, "given": given})
    answer = _WIRE[0].receive()
    if "error" in answer:
        raise RuntimeError(answer["error"])
    return pickle.loads(base64.b64decode(answer["body"]))
