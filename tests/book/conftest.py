"""A real browser and the built book: build it first (`make book`), or name one in COURSE_BOOK."""

from __future__ import annotations

import functools
import http.server
import os
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Request

ROOT = Path(__file__).parents[2]
BOOK = Path(os.environ.get("COURSE_BOOK", ROOT / "_build" / "html")).resolve()
sys.path.insert(0, str(ROOT / "theme"))

DRAW_ALL = """async () => {
  for (const figure of document.querySelectorAll(".course-plotly, .course-widget")) {
    figure.scrollIntoView({ behavior: "instant" });
    const done = () => "drawn" in figure.dataset || "failed" in figure.dataset;
    for (let i = 0; i < 300 && !done(); i++) await new Promise((go) => setTimeout(go, 50));
  }
  await window.MathJax?.startup?.promise;
  window.scrollTo({ top: 0, behavior: "instant" });
}"""


def pages() -> list[str]:
    """Every page of the build; without a build, the one whose absence tells what to do."""
    found = [path.relative_to(BOOK).as_posix() for path in BOOK.rglob("*.html")]
    return sorted(p for p in found if not p.startswith("_")) or ["index.html"]


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments: object) -> None:
        pass


def serve(folder: Path):
    """Serve a folder on a free port of this machine; yields its address."""
    handler = functools.partial(_Quiet, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture(scope="session")
def site() -> str:
    assert (BOOK / "index.html").exists(), f"there is no book in {BOOK}; run `make book` first"
    yield from serve(BOOK)


@dataclass
class Visit:
    """An open page, and what it asked for and complained about."""

    page: Page
    home: str
    problems: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)

    def watch(self) -> None:
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("console", self._heard)
        self.page.on("response", self._answered)
        self.page.route("**/*", self._asked)

    def _heard(self, message: object) -> None:
        if message.type == "error":  # warnings are the browser's own, on the speed of WebGL
            self.problems.append(message.text)

    def _answered(self, response: object) -> None:
        if response.status >= 400:
            self.problems.append(f"{response.status} for {response.url}")

    def _asked(self, route: object, request: Request) -> None:
        if request.url.startswith((self.home, "data:", "blob:")):
            return route.continue_()
        self.strangers.append(request.url)
        return route.abort()

    def open(self, name: str) -> Visit:
        self.page.goto(self.home + name, wait_until="load")
        self.page.evaluate(DRAW_ALL)
        return self


def visit_of(browser: Browser, home: str, **options: object) -> Visit:
    """A fresh page that may ask nobody but `home`."""
    options = {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light", **options}
    visit = Visit(browser.new_context(**options).new_page(), home)
    visit.watch()
    return visit


@pytest.fixture(scope="session", params=pages())
def name(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="session")
def visit(browser: Browser, site: str, name: str) -> Visit:
    """A page of the book on a desktop, all of it drawn; opened once for all its tests."""
    made = visit_of(browser, site).open(name)
    yield made
    made.page.context.close()
