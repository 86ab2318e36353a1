"""Grade one submission: rebuild, run behind walls, score. Pure apart from time."""

from __future__ import annotations

import copy
import json
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from lib.grading.execute import Run, Session
from lib.grading.limits import Limits
from lib.grading.model import Assignment, Outcome, Score, attempt_key
from lib.grading.names import imported
from lib.grading.reading import Unreadable, load
from lib.grading.rebuild import Rebuilt, is_test, marks, rebuild
from lib.grading.sandbox import SandboxError
from lib.grading.starting import SANDBOXES, starter

NO_ANSWER = "No response."
ATTEMPTS = 3


def grade_one(
    assignment: Assignment,
    submission: bytes | Path,
    *,
    learner: str,
    seed: str,
    limits: Limits | None = None,
    sandbox: str = "bubblewrap",
) -> Outcome:
    """Grade one submission and never raise for what a learner did.

    Parameters
    ----------
    assignment : Assignment
        From `lib.grading.prepare.prepare`.
    submission : bytes or Path
        The notebook file as the learner handed it in.
    learner : str
        Id of the learner.
    seed : str
        Secret of the class; inputs of hidden checks are drawn from it.
    limits : Limits, optional
    sandbox : {"bubblewrap", "container", "unsafe"}

    Raises
    ------
    ValueError
        If an argument is wrong.
    SandboxError
        If the sandbox can't be had here, or was ended from outside again and again: says why and
        what to do.
    """
    if sandbox not in SANDBOXES:
        raise ValueError(f"sandbox must be one of {', '.join(SANDBOXES)}, not {sandbox!r}")
    limits = limits or Limits()
    begun = time.monotonic()
    blank = Outcome(learner, assignment.name, "", "failed")
    try:
        data = load(submission, limits)
        blank = replace(blank, attempt=attempt_key(assignment, data))
        answers = rebuild(assignment, data, limits)
    except Unreadable as unreadable:
        reason = str(unreadable)
        return replace(blank, scores=_nothing(assignment, reason), reason=reason)
    for _ in range(ATTEMPTS):
        by = starter(sandbox, modules(assignment), limits)
        rebuilt = copy.deepcopy(answers)
        try:
            run = Session(assignment, rebuilt, seed, limits, by.start).go()
        except SandboxError as error:
            lost = error
            continue
        if by.whole():
            return _outcome(replace(blank, sandbox=by.held), rebuilt, run, time.monotonic() - begun)
        lost = SandboxError("The sandbox was ended from outside while the submission ran.")
    raise lost


def modules(assignment: Assignment) -> tuple[str, ...]:
    """What to import before a submission: what the assignment's own cells import."""
    cells = json.loads(assignment.notebook)["cells"]
    own = [c["source"] for c in cells if c["cell_type"] == "code"]
    return tuple(sorted({"numpy", "cloudpickle", *imported(own)}))


def _outcome(blank: Outcome, rebuilt: Rebuilt, run: Run, wall_s: float) -> Outcome:
    scores = {}
    for cell in rebuilt.notebook["cells"]:
        own = marks(cell)
        if own.get("grade") or own.get("task"):
            name = own["grade_id"]
            scores[name] = run.scores[name] if is_test(cell) else _by_hand(name, cell, rebuilt)
    flags = (*rebuilt.flags, *run.flags)
    state = "needs-hands" if run.doubtful else "flagged" if flags else "graded"
    return replace(
        blank,
        state=state,
        scores=scores,
        flags=flags,
        reason=run.doubtful,
        wall_s=wall_s,
        cpu_s=run.cpu_s,
        executed=json.dumps(rebuilt.notebook),
    )


def _by_hand(name: str, cell: dict[str, Any], rebuilt: Rebuilt) -> Score:
    points = float(marks(cell)["points"])
    if not marks(cell).get("task") and name not in rebuilt.answered:
        return Score(0.0, points, message=NO_ANSWER)
    return Score(None, points, needs_manual=True)


def _nothing(assignment: Assignment, why: str) -> dict[str, Score]:
    cells = [marks(cell) for cell in json.loads(assignment.notebook)["cells"]]
    graded = [own for own in cells if own.get("grade") or own.get("task")]
    return {own["grade_id"]: Score(0.0, float(own["points"]), message=why) for own in graded}
