"""The files of one graded submission: the notebook for Formgrader and the learner's page."""

from __future__ import annotations

import json
from pathlib import Path

from lib.grading.course import Course, read_small
from lib.grading.feedback import page
from lib.grading.files import sweep, write_atomically
from lib.grading.gradebook import Book
from lib.grading.model import Assignment, Outcome
from lib.grading.rebuild import inert

# nbgrader's own small files, which its other commands look for beside a notebook.
BESIDE = ("timestamp.txt", "submission_secret.txt")


class Papers:
    """Writes ``autograded/`` and ``feedback/`` of one assignment."""

    def __init__(self, course: Course, assignment: Assignment, book: Book) -> None:
        self.course = course
        self.assignment = assignment
        self.book = book

    def exist(self, learner: str) -> bool:
        """Are both there?"""
        return self._notebook(learner).is_file() and self._page(learner).is_file()

    def write(self, outcome: Outcome, learner: str) -> None:
        """Write both anew. Each file is whole at any moment."""
        notebook, html = self._notebook(learner), self._page(learner)
        for folder in (notebook.parent, html.parent):
            self._make_room(folder, learner)
        content = outcome.executed or self._not_run(outcome)
        write_atomically(notebook, content.encode(), 0o444)
        self.write_page(outcome, learner)

    def write_page(self, outcome: Outcome, learner: str) -> None:
        """The feedback page alone, after a person has marked."""
        path = self._page(learner)
        content = page(self.assignment, outcome, self.book.summary(learner))
        write_atomically(path, content.encode())

    def _make_room(self, folder: Path, learner: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        sweep(folder)
        submitted = self.course.folder("submitted", learner, self.assignment.name)
        for name in BESIDE:
            content = read_small(submitted / name)
            if content is not None:
                write_atomically(folder / name, content)

    def _not_run(self, outcome: Outcome) -> str:
        """The assignment's notebook with the reason on top, where nothing was executed."""
        notebook = json.loads(self.assignment.notebook)
        reason = {
            "cell_type": "markdown",
            "metadata": {},
            "source": f"**Not executed ({outcome.state}).** {inert(outcome.reason)}",
        }
        if (notebook.get("nbformat", 4), notebook.get("nbformat_minor", 0)) >= (4, 5):
            reason["id"] = "desk-reason"
        notebook["cells"].insert(0, reason)
        return json.dumps(notebook, ensure_ascii=False, indent=1)

    def _notebook(self, learner: str) -> Path:
        folder = self.course.folder("autograded", learner, self.assignment.name)
        return folder / f"{self.assignment.name}.ipynb"

    def _page(self, learner: str) -> Path:
        folder = self.course.folder("feedback", learner, self.assignment.name)
        return folder / f"{self.assignment.name}.html"
