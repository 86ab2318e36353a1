"""The journal, the audit log and the lock: whole files, one run at a time, no unseen forgery."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import small_course

from lib.grading import files
from lib.grading.audit import AuditLog
from lib.grading.journal import (
    LOST,
    Journal,
    RunningError,
    file_name,
    only_run,
    record_key,
    secret_seed,
)


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    made = Journal(tmp_path / "desk", "01-small")
    made.prepare()
    return made


def test_attempts_are_counted_by_key_and_only_results_are_read(journal: Journal) -> None:
    journal.record("a", 1, {"state": LOST})
    journal.record("a", 2, {"state": "graded", "n": 1})
    journal.record("b", 1, {"state": LOST})
    assert journal.attempts() == {"a": 2, "b": 1}
    assert journal.read("a", 2) == {"state": "graded", "n": 1}
    assert journal.read("b", 1) is None
    assert journal.read("c", 0) is None


def test_a_torn_record_is_put_aside_and_does_not_count(journal: Journal) -> None:
    journal.record("a", 1, {"state": "graded"})
    path = journal.records / "a.1.json"
    path.write_text(path.read_text()[:-3])
    assert journal.read("a", 1) is None
    assert not path.exists()
    assert len(list(journal.records.iterdir())) == 1


def test_preparing_removes_what_a_killed_write_left(journal: Journal) -> None:
    (journal.records / ".new-half").write_text("{")
    journal.prepare()
    assert list(journal.records.iterdir()) == []


def test_a_full_disk_leaves_what_was_there(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal.record("a", 1, {"state": "graded", "n": 1})

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        journal.record("a", 1, {"state": "graded", "n": 2})
    monkeypatch.undo()
    assert journal.read("a", 1) == {"state": "graded", "n": 1}
    assert len(list(journal.records.iterdir())) == 1


@pytest.mark.parametrize("learner", ["ada", "a b@c.org", "../x", "..", ".", "ß/ü", "a\\b", "%41"])
def test_a_learners_name_stays_in_the_folder_and_is_never_shared(
    journal: Journal, learner: str
) -> None:
    journal.mark_applied(learner, {"learner": learner})
    assert journal.read_applied(learner) == {"learner": learner}
    assert [path.parent for path in journal.desk.rglob("*.json")] == [journal.applied]
    assert file_name(learner) != file_name(learner + "x")


def test_two_learners_with_the_same_file_have_two_records() -> None:
    assert record_key("ada", "k") != record_key("bo", "k")


def test_the_seed_is_kept_private_and_differs_by_assignment(tmp_path: Path) -> None:
    first = secret_seed(tmp_path / "desk", "01")
    assert first == secret_seed(tmp_path / "desk", "01")
    assert first != secret_seed(tmp_path / "desk", "02")
    assert first != secret_seed(tmp_path / "other", "01")
    assert (tmp_path / "desk" / "secret").stat().st_mode & 0o077 == 0


def test_a_second_run_is_told_who_holds_the_course(tmp_path: Path) -> None:
    holding = (
        "import sys, time; from pathlib import Path; from lib.grading.journal import only_run\n"
        "with only_run(Path(sys.argv[1])): print('held', flush=True); time.sleep(60)"
    )
    first = subprocess.Popen(
        [sys.executable, "-c", holding, tmp_path],
        stdout=subprocess.PIPE,
        text=True,
        env=small_course.surroundings(),
    )
    try:
        assert first.stdout and first.stdout.readline() == "held\n"
        with pytest.raises(RunningError, match=f"process {first.pid} on"), only_run(tmp_path):
            pass
    finally:
        first.kill()
        first.wait()
    with only_run(tmp_path):  # a killed holder holds nothing
        assert json.loads((tmp_path / "running.json").read_text())["process"] == os.getpid()


def test_the_audit_log_shows_a_changed_and_a_removed_line(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    for number in range(4):
        AuditLog(path).add("graded", learner=f"l{number}", points=1.0)
    assert AuditLog(path).check() == []
    lines = path.read_text().splitlines()
    path.write_text("\n".join([lines[0], lines[1].replace("1.0", "9.0"), *lines[2:]]) + "\n")
    assert AuditLog(path).check() == [3]
    path.write_text("\n".join([lines[0], *lines[2:]]) + "\n")
    assert AuditLog(path).check() == [2]


def test_a_torn_last_line_harms_no_later_one(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    AuditLog(path).add("run")
    with path.open("a") as file:
        file.write('{"when": "20')
    AuditLog(path).add("run again")
    assert [entry["what"] for entry in AuditLog(path).entries()] == ["run", "run again"]
    assert AuditLog(path).check() == [2]
