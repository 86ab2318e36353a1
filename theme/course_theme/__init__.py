"""The book's web extension: figures, widgets, self-served files, the look.

`theme/README.md` says what each part is for and when it can go.
"""

from __future__ import annotations

from sphinx.application import Sphinx

from course_theme import about, figures, glossary, links, live, numbering, page


def setup(app: Sphinx) -> dict:
    for part in (links, figures, live, numbering, glossary, about, page):
        part.setup(app)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
