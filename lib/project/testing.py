"""Run every test: style, then pytest over lib, the book in a browser and the exercises."""

from __future__ import annotations

import shutil
import subprocess
import sys

from lib.project import ROOT, book

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")


def find_browser() -> str | None:
    """A Chromium-like browser on the path."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def ensure_browser() -> None:
    """Tests read pages in a real browser; without one on the path, fetch Playwright's own."""
    if find_browser() is None:
        print("No Chromium on the path; asking Playwright for one ...", flush=True)
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"])


def main(argv: list[str] | None = None) -> int:
    ensure_browser()
    book.build()
    style = [sys.executable, "-m", "ruff", "check", "."]
    tests = [sys.executable, "-m", "pytest", *(argv or [])]
    failed = [subprocess.run(command, cwd=ROOT).returncode for command in (style, tests)]
    return int(any(failed))
