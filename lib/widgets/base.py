"""A widget that lives in a notebook and, with no kernel, in the published page.

Serves all chapters. Its logic is JavaScript; Python checks what goes in and sees what comes out.
"""

from __future__ import annotations

import html
import re

import anywidget
import ipywidgets
import traitlets

from lib.plots import check_alt
from lib.widgets import source

MIME = "application/vnd.course.widget+json"


class CourseWidget(anywidget.AnyWidget):
    """Base of the course's widgets.

    A subclass names its JavaScript, ``class Quiz(CourseWidget, module="quiz")``, and tags with
    ``sync=True`` the traits that JavaScript needs. It may list in `_remembered` the traits that the
    published page keeps in the reader's browser, and gives in `_static_html` what a page without
    JavaScript shows.

    Parameters
    ----------
    alt
        At least one full sentence on what can be seen and done.
    **traits
        Values of the subclass's traits.

    Raises
    ------
    TypeError, ValueError
        If `alt` is not a sentence (see `lib.plots.check_alt`).
    """

    alt = traitlets.Unicode().tag(sync=True)
    _module = ""
    _remembered: tuple[str, ...] = ()

    def __init_subclass__(cls, module: str | None = None, **kwargs: object) -> None:
        if module:  # traitlets subclasses once more, with no module, to add traits
            cls._module = module
            cls._esm = source.module(module)
            cls._css = source.stylesheet()
        super().__init_subclass__(**kwargs)

    def __init__(self, *, alt: str, **traits: object) -> None:
        super().__init__(alt=check_alt(alt), **traits)

    def _static_html(self) -> str:
        """Return what stands in the page where JavaScript does not run."""
        return f"<p>{html.escape(self.alt)}</p>"

    def _page(self) -> dict:
        """Return what the published page needs to run this widget without Python."""
        plain = set(ipywidgets.DOMWidget.class_trait_names(sync=True))
        names = [n for n in self.trait_names(sync=True) if n not in plain and n[0] != "_"]
        return {
            "module": self._module,
            "alt": self.alt,
            "state": {name: getattr(self, name) for name in names},
            "remembered": list(self._remembered),
            "html": self._static_html(),
        }

    def _repr_mimebundle_(self, **kwargs: object) -> tuple[dict, dict]:
        bundle = super()._repr_mimebundle_(**kwargs)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle or {}, {})
        return {**data, MIME: self._page(), "text/plain": self.alt}, metadata


def rich(text: str) -> str:
    """Return text as HTML, with ``code`` for what stands between backticks.

    Examples
    --------
    >>> rich("`a < b` & more")
    '<code>a &lt; b</code> &amp; more'
    """
    return re.sub(r"`([^`]*)`", r"<code>\1</code>", html.escape(text))
