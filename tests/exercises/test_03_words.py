"""Exercise 03: right answers of every kind get all points; wrong ones lose the right ones."""

from __future__ import annotations

import nbformat
import numpy as np
import pytest
from exercise_harness import Graded, grade, grade_notebook, kind, max_points
from words_right import RIGHT
from words_wrong_numbers import WRONG as WRONG_NUMBERS
from words_wrong_rows import WRONG as WRONG_ROWS

from lib.project.exercises import release_path, source_notebook

NAME = "03-words"
BOOK = source_notebook(NAME)
WAYS = [(solution, way, code) for solution, ways in RIGHT.items() for way, code in ways.items()]
WRONG = WRONG_ROWS | WRONG_NUMBERS


def cells_of(solution: str) -> set[str]:
    """The grade cells that follow a solution cell, up to the next one."""
    found, inside = set(), False
    for cell in BOOK.cells:
        if kind(cell) == "solution":
            inside = cell.id == solution
        elif kind(cell) == "grade" and inside:
            found.add(cell.id)
    return found


@pytest.fixture(scope="module")
def reference() -> Graded:
    return grade(NAME, {})


def test_reference_solution_gets_every_point(reference):
    assert reference.points == max_points(BOOK)
    assert sum(reference.points.values()) == 31


def test_the_release_gets_none():
    graded = grade_notebook(nbformat.read(release_path(NAME), as_version=4))
    assert set(graded.points) == set(max_points(BOOK))
    assert set(graded.points.values()) == {0}
    for message in graded.messages.values():
        assert "is not written yet" in message or "is None" in message


def test_the_model_answer_quotes_the_numbers_of_the_experiment(reference):
    [answer] = [cell.source for cell in BOOK.cells if kind(cell) == "manual"]
    answer, found = " ".join(answer.split()), reference.namespace
    bits, held_out, counted = found["bits"], found["held_out"], found["counted"]
    singles = found["cross_entropy"](np.tile(found["base"], (len(counted), 1)))
    missed = held_out[counted == 0].sum() / held_out.sum()
    assert f"{bits[0]:.2f} bits, more than the {singles:.2f} of single words" in answer
    assert f"fall to {min(bits):.2f} at rank {found['best_rank']}" in answer
    assert f"rise to {bits[-1]:.2f} at rank {found['ranks'][-1]}" in answer
    assert round(counted.sum(), -3) == 7000 and "the accidents of 7,000 pairs" in answer
    assert f"{missed:.0%}".replace("%", " %") + " of Brown's pairs" in answer
    assert (counted.sum(axis=1) == 0).sum() == 1  # question 3 says so


def test_the_best_rank_is_clear(reference):
    """The next best is far enough off for other machines to agree."""
    first, second = sorted(reference.namespace["bits"])[:2]
    assert second - first > 0.01


def test_the_draft_of_task_4_looks_better_than_it_is(reference):
    draft, honest = reference.namespace["draft"], reference.namespace["honest_share"]
    for n in (2, 3):
        paragraphs = reference.namespace["paragraphs"]
        assert draft(paragraphs, n) < honest(paragraphs, n) - 0.05


@pytest.mark.parametrize("seed", [1, 2, 3, 2**40])
def test_hidden_inputs_of_other_seeds_are_fair_too(seed, monkeypatch):
    monkeypatch.setenv("COURSE_CHECK_SEED", str(seed))
    cells = {cell for cell in max_points(BOOK) if not cell.startswith("rank-experiment")}
    assert grade(NAME, {}, only=cells).messages == {}


@pytest.mark.parametrize(
    ("solution", "code"),
    [pytest.param(solution, code, id=f"{solution}: {way}") for solution, way, code in WAYS],
)
def test_right_answers_get_every_point(solution, code):
    graded = grade(NAME, {solution: code}, only=cells_of(solution))
    assert graded.messages == {}
    wanted = max_points(BOOK)
    assert graded.points == {cell: wanted[cell] for cell in cells_of(solution)}


@pytest.mark.parametrize(
    ("solution", "code", "says"), [pytest.param(*case, id=name) for name, case in WRONG.items()]
)
def test_wrong_answers_lose_points_and_are_told_why(solution, code, says):
    graded = grade(NAME, {solution: code}, only=cells_of(solution))
    assert graded.failed == set(says), graded.messages
    for cell, phrase in says.items():
        assert graded.points[cell] == 0
        message = " ".join(graded.messages[cell].split())
        assert message.startswith("Not right yet: ")
        assert " ".join(phrase.split()) in message


def test_every_task_has_enough_right_and_wrong_answers():
    solutions = {cell.id for cell in BOOK.cells if kind(cell) == "solution"}
    assert set(RIGHT) == solutions
    assert all(len(ways) >= 2 for ways in RIGHT.values())
    wrong = [solution for solution, _, _ in WRONG.values()]
    assert all(wrong.count(solution) >= 4 for solution in solutions)


def test_every_grade_cell_is_failed_by_some_wrong_answer():
    assert {cell for _, _, says in WRONG.values() for cell in says} == set(max_points(BOOK))
