"""Send submissions to workers, a few at a time, and hand on what comes back.

Knows workers and their deaths; nothing of gradebooks. Memory does not grow with the class: only
what is under way is held.
"""

from __future__ import annotations

import os
import queue
import signal
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from distributed import Client, Future, KilledWorker
from distributed.client import FutureCancelledError

from lib.grading.cluster import ClusterError
from lib.grading.sandbox import SandboxError
from lib.grading.worker import EnvironmentDiffers, Task, look_again, work

DEATHS = 3  # of its worker, after which a submission is given up
TICK = 1.0  # seconds between looks at the workers' health
AHEAD = 1  # submissions under way beyond one a worker, so that none waits
WITHOUT_WORKERS = 300.0  # seconds
NOTICE = 30.0  # seconds
FETCH = 120.0  # seconds for a result to come over
DONE = ("finished", "error", "cancelled")
GONE = (
    "the scheduler has gone away, or can't reach its workers. What was graded is in the journal; "
    "give the same command again when it is back"
)


class StopRun(RuntimeError):
    """Nothing of this class can be graded here; the text says why and what to do."""


@dataclass(frozen=True)
class Job:
    """One submission to be graded. ``about`` is the caller's own and stays here."""

    learner: str
    key: str
    content: bytes
    about: Any = None


@dataclass(frozen=True)
class Event:
    """What became of a job: a result; or a ``problem``, final or to be tried again.

    ``died`` says that the problem was the death of the worker.
    """

    job: Job
    result: str = ""
    problem: str = ""
    final: bool = True
    died: bool = False


@dataclass
class _Flight:
    job: Job
    since: float


def grade_all(
    client: Client, task: Task, jobs: Iterable[Job], *, patience: float = 0.0
) -> Iterator[Event]:
    """Grade all jobs, yielding events as they come.

    A submission whose worker dies is tried again, alone, so that no neighbor is blamed for it; at
    the third death it is given up.

    Parameters
    ----------
    client
        From `lib.grading.cluster.connected`.
    task
        What all have in common.
    jobs
        Read one by one, when there is room.
    patience
        Seconds after which a worker counts as stuck; 0 for three times the submission's limit.

    Raises
    ------
    StopRun
        If the sandbox can't be had, or workers differ from the desk.
    ClusterError
        If the scheduler, or every worker, is gone.
    """
    yield from _Run(client, task, jobs, patience or 3 * task.limits.wall_s + 60).events()


class _Run:
    def __init__(self, client: Client, task: Task, jobs: Iterable[Job], patience: float) -> None:
        self.client = client
        self.task = task
        self.jobs = iter(jobs)
        self.patience = patience
        self.flying: dict[str, tuple[Future, _Flight]] = {}
        self.landed: queue.SimpleQueue[str] = queue.SimpleQueue()
        self.suspects: deque[Job] = deque()
        self.deaths: dict[str, int] = {}
        self.flights = 0
        self.room = 1
        self.counted = 0.0
        self.last_seen = time.monotonic()

    def events(self) -> Iterator[Event]:
        self._fill()
        while self.flying:
            try:
                key = self.landed.get(timeout=TICK)
            except queue.Empty:
                yield from self._look_after()
                continue
            if key in self.flying:
                future, flight = self.flying[key]
                if future.status not in DONE:  # its worker died with the result: done again
                    self._watch(future)
                    continue
                del self.flying[key]
                event = self._land(future, flight.job)
                future.release()
                self._fill()
                yield event

    def _fill(self) -> None:
        """Start what there is room for. A suspect flies alone."""
        if self.suspects:
            if not self.flying:
                self._start(self.suspects.popleft())
            return
        self._count_workers()
        while len(self.flying) < self.room + AHEAD:
            job = next(self.jobs, None)
            if job is None:
                return
            self._start(job)

    def _start(self, job: Job) -> None:
        self.flights += 1
        key = f"grade-{job.key}-{self.flights}"
        future = self.client.submit(
            work, self.task, job.content, job.learner, key=key, pure=False, retries=0
        )
        self.flying[key] = future, _Flight(job, time.monotonic())
        self._watch(future)

    def _watch(self, future: Future) -> None:
        future.add_done_callback(lambda done: self.landed.put(done.key))

    def _ask(self, question: Callable[..., Any], *about: Any, **named: Any) -> Any:
        """Ask the scheduler; say clearly if it does not answer."""
        try:
            return question(*about, **named)
        except (OSError, FutureCancelledError, TimeoutError) as error:
            raise ClusterError(f"{GONE} ({error})") from error

    def _land(self, future: Future, job: Job) -> Event:
        if future.status == "cancelled":
            raise ClusterError(GONE)
        try:
            if future.status == "finished":
                return Event(job, result=self._ask(future.result, timeout=FETCH))
            error = future.exception()
        except KilledWorker as killed:
            error = killed
        if isinstance(error, KilledWorker):
            return self._died(job, "its worker was killed")
        if isinstance(error, EnvironmentDiffers):
            raise StopRun(
                f"a worker has other packages, or another version of the course, than this desk "
                f"({error}). Install the same `requirements.txt` there."
            )
        if isinstance(error, SandboxError):
            return self._without_sandbox(job, str(error))
        return Event(job, problem=f"{type(error).__name__}: {error}"[:500])

    def _without_sandbox(self, job: Job, why: str) -> Event:
        """There is none; or it was ended from outside, and another try will do."""
        event = self._died(job, why)
        if event.final:
            raise StopRun(why)
        self._ask(self.client.run, look_again, on_error="ignore")
        return event

    def _died(self, job: Job, how: str) -> Event:
        self.deaths[job.key] = self.deaths.get(job.key, 0) + 1
        if self.deaths[job.key] >= DEATHS:
            return Event(job, problem=f"{how}, {DEATHS} times", died=True)
        self.suspects.append(job)
        return Event(job, problem=how, final=False, died=True)

    def _count_workers(self) -> None:
        now = time.monotonic()
        if now - self.counted > TICK:
            self.counted = now
            threads = sum(self._ask(self.client.nthreads).values())
            self.room = max(1, threads)
            if threads:
                self.last_seen = now

    def _look_after(self) -> list[Event]:
        """Nothing has landed for a while: is anyone still there, is anyone stuck?"""
        if self.client.status != "running":
            raise ClusterError(GONE)
        self._count_workers()
        if time.monotonic() - self.last_seen > WITHOUT_WORKERS:
            raise ClusterError(
                f"there has been no worker for {WITHOUT_WORKERS:.0f} s. What was graded is in the "
                "journal; start workers and give the same command again."
            )
        late = [
            key
            for key, (_, flight) in self.flying.items()
            if time.monotonic() - flight.since > self.patience
        ]
        events = [event for key in late for event in self._unstick(key)]
        self._fill()
        return events

    def _unstick(self, key: str) -> list[Event]:
        """A worker that neither answers nor dies is made to die; its task counts as a death."""
        future, flight = self.flying[key]
        under_way = self._ask(self.client.processing)
        holders = [address for address, keys in under_way.items() if key in map(str, keys)]
        if not holders:  # not stuck: it waits for a worker
            flight.since = time.monotonic()
            return []
        self.flying.pop(key)
        future.cancel(force=True)
        self._ask(self.client.run, _kill_worker, workers=holders, nanny=True, on_error="ignore")
        # Until the scheduler has noticed, it would send the next task to the dead worker.
        until = time.monotonic() + NOTICE
        while time.monotonic() < until and set(holders) & self._ask(self.client.nthreads).keys():
            time.sleep(0.05)
        return [self._died(flight.job, "its worker got stuck")]


def _kill_worker(dask_worker: Any) -> None:
    """Runs in the nanny, which then starts another worker, as after any death."""
    os.kill(dask_worker.pid, signal.SIGKILL)
