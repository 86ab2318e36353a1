"""Choose how a submission's processes are started: the sandbox by name, warm where it can be."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial

from lib.grading import container, sandbox
from lib.grading.children import Child, start_cold
from lib.grading.limits import Limits
from lib.grading.sandbox import SandboxError
from lib.grading.templates import forked, warm

SANDBOXES = ("bubblewrap", "container", "unsafe")
_no_fork: set[tuple[str, ...]] = set()
Start = Callable[[], Child]


@dataclass(frozen=True)
class Starter:
    """How to start a process of a submission.

    Parameters
    ----------
    start : callable
    held : str
        What holds the process, in words.
    whole : callable
        Whether all that was started could go on so far: False if the template was ended under it.
    """

    start: Start
    held: str
    whole: Callable[[], bool] = lambda: True


def starter(name: str, modules: tuple[str, ...], limits: Limits) -> Starter:
    """How to start a process of a submission in the sandbox of this name.

    Parameters
    ----------
    name : {"bubblewrap", "container", "unsafe"}
    modules : tuple of str
        Imported before the submission where the sandbox can do that.

    Raises
    ------
    SandboxError
        If this sandbox can't be had here: why, and what to do.
    """
    if name not in SANDBOXES:
        raise ValueError(f"sandbox must be one of {', '.join(SANDBOXES)}, not {name!r}")
    if name == "unsafe":
        return Starter(partial(_unsafe, limits), "none (unsafe)")
    if name == "container":
        command = container.command(limits)
        return Starter(partial(start_cold, command, limits), f"container ({command[0]})")
    reason = sandbox.refusal()
    if reason:
        raise SandboxError(reason)
    return _bubblewrap(modules, limits)


def _bubblewrap(modules: tuple[str, ...], limits: Limits) -> Starter:
    for wanted in (modules, tuple(m for m in modules if m in ("numpy", "torch"))):
        if wanted not in _no_fork:
            try:
                template = warm(wanted, limits)
                held = f"bubblewrap, warm; {template.guard}"
                return Starter(partial(forked, wanted, limits), held, template.runs)
            except SandboxError:
                _no_fork.add(wanted)
    walled = json.dumps(asdict(limits) | {"walled": True})
    prefix, guard = sandbox.memory_guard(4096 + limits.memory_mb)
    command = prefix + sandbox.bubblewrap(scratch_mb=limits.scratch_mb)
    command += sandbox.inside("kernel", walled)
    return Starter(partial(start_cold, command, limits), f"bubblewrap, cold; {guard}")


def _unsafe(limits: Limits) -> Child:
    scratch = tempfile.TemporaryDirectory(prefix="grading-")
    told = json.dumps(asdict(limits) | {"scratch": scratch.name})
    env = {**os.environ, **{k: sandbox.HOME_ENV[k] for k in ("PYTHONHASHSEED", "OMP_NUM_THREADS")}}
    env["NBGRADER_EXECUTION"] = "autograde"
    child = start_cold([sys.executable, "-m", "lib.grading.inside", "kernel", told], limits, env)
    child.after = scratch.cleanup
    return child
