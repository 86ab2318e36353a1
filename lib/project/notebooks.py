"""A chapter's `.ipynb`, made from its `.md`: what JupyterLab and Colab open.

The `.md` is the source. The notebook says the same without MyST's own syntax, which
Jupyter and Colab would show raw, and begins with a cell that fetches `lib` on Colab.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterable
from pathlib import Path

import jupytext
import nbformat
from pybtex.database import parse_file
from pybtex.richtext import Text

from lib.project import ROOT
from lib.project.settings import repository

CHAPTERS = ROOT / "chapters"
BIBLIOGRAPHY = CHAPTERS / "references.bib"
HIDDEN_TAGS = {"hide-input", "hide-cell", "remove-input"}
# What Colab lacks and lib needs; torch, numpy, plotly and ipywidgets are Colab's own.
COLAB_PACKAGES = ["anywidget", "pooch", "wordfreq"]

ADMONITION = re.compile(r"^:::\{(\w+)\}[ ]*([^\n]*)\n((?::\w+:[^\n]*\n)*)(.*?)^:::$", re.M | re.S)
CITATION = re.compile(r"\{cite(?::\w+)?\}`([^`]+)`")
TERM = re.compile(r"\{term\}`([^`<]+?)(?:\s*<[^>]*>)?`")
LINK = re.compile(r"\]\((colab|repo):([^)\s]+)\)")
CHAPTER_LINK = re.compile(r"\]\(((?!https?:)[\w./-]+)\.md(#[\w-]+)?\)")
LEFTOVER = re.compile(r"\{[\w:-]+\}`|^:::|^```\{", re.M)


def colab_cell() -> nbformat.NotebookNode:
    """The set-up cell for Colab; it can be run again, and elsewhere it does nothing."""
    packages = ", ".join(f'"{name}"' for name in COLAB_PACKAGES)
    source = f"""# Only on Colab: fetch the course's helper code. Elsewhere this cell does nothing.
import subprocess, sys

if "google.colab" in sys.modules:
    pip = [sys.executable, "-m", "pip", "install", "--quiet"]
    subprocess.run([*pip, {packages}], check=True)
    subprocess.run([*pip, "--no-deps", "{repository().archive}"], check=True)
    from google.colab import output
    output.enable_custom_widget_manager()"""
    return nbformat.v4.new_code_cell(source, metadata={"tags": ["hide-input"]})


def citations() -> dict[str, str]:
    """Each key of the bibliography as a Markdown link: ``[Shannon 1951](https://...)``."""
    if not BIBLIOGRAPHY.exists():
        return {}
    links = {}
    for key, entry in parse_file(str(BIBLIOGRAPHY)).entries.items():
        authors = entry.persons["author"]
        people = [str(Text.from_latex(" ".join(who.last_names))) for who in authors]
        names = people[0] if len(people) == 1 else " & ".join(people)
        names = f"{people[0]} et al." if len(people) > 2 else names
        address = entry.fields.get("url") or f"https://doi.org/{entry.fields['doi']}"
        links[key] = f"[{names} {entry.fields['year']}]({address})"
    return links


def plain_markdown(text: str, cited: dict[str, str]) -> str:
    """MyST's admonitions, roles and link schemes as ordinary Markdown.

    Raises
    ------
    ValueError
        If MyST syntax is left that has no rule here, or a citation is unknown.
    """

    def quote(found: re.Match) -> str:
        kind, title, _, body = found.groups()
        heading = title.strip() or kind.capitalize()
        lines = [f"**{heading}**", "", *body.strip().splitlines()]
        return "\n".join(f"> {line}".rstrip() for line in lines)

    def cite(found: re.Match) -> str:
        keys = [key.strip() for key in found.group(1).split(",")]
        unknown = [key for key in keys if key not in cited]
        if unknown:
            raise ValueError(f"{unknown} not in {BIBLIOGRAPHY.name}; known are {sorted(cited)}")
        return f"({', '.join(cited[key] for key in keys)})"

    def address(found: re.Match) -> str:
        scheme, path = found.groups()
        target = repository().colab(path) if scheme == "colab" else repository().file(path)
        return f"]({target})"

    text = ADMONITION.sub(quote, text)
    text = CITATION.sub(cite, text)
    text = TERM.sub(r"\1", text)
    text = LINK.sub(address, text)
    text = CHAPTER_LINK.sub(r"](\1.ipynb\2)", text)
    left = LEFTOVER.search(text)
    if left:
        line = text[left.start() :].splitlines()[0]
        raise ValueError(f"Jupyter and Colab would show this MyST syntax raw: {line!r}")
    return text


def notebook(source: Path) -> nbformat.NotebookNode:
    """The notebook of one chapter: plain Markdown, stable cell ids, no outputs."""
    book = jupytext.read(source)
    cited = citations()
    for cell in book.cells:
        if cell.cell_type == "markdown":
            cell.source = plain_markdown(cell.source, cited)
    code = [cell.cell_type for cell in book.cells].index("code")
    book.cells.insert(code, colab_cell())
    for position, cell in enumerate(book.cells):
        cell.id = f"{source.stem}-{position:03d}"
        if HIDDEN_TAGS & set(cell.metadata.get("tags", [])):
            cell.metadata |= {"jupyter": {"source_hidden": True}, "cellView": "form"}
    book.metadata = {"kernelspec": book.metadata["kernelspec"]}
    nbformat.validate(book)
    return book


def chapters() -> list[Path]:
    """The sources that are notebooks: every `.md` in chapters/ with code cells."""
    pages = sorted(CHAPTERS.glob("*.md"))
    return [page for page in pages if "{code-cell}" in page.read_text("utf-8")]


def text_of(source: Path) -> str:
    """The notebook as the bytes that belong beside `source`."""
    return nbformat.writes(notebook(source)) + "\n"


def stale(sources: Iterable[Path] | None = None) -> list[Path]:
    """The chapters whose `.ipynb` is missing or differs from what their `.md` makes."""
    return [
        source
        for source in (chapters() if sources is None else sources)
        if not source.with_suffix(".ipynb").exists()
        or source.with_suffix(".ipynb").read_text("utf-8") != text_of(source)
    ]


def sync() -> list[Path]:
    """Write every notebook that is stale; return the sources concerned."""
    changed = stale()
    for source in changed:
        source.with_suffix(".ipynb").write_text(text_of(source), encoding="utf-8", newline="\n")
    return changed


def main(argv: list[str] | None = None) -> int:
    """Write each chapter's .ipynb anew from its .md."""
    argparse.ArgumentParser("sync", description=main.__doc__).parse_args(argv)
    for source in sync():
        print(f"{source.with_suffix('.ipynb').relative_to(ROOT)} written anew", file=sys.stderr)
    return 0
