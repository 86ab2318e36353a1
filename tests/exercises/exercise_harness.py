"""Runs an assignment in this process, with a learner's answers in place of the solutions.

Scoring is nbgrader's own: each cell's outputs are rebuilt and handed to `determine_grade`. Fast
enough to try every wrong answer; `test_02_letters_nbgrader.py` holds it against real autograding.
"""

from __future__ import annotations

import ast
import contextlib
import io
import linecache
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import nbformat
from nbformat.v4 import new_output
from nbgrader.utils import determine_grade

from lib.project.exercises import source_notebook

ANSI = re.compile(r"\x1b\[[0-9;]*m")


@dataclass
class Graded:
    """Points and messages by grade_id, and the names that the notebook defined."""

    points: dict[str, float] = field(default_factory=dict)
    messages: dict[str, str] = field(default_factory=dict)
    namespace: dict = field(default_factory=lambda: {"__name__": "__main__"})

    @property
    def failed(self) -> set[str]:
        return set(self.messages)


def kind(cell: nbformat.NotebookNode) -> str:
    """``"solution"``, ``"grade"``, ``"manual"`` or ``"plain"``."""
    about = cell.metadata.get("nbgrader", {})
    if about.get("grade") and about.get("solution"):
        return "manual"
    return "grade" if about.get("grade") else "solution" if about.get("solution") else "plain"


def max_points(book: nbformat.NotebookNode) -> dict[str, float]:
    """The points of each cell that is graded by machine."""
    return {c.id: c.metadata.nbgrader.points for c in book.cells if kind(c) == "grade"}


def answered(book: nbformat.NotebookNode, answers: Mapping[str, str]) -> nbformat.NotebookNode:
    """A copy of a notebook with a learner's text in some of its solution cells."""
    unknown = set(answers) - {c.id for c in book.cells if kind(c) in ("solution", "manual")}
    if unknown:
        raise KeyError(f"no solution cell is called {sorted(unknown)}")
    copy = nbformat.from_dict(book)
    for cell in copy.cells:
        cell.source = answers.get(cell.id, cell.source)
    return copy


def grade(name: str, answers: Mapping[str, str], only: set[str] | None = None) -> Graded:
    """Run the source notebook with `answers`; with `only`, check those grade cells and no others.

    What is not answered keeps the reference solution.
    """
    return grade_notebook(answered(source_notebook(name), answers), only)


def grade_notebook(book: nbformat.NotebookNode, only: set[str] | None = None) -> Graded:
    """Run a notebook's code cells in order, in one fresh namespace, as a kernel would."""
    result = Graded()
    cells = [cell for cell in book.cells if cell.cell_type == "code"]
    if only is not None:
        last = max(i for i, cell in enumerate(cells) if cell.id in only)
        cells = [c for c in cells[: last + 1] if kind(c) != "grade" or c.id in only]
    for cell in cells:
        outputs, message = _run(cell, result.namespace)
        if kind(cell) == "grade":
            run = nbformat.from_dict({**cell, "outputs": outputs})
            result.points[cell.id] = determine_grade(run)[0]
            if message:
                result.messages[cell.id] = message
    return result


def _run(cell: nbformat.NotebookNode, namespace: dict) -> tuple[list, str]:
    """The outputs that matter for grading, and the text of an error as a learner reads it."""
    tree, lines = ast.parse(cell.source), cell.source.splitlines(keepends=True)
    linecache.cache[f"<{cell.id}>"] = (len(cell.source), None, lines, f"<{cell.id}>")
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    outputs, message, value = [], "", None
    stderr = io.StringIO()
    with contextlib.redirect_stderr(stderr), contextlib.redirect_stdout(io.StringIO()):
        try:
            exec(compile(tree, f"<{cell.id}>", "exec"), namespace)
            if last is not None:
                value = eval(compile(ast.Expression(last.value), f"<{cell.id}>", "eval"), namespace)
        except Exception as error:
            render = getattr(error, "_render_traceback_", None)
            shown = render() if render else [repr(error)]
            message = ANSI.sub("", "\n".join(shown))
            outputs.append(new_output("error", ename=type(error).__name__, traceback=shown))
    if stderr.getvalue():
        outputs.insert(0, new_output("stream", name="stderr", text=stderr.getvalue()))
    if value is not None:
        outputs.append(new_output("execute_result", data={"text/plain": repr(value)}))
    return outputs, message
