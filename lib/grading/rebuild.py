"""Rebuild the notebook to execute: the assignment's own cells, the learner's answers.

From a submission only the text of solution cells is taken, by id. Everything else (cells, order,
metadata, tests) is the assignment's. What was odd about the submission is said in flags.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

from lib.grading.limits import Limits
from lib.grading.model import Assignment, Flag
from lib.grading.names import defined, used
from lib.grading.reading import Cell, Unreadable, read

SCHEMA = 3
_HIDDEN = re.compile(r"^[^\n]*BEGIN HIDDEN TESTS.*?(END HIDDEN TESTS[^\n]*\n?|\Z)", re.M | re.S)
# What makes more than text of Markdown and MathJax: tags, links, pictures, active macros.
_ACTIVE = re.compile(
    r"<(?=[a-zA-Z/!?])|\](?=[(:])"
    r"|\\(?=(?:href|style|class|cssId|require|mmlToken|data)(?![a-zA-Z]))"
)
_OURS, _THEIRS = re.compile(r"^<{7} ", re.M), re.compile(r"^>{7} ", re.M)  # of a merge conflict
EXTRA = 100_000  # letters of cells added by the learner that are looked through


@dataclass
class Rebuilt:
    """The notebook to execute, as plain data, and what was odd about the submission."""

    notebook: dict[str, Any]
    flags: list[Flag] = field(default_factory=list)
    answered: frozenset[str] = frozenset()


def marks(cell: dict[str, Any]) -> dict[str, Any]:
    """The nbgrader metadata of a source cell; empty for an ordinary cell."""
    return cell.get("metadata", {}).get("nbgrader", {})


def is_test(cell: dict[str, Any]) -> bool:
    """Is this a cell that is scored by running it?"""
    own = marks(cell)
    return bool(cell["cell_type"] == "code" and own.get("grade") and not own.get("solution"))


def visible(text: str) -> str:
    """The text of a source cell as it is released: hidden tests taken out."""
    return _HIDDEN.sub("", text)


def is_hidden(text: str, line: int | None) -> bool:
    """Is this line of a source cell part of its hidden tests?

    Examples
    --------
    >>> is_hidden("a\\n# BEGIN HIDDEN TESTS\\nb\\n# END HIDDEN TESTS", 3)
    True
    """
    if line is None:
        return False
    before = "\n".join(text.split("\n")[: line - 1])
    return before.count("BEGIN HIDDEN TESTS") > before.count("END HIDDEN TESTS")


def inert(text: str) -> str:
    """Markdown in which nothing runs in the browser of who marks it.

    A space behind its first sign takes the meaning of a tag, a link or an active macro.

    Examples
    --------
    >>> inert("<b>$x<y$</b> [a](javascript:x)")
    '< b>$x< y$< /b> [a] (javascript:x)'
    """
    return _ACTIVE.sub(lambda found: found[0] + " ", text)


def rebuild(assignment: Assignment, data: bytes, limits: Limits) -> Rebuilt:
    """Put a submission's answers into the assignment's notebook.

    Raises
    ------
    Unreadable
        If no answer of this assignment can be found in it.
    """
    notebook = json.loads(assignment.notebook)
    cells, flags = read(data, limits)
    wanted = {marks(c)["grade_id"]: c for c in notebook["cells"] if marks(c).get("solution")}
    known = {marks(c)["grade_id"] for c in notebook["cells"] if marks(c).get("grade_id")}
    found = _by_id(cells)
    if wanted and not wanted.keys() & found.keys():
        raise Unreadable(_no_answer(assignment, cells, found))
    answered = set()
    for name, cell in wanted.items():
        text = _answer(name, cell, found.get(name, []), flags)
        if text is not None and text.strip() != cell["source"].strip():
            in_words = cell["cell_type"] == "markdown"
            cell["source"] = inert(text) if in_words else text
            if in_words and "](attachment:" in text:
                said = "The answer shows an attached picture, which is only in the file handed in."
                flags.append(Flag("attachment", said, name))
            answered.add(name)
    flags += _oddities(notebook, wanted, known, cells, found)
    return Rebuilt(notebook, flags, frozenset(answered))


def _by_id(cells: list[Cell]) -> dict[str, list[Cell]]:
    found: dict[str, list[Cell]] = {}
    for cell in cells:
        if cell.grade_id:
            found.setdefault(cell.grade_id, []).append(cell)
    return found


def _no_answer(assignment: Assignment, cells: list[Cell], found: dict[str, list[Cell]]) -> str:
    if not cells:
        return "The notebook has no cells. Save your own copy and hand it in again."
    if not found:
        return (
            "No cell of this notebook is marked as an answer; the marks that the released "
            "notebook carries were lost. Copy your answers into a fresh copy of the release."
        )
    return (
        f"No answer cell of {assignment.name!r} is in this notebook. "
        "Is it the notebook of another assignment?"
    )


def _answer(name: str, cell: dict[str, Any], copies: list[Cell], flags: list[Flag]) -> str | None:
    if not copies:
        flags.append(Flag("missing-cell", "The answer cell is missing; nothing was graded.", name))
        return None
    texts = [one.text for one in copies if one.text is not None]
    if not texts:
        flags.append(Flag("not-text", "The answer cell holds no usable text.", name))
        return None
    if any(one.kind != cell["cell_type"] for one in copies):
        said = f"The answer cell was changed from {cell['cell_type']} to another kind."
        flags.append(Flag("changed-kind", said, name))
    stub = cell["source"].strip()
    tried = [text for text in dict.fromkeys(texts) if text.strip() != stub]
    if len(copies) > 1:
        said = f"The answer cell is there {len(copies)} times; "
        said += "the last one was graded." if len(tried) > 1 else "the one with an answer counts."
        flags.append(Flag("duplicate-cell", said, name))
    chosen = tried[-1] if tried else texts[-1]
    ours = _OURS.search(chosen)
    if ours and _THEIRS.search(chosen, ours.end()):
        flags.append(Flag("merge-conflict", "The answer has an unresolved merge conflict.", name))
    return chosen


def _oddities(
    notebook: dict[str, Any],
    wanted: dict[str, Any],
    known: set[str],
    cells: list[Cell],
    found: dict[str, list[Cell]],
) -> list[Flag]:
    flags = []
    ordered = [name for name in wanted if name in found]
    handed_in = [name for name in found if name in wanted]
    if ordered != handed_in:
        said = "The answer cells are in another order than released; they ran in the right one."
        flags.append(Flag("reordered", said))
    foreign = sorted(found.keys() - known)
    if foreign:
        said = f"{len(foreign)} marked cells belong to no task here, such as {foreign[0]!r}."
        flags.append(Flag("foreign-cell", said))
    odd = {repr(c.schema)[:20] for c in cells if c.grade_id in wanted and c.schema != SCHEMA}
    if odd:
        said = f"The notebook is marked by nbgrader's schema {sorted(odd)[0]}, not {SCHEMA}."
        flags.append(Flag("other-schema", said))
    for cell in notebook["cells"]:
        name = marks(cell).get("grade_id", "")
        if name in found and name not in wanted:
            texts = {(one.text or "").strip() for one in found[name]}
            if texts - {cell["source"].strip(), visible(cell["source"]).strip()}:
                said = "A cell that is not an answer is not as released now; the released one ran."
                flags.append(Flag("edited-cell", said, name))
    return flags + _needed_extras(notebook, wanted, cells, known)


def _needed_extras(
    notebook: dict[str, Any], wanted: dict[str, Any], cells: list[Cell], known: set[str]
) -> list[Flag]:
    """Warn where an answer uses a name that only a cell added by the learner defines."""
    own = {c["source"].strip() for c in notebook["cells"]}
    extras: set[str] = set()
    left = EXTRA
    for cell in cells:
        added = cell.kind == "code" and cell.grade_id not in known and cell.text
        if added and len(cell.text) <= left and cell.text.strip() not in own:  # type: ignore
            left -= len(cell.text)  # type: ignore[arg-type]
            extras |= defined(cell.text, imports=True)  # type: ignore[arg-type]
    if not extras:
        return []
    flags = []
    for name, cell in wanted.items():
        if cell["cell_type"] == "code":
            missing = used(cell["source"]) - defined(cell["source"], imports=True)
            for lost in sorted(missing & extras)[:1]:
                said = (
                    f"The answer uses {lost!r}, which a cell outside the answer defines. "
                    "Only answer cells are graded: move what it needs into the answer."
                )
                flags.append(Flag("needs-other-cell", said, name))
    return flags
