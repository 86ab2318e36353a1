"""Warm templates: one process inside bubblewrap per set of modules, which forks the others.

This program keeps its templates and starts a new one when one was ended or has served long.
"""

from __future__ import annotations

import json
import socket
import subprocess
import threading
from dataclasses import asdict

from lib.grading import sandbox
from lib.grading.children import Child
from lib.grading.inside.wire import Wire
from lib.grading.limits import Limits

START_S = 120.0
USES = 500


class Template:
    """A warm process inside bubblewrap that forks a process per submission.

    Raises
    ------
    SandboxError
        If it can't be had here.
    """

    def __init__(self, modules: tuple[str, ...], limits: Limits) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        prefix, self.guard = sandbox.memory_guard(4096 + limits.memory_mb)
        command = [*prefix, *sandbox.bubblewrap(scratch_mb=limits.scratch_mb)]
        command += sandbox.inside("template", str(theirs.fileno()), json.dumps(modules))
        self.control, self.uses = ours, 0
        self.process = subprocess.Popen(
            command,
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        theirs.close()
        ours.settimeout(START_S)
        try:
            ready = json.loads(ours.recv(4096) or b"{}")
        except (OSError, ValueError):
            ready = {}
        if not ready.get("ready"):
            said = self.process.stderr.read(2000) if self.process.stderr else b""
            self.close()
            raise sandbox.SandboxError(f"The template did not start: {said.decode()[-500:]}")
        if ready.get("threads") != 1:
            self.close()
            raise sandbox.SandboxError(f"A library started threads before the fork: {modules}")

    def fork(self, limits: Limits) -> Child:
        """A fresh process in its own spaces."""
        self.uses += 1
        wire, theirs = socket.socketpair()
        report, keeper = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            request = json.dumps(asdict(limits)).encode()
            socket.send_fds(self.control, [request], [theirs.fileno(), keeper.fileno()])
            theirs.close()
            keeper.close()
            report.settimeout(START_S)
            data, fds, _, _ = socket.recv_fds(report, 4096, 1)
        except OSError as error:
            raise sandbox.SandboxError(f"The template is gone: {error}") from None
        if not fds:
            said = json.loads(data or b"{}").get("failed", "the template is gone")
            raise sandbox.SandboxError(f"No space of its own for a submission: {said}")
        wire.setblocking(False)
        fd = wire.detach()
        return Child(Wire(fd, fd, limits.message_mb << 20), fds[0], limits, report)

    def runs(self) -> bool:
        """Has nothing ended it?"""
        return self.process.poll() is None

    def close(self) -> None:
        """End it, and with it all that was forked from it."""
        self.control.close()
        self.process.kill()
        self.process.wait()
        if self.process.stderr:
            self.process.stderr.close()


_templates: dict[tuple[str, ...], Template] = {}
_retired: list[Template] = []
_lock = threading.Lock()


def warm(modules: tuple[str, ...], limits: Limits) -> Template:
    """This program's template for these modules, which is known to fork."""
    with _lock:
        template = _templates.get(modules)
        if template is not None and template.runs() and template.uses < USES:
            return template
    forked(modules, limits).end()
    return _templates[modules]


def forked(modules: tuple[str, ...], limits: Limits) -> Child:
    """A process forked from this program's template for these modules, started if need be."""
    with _lock:
        for attempt in (1, 2):
            template = _templates.get(modules)
            if template is not None and not template.runs():  # what it forked may linger a moment
                _templates.pop(modules).close()
                template = None
            if template is not None and template.uses >= USES:
                _retired.append(_templates.pop(modules))  # others may still run what it forked
                template = None
                if len(_retired) > 1:
                    _retired.pop(0).close()
            if template is None:
                template = _templates[modules] = Template(modules, limits)
            try:
                return template.fork(limits)
            except sandbox.SandboxError:
                _templates.pop(modules).close()
                if attempt == 2:
                    raise
    raise AssertionError


def close_templates() -> None:
    """End this program's templates."""
    with _lock:
        for template in (*_templates.values(), *_retired):
            template.close()
        _templates.clear()
        _retired.clear()
