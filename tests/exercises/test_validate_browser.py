"""A learner presses Validate in JupyterLab: the release fails readably, solutions pass."""

from __future__ import annotations

import shutil

import nbformat
import pytest
from exercise_course import NAME, submission
from lab_server import PATIENCE, TOKEN, lab_server

from lib.project.exercises import CONFIG

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def lab(tmp_path_factory) -> str:
    """The address of a JupyterLab's workspaces; it runs in a copy of the exercises' folder."""
    home = tmp_path_factory.mktemp("lab")
    folder = home / "exercises"
    folder.mkdir()
    shutil.copy(CONFIG, folder)
    for who in ("untouched", "reference", "mistaken"):
        place = folder / "release" / who
        place.mkdir(parents=True)
        nbformat.write(submission(who), place / f"{NAME}.ipynb")
    with lab_server(folder, home) as address:
        yield address


def validate(browser, lab: str, who: str) -> str:
    """Open somebody's notebook, press Validate, and read the dialog."""
    page = browser.new_page(viewport={"width": 1300, "height": 900})
    try:
        page.goto(f"{lab}/{who}/tree/release/{who}/{NAME}.ipynb?token={TOKEN}")
        page.get_by_role("toolbar").get_by_text("Validate", exact=True).click(timeout=PATIENCE)
        dialog = page.locator(".jp-Dialog", has_text="Validation Results")
        dialog.wait_for(timeout=PATIENCE)
        return dialog.inner_text()
    finally:
        page.close()


def test_the_released_notebook_fails_readably(browser, lab):
    said = validate(browser, lab, "untouched")
    assert said.count("The following cell failed:") == 19  # the written answer is missing too
    assert "Not right yet: letter_pairs is not written yet." in said
    assert "Replace the line `raise NotImplementedError()` with your code" in said
    assert "Traceback" not in said and "\x1b" not in said


def test_the_solution_passes(browser, lab):
    assert "Success! Your notebook passes all the tests." in validate(browser, lab, "reference")


def test_a_mistake_is_explained(browser, lab):
    said = validate(browser, lab, "mistaken")
    assert "Not right yet: letter_probabilities('abba c') is not right." in said
    assert "The space is a letter too: it counts." in said
    assert "test_2a" not in said  # that one passed
