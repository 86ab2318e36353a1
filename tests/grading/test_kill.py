"""Whatever is killed, whenever: the same command again, and nothing is lost or done twice."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import kill_rounds
import psutil
import pytest
import small_course
from nbgrader.api import Gradebook

from lib.grading import desk
from lib.grading.course import Course
from lib.grading.database import GradebookError

HERE = Path(__file__).parent
SEED = 20240611


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = small_course.make_course(tmp_path_factory.mktemp("few"))
    small_course.hand_in(root, "ada")
    small_course.hand_in(root, "bo", words="HALF ODD")
    small_course.hand_in(root, "cy", words="KILL-WORKER")
    (root / "submitted" / "di" / small_course.NAME).mkdir(parents=True)
    return root


def rounds(root: Path, *arguments: object) -> dict[str, int]:
    done = subprocess.run(
        [sys.executable, HERE / "kill_rounds.py", root, *map(str, arguments)],
        capture_output=True,
        text=True,
        env=small_course.surroundings(),
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_killed_at_steps_from_the_first_to_the_last(few: Path) -> None:
    steps = rounds(few, "count")["steps"]
    chosen = sorted(random.Random(SEED).sample(range(1, steps - 1), 14))
    assert rounds(few, "steps", 0, *chosen, steps - 1)["kills"] == 16


def test_killed_at_random_moments_again_and_again(few: Path) -> None:
    assert rounds(kill_rounds.fresh(few), "random", SEED, 25)["kills"] > 5


@pytest.fixture
def real_run(tmp_path: Path):
    """Starts the desk with real workers, on a class whose submissions take a moment."""
    root = small_course.make_course(tmp_path)
    for number in range(12):
        small_course.hand_in(root, f"learner{number:02}", words="SLOW")
    started: list[subprocess.Popen[str]] = []

    def start() -> subprocess.Popen[str]:
        run = small_course.start_desk(root, "--workers", "2")
        started.append(run)
        return run

    start.root = root  # type: ignore[attr-defined]
    yield start
    for run in started:
        run.kill()
        run.communicate()


def recorded(root: Path) -> int:
    return len(list((root / "desk" / small_course.NAME / "records").glob("*.json")))


def wait_for_records(root: Path, run: subprocess.Popen[str], number: int) -> None:
    while recorded(root) < number:
        assert run.poll() is None, run.communicate()
        time.sleep(0.02)


def test_coordinator_killed_then_the_same_command(real_run) -> None:
    root = real_run.root
    for number in (1, 6):
        run = real_run()
        wait_for_records(root, run, number)
        below = psutil.Process(run.pid).children(recursive=True)
        os.kill(run.pid, signal.SIGKILL)
        run.wait()
        _, alive = psutil.wait_procs(below, timeout=20)
        assert not alive, "workers outlive the coordinator"
    done = recorded(root)
    run = real_run()
    said, complained = run.communicate()
    assert run.returncode == 0, complained
    assert f"{12 - done} executed in this run" in said
    assert "12 submissions; 12 graded" in said
    assert recorded(root) == 12


def test_workers_killed_while_they_grade(real_run) -> None:
    root = real_run.root
    run = real_run()
    generator = random.Random(SEED)
    for number in (1, 5, 9):
        wait_for_records(root, run, number)
        workers = [
            process
            for process in psutil.Process(run.pid).children(recursive=True)
            if "spawn_main" in " ".join(process.cmdline())
        ]
        generator.choice(workers).kill()
    said, complained = run.communicate()
    assert run.returncode == 0, complained
    assert "12 submissions; 12 graded" in said


def test_database_server_killed_while_it_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = small_course.Postgres(small_course.postgres_programs())
    server.start()
    try:
        root = small_course.make_course(tmp_path)
        for number in range(8):
            small_course.hand_in(root, f"l{number}")
        kill_rounds.stand_in(monkeypatch.setattr)
        course = Course(root, server.url)
        for last in (2, 3):
            with monkeypatch.context() as patch:
                patch.setattr(desk, "grade_all", killing(server, last))
                with pytest.raises(GradebookError, match="can't be used") as caught:
                    desk.run(course, small_course.NAME, desk.Options())
                assert "same command again" in str(caught.value)
            server.start()
        tally = desk.run(course, small_course.NAME, desk.Options())
        assert (tally.total, tally.states) == (8, {"graded": 8})
        assert recorded(root) == 8  # what was in the journal was not executed again
        with Gradebook(server.url) as gradebook:
            assert len(gradebook.assignment_submissions(small_course.NAME)) == 8
    finally:
        server.stop()


def killing(server: small_course.Postgres, last: int):
    """The stand-in engine, which kills the server before it hands on result number ``last``."""

    def grade_all(client, task, jobs):
        for number, event in enumerate(kill_rounds.grade_here(client, task, jobs)):
            if number == last:
                server.kill()
            yield event

    return grade_all
