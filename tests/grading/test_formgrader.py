"""A person marks in Formgrader what the desk has graded, in a real browser, and it comes back."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import kill_rounds
import pytest
import small_course

from lib.grading import cli
from lib.grading.rebuild import inert

NAME = small_course.NAME


ALERT = "<img src=x onerror=alert({})>"
HOSTILE = (
    "bits " + ALERT.format(1) + " [here](javascript:alert(2)) [there][a] <javascript:alert(3)>"
    "\n\n[a]: javascript:alert(4)\n\n$$x<y$$\n"
)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Ada's work, and that of three who attack whoever opens it in a browser."""
    made = small_course.make_course(tmp_path)
    small_course.hand_in(made, "ada", words="A sample shows what is probable.")
    small_course.hand_in(made, "eve", words=inert(HOSTILE))  # what the desk makes of it
    small_course.hand_in(made, ALERT.format(5))
    path = small_course.hand_in(made, "mal")
    path.with_name(f"{ALERT.format(6)}.ipynb").write_text("{}")
    path.rename(path.with_name("b.ipynb"))
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
    rows = json.loads(urllib.request.urlopen(listed).read())
    [submitted] = [row for row in rows if row["student"] == "ada"]
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
    assert "ada" in os.listdir(root / "autograded")


def test_nothing_that_was_handed_in_runs_in_the_browser_of_who_marks_it(
    formgrader: str, browser
) -> None:
    listed = f"{formgrader}/api/submitted_notebooks/{NAME}/{NAME}?token=t"
    rows = json.loads(urllib.request.urlopen(listed).read())
    assert len(rows) == 4
    page = browser.new_page()
    alerts: list[str] = []
    page.on("dialog", lambda dialog: (alerts.append(dialog.message), dialog.dismiss()))
    page.goto(f"{formgrader}/?token=t")  # signs in
    places = ["manage_students", f"manage_submissions/{NAME}", f"gradebook/{NAME}/{NAME}"]
    places += [f"manage_students/{urllib.parse.quote(row['student'])}" for row in rows]
    places += [f"submissions/{row['id']}/" for row in rows]
    texts = []
    for place in places:
        reply = page.goto(f"{formgrader}/{place}", wait_until="networkidle")
        assert reply.status == 200, place
        texts.append(page.inner_text("body"))
        active = "a[href^='javascript:alert'], [onerror]"
        assert page.locator(active).count() == 0, place
    page.close()
    assert not alerts
    assert any("bits < img src=x onerror=alert(1)>" in text for text in texts)
    assert any("< img src=x onerror=alert(6)>.ipynb" in text for text in texts)
