"""Not a test: a process that runs the desk again and again and kills it, for test_kill.py.

    python kill_rounds.py COURSE count             say how many steps a whole run makes
    python kill_rounds.py COURSE steps STEP...     for each step: kill a fresh run there, go on
    python kill_rounds.py COURSE random SEED N     kill one course's runs at N random moments

A run is a fork of this process, so that a round costs milliseconds. Submissions are graded in the
fork by the stand-in grader; what is killed is everything the desk writes.
"""

from __future__ import annotations

import contextlib
import functools
import json
import os
import random
import shutil
import signal
import sqlite3
import sys
import time
from collections.abc import Callable
from pathlib import Path

import small_course
import stand_ins

from lib.grading import desk, files, sources
from lib.grading.course import Course
from lib.grading.engine import Event
from lib.grading.model import Assignment

PREPARE = "small_course:fake_prepare"


def grade_here(client, task, jobs):
    """In place of the engine: no workers, the same events."""
    for job in jobs:
        if b"KILL-WORKER" in job.content:
            yield Event(job, problem="its worker was killed", final=False, died=True)
            yield Event(job, problem="its worker was killed, 3 times", died=True)
            continue
        assignment = Assignment.from_json(task.assignment)
        how = {"seed": task.seed, "limits": task.limits, "sandbox": task.sandbox}
        try:
            outcome = stand_ins.fake_grade(assignment, job.content, learner=job.learner, **how)
        except ZeroDivisionError as error:
            yield Event(job, problem=str(error))
        else:
            yield Event(job, result=outcome.to_json())


def stand_in(put: Callable[[object, str, object], None] = setattr) -> None:
    """Let the desk grade in this process, with the stand-ins."""
    put(desk, "connected", lambda where: contextlib.nullcontext())
    put(desk, "grade_all", grade_here)
    put(desk, "prepared", functools.partial(sources.prepared, prepare=PREPARE))


def one_run(root: Path) -> desk.Tally:
    stand_in()
    return desk.run(Course(root), small_course.NAME, desk.Options())


def at_each_step(action: Callable[[], None]) -> None:
    """Call ``action`` before and after each step that changes what is on the disk."""

    def around(module: object, name: str) -> None:
        before = getattr(module, name)

        def stepping(*arguments, **named):
            action()
            result = before(*arguments, **named)
            action()
            return result

        setattr(module, name, stepping)

    from sqlalchemy.orm import Session

    around(files.os, "fsync")
    around(files.os, "replace")
    around(files.tempfile, "mkstemp")
    around(Session, "commit")
    around(Session, "flush")


def forked(work: Callable[[], None]) -> int:
    """Do ``work`` in a fork; gives its process id."""
    child = os.fork()
    if child:
        return child
    try:
        work()
    except BaseException:
        import traceback

        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def killed_at(root: Path, step: int) -> bool:
    """Run until the given write, then kill -9. False if the run ended before it."""

    def work() -> None:
        left = [step]

        def count() -> None:
            left[0] -= 1
            if left[0] < 0:
                os.kill(os.getpid(), signal.SIGKILL)

        at_each_step(count)
        one_run(root)

    return _was_killed(forked(work))


def killed_after(root: Path, seconds: float) -> bool:
    child = forked(lambda: one_run(root))
    time.sleep(seconds)
    with contextlib.suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)
    return _was_killed(child)


def _was_killed(child: int) -> bool:
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return True
    if os.WEXITSTATUS(status):
        raise SystemExit("a run that was not killed failed")
    return False


def check_whole(root: Path) -> None:
    """Nothing on the disk is torn, whatever was killed."""
    for path in [*root.glob("desk/**/*.json"), *root.glob("autograded/**/*.ipynb")]:
        json.loads(path.read_text())
    for path in root.glob("feedback/**/*.html"):
        assert path.read_text().rstrip().endswith("</html>"), path
    gradebook = root / "gradebook.db"
    if gradebook.exists():
        with contextlib.closing(sqlite3.connect(gradebook)) as database:
            assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            twice = "SELECT count(*) - count(DISTINCT student_id) FROM submitted_assignment"
            assert database.execute(twice).fetchone() == (0,)


def check_finished(root: Path, tally: desk.Tally) -> None:
    """Every submission in exactly one state, none twice, none missing, all agree on it."""
    learners = sorted(path.name for path in (root / "submitted").iterdir())
    assert sum(tally.states.values()) == tally.total == len(learners)
    folder = root / "desk" / small_course.NAME
    notes = [json.loads(path.read_text()) for path in (folder / "applied").glob("*.json")]
    assert sorted(note["learner"] for note in notes) == learners
    records = [json.loads(path.read_text()) for path in (folder / "records").glob("*.json")]
    done = [record["learner"] for record in records if record["state"] != "lost"]
    assert sorted(done) == learners
    with contextlib.closing(sqlite3.connect(root / "gradebook.db")) as database:
        marks = database.execute(
            "SELECT student_id, base_cell.name, auto_score FROM grade "
            "JOIN submitted_notebook ON grade.notebook_id = submitted_notebook.id "
            "JOIN submitted_assignment "
            "ON submitted_notebook.assignment_id = submitted_assignment.id "
            "JOIN base_cell ON cell_id = base_cell.id"
        ).fetchall()
    noted = [
        (note["learner"], cell, score["score"])
        for note in notes
        for cell, score in note["scores"].items()
    ]
    assert sorted(marks, key=str) == sorted(noted, key=str)
    left = [*root.glob("**/.new-*"), *root.glob("desk/running.json")]
    assert not left, left


def fresh(root: Path) -> Path:
    copy = root.with_name(root.name + "-copy")
    shutil.rmtree(copy, ignore_errors=True)
    return Path(shutil.copytree(root, copy))


def main(root: Path, how: str, *rest: str) -> None:
    kills = 0
    if how == "count":
        steps = [0]
        at_each_step(lambda: steps.__setitem__(0, steps[0] + 1))
        one_run(fresh(root))
        print(json.dumps({"steps": steps[0]}))
        return
    if how == "steps":
        for step in map(int, rest):
            copy = fresh(root)
            kills += killed_at(copy, step)
            check_whole(copy)
            assert not _was_killed(forked(lambda copy=copy: check_finished(copy, one_run(copy))))
    else:
        seed, rounds = map(int, rest)
        generator = random.Random(seed)
        for _ in range(rounds):
            kills += killed_after(root, generator.uniform(0.0, 0.3))
            check_whole(root)
        check_finished(root, one_run(root))
    print(json.dumps({"kills": kills}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
