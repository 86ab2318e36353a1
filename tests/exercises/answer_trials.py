"""What every assignment must pass: right answers get all points, wrong ones lose the right ones.

A test file of an assignment puts `standard_tests` into its globals, and adds what is its own.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

import pytest
from exercise_harness import grade, kind, max_points

from lib.project.exercises import source_notebook

#: solution cell -> {name of a way: code}
Right = Mapping[str, Mapping[str, str]]
#: name of a mistake -> (solution cell, code, {grade cell that must fail: phrase of its message})
Wrong = Mapping[str, tuple[str, str, Mapping[str, str]]]


def standard_tests(
    name: str, right: Right, wrong: Wrong, *, same_for_every_seed: Collection[str] = ()
) -> dict[str, Callable]:
    """The tests of one assignment, by their names.

    Grade cells in `same_for_every_seed` draw nothing at random; other seeds leave them out.
    """
    book = source_notebook(name)
    wanted = max_points(book)
    ways = [
        pytest.param(solution, code, id=f"{solution}: {way}")
        for solution, answers in right.items()
        for way, code in answers.items()
    ]

    def cells_of(solution: str) -> set[str]:
        """The grade cells that follow a solution cell, up to the next one."""
        found, inside = set(), False
        for cell in book.cells:
            if kind(cell) == "solution":
                inside = cell.id == solution
            elif kind(cell) == "grade" and inside:
                found.add(cell.id)
        return found

    def test_reference_solution_gets_every_point():
        assert grade(name, {}).points == wanted

    @pytest.mark.parametrize("seed", [1, 2, 3, 2**40])
    def test_hidden_inputs_of_other_seeds_are_fair_too(seed, monkeypatch):
        monkeypatch.setenv("COURSE_CHECK_SEED", str(seed))
        assert grade(name, {}, only=set(wanted) - set(same_for_every_seed)).messages == {}

    @pytest.mark.parametrize(("solution", "code"), ways)
    def test_right_answers_get_every_point(solution, code):
        graded = grade(name, {solution: code}, only=cells_of(solution))
        assert graded.messages == {}
        assert graded.points == {cell: wanted[cell] for cell in cells_of(solution)}

    @pytest.mark.parametrize(
        ("solution", "code", "says"), [pytest.param(*case, id=way) for way, case in wrong.items()]
    )
    def test_wrong_answers_lose_points_and_are_told_why(solution, code, says):
        graded = grade(name, {solution: code}, only=cells_of(solution))
        assert graded.failed == set(says), graded.messages
        for cell, phrase in says.items():
            assert graded.points[cell] == 0
            message = " ".join(graded.messages[cell].split())
            assert message.startswith("Not right yet: ")
            assert " ".join(phrase.split()) in message

    def test_every_task_has_enough_right_and_wrong_answers():
        solutions = {cell.id for cell in book.cells if kind(cell) == "solution"}
        assert set(right) == solutions
        assert all(len(answers) >= 2 for answers in right.values())
        tried = [solution for solution, _, _ in wrong.values()]
        assert all(tried.count(solution) >= 4 for solution in solutions)

    def test_every_grade_cell_is_failed_by_some_wrong_answer():
        assert {cell for _, _, says in wrong.values() for cell in says} == set(wanted)

    def test_nothing_written_gets_nothing():
        blank = {cell.id: "pass" for cell in book.cells if kind(cell) == "solution"}
        graded = grade(name, blank)
        assert set(graded.messages) == set(wanted)
        assert sum(graded.points.values()) == 0

    return {key: test for key, test in locals().items() if key.startswith("test_")}
