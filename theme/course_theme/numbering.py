"""Numbers for figures and formulas, "Figure 2.3" and "(2.1)", with an address each.

The first number is the chapter's, from its file name. Sphinx numbers only what has a label, and
knows nothing of plotly's figures.
"""

from __future__ import annotations

import re

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config

from course_theme.figures import Live
from lib.widgets import Quiz

CHAPTER = re.compile(r"chapters/0*(\d+)-")


def number(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Number a chapter's figures (questions are none) and its displayed formulas."""
    chapter = CHAPTER.match(docname)
    if not chapter:
        return
    live = [node for node in doctree.findall(Live) if not _is_quiz(node)]
    for position, node in enumerate(live, 1):
        node["number"] = f"{chapter[1]}.{position}"
    for position, node in enumerate(doctree.findall(nodes.math_block), 1):
        node["number"] = f"{chapter[1]}.{position}"
        if not node["ids"]:
            node["ids"] = [f"equation-{chapter[1]}-{position}"]


def _is_quiz(node: Live) -> bool:
    return node["content"].get("module") == Quiz._module


def configure(app: Sphinx, config: Config) -> None:
    config.math_numfig = False  # else Sphinx looks its own numbers up, and finds none


def setup(app: Sphinx) -> None:
    app.connect("config-inited", configure)
    app.connect("doctree-resolved", number)
