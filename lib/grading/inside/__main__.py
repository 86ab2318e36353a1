"""Start behind the walls: ``template FD MODULES`` or ``kernel LIMITS`` (cold, on stdin/stdout)."""

from __future__ import annotations

import json
import os
import sys


def main(arguments: list[str]) -> None:
    sys.path[:] = [entry for entry in sys.path if entry not in ("", os.getcwd())]
    if arguments[0] == "template":
        from lib.grading.inside.template import main as serve

        serve(int(arguments[1]), json.loads(arguments[2]))
    else:
        cold(json.loads(arguments[1]))


def cold(limits: dict) -> None:
    """One process, one submission: for sandboxes that can't fork a template."""
    read_fd, write_fd = os.dup(0), os.dup(1)
    from lib.grading.inside import kernel

    if sys.platform == "linux":
        from lib.grading.inside import walls

        walls.look()
        if limits.get("walled"):
            walls.step_down()
            walls.restrict(limits)
    if limits.get("scratch"):
        os.chdir(limits["scratch"])
    kernel.run(read_fd, write_fd, int(limits["message_mb"]) << 20)
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1:])
