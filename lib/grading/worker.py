"""What a worker does with one submission. Kept apart from the engine: a worker imports only this.

Takes and gives plain bytes and text, so that what comes back is parsed, never trusted.
"""

from __future__ import annotations

import functools
import hashlib
import importlib
import platform
from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from lib.grading import sandbox
from lib.grading.limits import Limits
from lib.grading.model import Assignment, Outcome

GRADER = "lib.grading.one:grade_one"
PACKAGES = ("numpy", "torch", "ipykernel", "ipython", "nbgrader", "nbclient", "scipy")
BESIDE = ("project", "plots", "widgets")  # parts of lib that no mark depends on
MARKING = (  # parts of the desk that marks do depend on
    "children.py",
    "execute.py",
    "inside",
    "limits.py",
    "model.py",
    "names.py",
    "one.py",
    "reading.py",
    "rebuild.py",
    "scoring.py",
)


class EnvironmentDiffers(RuntimeError):
    """A worker has other packages than the desk: its marks would not be comparable."""


@dataclass(frozen=True)
class Task:
    """What is the same for all submissions of a run.

    Parameters
    ----------
    assignment
        JSON text of a `lib.grading.model.Assignment`.
    seed
        Secret that hidden inputs are drawn from.
    limits
        Caps for each submission.
    sandbox
        See `lib.grading.one.grade_one`.
    environment
        What :func:`environment` must be on the worker.
    grader
        ``MODULE:FUNCTION`` with the signature of `lib.grading.one.grade_one`.
    """

    assignment: str
    seed: str
    limits: Limits
    sandbox: str
    environment: str
    grader: str = GRADER


@functools.cache
def environment() -> str:
    """A digest of what can change a mark besides assignment and submission.

    The versions of Python and of the packages exercises use, the course's own helpers, and the part
    of the desk that executes and scores.
    """
    digest = hashlib.sha256(platform.python_version().encode())
    for package in PACKAGES:
        digest.update(f"{package} {_version(package)}\n".encode())
    lib = Path(__file__).resolve().parents[1]
    for path in sorted(lib.rglob("*.py")):
        inside = path.relative_to(lib)
        first, *rest = inside.parts
        if first not in BESIDE and (first != "grading" or rest[0] in MARKING):
            digest.update(f"{inside.as_posix()}\n".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def work(task: Task, submission: bytes, learner: str) -> str:
    """Grade one submission and give back the outcome's JSON text.

    Raises
    ------
    EnvironmentDiffers
        If this worker would not give the same marks as the others.
    """
    if environment() != task.environment:
        raise EnvironmentDiffers(f"{platform.node()}: {environment()}, not {task.environment}")
    grade = _grader(task.grader)
    outcome: Outcome = grade(
        _assignment(task.assignment),
        submission,
        learner=learner,
        seed=task.seed,
        limits=task.limits,
        sandbox=task.sandbox,
    )
    return outcome.to_json()


def look_again() -> None:
    """Forget that there was no sandbox: what answered may have been killed."""
    sandbox.refusal.cache_clear()


@functools.lru_cache(maxsize=2)
def _assignment(text: str) -> Assignment:
    return Assignment.from_json(text)


@functools.cache
def _grader(name: str) -> Callable[..., Outcome]:
    module, _, function = name.partition(":")
    return getattr(importlib.import_module(module), function)


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "absent"
