"""Whatever is handed in: read as data, rebuilt from the assignment, said in words."""

from __future__ import annotations

import copy
import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import fixtures
import pytest
from nbconvert.filters.markdown_mistune import markdown2html_mistune

from lib.grading.limits import Limits
from lib.grading.model import Assignment
from lib.grading.names import defined
from lib.grading.prepare import _clear, _learner_names, _normal
from lib.grading.reading import Unreadable, load, read
from lib.grading.rebuild import EXTRA, Rebuilt, rebuild, visible

LIMITS = Limits(submission_mb=12)


def _assignment() -> Assignment:
    source = _normal(fixtures.source())
    names = tuple(sorted(_learner_names(source)))
    return Assignment("small", json.dumps(_clear(source)), "v", names)


def _rebuild(notebook: Any) -> Rebuilt:
    data = notebook if isinstance(notebook, bytes) else json.dumps(notebook).encode()
    return rebuild(_assignment(), data, LIMITS)


def _text(rebuilt: Rebuilt, name: str) -> str:
    for cell in rebuilt.notebook["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == name:
            return cell["source"]
    raise KeyError(name)


def _released(**answers: str) -> dict[str, Any]:
    """A submission as learners have it: no hidden tests."""
    notebook = fixtures.notebook(**answers)
    for cell in notebook["cells"]:
        cell["source"] = visible(cell["source"])
    return notebook


def _change(name: str, **parts: Any) -> Callable[[dict[str, Any]], None]:
    def change(notebook: dict[str, Any]) -> None:
        _find(notebook, name).update(parts)

    return change


def _find(notebook: dict[str, Any], name: str) -> dict[str, Any]:
    cells = notebook["cells"]
    return next(c for c in cells if c["metadata"].get("nbgrader", {}).get("grade_id") == name)


def _copy(name: str, source: str, before: bool = False) -> Callable[[dict[str, Any]], None]:
    def change(notebook: dict[str, Any]) -> None:
        twin = copy.deepcopy(_find(notebook, name)) | {"source": source}
        notebook["cells"].insert(0 if before else len(notebook["cells"]), twin)

    return change


def _marks(name: str, **parts: Any) -> Callable[[dict[str, Any]], None]:
    def change(notebook: dict[str, Any]) -> None:
        _find(notebook, name)["metadata"]["nbgrader"].update(parts)

    return change


def _extra(source: str, **marks: Any) -> Callable[[dict[str, Any]], None]:
    def change(notebook: dict[str, Any]) -> None:
        metadata = {"nbgrader": marks} if marks else {}
        notebook["cells"].insert(1, {"cell_type": "code", "metadata": metadata, "source": source})

    return change


GOOD = "def pairs(text): return 1"
ODD: dict[str, tuple[Callable[[dict[str, Any]], Any], set[str], str]] = {
    "nothing odd": (lambda nb: None, set(), GOOD),
    "an added cell": (_extra("print(1)"), set(), GOOD),
    "reordered": (lambda nb: nb["cells"].reverse(), {"reordered"}, GOOD),
    "missing answer": (lambda nb: nb["cells"].remove(_find(nb, "roots")), {"missing-cell"}, GOOD),
    "missing test": (lambda nb: nb["cells"].remove(_find(nb, "pairs-test")), set(), GOOD),
    "copied twice, last changed": (_copy("pairs", "x = 2"), {"duplicate-cell"}, "x = 2"),
    "copied twice, first is the stub": (
        _copy("pairs", fixtures.PAIRS, before=True), {"duplicate-cell"}, GOOD),
    "foreign cell": (_extra("1", grade_id="other", solution=True), {"foreign-cell"}, GOOD),
    "a test made an answer": (_marks("pairs-test", solution=True, grade=False), set(), GOOD),
    "an answer made a test": (_marks("pairs", solution=False, grade=True), set(), GOOD),
    "marks of a list": (
        lambda nb: nb["cells"].append({"metadata": {"nbgrader": [1]}}), set(), GOOD),
    "edited test": (_change("pairs-test", source="pass"), {"edited-cell"}, GOOD),
    "old schema": (_marks("pairs", schema_version=1), {"other-schema"}, GOOD),
    "schema of the future": (_marks("pairs", schema_version=99), {"other-schema"}, GOOD),
    "schema in words": (_marks("pairs", schema_version="three"), {"other-schema"}, GOOD),
    "source as lines": (_change("pairs", source=["a = 1\n", "b = 2"]), set(), "a = 1\nb = 2"),
    "source of numbers": (_change("roots", source=[1, 2]), {"not-text"}, GOOD),
    "source null": (_change("roots", source=None), {"not-text"}, GOOD),
    "code made markdown": (_change("pairs", cell_type="markdown"), {"changed-kind"}, GOOD),
    "half a character": (_change("pairs", source="a = '\ud800'"), {"half-character"}, "a = '?'"),
    "Windows lines": (_change("pairs", source="a = 1\r\nb = 2\r"), set(), "a = 1\nb = 2\n"),
    "merge conflict": (
        _change("pairs", source="<<<<<<< HEAD\na\n=======\nb\n>>>>>>> main"),
        {"merge-conflict"}, "<<<<<<< HEAD\na\n=======\nb\n>>>>>>> main"),
    "half a merge conflict, many times": (
        _change("pairs", source="<<<<<<< a\n" * 49_000), set(), "<<<<<<< a\n" * 49_000),
    "a very long answer": (
        _change("roots", source="1\n" * 10**6), {"long-cell", "not-text"}, GOOD),
    "a helper in another cell": (
        lambda nb: (
            _extra("def helper(x): return x")(nb), _change("pairs", source="helper(1)")(nb)),
        {"needs-other-cell"}, "helper(1)"),
    "cells that are no cells": (lambda nb: nb["cells"].extend([1, None, [], "x"]), set(), GOOD),
    "metadata null": (lambda nb: nb["cells"].append({"metadata": None, "source": 1}), set(), GOOD),
    "an endless id": (_extra("1", grade_id="x" * 10**6, solution=True), {"foreign-cell"}, GOOD),
    "NaN in an output": (
        _change("roots", outputs=[float("nan")]), {"not-strict-json"}, GOOD),
    "a number of ten thousand digits": (_change("roots", n=10**4000), set(), GOOD),
    "format of 2014": (
        lambda nb: nb.update(nbformat=3, worksheets=[{"cells": nb.pop("cells")}]),
        {"old-format"}, GOOD),
}  # fmt: skip


@pytest.mark.parametrize("name", ODD)
def test_odd_notebooks_are_rebuilt_and_flagged(name: str) -> None:
    change, codes, want = ODD[name]
    notebook = _released(pairs=GOOD)
    change(notebook)
    rebuilt = _rebuild(notebook)
    assert {flag.code for flag in rebuilt.flags} == codes, rebuilt.flags
    assert _text(rebuilt, "pairs") == want
    own = _normal(json.loads(_assignment().notebook))
    for cell, given in zip(rebuilt.notebook["cells"], own["cells"], strict=True):
        assert cell["metadata"] == given["metadata"]
        if not cell["metadata"].get("nbgrader", {}).get("solution"):
            assert cell["source"] == given["source"]
    json.dumps(rebuilt.notebook).encode("utf-8")
    assert all(flag.text.isprintable() and len(flag.text) < 400 for flag in rebuilt.flags)


def test_answers_in_words_run_nothing_in_a_browser() -> None:
    words = (
        "If $a < b$ and $a<b$ <script>x</script> <img src=x onerror=y> ![p](attachment:p.png)"
        " [a](javascript:x) [b][c] <javascript:x> $\\href{javascript:x}{y}$\n\n[c]: javascript:x"
        "\n\n[d]:\n javascript:x\n\n$$\\mmlToken{mi}[href=javascript:x]{y}$$ $\\hrefs$ 1 < 2"
    )
    rebuilt = _rebuild(_released(pairs=GOOD, why=words))
    text = _text(rebuilt, "why")
    shown = markdown2html_mistune(text)
    assert set(re.findall(r"</?\w+", shown)) == {"<p", "</p"}
    assert "href{" not in re.sub(r"\\ href", "", shown) and "\\mml" not in shown
    assert "$a < b$ and $a< b$" in text and text.endswith("$\\hrefs$ 1 < 2")
    assert {flag.code for flag in rebuilt.flags} == {"attachment"}


def test_only_so_much_of_added_cells_is_looked_through(monkeypatch: pytest.MonkeyPatch) -> None:
    notebook = _released(pairs="helper(1)")
    for number in range(100):
        _extra(f"def helper(x): return {number}\n" + "x = [1]\n" * 1000)(notebook)
    looked: list[int] = []

    def counted(text: str, *, imports: bool = False) -> set[str]:
        looked.append(len(text))
        return defined(text, imports=imports)

    monkeypatch.setattr("lib.grading.rebuild.defined", counted)
    assert {flag.code for flag in _rebuild(notebook).flags} == {"needs-other-cell"}
    assert 10 < len(looked) < 20 and sum(looked) < EXTRA + 1000


SAID: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "empty"),
    "blank": (b" \n\t", "empty"),
    "zeros": (b"\0" * 100, "empty"),
    "not JSON": (b"print(1)", "no valid JSON"),
    "cut short": (json.dumps(fixtures.notebook()).encode()[:-9], "no valid JSON"),
    "merge conflict": (
        b'{\n<<<<<<< HEAD\n"a": 1\n=======\n>>>>>>> b\n}', "conflict from git at line 2"),
    "web page": (b"<!DOCTYPE html><html></html>", "web page"),
    "PDF": (b"%PDF-1.7", "PDF"),
    "zip": (b"PK\x03\x04 rest", "zip"),
    "a list": (b"[]", "not a notebook"),
    "a number": (b"1", "not a notebook"),
    "no cells": (b"{}", "no list of cells"),
    "cells of text": (b'{"cells": "abc"}', "no list of cells"),
    "empty notebook": (b'{"cells": []}', "no cells"),
    "marks lost": (b'{"cells": [{"cell_type": "code", "source": "1"}]}', "marks"),
    "another assignment": (
        b'{"cells": [{"metadata": {"nbgrader": {"grade_id": "q"}}}]}', "another assignment"),
    "deep nesting": (b"[" * 10**5 + b"]" * 10**5, "nested 100000 deep"),
    "deep objects": (b'{"a":' * 1000 + b"1" + b"}" * 1000, "nested 1000 deep"),
    "too large": (b" " * (13 << 20), "13 MB"),
    "millions of lists": (b"[" + b"[]," * 3_000_000 + b"[]]", "millions"),
    "millions of quotes": (b'"' + b'\\"' * 3_000_000 + b'"' * 5_000_000, "millions"),
    "a text without end": (b'{"' + b'\\"' * 3_000_000, "no valid JSON"),
    "noise": (bytes(range(256)) * 9, "no valid JSON"),
}  # fmt: skip


@pytest.mark.parametrize("name", SAID)
def test_unreadable_files_are_explained(name: str) -> None:
    data, words = SAID[name]
    with pytest.raises(Unreadable, match=words) as caught:
        rebuild(_assignment(), load(data, LIMITS), LIMITS)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize(
    ("encoding", "flagged"),
    [("utf-8", False), ("utf-8-sig", False), ("utf-16", True), ("utf-16-le", True),
     ("utf-32", True), ("cp1252", True)],
)  # fmt: skip
def test_encodings(encoding: str, flagged: bool) -> None:
    text = json.dumps(_released(pairs="name = 'é'"), ensure_ascii=False)
    rebuilt = _rebuild(text.encode(encoding))
    assert _text(rebuilt, "pairs") == "name = 'é'"
    assert ("encoding" in {flag.code for flag in rebuilt.flags}) == flagged


def test_a_big_notebook_is_graded_and_flagged() -> None:
    notebook = _released(pairs=GOOD)
    _find(notebook, "roots")["outputs"] = [{"text": "x" * (11 << 20)}]
    rebuilt = _rebuild(notebook)
    assert {flag.code for flag in rebuilt.flags} == {"big-file"}
    assert len(json.dumps(rebuilt.notebook)) < 10_000


def test_brackets_in_text_are_not_nesting() -> None:
    cells, _ = read(json.dumps({"cells": [{"source": "[" * 9999 + '"\\"'}]}).encode(), LIMITS)
    assert cells[0].text == "[" * 9999 + '"\\"'


def test_only_ordinary_files_are_opened(tmp_path: Path) -> None:
    (tmp_path / "real.ipynb").write_bytes(b"{}")
    (tmp_path / "link.ipynb").symlink_to(tmp_path / "real.ipynb")
    os.mkfifo(tmp_path / "pipe.ipynb")
    (tmp_path / "folder.ipynb").mkdir()
    assert load(tmp_path / "real.ipynb", LIMITS) == b"{}"
    words = {"link": "is a link", "pipe": "not an ordinary", "folder": "not an ordinary"}
    for name, said in words.items():
        with pytest.raises(Unreadable, match=said):
            load(tmp_path / f"{name}.ipynb", LIMITS)
    with pytest.raises(Unreadable, match="No such file"):
        load(tmp_path / "none.ipynb", LIMITS)
    with pytest.raises(TypeError, match="bytes or a Path"):
        load("text", LIMITS)  # type: ignore[arg-type]
