"""nbgrader's gradebook, written by one process, one transaction a submission.

The tables are nbgrader's own, through its models, so Formgrader and ``nbgrader export`` work as
always. A person's marks and comments are never touched.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import nbformat
import sqlalchemy.exc
from nbgrader import api, utils
from nbgrader.preprocessors import AssignLatePenalties, ComputeChecksums, SaveCells
from traitlets import TraitError

from lib.grading.course import Course
from lib.grading.database import GradebookError, failure, in_words, open_gradebook
from lib.grading.model import Assignment, Outcome

LOCKED_TRIES = 5  # a Formgrader that is saving holds SQLite for a moment


@dataclass
class Change:
    """What one result changed in the gradebook: for each cell, the mark before and after."""

    marks: dict[str, tuple[float | None, float | None]] = field(default_factory=dict)
    created: bool = False
    other: bool = False

    def __bool__(self) -> bool:
        return bool(self.marks) or self.created or self.other


class Book:
    """The gradebook of a course, opened for one assignment.

    Parameters
    ----------
    course
        Whose gradebook.
    assignment
        Its rows are made or brought up to date.

    Raises
    ------
    GradebookError
        If the gradebook can't be opened, or does not fit the assignment.
    """

    def __init__(self, course: Course, assignment: Assignment) -> None:
        self.course = course
        self.assignment = assignment
        self._notebook = nbformat.from_dict(json.loads(assignment.notebook))
        with in_words(course.db_url):
            self.gradebook = open_gradebook(course.db_url, course.course_id)
            self._bring_up_to_date()
            rows = self.gradebook.find_assignment(assignment.name)
            self._assignment_id = rows.id
            notebook = self.gradebook.find_notebook(assignment.name, assignment.name)
            self._graded = {
                cell.id: cell.name for cell in [*notebook.grade_cells, *notebook.task_cells]
            }
            answered = [*notebook.solution_cells, *notebook.task_cells]
            self._answered = {cell.id: cell.name for cell in answered}
        try:
            self._late = AssignLatePenalties(config=course.config)
        except TraitError as error:
            raise GradebookError(f"nbgrader_config.py can't be followed: {error}") from error
        self._late.init_plugin()
        self._db.remove()

    @property
    def _db(self) -> Any:
        return self.gradebook.db

    def close(self) -> None:
        """Let go of the database."""
        self.gradebook.close()

    def apply(self, outcome: Outcome, timestamp: datetime | None, resubmitted: bool) -> Change:
        """Write one result: all of it or nothing. Doing it twice changes nothing.

        Parameters
        ----------
        outcome
            The result.
        timestamp
            When it was handed in, in UTC.
        resubmitted
            Whether the learner's answers may differ from those last applied, so that answers
            marked by a person need another look.

        Raises
        ------
        GradebookError
            If the database can't be written.
        """
        for attempt in range(LOCKED_TRIES):
            try:
                return self._apply(outcome, timestamp, resubmitted)
            except sqlalchemy.exc.SQLAlchemyError as error:
                self._db.rollback()
                if attempt == LOCKED_TRIES - 1 or "locked" not in str(error):
                    raise GradebookError(failure(error, self.course.db_url)) from error
                time.sleep(0.5 * (attempt + 1))
            finally:
                self._db.remove()
        raise AssertionError("unreachable")

    def summary(self, learner: str) -> dict[str, Any]:
        """What a feedback page shows of the gradebook: marks, comments, penalty."""
        with in_words(self.course.db_url):
            submitted = self._find(learner)
            if submitted is None:
                return {"grades": {}, "comments": {}, "penalty": 0.0, "score": 0.0}
            notebooks = list(submitted.notebooks)
            grades = {
                self._graded[grade.cell_id]: {
                    "score": grade.score,
                    "max_score": grade.max_score,
                    "manual": grade.manual_score is not None,
                    "waiting": grade.needs_manual_grade,
                    "extra": grade.extra_credit or 0.0,
                }
                for notebook in notebooks
                for grade in notebook.grades
            }
            comments = {
                self._answered[comment.cell_id]: comment.comment
                for notebook in notebooks
                for comment in notebook.comments
                if comment.comment
            }
            penalty = submitted.late_submission_penalty or 0.0
            score = submitted.score
            self._db.remove()
        return {"grades": grades, "comments": comments, "penalty": penalty, "score": score}

    def _find(self, learner: str) -> Any:
        query = self._db.query(api.SubmittedAssignment)
        return query.filter_by(assignment_id=self._assignment_id, student_id=learner).one_or_none()

    def _apply(self, outcome: Outcome, timestamp: datetime | None, resubmitted: bool) -> Change:
        submitted = self._find(outcome.learner)
        change = Change(created=submitted is None)
        if submitted is None:
            submitted = self._create(outcome.learner)
        if timestamp is not None and submitted.timestamp != timestamp:
            submitted.timestamp = timestamp
            change.other = True
        notebook = submitted.notebooks[0]
        for grade in notebook.grades:
            self._mark(grade, outcome, resubmitted, change)
        unanswered = self._unanswered(outcome)
        for comment in notebook.comments:
            automatic = "No response." if self._answered[comment.cell_id] in unanswered else None
            change.other |= comment.auto_comment != automatic
            comment.auto_comment = automatic
        if outcome.state in ("flagged", "needs-hands") and change:
            notebook.flagged = True
        self._db.flush()
        self._db.refresh(notebook)
        penalty = self._penalty(submitted, notebook)
        change.other |= (notebook.late_submission_penalty or 0.0) != (penalty or 0.0)
        notebook.late_submission_penalty = penalty
        self._db.commit()
        return change

    def _create(self, learner: str) -> Any:
        """The learner's rows, mirroring the assignment's."""
        name = self.assignment.name
        assignment = self.gradebook.find_assignment(name)
        released = self.gradebook.find_notebook(name, name)
        student = self._db.get(api.Student, learner) or api.Student(id=learner)
        submitted = api.SubmittedAssignment(assignment=assignment, student=student)
        notebook = api.SubmittedNotebook(notebook=released, assignment=submitted)
        for cell in self._graded:
            api.Grade(cell_id=cell, notebook=notebook)
        for cell in self._answered:
            api.Comment(cell_id=cell, notebook=notebook)
        self._db.add(submitted)
        self._db.flush()
        return submitted

    def _mark(self, grade: Any, outcome: Outcome, resubmitted: bool, change: Change) -> None:
        """One automatic mark, by nbgrader's rules for when a person must look (again)."""
        name = self._graded[grade.cell_id]
        score = outcome.scores.get(name)
        new = score.score if score else 0.0
        if grade.auto_score != new or change.created:
            change.marks[name] = (grade.auto_score, new)
        elif not resubmitted:
            return
        grade.auto_score = new
        by_hand = new is None or grade.manual_score is not None
        grade.needs_manual_grade = bool(
            by_hand or outcome.state == "needs-hands" or (score and score.needs_manual)
        )

    def _unanswered(self, outcome: Outcome) -> set[str]:
        """Solution cells that still hold what was released."""
        if not outcome.executed:
            return set()
        released = {
            cell.metadata.nbgrader.grade_id: cell.source
            for cell in self._notebook.cells
            if utils.is_solution(cell) and not utils.is_task(cell)
        }
        executed = nbformat.from_dict(json.loads(outcome.executed))
        return {
            cell.metadata.nbgrader.grade_id
            for cell in executed.cells
            if utils.is_solution(cell)
            and released.get(cell.metadata.nbgrader.grade_id) == cell.source
        }

    def _penalty(self, submitted: Any, notebook: Any) -> float | None:
        """nbgrader's late penalty, from the configured plugin."""
        late = submitted.total_seconds_late
        if late <= 0:
            return None
        plugin = self._late.plugin_inst
        penalty = plugin.late_submission_penalty(submitted.student_id, notebook.score, late)
        return None if penalty is None else min(max(penalty, 0), notebook.score)

    def _bring_up_to_date(self) -> None:
        """Make the assignment's rows as ``nbgrader generate_assignment`` would, if they differ."""
        name = self.assignment.name
        if self._rows() == _expected(self._notebook):
            return
        self.gradebook.update_or_create_assignment(name)
        notebook, _ = ComputeChecksums().preprocess(self._notebook, {})
        about = {"notebook": name, "assignment": name, "db_url": self.course.db_url}
        try:
            SaveCells().preprocess(notebook, {"nbgrader": about})
        except RuntimeError as error:
            raise GradebookError(
                f"graded cells were added to or removed from {name!r}, but submissions are in the "
                "gradebook already. Change the text of cells, not which there are; or remove the "
                f"assignment with `nbgrader db assignment remove {name}` and grade all anew."
            ) from error
        self._db.expire_all()

    def _rows(self) -> dict[str, Any]:
        try:
            notebook = self.gradebook.find_notebook(self.assignment.name, self.assignment.name)
        except api.MissingEntry:
            return {}
        points = {cell.name: cell.max_score for cell in notebook.grade_cells}
        points |= {cell.name: cell.max_score for cell in notebook.task_cells}
        return {
            cell.name: (cell.source, cell.cell_type, points.get(cell.name))
            for cell in notebook.source_cells
        }


def _expected(notebook: Any) -> dict[str, Any]:
    """What :meth:`Book._rows` is if the gradebook is up to date."""
    kept = [
        cell
        for cell in notebook.cells
        if utils.is_grade(cell)
        or utils.is_solution(cell)
        or utils.is_locked(cell)
        or utils.is_task(cell)
    ]
    rows = {}
    for cell in kept:
        about = cell.metadata.nbgrader
        graded = utils.is_grade(cell) or utils.is_task(cell)
        points = float(about["points"]) if graded else None
        rows[about["grade_id"]] = (cell.source, cell.cell_type, points)
    return rows
