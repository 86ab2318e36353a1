"""One run of the desk: from a folder of submissions to marks, notebooks and feedback.

For each submission, in this order: the journal's record, the gradebook, the graded notebook, the
feedback page, the note that all four are in place. A run killed between any two of them goes on
there.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from typing import Any

from lib.grading.afterwards import Opened, write_report
from lib.grading.audit import AuditLog
from lib.grading.cluster import Where, connected
from lib.grading.course import Course, CourseError, Submission, learner_id
from lib.grading.engine import DEATHS, Event, Job, grade_all
from lib.grading.gradebook import Book
from lib.grading.journal import LOST, Journal, only_run, record_key, secret_seed
from lib.grading.limits import Limits
from lib.grading.model import Flag, Outcome, Score, attempt_key
from lib.grading.papers import Papers
from lib.grading.rebuild import marks
from lib.grading.sources import prepared
from lib.grading.worker import GRADER, Task, environment


@dataclass(frozen=True)
class Options:
    """How to run. ``again`` names learners to be graded anew whatever the journal says."""

    where: Where = field(default_factory=Where)
    limits: Limits = field(default_factory=Limits)
    sandbox: str = "bubblewrap"
    again: frozenset[str] = frozenset()
    everyone_again: bool = False
    grader: str = GRADER


@dataclass
class Tally:
    """What a run has done so far."""

    total: int = 0
    states: Counter[str] = field(default_factory=Counter)
    executed: int = 0
    changed: dict[str, dict[str, tuple[float | None, float | None]]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    report: str = ""


class Run:
    """A run of one assignment. Use :func:`run`."""

    def __init__(self, course: Course, name: str, options: Options) -> None:
        self.course = course
        self.options = options
        self.name = name
        self.audit = AuditLog(course.desk / "audit.jsonl")
        self.journal = Journal(course.desk, name)
        self.tally = Tally()

    def start(self) -> None:
        """Everything that can be wrong before the first submission, and the preparations."""
        self.learners = self.course.learners(self.name)
        unknown = sorted(self.options.again.difference(map(learner_id, self.learners)))
        if unknown:
            raise CourseError(f"{', '.join(unknown)} handed in nothing for {self.name!r}.")
        self.tally.total = len(self.learners)
        self.assignment = prepared(self.course, self.name, self.options.sandbox)
        self.book = Book(self.course, self.assignment)
        self.journal.prepare()
        self.attempts = self.journal.attempts()
        self.papers = Papers(self.course, self.assignment, self.book)
        self.task = Task(
            assignment=self.assignment.to_json(),
            seed=secret_seed(self.course.desk, self.name),
            limits=self.options.limits,
            sandbox=self.options.sandbox,
            environment=environment(),
            grader=self.options.grader,
        )
        limits = json.dumps(self.options.limits.to_dict(), sort_keys=True)
        self.surroundings = f"{self.task.environment} {limits}"

    def plan(self) -> Iterator[str]:
        """Settle all that needs no worker; yield each learner that does."""
        for learner in self.learners:
            submission = self._read(learner)
            key = self._key(submission)
            record = self._finished(submission.learner, key)
            if record is not None:
                self._keep(submission, key, record)
            elif submission.content is None:
                self._add(submission, key, self._refused(submission))
            else:
                yield learner

    def grade(self, learners: Iterable[str], progress: Callable[[], None]) -> None:
        """Have workers grade these learners' submissions."""
        with connected(self.options.where) as client:
            for event in grade_all(client, self.task, self._jobs(learners)):
                self._take(event)
                progress()

    def _jobs(self, learners: Iterable[str]) -> Iterator[Job]:
        for learner in learners:
            submission = self._read(learner)
            key = self._key(submission)
            if submission.content is not None:
                yield Job(learner, key, submission.content, submission)
            else:  # taken away, or made unreadable, since the plan
                self._add(submission, key, self._refused(submission))

    def _read(self, learner: str) -> Submission:
        return self.course.submission(learner, self.name, self.options.limits.submission_mb)

    def _key(self, submission: Submission) -> str:
        content = submission.content
        if content is None:
            content = b"refused: " + submission.problem.encode()
        attempt = attempt_key(self.assignment, content, self.surroundings)
        return record_key(submission.learner, attempt)

    def _finished(self, learner: str, key: str) -> dict[str, Any] | None:
        """The record to go by, unless this submission is to be graded (again)."""
        if self.options.everyone_again or learner in self.options.again:
            return None
        record = self.journal.read(key, self.attempts.get(key, 0))
        return None if record is None or record.get("again") else record

    def _take(self, event: Event) -> None:
        """One event of the engine: into the journal, then wherever it belongs."""
        job, submission = event.job, event.job.about
        if event.result:
            self.tally.executed += 1
            self._add(submission, job.key, Outcome.from_json(event.result))
        elif event.final:
            outcome = self._given_up(submission, event)
            self._add(submission, job.key, outcome, again=not event.died)
        else:
            lost = {"state": LOST, "learner": job.learner, "why": event.problem, "when": _now()}
            self.journal.record(job.key, self._next(job.key), lost)
            self.audit.add("attempt lost", learner=job.learner, why=event.problem, key=job.key)

    def _next(self, key: str) -> int:
        self.attempts[key] = self.attempts.get(key, 0) + 1
        return self.attempts[key]

    def _add(self, submission: Submission, key: str, outcome: Outcome, again: bool = False) -> None:
        """A new result: into the journal first. With ``again`` the next run tries once more."""
        record = {
            "state": outcome.state,
            "learner": submission.learner,
            "attempt": self._next(key),
            "when": _now(),
            "again": again,
            "outcome": json.loads(outcome.to_json()),
        }
        self.journal.record(key, record["attempt"], record)
        self._apply(submission, key, record["attempt"], outcome)

    def _keep(self, submission: Submission, key: str, record: dict[str, Any]) -> None:
        """A result of an earlier run: see that all it should have brought about is there."""
        outcome = Outcome.from_json(json.dumps(record["outcome"]))
        self._apply(submission, key, record["attempt"], outcome)

    def _apply(self, submission: Submission, key: str, attempt: int, outcome: Outcome) -> None:
        """Gradebook, notebook, feedback, note, in this order; nothing where all is in place."""
        outcome = _with_flags(outcome, submission.flags)
        learner = submission.learner
        content = hashlib.sha256(submission.content or b"").hexdigest()
        note = _note(outcome, key, attempt, content)
        before = self.journal.read_applied(learner) or {}
        resubmitted = before.get("content") != content
        change = self.book.apply(outcome, submission.timestamp, resubmitted)
        self.tally.states[outcome.state] += 1
        noted = before == {**note, "when": before.get("when")}
        if noted and not change and self.papers.exist(learner):
            return
        self.papers.write(outcome, learner)
        self.journal.mark_applied(learner, note)
        self.audit.add(
            "graded",
            assignment=self.name,
            learner=learner,
            state=outcome.state,
            points=outcome.total,
            changed="new" if change.created else change.marks,
            version=self.assignment.version[:16],
            environment=self.task.environment,
            sandbox=outcome.sandbox or "nothing was executed",
            key=key,
            attempt=attempt,
        )
        if change.marks and not change.created:
            self.tally.changed[learner] = change.marks

    def _refused(self, submission: Submission) -> Outcome:
        state = "needs-hands" if submission.hands else "failed"
        return self._without_run(submission.learner, state, submission.problem)

    def _given_up(self, submission: Submission, event: Event) -> Outcome:
        if event.died:
            reason = (
                f"The grading process itself died over this notebook {DEATHS} times, so nothing "
                "could be graded. Please ask your instructor to look at it."
            )
            return self._without_run(submission.learner, "failed", reason)
        reason = f"The grading desk made a mistake over this notebook: {event.problem}"
        self.tally.notes.append(f"{submission.learner}: {reason}")
        return self._without_run(submission.learner, "needs-hands", reason)

    def _without_run(self, learner: str, state: str, reason: str) -> Outcome:
        cells = json.loads(self.assignment.notebook)["cells"]
        graded = [marks(cell) for cell in cells if marks(cell).get("points") is not None]
        hands = state == "needs-hands"
        scores = {
            cell["grade_id"]: Score(0.0, float(cell["points"]), needs_manual=hands)
            for cell in graded
            if cell.get("grade") or cell.get("task")
        }
        return Outcome(learner, self.name, "", state, scores, reason=reason)


def run(
    course: Course, name: str, options: Options, progress: Callable[[Tally], None] | None = None
) -> Tally:
    """Grade an assignment, or go on where a killed run stopped.

    Parameters
    ----------
    course, name
        What to grade.
    options
        How.
    progress
        Called with the tally after each event.

    Returns
    -------
    Tally
        Every submission in exactly one state.
    """
    course.source(name)  # a wrong name leaves nothing behind
    with only_run(course.desk):
        this = Run(course, name, options)
        this.start()
        show = (lambda: progress(this.tally)) if progress else (lambda: None)
        with contextlib.closing(this.book):
            this.audit.add(
                "run",
                assignment=name,
                version=this.assignment.version[:16],
                environment=this.task.environment,
                sandbox=options.sandbox,
                learners=this.tally.total,
                workers=options.where.scheduler or options.where.workers or "one a core",
            )
            waiting = []
            for learner in this.plan():
                waiting.append(learner)
                show()
            show()
            if waiting:
                this.grade(waiting, show)
            this.tally.report = str(write_report(Opened(course, this.book, this.journal)))
            this.audit.add("run ended", assignment=name, states=dict(this.tally.states))
        return this.tally


def _note(outcome: Outcome, key: str, attempt: int, content: str) -> dict[str, Any]:
    """The outcome without its notebook, for reports and for the next run."""
    note = json.loads(replace(outcome, executed="").to_json())
    return {**note, "key": key, "attempt": attempt, "content": content, "when": _now()}


def _with_flags(outcome: Outcome, flags: tuple[Flag, ...]) -> Outcome:
    if not flags:
        return outcome
    state = "flagged" if outcome.state == "graded" else outcome.state
    return replace(outcome, flags=(*outcome.flags, *flags), state=state)


def _now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="seconds")
