"""Start behind the walls: ``template FD MODULES``, ``kernel LIMITS``, ``run LIMITS COMMAND``."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

LIBRARIES = 512 << 20  # memory for what is imported after the limits were set


def main(arguments: list[str]) -> None:
    sys.path[:] = [entry for entry in sys.path if entry not in ("", os.getcwd())]
    what, told, *rest = arguments
    if what == "template":
        from lib.grading.inside.template import main as serve

        serve(int(told), json.loads(rest[0]))
    elif what == "kernel":
        kernel(json.loads(told))
    else:
        run(json.loads(told), rest)


def kernel(limits: dict[str, Any]) -> None:
    """The small kernel, cold, on standard input and output."""
    read_fd, write_fd = os.dup(0), os.dup(1)
    from lib.grading.inside.kernel import run as serve

    if limits.get("walled"):
        _restrict(limits)
    if limits.get("scratch"):
        os.chdir(limits["scratch"])
    serve(read_fd, write_fd, int(limits["message_mb"]) << 20)
    os._exit(0)


def run(limits: dict[str, Any], command: list[str]) -> None:
    """Any command, with copies of the files that were given, which it may change."""
    room = (int(limits["scratch_mb"]) << 20) // 2
    given = Path(limits["given"])
    os.umask(0)
    for path in sorted(given.rglob("*")):
        if path.is_file() and not path.is_symlink() and path.stat().st_size <= room:
            room -= path.stat().st_size
            copied = Path(path.relative_to(given))
            copied.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copied)
    os.umask(0o022)
    _restrict(limits, netlink=True)
    os.execvp(command[0], command)


def _restrict(limits: dict[str, Any], *, netlink: bool = False) -> None:
    from lib.grading.inside import walls

    walls.look()
    walls.step_down()
    walls.restrict(limits, grows=LIBRARIES, netlink=netlink)


if __name__ == "__main__":
    main(sys.argv[1:])
