"""Grade one submission: rebuild, run behind walls, score. Pure apart from time."""

from __future__ import annotations

from pathlib import Path

from lib.grading.limits import Limits
from lib.grading.model import Assignment, Outcome

SANDBOXES = ("bubblewrap", "container", "unsafe")


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
        If the sandbox can't be had here: says why and what to do.
    """
    raise NotImplementedError
