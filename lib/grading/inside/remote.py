"""The judge's side of a learner's values: stand-ins that call into the learner's process.

A test cell that is judged outside sees these in place of functions and objects that can't cross
as data. Arguments travel there by pickle (the judge's values are trusted, and only the learner's
process unpickles); what comes back is plain data.
"""

from __future__ import annotations

import base64
import builtins
import linecache
from collections.abc import Callable, Iterator
from typing import Any

import cloudpickle

from lib.grading.inside.codec import decode

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
        return self._do("getattr", cloudpickle.dumps(name))

    def __setattr__(self, name: str, value: Any) -> None:
        raise NotJudged(f"the answer's {self.__name__} can't be changed from a test")

    def __getitem__(self, key: Any) -> Any:
        return self._do("getitem", cloudpickle.dumps(key))

    def __len__(self) -> int:
        length = self._do("len", b"")
        if type(length) is not int:
            raise NotJudged(f"the length of {self.__name__} is no whole number")
        return length

    def __iter__(self) -> Iterator[Any]:
        items = self._do("list", b"")
        if type(items) is not list:
            raise NotJudged(f"{self.__name__} can't be gone through")
        return iter(items)

    def __bool__(self) -> bool:
        raise NotJudged(f"whether {self!r} is true can't be judged")

    def __eq__(self, other: object) -> bool:
        raise NotJudged(f"{self!r} is no plain value: return a number, text, list, dict or array")

    def __hash__(self) -> int:
        return id(self)

    def _do(self, what: str, body: bytes) -> Any:
        ask, number = self._remote
        message = {"up": what, "handle": number, "body": base64.b64encode(body).decode()}
        answer = ask(message)
        if "error" in answer:
            raise_as_told(answer["error"])
        return decode(answer.get("value"), lambda *parts: stand_in(ask, *parts))


class RemoteFunction(Remote):
    """A learner's function or class."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._do("call", cloudpickle.dumps((args, kwargs)))


def stand_in(ask: Ask, number: int, name: str, is_callable: bool) -> Remote:
    """What the judge sees in place of a value that can't cross."""
    return (RemoteFunction if is_callable else Remote)(ask, number, name)


def _resolve(number: int) -> Any:
    """In the learner's process: the value behind a handle (see `lib.grading.inside.kernel`)."""
    from lib.grading.inside import kernel

    return kernel.kept(number)


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
