"""Build the published book: notebooks, execution, pages. Warnings and failing cells stop it."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time

from lib.project import ROOT, freshness, notebooks

HTML = freshness.BUILD / "html"
# What a page is made of, besides lib and data.
PAGE_SOURCES = ("chapters", "theme", "data", "lib")
PAGE_FILES = ("_config.yml", "_toc.yml", "index.md", "requirements.txt")


def everything() -> str:
    """A fingerprint of all that the book is made from."""
    paths = [path for folder in PAGE_SOURCES for path in freshness.files_below(ROOT / folder)]
    return freshness.fingerprint([*paths, *(ROOT / name for name in PAGE_FILES)])


def build() -> None:
    """Bring `_build/html` up to date.

    Raises
    ------
    SystemExit
        If a cell fails or a page has a warning.
    """
    for source in notebooks.sync():
        print(f"{source.stem}.ipynb written anew")
    before = freshness.read_record()
    whole = everything()
    if before.get("whole") == whole and (HTML / "index.html").exists():
        return
    now = freshness.current(notebooks.chapters())
    freshness.drop(freshness.outdated(before, now))
    freshness.RECORD.unlink(missing_ok=True)
    start = "from jupyter_book.cli.main import main; main()"  # it has no `-m` entry of its own
    command = [sys.executable, "-c", start, "build", ".", "--warningiserror", "--keep-going"]
    # One thread: on a busy machine two wait for each other. No bars of progress in a page.
    quiet = {"OMP_NUM_THREADS": "1", "TQDM_DISABLE": "1", **os.environ}
    if subprocess.run(command, cwd=ROOT, env=quiet).returncode:
        raise SystemExit("The book was not built; the cell or warning to mend is named above.")
    freshness.RECORD.write_text(json.dumps({**now, "whole": whole}, indent=1))


def main(argv: list[str] | None = None) -> int:
    argparse.ArgumentParser("book", description=__doc__).parse_args(argv)
    start = time.monotonic()
    build()
    seconds = time.monotonic() - start
    print(f"\nThe book is in {HTML.relative_to(ROOT)}/ ({seconds:.1f} s).")
    print(f"Open {(HTML / 'index.html').relative_to(ROOT)}, or run `make serve`.")
    return 0
