"""What the tests of exercises share: a graded course, and a browser."""

from __future__ import annotations

import os

import pytest
from exercise_course import Course, graded_course

from lib.project.testing import find_browser


@pytest.fixture(scope="session")
def course(tmp_path_factory) -> Course:
    """Three submissions, graded once by plain nbgrader for all tests."""
    return graded_course(tmp_path_factory.mktemp("course"))


@pytest.fixture(scope="session")
def browser():
    """A real browser. Where CI is set, having none is a failure."""
    path = find_browser()
    if path is None and not os.environ.get("CI"):
        pytest.skip("no Chromium or Chrome on the path")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield opened
        opened.close()
