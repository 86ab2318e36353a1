"""Exercise 02 through plain nbgrader, as an instructor would run it."""

from __future__ import annotations

import nbformat
import pytest
from exercise_course import NAME, SUBMISSIONS, submission
from exercise_harness import grade, kind, max_points
from nbgrader.api import Gradebook

from lib.project.exercises import source_notebook

pytestmark = pytest.mark.slow
BOOK = source_notebook(NAME)


@pytest.fixture(scope="module")
def scores(course) -> dict[str, dict[str, float]]:
    """Learner -> grade_id -> points given by machine."""
    with Gradebook(f"sqlite:///{course.folder}/gradebook.db", "one-word-at-a-time") as gradebook:
        return {
            who: {
                item.name: item.auto_score
                for item in gradebook.find_submission_notebook(NAME, NAME, who).grades
                if item.auto_score is not None
            }
            for who in SUBMISSIONS
        }


def test_the_reference_gets_all_points_and_the_release_none(scores):
    wanted = max_points(BOOK)
    assert {cell: scores["reference"][cell] for cell in wanted} == wanted
    assert set(scores["untouched"].values()) == {0.0}
    assert sum(wanted.values()) == 30


def test_nbgrader_and_the_quick_harness_agree(scores):
    answers = SUBMISSIONS["mistaken"]()
    del answers["explain"]
    quick = grade(NAME, answers).points
    assert {cell: scores["mistaken"][cell] for cell in quick} == quick
    assert 0 < sum(quick.values()) < 30


def test_the_written_question_waits_for_a_person(scores):
    manual = [cell for cell in BOOK.cells if kind(cell) == "manual"]
    assert [(cell.id, cell.metadata.nbgrader.points) for cell in manual] == [("explain", 5)]
    assert "explain" not in scores["reference"]
    assert scores["untouched"]["explain"] == 0


def test_no_grade_cell_wrote_to_standard_error_or_returned_a_value(course):
    path = course.folder / "autograded" / "reference" / NAME / f"{NAME}.ipynb"
    for cell in nbformat.read(path, as_version=4).cells:
        if kind(cell) == "grade":
            assert cell.outputs == [], cell.id


def test_every_visible_check_of_the_release_fails_readably(course):
    path = course.folder / "autograded" / "untouched" / NAME / f"{NAME}.ipynb"
    for cell in nbformat.read(path, as_version=4).cells:
        if kind(cell) == "grade":
            [output] = cell.outputs
            assert output.ename == "CheckFailed", output
            shown = "\n".join(output.traceback)
            assert "Not right yet" in shown
            assert "is not written yet" in shown or "is None" in shown
            assert "Traceback" not in shown and "lib/check" not in shown


def test_nbgrader_validate_on_the_command_line_fails_the_release(course, tmp_path):
    notebook = tmp_path / f"{NAME}.ipynb"
    nbformat.write(submission("untouched"), notebook)
    said = course.nbgrader("validate", str(notebook)).stdout
    assert "VALIDATION FAILED ON 19 CELL(S)!" in said  # the written answer is missing too
    assert "Not right yet: letter_pairs is not written yet." in said
    assert "Success" not in said


def test_the_feedback_page_is_readable(course, browser):
    page = browser.new_page(viewport={"width": 1100, "height": 900})
    page.goto(course.feedback("mistaken").as_uri())
    text = page.inner_text("body")
    assert "Not right yet: letter_probabilities('abba c') is not right." in text
    assert "The space is a letter too: it counts." in text
    assert "(Score: 3.0 / 3.0)" in text
    assert "BEGIN HIDDEN TESTS" not in text
    assert "\x1b" not in text and "lib/check" not in text
    page.close()
