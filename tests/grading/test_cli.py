"""The command line: a class in every state, and clear words wherever it can't be done."""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
import subprocess
from datetime import datetime
from pathlib import Path

import kill_rounds
import pytest
import small_course
from nbgrader.api import Gradebook

from lib.grading import cli, cluster, desk, files
from lib.grading.journal import only_run
from lib.grading.words import STATES

NAME = small_course.NAME


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small class; submissions are graded in this process by the stand-in."""
    kill_rounds.stand_in(monkeypatch.setattr)
    made = small_course.make_course(tmp_path / "course")
    small_course.hand_in(made, "ada")
    return made


def told(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    code = cli.main([str(one) for one in arguments])
    out, err = capsys.readouterr()
    return code, out, err


def hostile_class(root: Path) -> dict[str, str]:
    """Learners by what they handed in, and the state each must end in."""
    small_course.hand_in(root, "bo", words="ODD")
    small_course.hand_in(root, "killer", words="KILL-WORKER")
    small_course.hand_in(root, "mistake", words="MISTAKE")
    small_course.hand_in(root, "no-json").write_text("my answers are in the mail")
    small_course.hand_in(root, "empty").write_bytes(b"")
    small_course.hand_in(root, "bytes").write_bytes(bytes(range(256)) * 9)
    small_course.hand_in(root, "link").unlink()
    (root / "submitted" / "link" / NAME / f"{NAME}.ipynb").symlink_to("/etc/passwd")
    small_course.hand_in(root, "large").write_bytes(b" " * (65 * 2**20))
    path = small_course.hand_in(root, "copy")
    path.rename(path.with_name(f"Copy of {NAME}.ipynb"))
    (root / "submitted" / "nothing" / NAME).mkdir(parents=True)
    two = root / "submitted" / "two" / NAME
    two.mkdir(parents=True)
    (two / "a.ipynb").write_text("{}")
    (two / "b.ipynb").write_text("{}")
    (root / "submitted" / "st*r" / NAME).mkdir(parents=True)
    (root / "submitted" / os.fsdecode(b"caf\xe9") / NAME).mkdir(parents=True)
    return {
        "ada": "graded", "bo": "flagged", "killer": "failed", "mistake": "needs-hands",
        "no-json": "failed", "empty": "failed", "bytes": "failed", "link": "failed",
        "large": "failed", "copy": "flagged", "nothing": "failed", "two": "needs-hands",
        "st*r": "needs-hands", "caf\\udce9": "needs-hands",
    }  # fmt: skip


def test_every_submission_of_a_hostile_class_ends_in_one_state(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    want = hostile_class(root)
    code, out, _ = told(capsys, "run", NAME, "--course", root, "--quiet")
    assert code == 0
    assert f"{NAME}: 14 submissions; 1 graded, 2 with flags, 7 failed, 4 need hands." in out
    _, listed, _ = told(capsys, "status", NAME, "--course", root)
    have = dict(re.match(r"(.+?): ([\w ]+)", line).groups() for line in listed.splitlines())
    assert have == {learner: STATES[state] for learner, state in want.items()}
    assert f"copy: with flags; The file is named 'Copy of {NAME}.ipynb'" in listed
    for learner, state in want.items():
        page = root / "feedback" / learner / NAME / f"{NAME}.html"
        notebook = root / "autograded" / learner / NAME / f"{NAME}.ipynb"
        json.loads(notebook.read_text())
        if state in ("failed", "needs-hands"):
            assert 'class="note"' in page.read_text(), learner
    code, out, _ = told(capsys, "run", NAME, "--course", root, "--quiet")
    assert "0 executed in this run" in out
    assert "1 graded, 2 with flags, 7 failed, 4 need hands" in out


def test_a_new_submission_and_a_fixed_test_touch_only_what_changed(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    small_course.hand_in(root, "bo", words="WRONG")
    run = ("run", NAME, "--course", root, "--quiet")
    assert "2 executed" in told(capsys, *run)[1]
    pages = {one: (root / "feedback" / one / NAME / f"{NAME}.html") for one in ("ada", "bo")}
    before = {one: page.stat().st_mtime_ns for one, page in pages.items()}
    small_course.hand_in(root, "bo", words="HALF")
    out = told(capsys, *run)[1]
    assert "1 executed" in out
    assert "bo: double-test 0.0 -> 2.0, total-test 4.0 -> 2.0" in out
    assert pages["ada"].stat().st_mtime_ns == before["ada"]
    assert pages["bo"].stat().st_mtime_ns > before["bo"]
    small_course.write_source(root, small_course.DOUBLE_TEST + "assert double(0) == 0\n")
    out = told(capsys, *run)[1]
    assert "2 executed" in out
    assert "Marks that changed" not in out
    assert "1 executed" in told(capsys, *run, "--again", "ada")[1]


def test_a_lost_gradebook_and_lost_papers_come_back_from_the_journal(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = ("run", NAME, "--course", root, "--quiet")
    told(capsys, *run)
    page = root / "feedback" / "ada" / NAME / f"{NAME}.html"
    for lost in (root / "gradebook.db", page, root / "autograded"):
        shutil.rmtree(lost) if lost.is_dir() else lost.unlink()
        code, out, _ = told(capsys, *run)
        assert code == 0 and "0 executed" in out
        assert lost.exists() and page.exists()


def test_a_new_due_date_reaches_the_gradebook_without_executing(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / "late.py").write_text(
        "from nbgrader.plugins import LateSubmissionPlugin\n"
        "class All(LateSubmissionPlugin):\n"
        "    def late_submission_penalty(self, student_id, score, late): return score\n"
    )
    with (root / "nbgrader_config.py").open("a") as config:
        config.write("c.AssignLatePenalties.plugin_class = 'late.All'\n")
    stamp = root / "submitted" / "ada" / NAME / "timestamp.txt"
    stamp.write_text("2024-05-02 10:00:00")
    run = ("run", NAME, "--course", root, "--quiet")
    told(capsys, *run)
    page = root / "feedback" / "ada" / NAME / f"{NAME}.html"
    assert "6 of 9 points" in page.read_text()
    for day, points in ((1, 0), (3, 6)):
        with Gradebook(f"sqlite:///{root}/gradebook.db") as gradebook:
            gradebook.update_or_create_assignment(NAME, duedate=datetime(2024, 5, day))
        assert "0 executed" in told(capsys, *run)[1]
        assert f"{points} of 9 points" in page.read_text()
        with Gradebook(f"sqlite:///{root}/gradebook.db") as gradebook:
            found = gradebook.find_submission(NAME, "ada")
            assert found.score - found.late_submission_penalty == points


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run", "09-none"], "there is no assignment '09-none'"),
        (["status", "09-none"], "There are: 01-small"),
        (["report", NAME], "has not been graded yet"),
        (["collect", NAME, "none.zip"], "there is no file none.zip"),
        (["run", NAME, "--scheduler", "nonsense"], "is tls://HOST:PORT, not 'nonsense'"),
        (["run", NAME, "--scheduler", "tls://host:port"], "is tls://HOST:PORT"),
        (["run", NAME, "--scheduler", "tcp://10.0.0.1:8786"], "not encrypted"),
        (["run", NAME, "--scheduler", "tls://127.0.0.1:1", "--tls-ca", "none"], "--tls-ca must"),
        (["run", NAME, "--again", "ad"], f"ad handed in nothing for '{NAME}'"),
        (["run", NAME, "--workers", "-1"], "workers must be 0"),
        (["run", NAME, "--db-url", "my marks"], "'my marks' is not the address of a database"),
    ],
)
def test_clear_words(
    root: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    words: str,
) -> None:
    monkeypatch.setattr(desk, "connected", cluster.connected)
    code, out, err = told(capsys, *arguments, "--course", root)
    assert code in (1, 2) and words in err, err
    assert "Traceback" not in err and not out
    assert not (root / "gradebook.db").exists() or "scheduler" in str(arguments)
    assert "09-none" not in arguments or not (root / "desk").exists()
    assert not list(root.glob("**/.new-*")) and not (root / "autograded").exists()


def test_nobody_at_the_schedulers_address(
    root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "connected", cluster.connected)
    there = ("--scheduler", "tcp://127.0.0.1:1", "--patience", "1")
    code, _, err = told(capsys, "run", NAME, "--course", root, "--quiet", *there)
    assert code == 1 and "no scheduler answers at tcp://127.0.0.1:1" in err


def test_an_empty_class(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.rmtree(root / "submitted")
    code, _, err = told(capsys, "run", NAME, "--course", root)
    assert code == 1 and "nobody has handed in '01-small'" in err


def test_no_course_and_broken_settings(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = told(capsys, "run", NAME, "--course", root / "none")
    assert code == 1 and "there is no course folder" in err
    (root / "nbgrader_config.py").write_text("c = get_config(\n")
    code, _, err = told(capsys, "run", NAME, "--course", root)
    assert code == 1 and "nbgrader_config.py can't be read: SyntaxError" in err


def test_an_unreadable_gradebook(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (root / "gradebook.db").write_bytes(b"SQLite format 3\0" + b"rubbish" * 1000)
    code, _, err = told(capsys, "run", NAME, "--course", root)
    assert code == 1 and "gradebook.db can't be used" in err
    assert not (root / "autograded").exists()


def test_two_runs_at_once(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with only_run(root / "desk"):
        code, _, err = told(capsys, "run", NAME, "--course", root)
    assert code == 1 and f"another run is grading this course: process {os.getpid()}" in err
    assert told(capsys, "run", NAME, "--course", root, "--quiet")[0] == 0


def test_a_disk_that_is_full_at_any_write(
    root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk has room for 0, 1, 2, ... more writes, until there is enough."""
    small_course.hand_in(root, "bo")
    fsync, room, codes = os.fsync, 0, []
    for room in range(100):
        copy = kill_rounds.fresh(root)
        left = [room]

        def full(descriptor: int, left: list[int] = left) -> None:
            left[0] -= 1
            if left[0] < 0:
                raise OSError(errno.ENOSPC, "No space left on device")
            fsync(descriptor)

        monkeypatch.setattr(files.os, "fsync", full)
        code, _, err = told(capsys, "run", NAME, "--course", copy, "--quiet")
        monkeypatch.setattr(files.os, "fsync", fsync)
        codes.append(code)
        if code == 0:
            break
        assert code == 1 and "the disk is full" in err
        kill_rounds.check_whole(copy)
        if room % 8 == 0:
            code, out, _ = told(capsys, "run", NAME, "--course", copy, "--quiet")
            assert code == 0 and "2 submissions; 2 graded" in out
    assert codes[-1] == 0 and len(codes) > 20


def test_a_disk_that_is_really_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    small = tmp_path / "small"
    small.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "none", str(small)]
    if os.geteuid() or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("mounting a small disk needs root; the test above does without")
    try:
        kill_rounds.stand_in(monkeypatch.setattr)
        root = small_course.make_course(small / "course")
        for number in range(20):
            small_course.hand_in(root, f"l{number:02}")
        kill_rounds.one_run(kill_rounds.fresh(root))  # it fits twice
        shutil.rmtree(root.with_name("course-copy"))
        free = shutil.disk_usage(small).free
        (small / "filler").write_bytes(b"x" * (free - 400_000))
        code, _, err = told(capsys, "run", NAME, "--course", root, "--quiet")
        assert code == 1 and re.search("disk is full", err), err
        kill_rounds.check_whole(root)
        (small / "filler").unlink()
        code, out, _ = told(capsys, "run", NAME, "--course", root, "--quiet")
        assert code == 0 and "20 submissions; 20 graded" in out
    finally:
        subprocess.run(["umount", str(small)], check=True)


def test_the_log_says_who_when_which_version_and_which_sandbox(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told(capsys, "run", NAME, "--course", root, "--quiet", "--sandbox", "unsafe")
    code, out, _ = told(capsys, "log", NAME, "--course", root)
    assert code == 0
    run, graded, ended = out.splitlines()
    assert "what=run" in run and "sandbox=unsafe" in run and re.search(r"version=\w{16}", run)
    assert "what=graded" in graded and "learner=ada" in graded and "sandbox=a stand-in" in graded
    assert re.match(r"when=\d{4}-\d\d-\d\dT.*who=\S+@", ended)
    log = root / "desk" / "audit.jsonl"
    log.write_text(log.read_text().replace("ada", "eve"))
    code, _, err = told(capsys, "log", NAME, "--course", root)
    assert code == 1 and "Lines [3]" in err
