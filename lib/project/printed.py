"""The print edition: every page of the book, in reading order, as one PDF with bookmarks."""

from __future__ import annotations

import argparse
import time
from io import BytesIO
from typing import TYPE_CHECKING

import yaml

from lib.project import ROOT, book, testing

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PDF = ROOT / "_build" / "print" / "one-word-at-a-time.pdf"
MARGIN = {"top": "16mm", "bottom": "20mm", "left": "15mm", "right": "15mm"}
FOOT = (
    '<div style="font-size: 8px; width: 100%; text-align: center">'
    '<span class="title"></span> · <span class="pageNumber"></span></div>'
)
# A page draws its figures, and loads what sets its formulas, when they come into view.
DRAW_ALL = """async () => {
  for (const figure of document.querySelectorAll(".course-plotly, .course-widget")) {
    figure.scrollIntoView({ behavior: "instant" });
    const done = () => "drawn" in figure.dataset || "failed" in figure.dataset;
    for (let i = 0; i < 300 && !done(); i++) await new Promise((go) => setTimeout(go, 50));
  }
  const formula = document.querySelector("article .math");
  formula?.scrollIntoView({ behavior: "instant" });
  for (let i = 0; formula && i < 300 && !window.MathJax?.startup?.promise; i++) {
    await new Promise((go) => setTimeout(go, 50));
  }
  await window.MathJax?.startup?.promise;
  window.scrollTo({ top: 0, behavior: "instant" });
}"""


def reading_order() -> list[str]:
    """The pages' names, as `_toc.yml` has them."""
    contents = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))
    chapters = [chapter["file"] for part in contents["parts"] for chapter in part["chapters"]]
    return [contents["root"], *chapters]


def write(names: list[str], browser: Browser) -> None:
    """Print pages of the built book, one after the other, into `PDF`.

    Parameters
    ----------
    names : list of str
        Pages, such as ``chapters/02-letters``.
    browser : Browser
        Playwright's, a Chromium: no other prints.
    """
    from pypdf import PdfWriter

    PDF.parent.mkdir(parents=True, exist_ok=True)
    with PdfWriter() as whole:
        for name in names:
            page = browser.new_page(viewport={"width": 760, "height": 1080})
            page.goto((book.HTML / f"{name}.html").as_uri())
            page.evaluate(DRAW_ALL)
            sheet = page.pdf(
                format="A4",
                margin=MARGIN,
                print_background=True,
                display_header_footer=True,
                header_template="<span></span>",
                footer_template=FOOT,
            )
            whole.append(BytesIO(sheet), outline_item=page.inner_text("h1").strip("# \n"))
            page.close()
        whole.compress_identical_objects()
        whole.write(PDF)


def main(argv: list[str] | None = None) -> int:
    argparse.ArgumentParser("print", description=__doc__).parse_args(argv)
    from playwright.sync_api import sync_playwright

    testing.ensure_browser()
    book.build()
    start = time.monotonic()
    with sync_playwright() as tools:
        browser = tools.chromium.launch(
            executable_path=testing.find_browser(), args=["--no-sandbox"]
        )
        write(reading_order(), browser)
        browser.close()
    print(f"The print edition is {PDF.relative_to(ROOT)} ({time.monotonic() - start:.0f} s).")
    return 0
