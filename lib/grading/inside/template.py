"""The warm template: imports the libraries once, then forks a fresh process per submission.

It holds nothing of any learner and runs nobody's code. Each fork enters its own spaces (see
`walls`), so submissions see neither each other nor the template. The template itself stands
inside bubblewrap.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import signal
import socket
import sys
from typing import Any

from lib.grading.inside import kernel, walls
from lib.grading.inside.shell import Shell, make_shell
from lib.grading.inside.wire import Closed


def main(control_fd: int, modules: list[str]) -> None:
    """Serve requests for forks on a socket: one JSON line and two descriptors each.

    The descriptors are the new process's connection to the desk, and a socket on which its
    keeper reports: first the process's descriptor, at the end its exit and CPU seconds.
    """
    walls.step_down()
    shell = warm(modules)
    control = socket.socket(fileno=control_fd)
    control.send(json.dumps({"ready": True, "threads": _threads()}).encode())
    while True:
        data, fds, _, _ = socket.recv_fds(control, 65536, 2)
        if not data:
            return
        _reap()
        if os.fork() == 0:
            try:
                control.close()
                _keep(json.loads(data), fds[0], fds[1], shell)
            finally:
                os._exit(70)
        for fd in fds:
            os.close(fd)


def warm(modules: list[str]) -> Shell:
    """Import what every submission needs, with one thread, and make its shell."""
    for name in modules:
        importlib.import_module(name)
    torch = sys.modules.get("torch")
    if torch is not None:
        torch.set_num_threads(1)
    shell = make_shell()
    shell.run_cell("1 + 1", store_history=False)
    shell.outputs.start(0)
    walls.look()
    gc.collect()
    gc.freeze()
    return shell


def _threads() -> int:
    """All threads, also those that Python doesn't know of."""
    return len(os.listdir("/proc/self/task"))


def _reap() -> None:
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


def _keep(limits: dict[str, Any], wire_fd: int, report_fd: int, shell: Shell) -> None:
    """The keeper of one process: raises its walls, waits for its end, reports."""
    report = socket.socket(fileno=report_fd)
    try:
        walls.leave()
        gate, opened = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(opened)
            _become(limits, wire_fd, report, gate, shell)
        os.close(wire_fd)
        os.close(gate)
        handle = os.pidfd_open(pid)
        socket.send_fds(report, [b"{}"], [handle])
        os.write(opened, b"1")
        _, status, used = os.wait4(pid, 0)
        told = {"exit": os.waitstatus_to_exitcode(status), "cpu": used.ru_utime + used.ru_stime}
    except OSError as error:
        told = {"failed": str(error)}
    report.send(json.dumps(told).encode())
    os._exit(0)


def _become(
    limits: dict[str, Any], wire_fd: int, report: socket.socket, gate: int, shell: Shell
) -> None:
    """The new process itself: furnish, restrict, then serve the desk."""
    try:
        os.read(gate, 1)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.setsid()
        walls.furnish(int(limits["scratch_mb"]))
        walls.restrict(limits)
    except OSError as error:
        report.send(json.dumps({"failed": str(error)}).encode())
        os._exit(71)
    os.dup2(wire_fd, 3)
    os.closerange(4, 1024)
    with contextlib.suppress(Closed):
        kernel.run(3, 3, int(limits["message_mb"]) << 20, shell)
    os._exit(0)
