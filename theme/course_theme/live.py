"""A live model on a page that is no notebook: the first page has one.

``{sampler} reader`` in a MyST page puts `lib.widgets.NGramSampler` there, in its small form.
"""

from __future__ import annotations

from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from course_theme.figures import WIDGET, Live
from lib import data
from lib.widgets import NGramSampler


class Sampler(SphinxDirective):
    """A small n-gram model of a shipped text, such as "reader"."""

    required_arguments = 1
    option_spec: ClassVar = {"n": directives.positive_int}

    def run(self) -> list[nodes.Node]:
        text = data.text(self.arguments[0])
        widget = NGramSampler(text, n=self.options.get("n", 3), compact=True)
        node = Live(kind=WIDGET, content=widget._page())
        node.source, node.line = self.get_source_info()
        return [node]


def setup(app: Sphinx) -> None:
    app.add_directive("sampler", Sampler)
