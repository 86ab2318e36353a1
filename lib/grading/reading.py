"""Read a submitted file as data: bounded before parsing, and never trusted.

What a learner hands in may be anything. `read` either gives the list of cells with remarks for
learner and instructor, or raises `Unreadable` with the reason in words.
"""

from __future__ import annotations

import json
import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lib.grading.limits import Limits
from lib.grading.model import Flag

BIG_MB = 10
BRACKETS = 4_000_000
LONGEST_CELL = 500_000
DIGITS = 300
_NOT_BRACKET = bytes(set(range(256)) - set(b"[]{}"))
_CONFLICT = re.compile(r"^(<{7} .*|>{7} .*|={7}\s*)$", re.MULTILINE)


class Unreadable(Exception):
    """The file can't be graded. The message is for learner and instructor."""


@dataclass(frozen=True)
class Cell:
    """One submitted cell: its id, kind and text, cleaned. ``text`` is None if it isn't text."""

    grade_id: str
    kind: str
    text: str | None
    schema: Any


def load(submission: bytes | Path, limits: Limits) -> bytes:
    """Take the file's bytes. Follows no link, opens nothing but an ordinary file.

    Raises
    ------
    Unreadable
        If it is no ordinary file, or too large.
    TypeError
        If ``submission`` is neither bytes nor a path.
    """
    largest = limits.submission_mb * 2**20
    if isinstance(submission, (bytes, bytearray)):
        data = bytes(submission)
    elif isinstance(submission, Path):
        data = _load_file(submission, largest)
    else:
        raise TypeError(f"submission must be bytes or a Path, not {type(submission).__name__}")
    if len(data) > largest:
        raise Unreadable(
            f"The file has {len(data) / 2**20:.0f} MB; the most that is opened is "
            f"{limits.submission_mb} MB. Clear all outputs, save, and hand it in again."
        )
    return data


def _load_file(path: Path, largest: int) -> bytes:
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        what = "is a link" if path.is_symlink() else f"can't be opened ({error.strerror})"
        raise Unreadable(f"The file {path.name!r} {what}. Hand in the notebook itself.") from None
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise Unreadable(f"{path.name!r} is not an ordinary file. Hand in the notebook itself.")
    with os.fdopen(handle, "rb") as file:
        return file.read(largest + 1)


def read(data: bytes, limits: Limits) -> tuple[list[Cell], list[Flag]]:
    """Parse a notebook file into cells.

    Raises
    ------
    Unreadable
        If there is nothing to grade in it.

    Examples
    --------
    >>> cells, flags = read(b'{"cells": [{"cell_type": "code", "source": ["1"]}]}', Limits())
    >>> cells[0].text, flags
    ('1', [])
    """
    flags: list[Flag] = []
    if len(data) > BIG_MB * 2**20:
        size = f"The file has {len(data) / 2**20:.0f} MB. Clear the outputs before handing in."
        flags.append(Flag("big-file", size))
    text = _decode(data, flags)
    if not text.strip("\x00 \t\r\n"):
        raise Unreadable("The file is empty. Save the notebook in JupyterLab and hand it in again.")
    _check_nesting(data if text.isascii() else text.encode("utf-8", "replace"), limits)
    notebook = _parse(text, flags)
    return [_cell(raw, flags) for raw in _raw_cells(notebook, flags)], flags


def _decode(data: bytes, flags: list[Flag]) -> str:
    encoding = json.detect_encoding(data[:4096]) if data else "utf-8"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        text, encoding = data.decode("cp1252", "replace"), "an old Windows encoding"
    if encoding not in ("utf-8", "utf-8-sig"):
        said = f"The file is written in {encoding}, not UTF-8; letters outside a-z may be wrong."
        flags.append(Flag("encoding", said))
    return text.removeprefix("\ufeff")


def _check_nesting(data: bytes, limits: Limits) -> None:
    plain = data.replace(b"\\\\", b"").replace(b'\\"', b"")
    if plain.count(b'"') > BRACKETS:
        raise Unreadable("The file is made of millions of short texts, which no notebook has.")
    outside = b"".join(plain.split(b'"')[::2])  # what stands between texts
    brackets = outside.translate(None, _NOT_BRACKET)
    if len(brackets) > BRACKETS:
        raise Unreadable("The file is made of millions of lists, which no notebook has.")
    depth = deepest = 0
    for bracket in brackets:
        depth += 1 if bracket in b"[{" else -1
        deepest = max(deepest, depth)
    if deepest > limits.nesting:
        raise Unreadable(
            f"The file is nested {deepest} deep; a notebook stays under {limits.nesting}."
        )


def _parse(text: str, flags: list[Flag]) -> Any:
    constants: list[str] = []

    def whole(digits: str) -> int:
        return int(digits) if len(digits) <= DIGITS else 0

    try:
        notebook = json.loads(text, parse_constant=constants.append, parse_int=whole)
    except (ValueError, RecursionError) as error:
        raise Unreadable(_why_not_json(text, error)) from None
    if constants:
        flags.append(Flag("not-strict-json", f"The file contains {constants[0]}, not proper JSON."))
    return notebook


def _why_not_json(text: str, error: Exception) -> str:
    marks = _CONFLICT.findall(text)
    if any(mark.startswith("<") for mark in marks) and any(mark.startswith(">") for mark in marks):
        line = text[: _CONFLICT.search(text).start()].count("\n") + 1  # type: ignore[union-attr]
        return (
            f"The file has an unresolved merge conflict from git at line {line}. "
            "Choose one side of each conflict, check that the notebook opens, and hand it in again."
        )
    start = text.lstrip()[:200].lower()
    if start.startswith(("<!doctype", "<html")):
        return "The file is a web page, not a notebook. Download the .ipynb itself."
    if text.startswith("PK\x03\x04"):
        return "The file is a zip archive or an office document, not a notebook."
    if start.startswith("%pdf"):
        return "The file is a PDF, not a notebook. Hand in the .ipynb file."
    where = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
    return (
        f"The file is not a notebook: it is no valid JSON{where}. It may be cut short or edited "
        "by hand. Open it in JupyterLab, save it, and hand it in again."
    )


def _raw_cells(notebook: Any, flags: list[Flag]) -> list[Any]:
    if isinstance(notebook, dict):
        cells = notebook.get("cells")
        sheets = notebook.get("worksheets")
        if cells is None and isinstance(sheets, list):
            flags.append(Flag("old-format", "The notebook is in a format from before 2015."))
            cells = []
            for sheet in sheets:
                found = sheet.get("cells") if isinstance(sheet, dict) else None
                cells += found if isinstance(found, list) else []
        if isinstance(cells, list):
            return cells
    raise Unreadable("The file is JSON but not a notebook: it has no list of cells.")


def _cell(raw: Any, flags: list[Flag]) -> Cell:
    raw = raw if isinstance(raw, dict) else {}
    metadata = raw.get("metadata")
    own = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    own = own if isinstance(own, dict) else {}
    name = own.get("grade_id")
    name = _printable(name) if isinstance(name, str) else ""
    source = raw.get("source", raw.get("input", ""))
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    text = _clean(source, name, flags) if isinstance(source, str) else None
    kind = raw.get("cell_type")
    return Cell(name, kind if isinstance(kind, str) else "", text, own.get("schema_version", 0))


def _clean(text: str, name: str, flags: list[Flag]) -> str | None:
    if len(text) > LONGEST_CELL:
        said = f"A cell has {len(text):,} letters; the most that is taken is {LONGEST_CELL:,}."
        flags.append(Flag("long-cell", said, name))
        return None
    whole = text.encode("utf-8", "replace").decode() if not text.isascii() else text
    if whole != text:
        said = (
            "A cell has half a character in it (a lone surrogate), shown here as a question mark."
        )
        flags.append(Flag("half-character", said, name))
    return whole.replace("\r\n", "\n").replace("\r", "\n")


def _printable(name: str) -> str:
    return "".join(c for c in name if c.isprintable() and not "\ud800" <= c <= "\udfff")[:100]
