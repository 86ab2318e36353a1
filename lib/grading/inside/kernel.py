"""The small kernel: runs cells for the desk, as the learner's process or as the judge's.

The learner's process runs the learner's cells and answers questions about the names they define.
The judge's process runs the assignment's own cells only; what it needs from the learner it asks
for, as plain data. Neither is told anything before its own fork.
"""

from __future__ import annotations

import base64
import math
import os
import pickle
import random
import sys
import tempfile
import traceback
from pathlib import Path
from typing import Any

import numpy as np

from lib.grading.inside import codec, handles
from lib.grading.inside.remote import called_back, stand_in, states
from lib.grading.inside.shell import Shell, make_shell, run_cell, take_streams
from lib.grading.inside.wire import Closed, Wire

SEED = "COURSE_CHECK_SEED"  # read by lib.check.rng


class Kernel:
    """Answers the desk's messages, one after the other."""

    def __init__(self, wire: Wire, shell: Shell) -> None:
        self.wire, self.shell, self.count = wire, shell, 0

    def serve(self) -> None:
        """Answer until the desk hangs up."""
        answers = {
            "files": self.files,
            "cell": self.cell,
            "values": self.values,
            "bind": self.bind,
            "call": self.call,
            "getattr": self.call,
            "getitem": self.call,
            "len": self.call,
            "list": self.call,
        }
        while True:
            try:
                message = self.wire.receive()
                answer = answers[message["op"]](message)
                self.wire.send({**answer, "id": message["id"]})
            except Closed:
                return
            except KeyboardInterrupt:
                continue

    def files(self, message: dict[str, Any]) -> dict[str, Any]:
        """Lay the instructor's files into the scratch folder."""
        for name, body in message["files"]:
            path = Path(name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(base64.b64decode(body))
        return {}

    def cell(self, message: dict[str, Any]) -> dict[str, Any]:
        """Run one cell; the hidden seed is there for this cell only."""
        self.count += 1
        if message.get("seed"):
            os.environ[SEED] = message["seed"]
        try:
            answer, value = run_cell(self.shell, message["source"], self.count, message["most"])
        finally:
            os.environ.pop(SEED, None)
        if answer.pop("shown"):
            answer["value"] = worth(value)
        return answer

    def values(self, message: dict[str, Any]) -> dict[str, Any]:
        """The learner's names as plain data; a name that isn't there is left out."""
        found = {}
        for name in message["names"]:
            if name in self.shell.user_ns:
                try:
                    found[name] = {"value": codec.encode(self.shell.user_ns[name], handles.keep)}
                except Exception as error:
                    found[name] = {"error": {"name": type(error).__name__, "text": str(error)}}
        return {"values": found}

    def bind(self, message: dict[str, Any]) -> dict[str, Any]:
        """In the judge's process: take the learner's names, as data or stand-ins."""
        for name in message["names"]:
            self.shell.user_ns.pop(name, None)
        lost = {}
        for name, item in message["values"].items():
            try:
                if "error" in item:
                    raise ValueError(str(item["error"].get("text", "")))
                self.shell.user_ns[name] = codec.decode(
                    item["value"], lambda *parts: stand_in(self._ask, *parts)
                )
            except (ValueError, TypeError, AttributeError, LookupError) as error:
                lost[name] = str(error)[:500]
        return {"lost": lost}

    def call(self, message: dict[str, Any]) -> dict[str, Any]:
        """In the learner's process: do one thing with a learner's value."""
        what = message["op"]
        self.shell.outputs.start(message["most"])
        try:
            target = handles.kept(message["handle"])
            given = pickle.loads(base64.b64decode(message["body"])) if message["body"] else None
            if what == "call":
                value = target(*given[0], **given[1])
                return {"value": codec.encode(value, handles.keep), "states": states(given)}
            if what == "getattr":
                value = getattr(target, given)
            elif what == "getitem":
                value = target[given]
            else:
                value = len(target) if what == "len" else list(target)
            return {"value": codec.encode(value, handles.keep)}
        except KeyboardInterrupt:
            return {"error": {"name": "CellTimeoutError", "text": "the answer took too long"}}
        except BaseException as error:
            return {"error": told(error)}
        finally:
            self.shell.outputs.start(0)

    def _ask(self, message: dict[str, Any]) -> dict[str, Any]:
        """In the judge's process, within a cell: ask the learner's process through the desk."""
        self.wire.send(message)
        while "down" in (answer := self.wire.receive()):
            self.wire.send(called_back(answer["down"], self._ask))
        return answer


def told(error: BaseException) -> dict[str, Any]:
    """An error in words, with the learner's own line: the last one outside any library."""
    report: dict[str, Any] = {"name": type(error).__name__, "text": str(error)[:2000]}
    own = [
        frame
        for frame in traceback.walk_tb(error.__traceback__)
        if "ipykernel" in frame[0].f_code.co_filename or "<ipython" in frame[0].f_code.co_filename
    ]
    if own:
        import linecache

        lines = linecache.getlines(own[-1][0].f_code.co_filename)
        report |= {"line": own[-1][1], "source": "".join(lines)}
    return report


def worth(value: Any) -> dict[str, Any]:
    """What a test cell's last value says about its mark."""
    kind = type(value).__name__
    if isinstance(value, bool) or kind in ("bool_", "bool"):
        return {"kind": "bool", "number": float(bool(value))}
    try:
        if not isinstance(value, (str, bytes)) and getattr(value, "ndim", 0) == 0:
            number = float(value)
            return {"kind": "number", "number": number if math.isfinite(number) else None}
    except Exception:
        pass
    return {"kind": "other", "number": None}


def run(read_fd: int, write_fd: int, largest: int, shell: Shell | None = None) -> None:
    """Serve the desk on two descriptors; the scratch folder is the current one.

    Random numbers start the same each time, so that the same submission gets the same mark.
    """
    sys.path[:0] = [""]
    random.seed(0)
    np.random.seed(0)
    if "torch" in sys.modules:
        sys.modules["torch"].manual_seed(0)
    with tempfile.TemporaryFile(dir=".") as raw:
        take_streams(shell or make_shell(), raw.fileno())
    wire = handles.speak_over(Wire(read_fd, write_fd, largest))
    Kernel(wire, shell or Shell.instance()).serve()
