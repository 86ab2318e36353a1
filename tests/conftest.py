"""What all tests share: one real browser, and property tests that no slow machine fails."""

from __future__ import annotations

from collections.abc import Iterator

import hypothesis
import pytest
from playwright.sync_api import Browser, sync_playwright

from lib.project.testing import find_browser

hypothesis.settings.register_profile("course", deadline=None)
hypothesis.settings.load_profile("course")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium or Chrome from the path, else Playwright's own (`make test` fetches it)."""
    with sync_playwright() as playwright:
        # As root, and in many containers, Chromium can't make a sandbox; the pages are our own.
        made = playwright.chromium.launch(executable_path=find_browser(), args=["--no-sandbox"])
        yield made
        made.close()
