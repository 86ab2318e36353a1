"""Every widget, as its docstring makes it, is alive in JupyterLab."""

from __future__ import annotations

import doctest

import nbformat
import pytest
from lab_server import PATIENCE, TOKEN, lab_server
from nbformat.v4 import new_code_cell, new_notebook

from lib import widgets
from lib.widgets import CourseWidget

pytestmark = pytest.mark.slow
KINDS = [
    kind
    for kind in vars(widgets).values()
    if isinstance(kind, type) and issubclass(kind, CourseWidget) and kind is not CourseWidget
]
KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}
CONTROLS = ":is(button, input, [tabindex]):not(:disabled):visible"
SHOW = "display(*[value for value in list(vars().values()) if isinstance(value, CourseWidget)])\n"


def shown(kind: type[CourseWidget]) -> str:
    """Code that makes the docstring's example and displays its widget alone."""
    steps = doctest.DocTestParser().get_examples(kind.__doc__)
    body = "from lib.widgets import *\n" + "".join(step.source for step in steps) + SHOW
    return f"exec({body!r}, {{'display': display}})"


@pytest.fixture(scope="module")
def page(browser, tmp_path_factory):
    """A notebook whose one cell shows all widgets, after it ran."""
    home, folder = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("notebooks")
    cells = [new_code_cell("\n".join(shown(kind) for kind in KINDS))]
    notebook = new_notebook(metadata={"kernelspec": KERNEL}, cells=cells)
    nbformat.write(notebook, folder / "all.ipynb")
    with lab_server(folder, home) as address:
        page = browser.new_page(viewport={"width": 1300, "height": 1000})
        page.on("pageerror", lambda error: pytest.fail(str(error)))
        page.goto(f"{address}/all/tree/all.ipynb?token={TOKEN}")
        cell = page.locator(".jp-CodeCell").first
        for _ in range(60):  # before its kernel is there, Lab ignores the button
            cell.locator(".cm-content").click(timeout=PATIENCE)
            page.get_by_role("toolbar").get_by_title("Run this cell").click()
            page.wait_for_timeout(1000)
            if cell.locator(".jp-InputPrompt").inner_text() != "[ ]:":
                break
        page.locator(".jp-OutputArea .cw").nth(len(KINDS) - 1).wait_for(
            timeout=PATIENCE, state="attached"
        )
        yield page
        page.close()


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_drawn_and_answers(page, kind):
    drawn = page.locator(".jp-OutputArea .cw").nth(KINDS.index(kind))
    drawn.scroll_into_view_if_needed()
    assert any(answers(page, drawn, control) for control in drawn.locator(CONTROLS).all())


def answers(page, drawn, control) -> bool:
    """Does anything happen when a key is pressed there?"""
    before = drawn.inner_html()
    control.focus()
    for key in ("ArrowRight", "ArrowLeft", "Space"):
        page.keyboard.press(key)
        page.wait_for_timeout(200)
        if drawn.inner_html() != before or drawn.locator(":checked").count():
            return True
    return False


def test_no_cell_complained(page):
    assert not page.locator(".jp-OutputArea [data-mime-type*=stderr]").count()
