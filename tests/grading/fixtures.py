"""A small assignment and submissions for it, made in memory. Not a test.

Two answers in code, four test cells (partial credit, hidden tests, one that can only be judged in
the learner's own process), one answer in words.
"""

from __future__ import annotations

import copy
import functools
import json
import os
from typing import Any

import pytest

from lib.grading.limits import Limits
from lib.grading.model import Assignment, Outcome
from lib.grading.one import grade_one
from lib.grading.prepare import prepare
from lib.grading.sandbox import refusal

# Without bubblewrap there is nothing to test; CI has it, so there its absence is a failure.
needs_walls = pytest.mark.skipif(
    bool(refusal()) and not os.environ.get("CI"), reason=refusal() or "bubblewrap works"
)
SEED = "the class's secret"
LIMITS = Limits(cell_s=3, wall_s=60, cpu_s=20, memory_mb=256, message_mb=4)

PAIRS = '''def pairs(text):
    """Count neighbouring letters: a dict from pair to count."""
    ### BEGIN SOLUTION
    counts = {}
    for a, b in zip(text, text[1:]):
        counts[a + b] = counts.get(a + b, 0) + 1
    return counts
    ### END SOLUTION
'''
PAIRS_TEST = """check.mapping(check.call(pairs, "abab"), {"ab": 2, "ba": 1}, name="pairs('abab')")
### BEGIN HIDDEN TESTS
letters = check.rng("pairs").choice(list("abc"), 50)
text = "".join(str(letter) for letter in letters)
want = {p: sum(text[i:i + 2] == p for i in range(49)) for p in {text[i:i+2] for i in range(49)}}
check.mapping(check.call(pairs, text), want, name="pairs(hidden text)")
assert check.call(pairs, "") == {}
### END HIDDEN TESTS
"""
PAIRS_PART = """mark = 0.0
mark += 1.0 if check.call(pairs, "aa") == {"aa": 1} else 0.0
mark += 1.0 if check.call(pairs, "a") == {} else 0.0
mark
"""
ROOTS = """### BEGIN SOLUTION
roots = np.sqrt(np.arange(5.0))
class Box:
    def __init__(self, size): self.size = size
    def area(self): return self.size ** 2
### END SOLUTION
"""
ROOTS_TEST = """check.array(roots, np.sqrt(np.arange(5.0)), name="roots")
### BEGIN HIDDEN TESTS
assert roots[4] == 2
### END HIDDEN TESTS
"""
INSIDE_TEST = """assert isinstance(Box(3), Box) and Box(3).area() == 9
### BEGIN HIDDEN TESTS
assert issubclass(Box, object) and Box(4).area() == 16, "four squared"
### END HIDDEN TESTS
"""


def cell(kind: str, source: str, **own: Any) -> dict[str, Any]:
    """A cell, with nbgrader's marks if any are given."""
    base = {"grade": False, "locked": False, "solution": False, "task": False}
    metadata = {"nbgrader": {"schema_version": 3, **base, **own}} if own else {}
    made = {"cell_type": kind, "metadata": metadata, "source": source}
    return made | ({"outputs": [], "execution_count": None} if kind == "code" else {})


def source(*, imports: str = "import numpy as np") -> dict[str, Any]:
    """The assignment's source notebook, with solutions and hidden tests."""
    locked = {"grade": True, "locked": True}
    answer = {"solution": True}
    cells = [
        cell("markdown", "# Pairs"),
        cell("code", imports + "\nfrom lib import check"),
        cell("code", PAIRS, grade_id="pairs", **answer),
        cell("code", PAIRS_TEST, grade_id="pairs-test", points=2, **locked),
        cell("code", PAIRS_PART, grade_id="pairs-part", points=2, **locked),
        cell("code", ROOTS, grade_id="roots", **answer),
        cell("code", ROOTS_TEST, grade_id="roots-test", points=3, **locked),
        cell("code", INSIDE_TEST, grade_id="inside-test", points=1, **locked),
        cell("markdown", "It learns.", grade_id="why", grade=True, points=4, **answer),
    ]
    for number, made in enumerate(cells):
        made["id"] = f"c{number}"
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}


@functools.cache
def assignment() -> Assignment:
    return prepare(json.dumps(source()), name="small", limits=LIMITS)


def notebook(**answers: str) -> dict[str, Any]:
    """A submission: right answers, but for those given by grade id."""
    made = copy.deepcopy(source())
    texts = {"why": "Because."} | answers
    for one in made["cells"]:
        name = one["metadata"].get("nbgrader", {}).get("grade_id")
        one["source"] = texts.get(name, one["source"])
    return made


def grade(submission: Any = None, *, limits: Limits = LIMITS, **answers: str) -> Outcome:
    """Grade a submission of the small assignment."""
    if not isinstance(submission, bytes):
        submission = json.dumps(submission or notebook(**answers)).encode()
    return grade_one(assignment(), submission, learner="ada", seed=SEED, limits=limits)


def points(outcome: Outcome) -> dict[str, float | None]:
    return {name: score.score for name, score in outcome.scores.items()}
