"""The notebooks beside the chapters: in step with their source, and free of raw MyST."""

import re
import sys
import types
from pathlib import Path

import nbformat
import pytest

from lib.project import notebooks
from lib.project.settings import repository

HEADER = """---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  display_name: Python 3
  language: python
  name: python3
---
"""


def convert(text: str) -> str:
    return notebooks.plain_markdown(text, {"shannon1951": "[Shannon 1951](https://doi.org/x)"})


def test_no_committed_notebook_is_stale():
    stale = [source.name for source in notebooks.stale()]
    assert not stale, f"{stale}: run `make sync` and commit the .ipynb"


def test_notebooks_have_no_outputs_and_unique_ids():
    for source in notebooks.chapters():
        book = nbformat.read(source.with_suffix(".ipynb"), as_version=4)
        code = [cell for cell in book.cells if cell.cell_type == "code"]
        assert not any(cell.outputs or cell.execution_count for cell in code)
        assert len({cell.id for cell in book.cells}) == len(book.cells)


def test_admonition_becomes_a_quote():
    text = ":::{admonition} Guess first\n:class: predict\nWhich letter?\n\nWrite it down.\n:::\n"
    assert convert(text) == "> **Guess first**\n>\n> Which letter?\n>\n> Write it down.\n"


def test_roles_and_links():
    assert convert("See {cite}`shannon1951`.") == "See ([Shannon 1951](https://doi.org/x))."
    assert convert("A {term}`token`, two {term}`tokens <token>`.") == "A token, two tokens."
    assert convert("[next](03-words.md#zipf)") == "[next](03-words.ipynb#zipf)"
    assert convert("[a](https://x.org/README.md)") == "[a](https://x.org/README.md)"
    assert convert("[open](colab:a/b.ipynb)") == f"[open]({repository().colab('a/b.ipynb')})"
    assert convert("[see](repo:lib/text.py)") == f"[see]({repository().file('lib/text.py')})"


@pytest.mark.parametrize(
    "text", ["{ref}`here`", "```{figure} x.png\n```", ":::{tip}\nnever closed"]
)
def test_unknown_myst_is_refused(text):
    with pytest.raises(ValueError, match="raw"):
        convert(text)


def test_unknown_citation_is_named():
    with pytest.raises(ValueError, match="nobody1999"):
        convert("{cite}`nobody1999`")


def test_bibliography_gives_an_address_for_every_key():
    for key, link in notebooks.citations().items():
        assert re.fullmatch(r"\[[^\]{}]+ \d{4}\]\(https?://\S+\)", link), key


def test_sync_writes_once(tmp_path: Path):
    source = tmp_path / "01-x.md"
    source.write_text(HEADER + "\n# X\n\n```{code-cell} ipython3\n1 + 1\n```\n")
    first = notebooks.text_of(source)
    source.with_suffix(".ipynb").write_text(first)
    assert notebooks.stale([source]) == []
    source.write_text(source.read_text().replace("1 + 1", "1 + 2"))
    assert notebooks.stale([source]) == [source]
    assert notebooks.text_of(source) != first


def test_colab_cell_installs_only_on_colab(monkeypatch):
    calls = []
    monkeypatch.setattr("subprocess.run", lambda command, **_: calls.append(command))
    code = notebooks.colab_cell().source
    exec(code, {})
    assert calls == []

    output = types.SimpleNamespace(enable_custom_widget_manager=lambda: calls.append("widgets"))
    google = types.ModuleType("google")
    google.colab = types.ModuleType("google.colab")
    google.colab.output = output
    monkeypatch.setitem(sys.modules, "google", google)
    monkeypatch.setitem(sys.modules, "google.colab", google.colab)
    for _ in range(2):  # the cell may be run again
        exec(code, {})
    installs = [call for call in calls if call != "widgets"]
    assert len(installs) == 4 and calls.count("widgets") == 2
    assert repository().archive in installs[1] and "--no-deps" in installs[1]
    assert not {"torch", "numpy"} & {word for call in installs for word in call}
