"""Submissions to exercise 02, and a course folder in which plain nbgrader can grade them."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import nbformat
from exercise_harness import answered, kind
from letters_wrong_counting import WRONG as WRONG_COUNTING
from letters_wrong_models import WRONG as WRONG_MODELS
from letters_wrong_writing import WRONG as WRONG_WRITING

from lib.project.environment import activated
from lib.project.exercises import prepare_course, release_path, source_notebook

NAME = "02-letters"


def reference_answers() -> dict[str, str]:
    """The text of every solution cell, the one graded by hand included."""
    book = source_notebook(NAME)
    return {
        cell.id: re.sub(r"^ *### (BEGIN|END) SOLUTION\n?", "", cell.source, flags=re.M)
        for cell in book.cells
        if kind(cell) in ("solution", "manual")
    }


def wrong_answers() -> dict[str, str]:
    """One wrong answer for each task."""
    chosen = [
        WRONG_COUNTING["the space left out of the total"],
        WRONG_COUNTING["rows without data are NaN"],
        WRONG_WRITING["forgets the letter before"],
        WRONG_WRITING["n letters of context"],
        WRONG_MODELS["27 in the total"],
        WRONG_MODELS["27 letters"],
        WRONG_MODELS["the draft as it is"],
        WRONG_MODELS["positions from 0"],
    ]
    return reference_answers() | {solution: code for solution, code, _ in chosen}


SUBMISSIONS = {"reference": reference_answers, "untouched": dict, "mistaken": wrong_answers}


def submission(who: str) -> nbformat.NotebookNode:
    """The released notebook with somebody's answers in it."""
    return answered(nbformat.read(release_path(NAME), as_version=4), SUBMISSIONS[who]())


@dataclass(frozen=True)
class Course:
    """A course folder in which nbgrader has run."""

    folder: Path

    def nbgrader(self, *arguments: str) -> subprocess.CompletedProcess:
        command = [sys.executable, "-m", "nbgrader", *arguments]
        environment = {**activated(), "OMP_NUM_THREADS": "1"}
        return subprocess.run(
            command, cwd=self.folder, env=environment, capture_output=True, text=True
        )

    def feedback(self, who: str) -> Path:
        return self.folder / "feedback" / who / NAME / f"{NAME}.html"


def graded_course(folder: Path) -> Course:
    """Release the assignment, hand in everybody's submission, autograde, make feedback."""
    course = Course(prepare_course(folder, [NAME]))
    for who in SUBMISSIONS:
        place = folder / "submitted" / who / NAME
        place.mkdir(parents=True)
        nbformat.write(submission(who), place / f"{NAME}.ipynb")
    for step in ("generate_assignment", "autograde", "generate_feedback"):
        result = course.nbgrader(step, NAME)
        assert result.returncode == 0, result.stderr
    return course
