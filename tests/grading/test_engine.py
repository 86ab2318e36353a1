"""The engine on real workers: few under way at once, and no death of one blamed on another."""

from __future__ import annotations

import contextlib
import dataclasses
import gc
import http.client
import weakref
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import small_course
from distributed import Client

from lib.grading.cluster import Where, connected
from lib.grading.course import Course
from lib.grading.engine import AHEAD, DEATHS, Event, Job, StopRun, grade_all
from lib.grading.limits import Limits
from lib.grading.model import Outcome
from lib.grading.sources import prepared
from lib.grading.worker import Task, environment

NAME = small_course.NAME
WORKERS = 2


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in small_course.surroundings().items():
            patch.setenv(name, value)
        with connected(Where(workers=WORKERS)) as opened:
            yield opened


@pytest.fixture(scope="module")
def task(tmp_path_factory: pytest.TempPathFactory) -> Task:
    course = Course(small_course.make_course(tmp_path_factory.mktemp("course")))
    assignment = prepared(course, NAME, "", "small_course:fake_prepare")
    return Task(
        assignment=assignment.to_json(),
        seed="seed",
        limits=Limits(),
        sandbox="bubblewrap",
        environment=environment(),
        grader="stand_ins:fake_grade",
    )


@pytest.fixture(scope="module")
def notebook(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    root = small_course.make_course(tmp_path_factory.mktemp("answers"))
    return small_course.hand_in(root, "x", words="REPLACED").read_bytes()


def job(learner: str, notebook: bytes, word: str = "fine") -> Job:
    return Job(learner, learner, notebook.replace(b"REPLACED", word.encode()))


def test_workers_are_open_to_this_run_only(client: Client) -> None:
    """Every port is on this machine, and none answers who shows no certificate of this run."""
    processes = [psutil.Process(), *psutil.Process().children(recursive=True)]
    ports = [
        opened.laddr
        for process in processes
        for opened in process.net_connections("tcp")
        if opened.status == psutil.CONN_LISTEN
    ]
    assert len(ports) > WORKERS
    assert {port.ip for port in ports} == {"127.0.0.1"}
    for port in ports:
        with contextlib.closing(http.client.HTTPConnection(*port, timeout=5)) as stranger:
            try:
                stranger.request("GET", "/info/main/workers.html")
                assert stranger.getresponse().status == 404
            except (OSError, http.client.HTTPException):
                continue  # it speaks TLS, and hangs up


def test_every_job_comes_back_once_and_few_are_held(
    client: Client, task: Task, notebook: bytes
) -> None:
    alive: weakref.WeakSet[Job] = weakref.WeakSet()
    most = 0

    def jobs() -> Iterator[Job]:
        nonlocal most
        for number in range(40):
            if number % 10 == 9:
                gc.collect()
            most = max(most, len(alive))
            made = job(f"l{number}", notebook)
            alive.add(made)
            yield made
            del made

    came = [event.job.learner for event in grade_all(client, task, jobs())]
    assert sorted(came) == sorted(f"l{number}" for number in range(40))
    assert most <= WORKERS + AHEAD + 2


def test_a_killer_is_given_up_and_its_neighbors_are_not(
    client: Client, task: Task, notebook: bytes
) -> None:
    words = {"k1": "KILL-WORKER", "k2": "KILL-WORKER"}
    names = ["a", "k1", "b", "k2", "c", "d"]
    events = list(
        grade_all(client, task, (job(name, notebook, words.get(name, "fine")) for name in names))
    )
    final: dict[str, Event] = {event.job.learner: event for event in events if event.final}
    assert sorted(final) == sorted(names)
    assert Counter(event.final for event in events)[True] == len(names)
    for name in names:
        assert bool(final[name].result) == (name not in words), name
    deaths = Counter(event.job.learner for event in events if event.died)
    assert deaths["k1"] == deaths["k2"] == DEATHS
    assert final["k1"].problem == f"its worker was killed, {DEATHS} times"


def test_the_desks_own_mistake_costs_one_submission(
    client: Client, task: Task, notebook: bytes
) -> None:
    jobs = [job("a", notebook), job("bo", notebook, "MISTAKE"), job("c", notebook)]
    events = {event.job.learner: event for event in grade_all(client, task, jobs)}
    assert events["bo"].problem == "ZeroDivisionError: the desk's own mistake"
    assert not events["bo"].died
    assert Outcome.from_json(events["c"].result).state == "graded"


def test_a_stuck_worker_is_replaced(client: Client, task: Task, notebook: bytes) -> None:
    jobs = [job("a", notebook), job("s", notebook, "STUCK")]
    events = list(grade_all(client, task, jobs, patience=4))
    final = {event.job.learner: event for event in events if event.final}
    assert final["s"].problem == f"its worker got stuck, {DEATHS} times"
    assert final["a"].result


def test_a_worker_with_other_packages_stops_the_run(
    client: Client, task: Task, notebook: bytes
) -> None:
    other = dataclasses.replace(task, environment="another")
    with pytest.raises(StopRun, match="requirements.txt"):
        list(grade_all(client, other, [job("a", notebook)]))


def test_no_sandbox_stops_the_run(client: Client, task: Task, notebook: bytes) -> None:
    refusing = dataclasses.replace(task, grader="stand_ins:no_sandbox")
    with pytest.raises(StopRun, match="install bubblewrap"):
        list(grade_all(client, refusing, [job("a", notebook)]))


def test_a_sandbox_ended_from_outside_costs_nothing(
    client: Client, task: Task, notebook: bytes, tmp_path: Path
) -> None:
    once = dataclasses.replace(task, seed=str(tmp_path), grader="stand_ins:no_sandbox_at_first")
    events = list(grade_all(client, once, [job("a", notebook), job("bo", notebook)]))
    assert sorted(event.job.learner for event in events if event.result) == ["a", "bo"]
    assert sum(event.died for event in events) == 1
