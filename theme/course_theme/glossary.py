"""Terms of the glossary, linked where a chapter first uses them, with their meaning at hand.

The glossary is `chapters/glossary.md`. A chapter need not mark anything: the first time that a
paragraph of it uses a term, the word becomes a link that carries the definition (`terms.js` shows
it). An explicit ``{term}`` role gets the same.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

GLOSSARY = "chapters/glossary"
NO_TERMS = {GLOSSARY, "chapters/references", "index"}

#: Words in these are left alone: they are links, code, formulas or names already.
CLOSED = (
    nodes.reference, nodes.literal, nodes.math, nodes.emphasis, nodes.title, nodes.caption,
    addnodes.pending_xref,
)  # fmt: skip


@dataclass(frozen=True)
class Term:
    """One entry: its name as written, its place on the glossary's page, what it means."""

    name: str
    anchor: str
    meaning: str


def entries(glossary: nodes.document) -> dict[str, Term]:
    """Return the terms of the glossary's page, by their names in lower case."""
    found = {}
    for item in glossary.findall(nodes.definition_list_item):
        meaning = " ".join(item[-1].astext().split())
        for term in item.findall(nodes.term):
            name = term.astext()
            found[name.lower()] = Term(name, term["ids"][0], meaning)
    return found


def pattern(names: list[str]) -> re.Pattern:
    """Match any of the names as whole words, also in the plural; longer names go first."""
    longest_first = sorted(names, key=len, reverse=True)
    return re.compile(rf"(?<![\w-])({'|'.join(map(re.escape, longest_first))})s?(?![\w-])", re.I)


def link_terms(doctree: nodes.document, terms: dict[str, Term], page: str) -> None:
    """Make links of the first uses of terms in running text.

    Parameters
    ----------
    doctree
        A page; changed in place.
    terms
        What `entries` returns.
    page
        The glossary's address, seen from this page.
    """
    linked = {_mark(reference, terms) for reference in doctree.findall(nodes.reference)}
    left = {name: term for name, term in terms.items() if name not in linked}
    for paragraph in list(doctree.findall(nodes.paragraph)):
        if _is_aside(paragraph):
            continue
        for text in list(paragraph.findall(nodes.Text)):
            if not _inside(text, CLOSED):
                _link_in(text, left, page)


def _mark(reference: nodes.reference, terms: dict[str, Term]) -> str | None:
    """Give the link of an explicit ``{term}`` its meaning; return the term's name in lower case."""
    for name, term in terms.items():
        if reference.get("refuri", "").endswith(f"#{term.anchor}"):
            reference["classes"].append("course-term")
            reference["reftitle"] = term.meaning
            return name
    return None


def _link_in(text: nodes.Text, left: dict[str, Term], page: str) -> None:
    """Replace a text by itself with links in it; take from `left` what has been linked."""
    made, rest = [], str(text)
    while left and (found := pattern(list(left)).search(rest)):
        term = left.pop(found[1].lower())
        made.append(nodes.Text(rest[: found.start()]))
        made.append(
            nodes.reference(
                "", found[0], internal=True, refuri=f"{page}#{term.anchor}",
                classes=["course-term"], reftitle=term.meaning,
            )
        )  # fmt: skip
        rest = rest[found.end() :]
    if made:
        text.parent.replace(text, [*made, nodes.Text(rest)])


def _inside(node: nodes.Node, kinds: tuple) -> bool:
    while node := node.parent:
        if isinstance(node, kinds):
            return True
    return False


def _is_aside(node: nodes.Node) -> bool:
    """Tell what is no running text: outputs of cells, the objectives, the table of contents."""
    aside = {"cell_output", "objectives", "toctree-wrapper"}
    while node := node.parent:
        if aside & set(getattr(node, "attributes", {}).get("classes", ())):
            return True
    return False


def resolve(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    if docname in NO_TERMS or GLOSSARY not in app.env.all_docs or app.builder.format != "html":
        return
    if not hasattr(app, "course_terms"):  # read once a build
        app.course_terms = entries(app.env.get_doctree(GLOSSARY))
    link_terms(doctree, app.course_terms, app.builder.get_relative_uri(docname, GLOSSARY))


def outdated(
    app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]
) -> list[str]:
    """When the glossary changes, every page does."""
    return sorted(env.found_docs) if GLOSSARY in added | changed | removed else []


def setup(app: Sphinx) -> None:
    app.connect("doctree-resolved", resolve)
    app.connect("env-get-outdated", outdated)
