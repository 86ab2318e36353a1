"""A real browser and the built book: build it first (`make book`), or name one in COURSE_BOOK."""

from __future__ import annotations

import functools
import http.server
import json
import os
import shutil
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Request

from lib.project.printed import DRAW_ALL
from lib.widgets import CourseWidget
from lib.widgets.base import MIME

ROOT = Path(__file__).parents[2]
BOOK = Path(os.environ.get("COURSE_BOOK", ROOT / "_build" / "html")).resolve()
sys.path.insert(0, str(ROOT / "theme"))

from course_theme.figures import plotly_html, widget_html  # noqa: E402
from course_theme.page import LIVE, write_static  # noqa: E402

PAGE = """<!DOCTYPE html><html lang="en" data-content_root="./" data-theme="light"><head>
<meta charset="utf-8"><title>Try</title>{styles}{scripts}</head>
<body><main><article>{body}</article></main></body></html>"""

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


# A page made here, for figures and widgets without a book.

@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """What a build puts beside its pages."""
    made = tmp_path_factory.mktemp("page")
    shutil.copytree(ROOT / "theme" / "static", made / "_static")
    write_static(made / "_static")
    return made


@pytest.fixture(scope="module")
def home(folder):
    yield from serve(folder)


@pytest.fixture
def show(browser, folder, home):
    """Write a page with these figures and widgets, and open it."""
    opened = []

    def make(*things, where=home, **options):
        body = "".join(
            widget_html(thing._repr_mimebundle_()[0][MIME], folder / "_static")
            if isinstance(thing, CourseWidget)
            else plotly_html(json.loads(thing.to_json()), folder / "_static")
            for thing in things
        )
        sheets = ("course-widgets", "course", "parts")
        styles = "".join(f'<link rel="stylesheet" href="_static/{s}.css">' for s in sheets)
        scripts = "".join(
            f'<script defer src="_static/{s}.js"></script>'
            for s in ("course", *(name[:-3] for name in LIVE))
        )
        name = f"page{len(list(folder.glob('*.html')))}.html"
        html = PAGE.format(styles=styles, scripts=scripts, body=body)
        (folder / name).write_text(html, encoding="utf-8")
        visit = visit_of(browser, where, **options).open(name)
        opened.append(visit)
        return visit

    yield make
    for visit in opened:
        assert visit.problems == [] and visit.strangers == []
        visit.page.context.close()
