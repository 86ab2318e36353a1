"""What grading costs: the desk beside plain nbgrader, one worker beside two, a small class beside a
large one. `make bench ARGS=grading` runs it.

Costs that a class pays once (imports, starting workers) are left out by taking the difference
between two classes. A sandbox's processes are not the desk's children, so their CPU time is taken
from what the sandbox measured.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

from lib.project.measuring import Row, benchmark

NAME = "01-bench"
ROOT = Path(__file__).resolve().parents[2]
ANSWER = """def scaled(values):
    ### BEGIN SOLUTION
    return {library} * 2
    ### END SOLUTION
"""
TEST = """assert float(scaled([1.0, 2.0]).sum()) == 6
### BEGIN HIDDEN TESTS
assert float(scaled([0.0]).sum()) == 0
### END HIDDEN TESTS
"""
LIBRARIES = {"numpy": "np.asarray(values)", "torch": "torch.tensor(values)"}
IMPORTS = {"numpy": "import numpy as np", "torch": "import torch"}
BUSY = (
    "import time\nuntil = time.process_time() + 0.8\nwhile time.process_time() < until:\n    pass"
)
TOLD = """
import json, resource, sys, time
begun = time.monotonic()
if sys.argv[1] == "plain":
    from nbgrader.apps import NbGraderApp as App
    code = App.launch_instance(["autograde", sys.argv[2]])
else:
    from lib.grading.cli import main
    code = main(["run", sys.argv[2], "--course", ".", "--quiet", "--workers", sys.argv[1]])
own = resource.getrusage(resource.RUSAGE_SELF)
below = resource.getrusage(resource.RUSAGE_CHILDREN)
cpu_s = own.ru_utime + own.ru_stime + below.ru_utime + below.ru_stime
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
most_kb = int(status["VmHWM"].split()[0])
told = {"wall_s": time.monotonic() - begun, "cpu_s": cpu_s, "most_kb": most_kb}
print(json.dumps(told))
sys.exit(code)
"""


@dataclass(frozen=True)
class Cost:
    """What a run took: seconds of wall clock and of all CPUs, and the coordinator's memory."""

    wall_s: float
    cpu_s: float
    most_mb: float


def class_of(size: int, folder: Path, library: str = "numpy", setup: str = "") -> Path:
    """A course folder with one small assignment and ``size`` right submissions."""
    names = {"schema_version": 3, "task": False}
    answer = {**names, "grade_id": "a", "solution": True, "grade": False, "locked": False}
    test = {**names, "grade_id": "t", "solution": False, "grade": True, "locked": True, "points": 2}
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    source = new_notebook(metadata={"kernelspec": kernel})
    source.cells = [
        new_code_cell(f"{IMPORTS[library]}\n{setup}", id="setup"),
        new_code_cell(
            ANSWER.format(library=LIBRARIES[library]), id="a", metadata={"nbgrader": answer}
        ),
        new_code_cell(TEST, id="t", metadata={"nbgrader": test}),
    ]
    _write(source, folder / "source" / NAME)
    for number in range(size):
        body = f"    return {LIBRARIES[library]} * 2  # {number}"
        source.cells[1].source = f"def scaled(values):\n{body}"
        _write(source, folder / "submitted" / f"l{number:04}" / NAME)
    return folder


def cost(size: int, how: str, library: str = "numpy", setup: str = "") -> Cost:
    """Grade a class with ``how`` workers, or with ``plain`` nbgrader."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = class_of(size, Path(temporary).resolve(), library, setup)
        programs = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        env = {**os.environ, "PYTHONPATH": str(ROOT), "PATH": programs, "OMP_NUM_THREADS": "1"}
        if how == "plain":
            release = [sys.executable, "-m", "nbgrader", "generate_assignment", NAME]
            subprocess.run(release, cwd=folder, env=env, check=True, capture_output=True)
        command = [sys.executable, "-c", TOLD, how, NAME]
        done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(done.stderr[-2000:])
        told = json.loads(done.stdout.splitlines()[-1])
        notes = (folder / "desk" / NAME / "applied").glob("*.json")
        inside = sum(json.loads(note.read_text())["cpu_s"] for note in notes)
        return Cost(told["wall_s"], told["cpu_s"] + inside, told["most_kb"] / 1024)


@benchmark("grading")
def grading() -> Iterator[Row]:
    """A small assignment in the sandbox; baseline: nbgrader autograde, which has none."""
    for library, target in (("numpy", 0.45), ("torch", 0.5)):
        ours = (cost(60, "1", library).cpu_s - cost(10, "1", library).cpu_s) / 50
        plain = (cost(8, "plain", library).cpu_s - cost(2, "plain", library).cpu_s) / 6
        what = f"{library}, one more submission"
        yield Row(what, ours, plain, "CPU s", f"at most {target}", ours <= target)
    one, two = (_quickest(24, workers) - _quickest(4, workers) for workers in ("1", "2"))
    what = "two workers; baseline: one"
    yield Row(what, two, one, "s for 20", "1.8 times as fast", one / two >= 1.8, "0.8 s of work")
    small, large = (cost(size, "2").most_mb for size in (10, 200))
    met = large <= 1.1 * small
    yield Row("memory, 200; baseline: 10", large, small, "MiB", "flat (1.1)", met, "coordinator")


def _quickest(size: int, workers: str) -> float:
    """Seconds for a class with some work to do; the better of two runs."""
    return min(cost(size, workers, setup=BUSY).wall_s for _ in range(2))


def _write(notebook: nbformat.NotebookNode, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, folder / f"{NAME}.ipynb")
