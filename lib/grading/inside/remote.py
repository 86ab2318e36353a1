"""The judge's side of a learner's values: stand-ins that call into the learner's process.

A test cell that is judged outside sees these in place of functions and objects that can't cross
as data. Arguments travel there by pickle (the judge's values are trusted, and only the learner's
process unpickles); what comes back is plain data.
"""

from __future__ import annotations

import base64
import builtins
import io
import linecache
import sys
import types
from collections.abc import Callable, Iterator
from typing import Any

import cloudpickle
import numpy as np

from lib.grading.inside import handles
from lib.grading.inside.codec import decode, encode

Ask = Callable[[dict[str, Any]], dict[str, Any]]


class CellTimeoutError(Exception):
    """The learner's code took longer than a cell may."""


class KernelDied(Exception):
    """The learner's code ended its own process."""


class NotJudged(TypeError):
    """The value is of a kind that can't be judged as plain data."""


class Remote:
    """A learner's function or object, which stays in the learner's process."""

    def __init__(self, ask: Ask, number: int, name: str) -> None:
        object.__setattr__(self, "_remote", (ask, number))
        object.__setattr__(self, "__name__", name)
        object.__setattr__(self, "__qualname__", name)

    def __reduce__(self) -> tuple[Any, ...]:
        return _resolve, (self._remote[1],)

    def __repr__(self) -> str:
        return f"<{self.__name__} of the answer>"

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self._do("getattr", name)

    def __setattr__(self, name: str, value: Any) -> None:
        raise NotJudged(f"the answer's {self.__name__} can't be changed from a test")

    def __getitem__(self, key: Any) -> Any:
        return self._do("getitem", key)

    def __len__(self) -> int:
        length = self._do("len", None)
        if type(length) is not int:
            raise NotJudged(f"the length of {self.__name__} is no whole number")
        return length

    def __iter__(self) -> Iterator[Any]:
        items = self._do("list", None)
        if type(items) is not list:
            raise NotJudged(f"{self.__name__} can't be gone through")
        return iter(items)

    def __bool__(self) -> bool:
        raise NotJudged(f"whether {self!r} is true can't be judged")

    def __eq__(self, other: object) -> bool:
        raise NotJudged(f"{self!r} is no plain value: return a number, text, list, dict or array")

    def __hash__(self) -> int:
        return id(self)

    def _do(self, what: str, given: Any) -> Any:
        ask, number = self._remote
        body = base64.b64encode(_packed(given)).decode()
        answer = ask({"up": what, "handle": number, "body": body})
        if what == "call":
            _move_on(given, answer.get("states"))
        if "error" in answer:
            raise_as_told(answer["error"])
        return decode(answer.get("value"), lambda *parts: stand_in(ask, *parts))


class RemoteFunction(Remote):
    """A learner's function or class."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._do("call", (args, kwargs))


class _Packer(cloudpickle.Pickler):
    """Packs the judge's values; its own functions stay, and the learner's process calls back."""

    def reducer_override(self, value: Any) -> Any:
        if isinstance(value, types.FunctionType) and value.__module__ == "__main__":
            _CALLED_BACK.append(value)
            return _call_back, (len(_CALLED_BACK) - 1, value.__name__)
        return super().reducer_override(value)


_CALLED_BACK: list[Callable[..., Any]] = []


def _packed(value: Any) -> bytes:
    file = io.BytesIO()
    _Packer(file).dump(value)
    return file.getvalue()


def called_back(question: dict[str, Any], ask: Ask) -> dict[str, Any]:
    """In the judge's process: call a function of its own for the learner's process."""
    try:
        args, kwargs = decode(question["given"], lambda *parts: stand_in(ask, *parts))
        value = _CALLED_BACK[question["handle"]](*args, **kwargs)
        return {"up": "return", "body": base64.b64encode(_packed(value)).decode()}
    except Exception as error:
        return {"up": "return", "error": f"{type(error).__name__}: {error}"[:2000]}


def generators(given: Any) -> list[Any]:
    """The generators of random numbers among the arguments of a call."""
    torch = sys.modules.get("torch")
    kinds = (np.random.Generator, *((torch.Generator,) if torch else ()))
    return [item for item in (*given[0], *given[1].values()) if type(item) in kinds]


def states(given: Any) -> Any:
    """In the learner's process: where the call left these generators."""
    left = [
        item.bit_generator.state if isinstance(item, np.random.Generator) else item.get_state()
        for item in generators(given)
    ]
    return encode(left, keep=lambda value: -1)


def _move_on(given: Any, left: Any) -> None:
    """In the judge's process: put its generators where the call left their copies."""
    own = generators(given)
    for item, state in zip(own, decode(left, lambda *parts: None) or [], strict=False):
        if isinstance(item, np.random.Generator):
            item.bit_generator.state = state
        else:
            item.set_state(state)


def stand_in(ask: Ask, number: int, name: str, is_callable: bool) -> Remote:
    """What the judge sees in place of a value that can't cross."""
    return (RemoteFunction if is_callable else Remote)(ask, number, name)


def _resolve(number: int) -> Any:
    """In the learner's process: the value behind a handle."""
    return handles.kept(number)


def _call_back(number: int, name: str) -> Callable[..., Any]:
    """In the learner's process: a function that the judge keeps."""

    def function(*args: Any, **kwargs: Any) -> Any:
        return handles.ask_back(number, args, kwargs)

    function.__name__ = function.__qualname__ = name
    return function


def raise_as_told(error: Any) -> None:
    """Raise what the learner's code raised: by name if Python knows it, with its line shown."""
    error = error if isinstance(error, dict) else {}
    name = str(error.get("name", "Exception"))[:100]
    text = str(error.get("text", ""))[:2000]
    kind = getattr(builtins, name, None)
    if name == "CellTimeoutError":
        kind = CellTimeoutError
    elif name == "KernelDied":
        kind = KernelDied
    elif not (isinstance(kind, type) and issubclass(kind, Exception)):
        kind = type(name if name.isidentifier() else "LearnerError", (Exception,), {})
    try:
        raised = kind(text)
    except TypeError:
        raised = Exception(f"{name}: {text}")
    _raise_at(raised, str(error.get("source", ""))[:100_000], error.get("line"))


def _raise_at(raised: Exception, source: str, line: Any) -> None:
    lines = source.splitlines(keepends=True)
    if type(line) is not int or not 1 <= line <= len(lines):
        raise raised
    where = "<your answer>"
    linecache.cache[where] = (len(source), None, lines, where)
    exec(compile("\n" * (line - 1) + "raise raised", where, "exec"), {"raised": raised})
