"""Draw `card.svg`, the picture that goes with a link to the book, as `static/card.png`.

Run it by hand after a change of the drawing (``python theme/assets/draw_card.py``): those who
show links take no SVG. It needs the book's assets (a font) and the browser of the tests.
"""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import sync_playwright

from lib.project.testing import find_browser

HERE = Path(__file__).parent
FONT = """<style>@font-face { font-family: Literata; src: url(fonts/literata-600.woff2); }
body { margin: 0; }</style>"""


def main() -> None:
    page_file = HERE / "dist" / "card.html"
    page_file.write_text(FONT + (HERE / "card.svg").read_text())
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1200, "height": 630})
        page.goto(page_file.as_uri())
        page.evaluate("document.fonts.ready")
        page.screenshot(path=HERE.parent / "static" / "card.png")
        browser.close()
    page_file.unlink()


if __name__ == "__main__":
    main()
