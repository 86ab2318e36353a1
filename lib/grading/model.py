"""What the two halves of the grading desk hand to each other: assignments and outcomes.

Plain frozen data with a JSON round trip. Nothing here runs code, opens a database or knows how a
submission is executed.
"""

from __future__ import annotations

import base64
import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

STATES = ("graded", "flagged", "failed", "needs-hands")


@dataclass(frozen=True)
class Assignment:
    """One assignment as the desk executes it.

    Parameters
    ----------
    name : str
        Name of the assignment, and of its notebook without ``.ipynb``.
    notebook : str
        JSON text of the source notebook: hidden tests in, solutions cleared.
    version : str
        Hash of everything that can change a mark.
    learner_names : tuple of str
        Names that the solution cells define.
    outside : tuple of str
        Ids of the test cells that are judged outside the learner's process.
    canaries : tuple of str
        Ids of the other test cells that are known to fail for a missing answer.
    files : tuple of (str, bytes)
        Instructor's files that lie beside the notebook.

    Notes
    -----
    Made by `lib.grading.prepare.prepare`, which runs the reference solution once.
    """

    name: str
    notebook: str
    version: str
    learner_names: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()
    canaries: tuple[str, ...] = ()
    files: tuple[tuple[str, bytes], ...] = ()

    def to_json(self) -> str:
        data = asdict(self)
        data["files"] = [[path, base64.b64encode(data).decode()] for path, data in self.files]
        return json.dumps(data)

    @classmethod
    def from_json(cls, text: str) -> Assignment:
        data = json.loads(text)
        return cls(
            name=data["name"],
            notebook=data["notebook"],
            version=data["version"],
            learner_names=tuple(data["learner_names"]),
            outside=tuple(data["outside"]),
            canaries=tuple(data["canaries"]),
            files=tuple((path, base64.b64decode(body)) for path, body in data["files"]),
        )


@dataclass(frozen=True)
class Score:
    """The mark of one graded cell.

    ``score`` is None until a person has marked it; ``hidden`` says that the check which failed is
    one of the hidden tests.
    """

    score: float | None
    max_score: float
    needs_manual: bool = False
    message: str = ""
    hidden: bool = False

    def __post_init__(self) -> None:
        if self.score is not None and not 0 <= self.score <= self.max_score:
            raise ValueError(f"score must lie in 0..{self.max_score}, not {self.score!r}")


@dataclass(frozen=True)
class Flag:
    """Something an instructor should look at; ``cell`` is a grade id or empty."""

    code: str
    text: str
    cell: str = ""


@dataclass(frozen=True)
class Outcome:
    """What became of one submission. Exactly one state of `STATES`.

    Parameters
    ----------
    learner, assignment : str
    attempt : str
        See `attempt_key`.
    state : str
        ``graded``; ``flagged``: graded, and something wants a look; ``failed``: nothing could be
        graded, ``reason`` says why to learner and instructor; ``needs-hands``: no automatic
        verdict is to be trusted, ``reason`` says why.
    scores : mapping of grade id to Score
        Every graded cell of the assignment, also where nothing could be run (0 points).
    flags : tuple of Flag
    reason : str
    wall_s, cpu_s : float
        Seconds.
    executed : str
        JSON text of the executed notebook; nbgrader's own rules give the marks in ``scores``.
        Empty when nothing was run.
    sandbox : str
        What held the learner's code, in words, for the audit log.

    Examples
    --------
    >>> done = Outcome("ada", "02", "k", "graded", {"t": Score(1.0, 2.0)})
    >>> Outcome.from_json(done.to_json()) == done
    True
    """

    learner: str
    assignment: str
    attempt: str
    state: str
    scores: Mapping[str, Score] = field(default_factory=dict)
    flags: tuple[Flag, ...] = ()
    reason: str = ""
    wall_s: float = 0.0
    cpu_s: float = 0.0
    executed: str = ""
    sandbox: str = ""

    def __post_init__(self) -> None:
        if self.state not in STATES:
            raise ValueError(f"state must be one of {', '.join(STATES)}, not {self.state!r}")

    @property
    def total(self) -> float:
        """Points so far; cells that wait for a person count 0."""
        return math.fsum(item.score or 0.0 for item in self.scores.values())

    def to_json(self) -> str:
        return json.dumps(asdict(self), allow_nan=False)

    @classmethod
    def from_json(cls, text: str) -> Outcome:
        data: dict[str, Any] = json.loads(text)
        data["scores"] = {key: Score(**item) for key, item in data["scores"].items()}
        data["flags"] = tuple(Flag(**item) for item in data["flags"])
        return cls(**data)


def attempt_key(assignment: Assignment, submission: bytes, environment: str = "") -> str:
    """Name of one attempt: hash of submission, assignment version and environment.

    Examples
    --------
    >>> len(attempt_key(Assignment("a", "{}", "v1"), b"{}"))
    32
    """
    digest = hashlib.sha256()
    for part in (assignment.version.encode(), environment.encode(), submission):
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.hexdigest()[:32]
