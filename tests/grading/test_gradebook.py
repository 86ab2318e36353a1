"""The gradebook: the same marks as nbgrader's, people's marks untouched, also on PostgreSQL."""

from __future__ import annotations

import contextlib
import csv
import io
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
import small_course
import stand_ins
from nbgrader.api import Gradebook
from nbgrader.plugins import CsvExportPlugin
from sqlalchemy import text as sql

from lib.grading.course import Course
from lib.grading.database import GradebookError, open_gradebook
from lib.grading.gradebook import Book
from lib.grading.model import Assignment, Outcome
from lib.grading.sources import prepared

NAME = small_course.NAME


@pytest.fixture
def course(tmp_path: Path) -> Course:
    return Course(small_course.make_course(tmp_path))


def assignment_of(course: Course) -> Assignment:
    return prepared(course, NAME, "", "small_course:fake_prepare")


def graded(course: Course, learner: str, **answers: str) -> Outcome:
    path = small_course.hand_in(course.root, learner, **answers)
    return stand_ins.fake_grade(
        assignment_of(course), path.read_bytes(), learner=learner, seed="", limits=None, sandbox=""
    )


@pytest.fixture
def book(course: Course) -> Iterator[Book]:
    with contextlib.closing(Book(course, assignment_of(course))) as opened:
        yield opened


def test_a_result_is_written_once_however_often_applied(course: Course, book: Book) -> None:
    outcome = graded(course, "ada", words="HALF")
    assert book.apply(outcome, None, True).created
    for _ in range(2):
        assert not book.apply(outcome, None, False)
    with Gradebook(course.db_url) as gradebook:
        assert [one.id for one in gradebook.students] == ["ada"]
        found = gradebook.find_submission(NAME, "ada")
        assert (found.score, found.max_score, found.needs_manual_grade) == (4.0, 9.0, True)
        grades = {grade.name: grade.auto_score for grade in found.notebooks[0].grades}
        assert grades == {"double-test": 2.0, "total-test": 2.0, "words": None}


def mark_by_hand(course: Course, learner: str, points: float) -> None:
    with Gradebook(course.db_url) as gradebook:
        grade = gradebook.find_grade("words", NAME, NAME, learner)
        grade.manual_score, grade.needs_manual_grade = points, False
        gradebook.find_comment("words", NAME, NAME, learner).manual_comment = "Well said."
        gradebook.db.commit()


def needs_hand(course: Course, learner: str) -> bool:
    with Gradebook(course.db_url) as gradebook:
        return gradebook.find_grade("words", NAME, NAME, learner).needs_manual_grade


def test_a_persons_mark_outlives_a_regrade(course: Course, book: Book) -> None:
    outcome = graded(course, "ada")
    book.apply(outcome, None, True)
    mark_by_hand(course, "ada", 2.5)
    worse = replace(
        outcome,
        scores={**outcome.scores, "double-test": replace(outcome.scores["double-test"], score=1.0)},
    )
    assert book.apply(worse, None, False).marks == {"double-test": (2.0, 1.0)}
    summary = book.summary("ada")
    assert summary["grades"]["words"]["score"] == 2.5
    assert summary["comments"] == {"words": "Well said."}
    assert summary["score"] == 1.0 + 4.0 + 2.5
    assert not needs_hand(course, "ada")  # the answer is the same, so the mark stands


def test_a_new_answer_needs_a_new_look(course: Course, book: Book) -> None:
    outcome = graded(course, "ada")
    book.apply(outcome, None, True)
    mark_by_hand(course, "ada", 2.5)
    book.apply(outcome, None, resubmitted=True)
    assert needs_hand(course, "ada")


def test_an_untouched_answer_is_called_no_response(course: Course, book: Book) -> None:
    book.apply(graded(course, "ada", words="YOUR ANSWER HERE"), None, True)
    with Gradebook(course.db_url) as gradebook:
        comments = {name: gradebook.find_comment(name, NAME, NAME, "ada").auto_comment
                    for name in ("words", "double")}  # fmt: skip
    assert comments == {"words": "No response.", "double": None}


def test_late_penalties_come_from_nbgraders_plugin(course: Course) -> None:
    (course.root / "penalties.py").write_text(
        "from nbgrader.plugins import BasePlugin\n"
        "class PerDay(BasePlugin):\n"
        "    def late_submission_penalty(self, student_id, score, late):\n"
        "        return late / 86400\n"
    )
    config = course.root / "nbgrader_config.py"
    late = "c.AssignLatePenalties.plugin_class = 'penalties.PerDay'\n"
    config.write_text(config.read_text() + late)
    course = Course(course.root)
    with contextlib.closing(Book(course, assignment_of(course))) as book:
        row = book.gradebook.find_assignment(NAME)
        row.duedate = datetime(2024, 5, 1)
        book.gradebook.db.commit()
        for day, penalty in ((1, 0.0), (3, 2.0), (30, 6.0)):  # never more than the score
            learner = f"day{day}"
            book.apply(graded(course, learner), datetime(2024, 5, day), True)
            assert book.summary(learner)["penalty"] == penalty


def test_a_changed_test_reaches_the_gradebook_and_a_new_cell_is_refused(course: Course) -> None:
    with contextlib.closing(Book(course, assignment_of(course))) as book:
        book.apply(graded(course, "ada"), None, True)
    small_course.write_source(course.root, small_course.DOUBLE_TEST + "assert double(3) == 6\n")
    with contextlib.closing(Book(course, assignment_of(course))) as book:
        cell = book.gradebook.find_source_cell("double-test", NAME, NAME)
        assert "double(3)" in cell.source
        assert book.summary("ada")["score"] == 6.0
    assignment = assignment_of(course)
    other = replace(assignment, notebook=assignment.notebook.replace("double-test", "twice-test"))
    with pytest.raises(GradebookError, match="added to or removed from"):
        Book(course, other)


def test_what_is_not_a_gradebook_is_left_alone(course: Course) -> None:
    path = course.root / "gradebook.db"
    path.write_text("these are my notes")
    with pytest.raises(GradebookError, match="is not a gradebook"):
        Book(course, assignment_of(course))
    assert path.read_text() == "these are my notes"


def test_an_older_gradebook_is_named(course: Course) -> None:
    open_gradebook(course.db_url, course.course_id).close()
    with contextlib.closing(sqlite3.connect(course.root / "gradebook.db")) as database:
        database.execute("UPDATE alembic_version SET version_num = 'old'")
        database.commit()
    with pytest.raises(GradebookError, match="nbgrader db upgrade"):
        Book(course, assignment_of(course))


def test_a_locked_gradebook_is_waited_for_then_named(
    course: Course, book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    import lib.grading.gradebook as module

    outcome = graded(course, "ada")
    monkeypatch.setattr(module, "LOCKED_TRIES", 2)
    monkeypatch.setattr(module.time, "sleep", lambda seconds: None)
    book.gradebook.db.execute(sql("PRAGMA busy_timeout = 10"))
    with contextlib.closing(sqlite3.connect(course.root / "gradebook.db")) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(GradebookError, match="locked"):
            book.apply(outcome, None, True)
        other.rollback()
    assert book.apply(outcome, None, True).created


def csv_rows(db_url: str, path: Path) -> list[dict[str, str]]:
    with Gradebook(db_url) as gradebook:
        CsvExportPlugin(to=str(path)).export(gradebook)
    rows = list(csv.DictReader(io.StringIO(path.read_text())))
    return sorted(rows, key=lambda row: row["student_id"])


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    made = small_course.Postgres(small_course.postgres_programs())
    made.start()
    yield made.url
    made.stop()


def test_postgresql_gives_the_same_table(server: str, tmp_path: Path) -> None:
    root = small_course.make_course(tmp_path)
    tables = []
    for url in ("", server):
        course = Course(root, url)
        with contextlib.closing(Book(course, assignment_of(course))) as book:
            for learner, words in (("ada", "HALF"), ("bo", "WRONG"), ("cy", "")):
                outcome = graded(course, learner, words=words)
                stamp = datetime(2024, 5, 2, 3, 4, 5)
                assert book.apply(outcome, stamp, True).created
                assert not book.apply(outcome, stamp, False)
        tables.append(csv_rows(course.db_url, tmp_path / "out.csv"))
    assert tables[0] == tables[1] and len(tables[0]) == 3


def test_a_server_that_is_not_there_is_named_without_its_password(course: Course) -> None:
    away = Course(course.root, "postgresql+psycopg2://ann:hush@127.0.0.1:9/marks")
    with pytest.raises(GradebookError, match="Connection refused") as caught:
        Book(away, assignment_of(course))
    assert "hush" not in str(caught.value)
    with pytest.raises(GradebookError, match="psycopg2://"):
        Book(Course(course.root, "postgresql+asyncpg://ann@localhost/marks"), assignment_of(course))


def test_the_same_table_as_plain_nbgrader(tmp_path: Path) -> None:
    """Honest work through ``nbgrader autograde`` and through the desk: equal CSV."""
    root = small_course.make_course(tmp_path / "desk")
    small_course.hand_in(root, "ada")
    small_course.hand_in(root, "bo", double="def double(x):\n    return x + x + 1\n")
    small_course.hand_in(root, "cy", total="def total(values):\n    return 1 + sum(values[1:])\n")
    small_course.hand_in(root, "di", double="", total="", words="YOUR ANSWER HERE")
    stamp = root / "submitted" / "ada" / NAME / "timestamp.txt"
    stamp.write_text("2024-05-01 12:00:00")
    plain = Path(shutil.copytree(root, tmp_path / "plain"))
    for command in (["generate_assignment", NAME], ["autograde", NAME]):
        subprocess.run(
            [*small_course.PYTHON, "-m", "nbgrader", *command],
            cwd=plain,
            env=small_course.surroundings(),
            check=True,
            capture_output=True,
        )
    done = subprocess.run(
        [
            *small_course.PYTHON,
            "-m",
            "lib.grading",
            "run",
            NAME,
            "--course",
            root,
            "--workers",
            "2",
        ],
        env=small_course.surroundings(),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    want = csv_rows(f"sqlite:///{plain}/gradebook.db", tmp_path / "plain.csv")
    have = csv_rows(f"sqlite:///{root}/gradebook.db", tmp_path / "desk.csv")
    assert have == want
    assert [row["raw_score"] for row in have] == ["6.0", "4.0", "4.0", "0.0"]
