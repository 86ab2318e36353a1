"""A small kernel's shell: IPython without sockets or threads, with every output captured.

Outputs have the shape of a notebook's: streams, errors, displays and the value of a cell's last
expression.
"""

from __future__ import annotations

import os
import sys
import traceback
import types
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import ExecutionResult, InteractiveShell
from traitlets.config import Config

CUT = "\n[the rest of the output was cut]\n"


class Outputs:
    """The outputs of one cell, up to a number of letters."""

    def __init__(self) -> None:
        self.start(0)

    def start(self, most: int) -> None:
        self.left, self.items, self.cut = most, [], False

    def add(self, item: dict[str, Any], size: int) -> None:
        if size > self.left:
            self.note_cut()
        else:
            self.left -= size
            self.items.append(item)

    def write(self, name: str, text: str) -> None:
        if self.left <= 0:
            return self.note_cut() if text else None
        if len(text) > self.left:
            text = text[: self.left]
            self.note_cut()
        self.left -= len(text)
        last = self.items[-1] if self.items else {}
        if last.get("output_type") == "stream" and last.get("name") == name:
            last["text"].append(text)
        elif text:
            self.items.append({"output_type": "stream", "name": name, "text": [text]})
        return None

    def note_cut(self) -> None:
        self.cut = True

    def done(self) -> list[dict[str, Any]]:
        if self.cut:
            self.items.append({"output_type": "stream", "name": "stdout", "text": [CUT]})
        items = [dict(i, text="".join(i["text"])) if "text" in i else i for i in self.items]
        self.start(0)
        return items


class Stream:
    """Stands in for standard output and error."""

    encoding = "utf-8"
    errors = "replace"
    closed = False

    def __init__(self, outputs: Outputs, name: str, fd: int) -> None:
        self._outputs, self.name, self._fd = outputs, f"<{name}>", fd
        self._stream = name

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self._outputs.write(self._stream, str(text))
        return len(text)

    def writelines(self, lines: Any) -> None:
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        pass

    def isatty(self) -> bool:
        return False

    def readable(self) -> bool:
        return False

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._fd


class Hook(DisplayHook):
    """Takes the value of a cell's last expression."""

    def write_output_prompt(self) -> None:
        pass

    def write_format_data(self, format_dict: dict, md_dict: dict | None = None) -> None:
        item = {"output_type": "execute_result", "data": _texts(format_dict), "metadata": {}}
        item["execution_count"] = self.prompt_count
        self.shell.outputs.add(item, _size(item["data"]))

    def finish_displayhook(self) -> None:
        self._is_active = False


class Publisher(DisplayPublisher):
    """Takes what `display` shows."""

    def publish(self, data: dict, metadata: dict | None = None, **kwargs: Any) -> None:
        item = {"output_type": "display_data", "data": _texts(data), "metadata": {}}
        self.shell.outputs.add(item, _size(item["data"]))

    def clear_output(self, wait: bool = False) -> None:
        pass


def _texts(data: dict) -> dict[str, str]:
    kept = ("text/plain", "image/png", "image/jpeg")
    return {kind: str(data[kind]).strip() for kind in kept if isinstance(data.get(kind), str)}


def _size(data: dict[str, str]) -> int:
    return sum(map(len, data.values()))


class Shell(InteractiveShell):
    """IPython's shell, capturing. Make one before a fork and use it once after."""

    displayhook_class = Hook
    display_pub_class = Publisher

    def __init__(self, **kwargs: Any) -> None:
        self.outputs = Outputs()
        super().__init__(**kwargs)

    def _showtraceback(self, etype: type, evalue: BaseException, stb: list[str]) -> None:
        lines = [str(line) for line in stb]
        item = error_output(getattr(etype, "__name__", "Error"), _message(evalue), lines)
        self.outputs.add(item, sum(map(len, lines)))

    def enable_gui(self, gui: str | None = None) -> None:
        pass


def _message(error: BaseException | None) -> str:
    try:
        return str(error)[:2000]
    except BaseException:
        return "(its message can't be read)"


def error_output(name: str, message: str, lines: list[str] | None = None) -> dict[str, Any]:
    """An error as a notebook's output."""
    lines = lines or [f"{name}: {message}"]
    return {"output_type": "error", "ename": name, "evalue": message, "traceback": lines}


def make_shell() -> Shell:
    """The shell, with no history file, no thread and plain colors."""
    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor"
    config.InteractiveShell.cache_size = 0
    config.InteractiveShell.enable_tip = False
    shell = Shell.instance(config=config, user_module=types.ModuleType("__main__"))
    sys.modules["__main__"] = shell.user_module
    return shell


def run_cell(shell: Shell, source: str, count: int, most: int) -> tuple[dict[str, Any], Any]:
    """Execute one cell: what a kernel would answer, and the value shown last."""
    shell.outputs.start(most)
    shell.execution_count = count
    error: BaseException | None = None
    result: ExecutionResult | None = None
    try:
        result = shell.run_cell(source, store_history=True, silent=False)
        error = result.error_before_exec or result.error_in_exec
    except BaseException as caught:
        error = caught
    raw = _written_below(most)
    if raw:
        shell.outputs.write("stdout", raw)
    outputs = shell.outputs.done()
    if error is not None and not any(o["output_type"] == "error" for o in outputs):
        outputs.append(error_output(type(error).__name__, _message(error)))
    shown = any(o["output_type"] == "execute_result" for o in outputs)
    answer = {"status": "ok" if error is None else "error", "outputs": outputs, "shown": shown}
    if error is not None:
        answer["line"] = _line(error, f"<ipython-input-{count}-")
    return answer, result.result if result is not None and shown else None


def _line(error: BaseException, cell: str) -> int | None:
    """The innermost line of the cell that an error passed through."""
    frames = traceback.walk_tb(error.__traceback__)
    lines = [line for frame, line in frames if frame.f_code.co_filename.startswith(cell)]
    return lines[-1] if lines else None


def take_streams(shell: Shell, raw_fd: int) -> None:
    """Point Python's streams at the shell's outputs and the process's own at a file."""
    sys.stdin = open(os.devnull)  # noqa: SIM115
    sys.stdout = sys.__stdout__ = Stream(shell.outputs, "stdout", 1)  # type: ignore[assignment]
    sys.stderr = sys.__stderr__ = Stream(shell.outputs, "stderr", 2)  # type: ignore[assignment]
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    os.dup2(raw_fd, 1)
    os.dup2(raw_fd, 2)


def _written_below(most: int) -> str:
    """What subprocesses and C code wrote to the process's own output since the last cell."""
    try:
        size = os.lseek(1, 0, os.SEEK_END)
        if not size:
            return ""
        data = os.pread(1, min(size, most), 0)
        os.ftruncate(1, 0)
        os.lseek(1, 0, os.SEEK_SET)
        return data.decode("utf-8", "replace")
    except OSError:
        return ""
