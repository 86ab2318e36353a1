"""Talk to a process behind walls, watch its memory, end it.

A `Child` is one process of one submission. Whatever it does, `Child.end` leaves nothing of it
behind.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lib.grading.inside.wire import Closed, NotPlain, TooLong, Wire
from lib.grading.limits import Limits

GRACE_S = 2.0
LIBRARIES = 512 << 20  # memory that a cold process takes for what it imports


class Broke(Exception):
    """The process ended, or was ended, before it answered. The message says why."""


class Child:
    """One process behind walls.

    Parameters
    ----------
    wire : Wire
    pidfd : int
        Names the process for signals without a race.
    report : socket or None
        Where its keeper tells of its end; None for a cold process.
    process : Popen or None
        The cold process.
    """

    def __init__(
        self,
        wire: Wire,
        pidfd: int,
        limits: Limits,
        report: socket.socket | None = None,
        process: subprocess.Popen[bytes] | None = None,
    ) -> None:
        self.wire, self.pidfd, self.limits = wire, pidfd, limits
        self.report, self.process = report, process
        self.cpu_s, self.why, self.ended = 0.0, "", False
        self.after: Callable[[], None] = lambda: None
        self.base = _status(_pid(pidfd), "RssAnon") << 10 if process is None else LIBRARIES
        self.asked = int.from_bytes(os.urandom(4), "big")

    def tell(self, message: dict[str, Any], seconds: float, relay: Any = None) -> dict[str, Any]:
        """Send a message and wait for its answer.

        Parameters
        ----------
        seconds : float
            After them the process is interrupted, and after `GRACE_S` more it is ended.
        relay : callable, optional
            Answers what the process asks for meanwhile.

        Raises
        ------
        Broke
            If there is no answer; the process is gone then.
        """
        self.asked += 1
        start = time.monotonic()
        interrupted = False
        try:
            self.wire.send({**message, "id": self.asked}, start + seconds)
            while True:
                limit = start + seconds + (GRACE_S if interrupted else 0.0)
                try:
                    answer = self.wire.receive(limit, self._watch)
                except TimeoutError:
                    if interrupted:
                        raise
                    interrupted = True
                    self._interrupt()
                    continue
                if relay is not None and "up" in answer:
                    if not interrupted:  # else its question was given up
                        asked = time.monotonic()
                        reply = relay(answer)
                        start += time.monotonic() - asked
                        self.wire.send(reply, start + seconds + GRACE_S)
                    continue
                if answer.get("id") != self.asked:
                    raise NotPlain
                answer["late"] = interrupted
                return answer
        except (Closed, TooLong, NotPlain, TimeoutError) as error:
            self.end(self.why or _why(error, self.limits))
            raise Broke(self.why) from None

    def _watch(self) -> None:
        used = tree_memory(self.pidfd)
        if used - self.base > self.limits.memory_mb << 20:
            self.why = f"more than {self.limits.memory_mb} MB of memory were used"
            self._signal(signal.SIGKILL)

    def _interrupt(self) -> None:
        """Interrupt the innermost process: what stands around a cold one is not Python."""
        pid = _pid(self.pidfd)
        with contextlib.suppress(OSError, IndexError):
            while self.process is not None:
                pid = int(Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0])
                if b"lib.grading.inside" in Path(f"/proc/{pid}/cmdline").read_bytes():
                    os.kill(pid, signal.SIGINT)
                    return
        self._signal(signal.SIGINT)

    def _signal(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError, OSError):
            signal.pidfd_send_signal(self.pidfd, number)

    def end(self, why: str = "") -> None:
        """End the process and all its children; safe to call twice."""
        if self.ended:
            return
        self.ended, self.why = True, why
        self._signal(signal.SIGKILL)
        with contextlib.suppress(OSError):
            self.wire.close()
        if self.report is not None:
            self._hear()
            self.report.close()
        if self.process is not None:
            _, _, used = os.wait4(self.process.pid, 0)
            self.process.returncode = 0
            self.cpu_s = used.ru_utime + used.ru_stime
        os.close(self.pidfd)
        self.after()

    def _hear(self) -> None:
        assert self.report is not None
        self.report.settimeout(10)
        with contextlib.suppress(OSError, ValueError):
            told = json.loads(self.report.recv(4096) or b"{}")
            self.cpu_s = float(told.get("cpu", 0.0))
            if self.cpu_s >= self.limits.cpu_s:
                self.why = f"more than {self.limits.cpu_s} s of computing"


def _why(error: Exception, limits: Limits) -> str:
    if isinstance(error, TimeoutError):
        return "it took too long and did not stop when interrupted"
    if isinstance(error, TooLong):
        return f"it sent more than {limits.message_mb} MB"
    if isinstance(error, NotPlain):
        return "it sent something that is no answer"
    return "its process ended"


def tree_memory(pidfd: int) -> int:
    """Bytes of memory that a process and its descendants hold, files aside."""
    total, left = 0, [_pid(pidfd)]
    while left:
        pid = left.pop()
        if pid <= 0:
            continue
        with contextlib.suppress(OSError, ValueError):
            total += _own_memory(pid)
            for task in os.listdir(f"/proc/{pid}/task"):
                children = Path(f"/proc/{pid}/task/{task}/children").read_text()
                left += [int(child) for child in children.split()]
    return total


def _pid(pidfd: int) -> int:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/self/fdinfo/{pidfd}").read_text().splitlines():
            if line.startswith("Pid:"):
                return int(line.split()[1])
    return -1


def _status(pid: int, name: str) -> int:
    """A number from a process's status; 0 if it is not there."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith(f"{name}:"):
                return int(line.split()[1])
    return 0


def _own_memory(pid: int) -> int:
    """A process's share of its memory, files aside: what forks share is counted once in all."""
    total = 0
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except PermissionError:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096
    for line in lines:
        if line.startswith(("Pss_Anon:", "Pss_Shmem:")):
            total += int(line.split()[1]) << 10
    return total


def start_cold(command: list[str], limits: Limits, env: dict[str, str] | None = None) -> Child:
    """Start a process that talks on its standard input and output."""
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        env=env,
    )
    assert process.stdin and process.stdout
    read_fd, write_fd = os.dup(process.stdout.fileno()), os.dup(process.stdin.fileno())
    process.stdin.close()
    process.stdout.close()
    os.set_blocking(write_fd, False)
    pidfd = os.pidfd_open(process.pid)
    return Child(Wire(read_fd, write_fd, limits.message_mb << 20), pidfd, limits, None, process)
