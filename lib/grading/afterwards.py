"""What an instructor asks for after grading: report, feedback anew, tables.

Works on what the last run left in the journal and on the gradebook as it is now, with all that
people have marked since.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lib.grading import report
from lib.grading.audit import AuditLog
from lib.grading.course import Course
from lib.grading.export import exported, read_roster
from lib.grading.files import write_atomically
from lib.grading.findings import gather
from lib.grading.gradebook import Book
from lib.grading.journal import Journal, only_run
from lib.grading.model import Outcome
from lib.grading.papers import Papers
from lib.grading.sources import last_prepared


@dataclass
class Opened:
    """An assignment that has been graded, with its gradebook open."""

    course: Course
    book: Book
    journal: Journal

    @property
    def name(self) -> str:
        return self.book.assignment.name


@contextlib.contextmanager
def opened(course: Course, name: str) -> Iterator[Opened]:
    """Open what the last run left. Waits for nobody: another run is an error."""
    with only_run(course.desk):
        assignment = last_prepared(course, name)
        with contextlib.closing(Book(course, assignment)) as book:
            yield Opened(course, book, Journal(course.desk, name))


def write_report(graded: Opened) -> Path:
    """Write the instructor's report; returns where."""
    found = gather(graded.book.assignment, graded.journal, graded.book)
    path = graded.journal.folder / "report.html"
    write_atomically(path, report.page(found).encode(), 0o600)
    return path


def write_feedback(graded: Opened) -> int:
    """Write every feedback page anew, with people's marks and comments; returns how many."""
    papers = Papers(graded.course, graded.book.assignment, graded.book)
    count = 0
    for note in graded.journal.learners():
        record = graded.journal.read(note["key"], note["attempt"])
        if record:
            body = {**record["outcome"], "state": note["state"], "flags": note["flags"]}
            papers.write_page(Outcome.from_json(json.dumps(body)), note["learner"])
            count += 1
    log = AuditLog(graded.course.desk / "audit.jsonl")
    log.add("feedback", assignment=graded.name, pages=count)
    return count


def write_table(graded: Opened, kind: str, to: Path | None, roster: Path | None) -> list[str]:
    """Write a table of marks, or print it; returns the learners a roster has no row for."""
    found = gather(graded.book.assignment, graded.journal, graded.book)
    text, missing = exported(kind, found, graded.book, read_roster(roster) if roster else None)
    if to is None:
        print(text, end="")
    else:
        write_atomically(to, text.encode())
    log = AuditLog(graded.course.desk / "audit.jsonl")
    log.add("export", assignment=graded.name, format=kind, to=str(to or "printed"))
    return missing
