"""A person marks in Formgrader what the desk has graded, in a real browser, and it comes back."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import kill_rounds
import pytest
import small_course

from lib.grading import cli

NAME = small_course.NAME


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = small_course.make_course(tmp_path)
    small_course.hand_in(made, "ada", words="A sample shows what is probable.")
    kill_rounds.one_run(made)
    return made


@pytest.fixture
def formgrader(root: Path) -> Iterator[str]:
    """The address of a Jupyter server in the course folder."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = [f"--port={port}", "--ip=127.0.0.1", "--IdentityProvider.token=t", "--allow-root"]
    server = subprocess.Popen(
        [*small_course.PYTHON, "-m", "jupyter", "server", "--no-browser", *settings],
        cwd=root,
        env={**small_course.surroundings(), "HOME": str(root)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}/formgrader"
    try:
        while True:
            assert server.poll() is None
            try:
                urllib.request.urlopen(f"{address}/api/assignments?token=t").read()
                break
            except OSError:
                time.sleep(0.3)
        yield address
    finally:
        server.terminate()
        server.wait()


def test_a_mark_given_in_formgrader_reaches_the_learners_page(
    root: Path, formgrader: str, browser
) -> None:
    listed = f"{formgrader}/api/submitted_notebooks/{NAME}/{NAME}?token=t"
    [submitted] = json.loads(urllib.request.urlopen(listed).read())
    assert submitted["needs_manual_grade"]
    page = browser.new_page()
    page.goto(f"{formgrader}/?token=t")  # signs in
    # Formgrader loads the marks before it saves any.
    page.goto(f"{formgrader}/submissions/{submitted['id']}/", wait_until="networkidle")
    assert "A sample shows what is probable." in page.inner_text("body")
    score = page.locator("input.score").last
    with page.expect_response(lambda reply: "/api/grade/" in reply.url):
        score.fill("2.5")
        score.press("Tab")
    with page.expect_response(lambda reply: "/api/comment/" in reply.url):
        page.locator("textarea.comment").last.fill("Well said.")
        page.locator("textarea.comment").last.press("Tab")
    page.close()
    assert cli.main(["feedback", NAME, "--course", str(root)]) == 0
    text = (root / "feedback" / "ada" / NAME / f"{NAME}.html").read_text()
    assert "8.5 of 9 points" in text and "Well said." in text and "waits" not in text
    assert os.listdir(root / "autograded") == ["ada"]
