"""A small course in a folder, with a class of any size, and graders that stand in for the real one.

Not a test. The assignment has an automatic task with partial credit, one with hidden tests, and
one that a person marks.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import nbformat
import psutil
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from lib.grading.model import Assignment

NAME = "01-small"
PYTHON = [sys.executable]

DOUBLE = """def double(x):
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION
"""
DOUBLE_TEST = """# 1a. Twice a number (2 points)
assert double(2) == 4, "double(2) should be 4"
### BEGIN HIDDEN TESTS
# odd numbers and lists
assert double(7) == 14, "seven doubled"
assert double([1]) == [1, 1], "a list doubled"
### END HIDDEN TESTS
"""
TOTAL = """def total(values):
    ### BEGIN SOLUTION
    return sum(values)
    ### END SOLUTION
"""
TOTAL_TEST = """# 2a. The sum, half of it for an empty list (4 points)
points = 0.0
points += 2.0 if total([]) == 0 else 0.0
points += 2.0 if total([1, 2]) == 3 else 0.0
points
"""


def _marks(name: str, **own: object) -> dict[str, object]:
    base = {"grade": False, "locked": False, "solution": False, "task": False}
    return {"nbgrader": {"schema_version": 3, "grade_id": name, **base, **own}}


def source_notebook(double_test: str = DOUBLE_TEST) -> nbformat.NotebookNode:
    """The instructor's notebook."""
    cells = [
        new_markdown_cell("# Small", id="title"),
        new_markdown_cell("## 1. Double", id="head-1"),
        new_code_cell(DOUBLE, id="double", metadata=_marks("double", solution=True)),
        new_code_cell(
            double_test,
            id="double-test",
            metadata=_marks("double-test", grade=True, locked=True, points=2),
        ),
        new_markdown_cell("## 2. Total", id="head-2"),
        new_code_cell(TOTAL, id="total", metadata=_marks("total", solution=True)),
        new_code_cell(
            TOTAL_TEST,
            id="total-test",
            metadata=_marks("total-test", grade=True, locked=True, points=4),
        ),
        new_markdown_cell("## 3. In words", id="head-3"),
        new_markdown_cell(
            "YOUR ANSWER HERE",
            id="words",
            metadata=_marks("words", grade=True, solution=True, points=3),
        ),
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return new_notebook(cells=cells, metadata={"kernelspec": kernel})


def make_course(root: Path, double_test: str = DOUBLE_TEST) -> Path:
    """A course folder with the assignment's source."""
    write_source(root, double_test)
    (root / "submitted").mkdir(exist_ok=True)
    (root / "nbgrader_config.py").write_text(
        "c = get_config()\nc.CourseDirectory.course_id = 'c'\n"
    )
    return root


def write_source(root: Path, double_test: str = DOUBLE_TEST) -> None:
    folder = root / "source" / NAME
    folder.mkdir(parents=True, exist_ok=True)
    nbformat.write(source_notebook(double_test), folder / f"{NAME}.ipynb")


def cleared(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Solutions taken out as nbgrader does, hidden tests left in."""
    from nbgrader.preprocessors import ClearSolutions

    return ClearSolutions().preprocess(notebook, {})[0]


def hand_in(
    root: Path,
    learner: str,
    double: str = "def double(x):\n    return 2 * x\n",
    total: str = "def total(values):\n    return sum(values)\n",
    words: str = "Because.",
) -> Path:
    """Put a learner's notebook into ``submitted/``."""
    notebook = cleared(source_notebook())
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        cell.source = {"double": double, "total": total, "words": words}.get(name, cell.source)
    folder = root / "submitted" / learner / NAME
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{NAME}.ipynb"
    nbformat.write(notebook, path)
    return path


def fake_prepare(text: str, *, name: str, files: object, sandbox: str) -> Assignment:
    """In place of `lib.grading.prepare.prepare`: runs nothing."""
    own = json.dumps(cleared(nbformat.reads(text, as_version=4)))
    return Assignment(name, own, version=hashlib.sha256(own.encode()).hexdigest())


def surroundings() -> dict[str, str]:
    """An environment in which workers find the course and this file."""
    here = Path(__file__).resolve().parent
    path = os.pathsep.join([str(here.parents[1]), str(here)])
    programs = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return {**os.environ, "PYTHONPATH": path, "PATH": programs, "OMP_NUM_THREADS": "1"}


class Postgres:
    """A PostgreSQL server of our own on a socket, run by another user where we are root."""

    def __init__(self, programs: Path) -> None:
        self.programs = programs
        # Not pytest's own folder: that is closed to other users.
        self.folder = Path(tempfile.mkdtemp(prefix="desk-pg-"))
        self.data = self.folder / "data"
        self.url = f"postgresql+psycopg2://desk@/postgres?host={self.folder}"
        self.user: dict[str, Any] = {}
        if os.geteuid() == 0:  # the server refuses to run as root
            nobody = pwd.getpwnam("nobody")
            self.user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
            os.chown(self.folder, nobody.pw_uid, nobody.pw_gid)
        self._do("initdb", "-D", self.data, "-U", "desk", "-A", "trust")

    def start(self) -> None:
        options = f"-k {self.folder} -c listen_addresses=''"
        log = self.folder / "log"
        self._do("pg_ctl", "-D", self.data, "-w", "-l", log, "-o", options, "start")

    def stop(self) -> None:
        self._do("pg_ctl", "-D", self.data, "-m", "immediate", "stop")
        shutil.rmtree(self.folder)

    def kill(self) -> None:
        """The server and all its processes at once, without a word."""
        server = psutil.Process(int((self.data / "postmaster.pid").read_text().split()[0]))
        below = server.children()
        for process in (server, *below):
            process.kill()
        psutil.wait_procs([server, *below])

    def _do(self, program: str, *arguments: object) -> None:
        subprocess.run(
            [self.programs / program, *map(str, arguments)],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=self.folder,
            **self.user,
        )


def postgres_programs() -> Path:
    """Where PostgreSQL's programs are. Without them a test is skipped, but never in CI."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not found:
        told = "PostgreSQL's server is needed: apt-get install postgresql"
        pytest.fail(told) if os.environ.get("CI") else pytest.skip(told)
    return found[-1]


def start_desk(root: Path, *arguments: str) -> subprocess.Popen[str]:
    """The desk's command in a process of its own, with the stand-in grader."""
    return subprocess.Popen(
        [*PYTHON, __file__, "run", NAME, "--course", str(root), "--quiet", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=surroundings(),
    )


def main() -> int:
    from lib.grading import cli, desk, sources

    desk.Options = functools.partial(desk.Options, grader="stand_ins:fake_grade")
    desk.prepared = functools.partial(sources.prepared, prepare="small_course:fake_prepare")
    return cli.main()


if __name__ == "__main__":
    sys.exit(main())
