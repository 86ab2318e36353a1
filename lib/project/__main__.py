"""`python -m lib.project COMMAND`: see `python -m lib.project help`."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys

from lib.project import ROOT
from lib.project.environment import activated, ensure_environment, inside, reenter

# command: (module of lib.project that has main(argv) -> int, one line of help)
COMMANDS = {
    "setup": (None, "make .venv and install the pinned packages"),
    "book": ("book", "build the book into _build/html"),
    "serve": ("serve", "build the book, then show it on http://localhost:8000"),
    "print": ("printed", "build the book, then print it into one PDF"),
    "lab": (None, "open the chapters and exercises in JupyterLab"),
    "test": ("testing", "build the book and run every test (arguments go to pytest)"),
    "sync": ("notebooks", "write each chapter's .ipynb anew from its .md"),
    "release": ("exercises", "write exercises/release/ from exercises/source/"),
    "grade": (None, "grade an assignment: grade 02-letters --workers 2"),
    "counts": ("counts", "rebuild data/counts/ from NLTK's Gutenberg and Brown"),
    "checkpoints": ("checkpoints", "train data/checkpoints/, measure data/results/ anew"),
    "bench": ("bench", "measure, and print tables with baseline and target"),
}
# command: the program that `python -m` starts for it
PROGRAMS = {"lab": ["jupyter", "lab"], "grade": ["lib.grading", "run"]}


def usage() -> str:
    lines = [f"  {name:12}{text}" for name, (_, text) in COMMANDS.items()]
    return "\n".join(["python -m lib.project COMMAND", "", *lines])


def main(arguments: list[str]) -> int:
    command, *rest = arguments or ["help"]
    if command in ("help", "-h", "--help"):
        print(usage())
        return 0
    if command not in COMMANDS:
        print(f"There is no command {command!r}. There are:\n\n{usage()}", file=sys.stderr)
        return 2
    if not inside():
        return reenter(arguments)
    if not os.environ.get("COURSE_NO_VENV"):
        ensure_environment()
    os.environ.update(activated())
    if command == "setup":
        print("Ready. Next: make book, make test or make lab.")
        return 0
    if command in PROGRAMS:
        program = [sys.executable, "-m", *PROGRAMS[command], *rest]
        return subprocess.run(program, cwd=ROOT).returncode
    return importlib.import_module(f"lib.project.{COMMANDS[command][0]}").main(rest)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
