"""Graders that stand in for the real one, for workers: light to import. Not a test."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

from lib.grading.model import Flag, Outcome, Score

SAID = "double(2) should be 4\n  -> Two times, not two plus."


def fake_grade(assignment, submission, *, learner, seed, limits, sandbox):
    """In place of `lib.grading.one.grade_one`: what the answer says decides what happens."""
    text = submission.decode(errors="replace")
    scores = {
        "double-test": Score(0.0, 2.0, message=SAID) if "WRONG" in text else Score(2.0, 2.0),
        "total-test": Score(2.0 if "HALF" in text else 4.0, 4.0),
        "words": Score(None, 3.0, needs_manual=True),
    }
    if "KILL-WORKER" in text:
        os._exit(9)
    if "STUCK" in text:
        time.sleep(3600)
    if "MISTAKE" in text:
        raise ZeroDivisionError("the desk's own mistake")
    if "SLOW" in text:
        time.sleep(0.3)
    try:
        answers = json.loads(text)["cells"]
    except ValueError:
        zero = {name: Score(0.0, score.max_score) for name, score in scores.items()}
        reason = "This is not a notebook."
        return Outcome(learner, assignment.name, "a", "failed", zero, reason=reason)
    notebook = json.loads(assignment.notebook)
    own = {cell["metadata"].get("nbgrader", {}).get("grade_id"): cell for cell in answers}
    for cell in notebook["cells"]:
        marks = cell["metadata"].get("nbgrader", {})
        if marks.get("solution"):
            cell["source"] = "".join(own[marks["grade_id"]]["source"])
    state, flags = "graded", ()
    if "ODD" in text:
        state, flags = "flagged", (Flag("canary", "A check that must fail passed."),)
    return Outcome(
        learner, assignment.name, "a", state, scores, flags,
        wall_s=0.1, cpu_s=0.1, executed=json.dumps(notebook), sandbox="a stand-in",
    )  # fmt: skip


def no_sandbox(*arguments: object, **named: object) -> Outcome:
    """In place of `lib.grading.one.grade_one` where there is no sandbox."""
    from lib.grading.sandbox import SandboxError

    raise SandboxError("install bubblewrap")


def no_sandbox_at_first(*arguments: Any, learner: str, seed: str, **named: Any) -> Outcome:
    """Its sandbox is gone once; ``seed`` names a folder in which that is noted."""
    try:
        (Path(seed) / "was").mkdir()
    except FileExistsError:
        return fake_grade(*arguments, learner=learner, seed=seed, **named)
    return no_sandbox()
