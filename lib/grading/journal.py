"""The journal beside the gradebook: one file per submission and attempt, so that nothing is lost.

A run may be killed at any moment. What is in the journal is done; what is not is done again by the
same command. Knows files, and of grading only that a result is a JSON object with a ``state``.

    desk/lock                        held while a run is on
    desk/secret                      seeds of hidden inputs come from it
    desk/audit.jsonl                 see audit.py
    desk/ASSIGNMENT/records/         KEY.1.json, KEY.2.json: the attempts at one submission
    desk/ASSIGNMENT/applied/         LEARNER.json: what the gradebook holds for this learner
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import os
import secrets
import socket
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any
from urllib.parse import quote

from filelock import FileLock, Timeout

from lib.grading.files import sweep, write_json

LOST = "lost"  # the worker died over this attempt; no result


class RunningError(RuntimeError):
    """Another run holds this course."""


def record_key(learner: str, attempt: str) -> str:
    """The key of a learner's records, from `lib.grading.model.attempt_key`.

    Two learners may hand in the same file, so the learner is part of it.

    Examples
    --------
    >>> record_key("ada", "1") == record_key("bo", "1")
    False
    """
    return hashlib.sha256(json.dumps([learner, attempt]).encode()).hexdigest()[:40]


def file_name(learner: str) -> str:
    """A learner's name as a file name that can't leave its folder.

    Examples
    --------
    >>> file_name("ada"), file_name("../ada")
    ('ada', '..%2Fada')
    >>> file_name("..")
    '%2E%2E'
    """
    safe = quote(learner, safe="@+ ")
    return safe.replace(".", "%2E") if safe.strip(".") == "" else safe


class Journal:
    """The records of one assignment.

    Parameters
    ----------
    desk
        The course's ``desk`` folder.
    assignment
        Name of the assignment.
    """

    def __init__(self, desk: Path, assignment: str) -> None:
        self.desk = desk
        self.folder = desk / assignment
        self.records = self.folder / "records"
        self.applied = self.folder / "applied"

    def prepare(self) -> None:
        """Make the folders, and remove what a killed run left half-written."""
        for folder in (self.records, self.applied):
            folder.mkdir(parents=True, exist_ok=True)
            sweep(folder)
        os.chmod(self.desk, 0o700)

    def attempts(self) -> dict[str, int]:
        """For each key, the number of its latest attempt, lost ones included."""
        latest: dict[str, int] = {}
        if self.records.is_dir():
            for name in os.listdir(self.records):
                key, number = _split(name)
                if key:
                    latest[key] = max(number, latest.get(key, 0))
        return latest

    def record(self, key: str, attempt: int, content: dict[str, Any]) -> None:
        """Write one attempt, whole or not at all."""
        write_json(self.records / f"{key}.{attempt}.json", content, 0o600)

    def read(self, key: str, attempt: int) -> dict[str, Any] | None:
        """The result of an attempt; None where it was lost, is not there or can't be read.

        A file that can't be read is moved aside, so that the submission is graded again.
        """
        path = self.records / f"{key}.{attempt}.json"
        content = _read(path)
        if content is None and path.exists():
            path.rename(path.with_suffix(".unreadable"))
        return content if content and content.get("state") != LOST else None

    def mark_applied(self, learner: str, content: dict[str, Any]) -> None:
        """Note which attempt the gradebook, the notebooks and the feedback now show."""
        write_json(self.applied / f"{file_name(learner)}.json", content, 0o600)

    def read_applied(self, learner: str) -> dict[str, Any] | None:
        """What :meth:`mark_applied` noted, or None."""
        return _read(self.applied / f"{file_name(learner)}.json")

    def learners(self) -> list[dict[str, Any]]:
        """All that :meth:`mark_applied` noted, by learner."""
        notes = (_read(path) for path in sorted(self.applied.glob("*.json")))
        return [note for note in notes if note]


def secret_seed(desk: Path, assignment: str) -> str:
    """The seed of an assignment's hidden inputs: the same for a class, not to be guessed."""
    path = desk / "secret"
    if not path.exists():
        desk.mkdir(parents=True, exist_ok=True)
        write_json(path, secrets.token_hex(32), 0o600)
    secret = json.loads(path.read_text())
    return hmac.new(bytes.fromhex(secret), assignment.encode(), "sha256").hexdigest()[:32]


@contextlib.contextmanager
def only_run(desk: Path) -> Iterator[None]:
    """Hold the course for one run. The lock falls with the process, however it ends.

    Raises
    ------
    RunningError
        If another run holds it; says which.
    """
    desk.mkdir(parents=True, exist_ok=True)
    holder = desk / "running.json"
    lock = FileLock(desk / "lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        other = _read(holder) or {}
        raise RunningError(
            f"another run is grading this course: process {other.get('process', '?')} on "
            f"{other.get('machine', '?')}, since {other.get('since', '?')}. "
            "Wait for it, or stop it, then give the same command again."
        ) from None
    try:
        sweep(desk)
        now = datetime.now(timezone.utc).isoformat(timespec="seconds")
        holding = {"process": os.getpid(), "machine": socket.gethostname(), "since": now}
        write_json(holder, holding)
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()


def _split(name: str) -> tuple[str, int]:
    """``KEY.ATTEMPT.json`` -> key and attempt; ("", 0) for any other file."""
    parts = name.split(".")
    if len(parts) == 3 and parts[2] == "json" and parts[1].isdigit():
        return parts[0], int(parts[1])
    return "", 0


def _read(path: Path) -> dict[str, Any] | None:
    try:
        content = json.loads(path.read_bytes())
    except (FileNotFoundError, ValueError):
        return None
    return content if isinstance(content, dict) else None
