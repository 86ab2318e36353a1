"""Make an assignment ready to grade: clear its solutions, try its reference on its own checks.

Running the reference solution once settles, before any learner is seen, which test cells can be
judged outside the learner's process, and that every check gives it full marks.
"""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from lib.grading.execute import Run, Session
from lib.grading.limits import Limits
from lib.grading.model import Assignment
from lib.grading.names import defined
from lib.grading.one import modules
from lib.grading.rebuild import Rebuilt, is_test, marks
from lib.grading.starting import starter

TRIALS = ("trial one", "trial two")


class NotReady(ValueError):
    """The assignment can't be graded as it is. The message names the cell."""


def prepare(
    source: Path | str,
    *,
    name: str = "",
    files: Iterable[tuple[str, bytes]] = (),
    limits: Limits | None = None,
    sandbox: str = "bubblewrap",
) -> Assignment:
    """Read an assignment's source notebook and run its reference solution.

    Parameters
    ----------
    source : Path or str
        The source notebook, solutions and hidden tests in it; a path or its JSON text.
    name : str
        Needed where ``source`` is text.
    files : iterable of (str, bytes)
        Instructor's files beside the notebook.

    Raises
    ------
    NotReady
        If ids are missing or twice, or a check does not give the reference full marks.
    SandboxError
        If the sandbox can't be had here.
    """
    limits = limits or Limits()
    text = source.read_text(encoding="utf-8") if isinstance(source, Path) else source
    name = name or (source.stem if isinstance(source, Path) else "")
    if not name:
        raise ValueError("name must be given where source is text")
    reference = _normal(json.loads(text))
    _check_ids(reference)
    cleared = _clear(reference)
    assignment = Assignment(
        name=name,
        notebook=json.dumps(cleared),
        version="",
        learner_names=tuple(sorted(_learner_names(reference))),
        outside=tuple(marks(cell)["grade_id"] for cell in reference["cells"] if is_test(cell)),
        files=tuple(files),
    )
    assignment = _settle(assignment, reference, limits, sandbox)
    return replace(assignment, version=_version(assignment))


def _settle(
    assignment: Assignment, reference: dict[str, Any], limits: Limits, sandbox: str
) -> Assignment:
    """Which tests can be judged outside: those that give the reference full marks there."""

    def trial(outside: tuple[str, ...], seed: str) -> Run:
        start = starter(sandbox, modules(assignment), limits).start
        rebuilt = Rebuilt(copy.deepcopy(reference))
        return Session(replace(assignment, outside=outside), rebuilt, seed, limits, start).go()

    full = _full(trial(assignment.outside, TRIALS[0]))
    outside = tuple(test for test in assignment.outside if test in full)
    run = trial(outside, TRIALS[1])
    for test in assignment.outside:
        if test not in _full(run):
            got = run.scores[test]
            raise NotReady(
                f"{assignment.name}: the reference solution gets {got.score:g} of "
                f"{got.max_score:g} in {test!r}: {got.message}"
            )
    return replace(assignment, outside=outside, canaries=tuple(sorted(run.canaries)))


def _full(run: Run) -> set[str]:
    return {test for test, score in run.scores.items() if score.score == score.max_score}


def _normal(notebook: Any) -> dict[str, Any]:
    """The parts of a notebook that are executed, without outputs."""
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
        raise NotReady("the source is not a notebook: it has no list of cells")
    cells = []
    for number, raw in enumerate(notebook["cells"]):
        source = raw.get("source", "")
        cell = {
            "id": str(raw.get("id", f"cell-{number}")),
            "cell_type": raw["cell_type"],
            "metadata": raw.get("metadata", {}),
            "source": source if isinstance(source, str) else "".join(source),
        }
        if cell["cell_type"] == "code":
            cell |= {"execution_count": None, "outputs": []}
        cells.append(cell)
    metadata = {k: v for k, v in notebook.get("metadata", {}).items() if k == "kernelspec"}
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": cells}


def _check_ids(notebook: dict[str, Any]) -> None:
    seen = set()
    for cell in notebook["cells"]:
        own = marks(cell)
        if own.get("grade") or own.get("solution") or own.get("task"):
            test = own.get("grade_id")
            if not isinstance(test, str) or not test:
                raise NotReady(f"a graded cell has no grade_id: {cell['source'][:60]!r}")
            if test in seen:
                raise NotReady(f"the grade_id {test!r} is there twice")
            if (own.get("grade") or own.get("task")) and not float(own.get("points", -1)) >= 0:
                raise NotReady(f"the cell {test!r} has no points")
            seen.add(test)


def _clear(reference: dict[str, Any]) -> dict[str, Any]:
    """The notebook as released, but with hidden tests: by nbgrader's own rules."""
    import nbformat
    from nbgrader.preprocessors import ClearSolutions, ComputeChecksums

    notebook = nbformat.from_dict(copy.deepcopy(reference))
    for step in (ClearSolutions(), ComputeChecksums()):
        notebook, _ = step.preprocess(notebook, {})
    return json.loads(json.dumps(notebook))


def _learner_names(reference: dict[str, Any]) -> set[str]:
    cells = [c for c in reference["cells"] if c["cell_type"] == "code"]
    return {n for c in cells if marks(c).get("solution") for n in defined(c["source"])}


def _version(assignment: Assignment) -> str:
    return hashlib.sha256(assignment.to_json().encode()).hexdigest()[:32]
