"""Exercise 02: right answers of every kind get all points; wrong ones lose the right ones."""

from __future__ import annotations

import contextlib

import nbformat
import pytest
from exercise_harness import Graded, grade, kind, max_points
from letters_right import RIGHT
from letters_wrong_counting import WRONG as WRONG_COUNTING
from letters_wrong_models import WRONG as WRONG_MODELS
from letters_wrong_writing import WRONG as WRONG_WRITING

from lib.project.exercises import release_path, source_notebook

NAME = "02-letters"
BOOK = source_notebook(NAME)
WAYS = [(solution, way, code) for solution, ways in RIGHT.items() for way, code in ways.items()]
WRONG = WRONG_COUNTING | WRONG_WRITING | WRONG_MODELS


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


def test_the_model_answer_quotes_the_numbers_of_the_experiment(reference):
    [answer] = [cell.source for cell in BOOK.cells if kind(cell) == "manual"]
    answer, found = " ".join(answer.split()), reference.namespace
    first, best, last = found["bits"][0], min(found["bits"]), found["bits"][-1]
    assert f"from {first:.1f} with no context to {best:.1f} with three letters" in answer
    assert found["best_n"] == 4
    assert f"to {last:.1f} for n = 6" in answer
    assert f"there n = {found['best_n_small']} is best" in answer


@pytest.mark.parametrize("seed", [1, 2, 3, 2**40])
def test_hidden_inputs_of_other_seeds_are_fair_too(seed, monkeypatch):
    monkeypatch.setenv("COURSE_CHECK_SEED", str(seed))
    cells = {cell for cell in max_points(BOOK) if not cell.startswith("experiment")}
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


def test_cells_that_only_show_something_wait_for_tasks_not_written(capsys):
    namespace = {}
    for cell in nbformat.read(release_path(NAME), as_version=4).cells:
        if cell.cell_type == "code" and kind(cell) == "plain":
            exec(cell.source, namespace)
        elif kind(cell) == "solution":
            with contextlib.suppress(NotImplementedError):
                exec(cell.source, namespace)
    said = capsys.readouterr().out
    assert said.count("once") == 3
    assert "'the cat is a small" in said


def test_every_task_has_enough_right_and_wrong_answers():
    solutions = {cell.id for cell in BOOK.cells if kind(cell) == "solution"}
    assert set(RIGHT) == solutions
    assert all(len(ways) >= 2 for ways in RIGHT.values())
    wrong = [solution for solution, _, _ in WRONG.values()]
    assert all(wrong.count(solution) >= 4 for solution in solutions)


def test_every_grade_cell_is_failed_by_some_wrong_answer():
    assert {cell for _, _, says in WRONG.values() for cell in says} == set(max_points(BOOK))
