"""The commands behind make, as a newcomer meets them."""

import subprocess
import sys

import pytest
import yaml

from lib.project import ROOT, environment, settings
from lib.project.__main__ import COMMANDS


def run(*arguments: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "lib.project", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)


def test_help_lists_every_command():
    shown = run("help")
    assert shown.returncode == 0
    assert all(name in shown.stdout for name in COMMANDS)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["release", "99"], "02-letters"),
        (["sync", "extra"], "unrecognized arguments: extra"),
    ],
)
def test_wrong_words_behind_a_command(arguments: list[str], words: str):
    shown = run(*arguments)
    assert shown.returncode == 2
    assert words in shown.stderr and "Traceback" not in shown.stderr


def test_unknown_command_says_what_there_is():
    shown = run("bok")
    assert shown.returncode == 2
    assert "'bok'" in shown.stderr and "book" in shown.stderr


def test_makefile_offers_every_command():
    line = next(x for x in (ROOT / "Makefile").read_text().splitlines() if x.startswith("COMMANDS"))
    assert set(line.split("=")[1].split()) == {"help", *COMMANDS}


def test_starts_with_the_standard_library_alone():
    code = "import sys; sys.path.insert(0, '.'); import lib.project.__main__"
    bare = [sys.executable, "-I", "-S", "-c", code]
    assert subprocess.run(bare, cwd=ROOT, capture_output=True).returncode == 0


def test_too_old_a_python_is_refused(monkeypatch):
    monkeypatch.setattr(environment, "OLDEST_PYTHON", (99, 0))
    try:
        environment.ensure_environment()
    except SystemExit as stop:
        assert "99.0" in str(stop)
    else:
        raise AssertionError("an old Python was accepted")


def test_every_requirement_is_pinned():
    lines = (ROOT / "requirements.txt").read_text().split("\n")
    pins = [line for line in lines if line]
    assert pins[-1] == "-e ."
    assert all("==" in line.split(";")[0] for line in pins[:-1])
    assert "torch==2.13.0" in pins


def test_one_address_everywhere():
    """Files that must spell the repository's address out agree with _config.yml."""
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    assert citation["repository-code"] == settings.repository().url
