"""Marks for elsewhere: nbgrader's CSV, every check by learner, tables for Canvas and Moodle.

The gradebook is the source of every number.
"""

from __future__ import annotations

import csv
import io
import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from nbgrader.plugins import CsvExportPlugin

from lib.grading.course import CourseError
from lib.grading.findings import Findings
from lib.grading.gradebook import Book
from lib.grading.words import points

FORMATS = ("csv", "checks", "canvas", "moodle")
CANVAS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
MOODLE = ("Identifier", "Full name", "Email address", "Grade", "Maximum Grade")


@dataclass(frozen=True)
class Table:
    """A table read from, or made for, a learning management system."""

    columns: list[str]
    rows: list[dict[str, str]]

    def text(self) -> str:
        """As CSV."""
        out = io.StringIO()
        writer = csv.DictWriter(out, self.columns, lineterminator="\n", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(self.rows)
        return out.getvalue()


def exported(
    kind: str, found: Findings, book: Book, roster: Table | None = None
) -> tuple[str, list[str]]:
    """The table of one kind, and the learners it has no row for.

    Parameters
    ----------
    kind
        One of `FORMATS`.
    found
        From `lib.grading.findings.gather`.
    book
        The gradebook.
    roster
        The list of learners as the system itself exports it. Its rows and columns are kept.

    Raises
    ------
    ValueError
        If ``kind`` is none of `FORMATS`.
    """
    totals = {row["learner"]: row["total"] for row in found.learners}
    if kind == "csv":
        return nbgraders_own(book), []
    if kind == "checks":
        return _checks(found).text(), []
    if kind == "canvas":
        table = roster or Table(list(CANVAS), [{"SIS Login ID": one} for one in totals])
        return _canvas(table, found, totals)
    if kind == "moodle":
        table = roster or Table(list(MOODLE), [{"Identifier": one} for one in totals])
        return _moodle(table, found, totals)
    raise ValueError(f"format must be one of {', '.join(FORMATS)}, not {kind!r}")


def read_roster(path: Path) -> Table:
    """A table as Canvas or Moodle exports it.

    Raises
    ------
    CourseError
        If it can't be read as CSV with a first row of names.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CourseError(f"the roster {path} can't be read: {error}") from error
    reader = csv.DictReader(io.StringIO(text))
    rows = [{key: value or "" for key, value in row.items() if key} for row in reader]
    if not reader.fieldnames or not rows:
        raise CourseError(f"the roster {path} holds no rows. Export it as CSV, with names on top.")
    return Table(list(reader.fieldnames), rows)


def nbgraders_own(book: Book) -> str:
    """What ``nbgrader export`` writes for this assignment."""
    with tempfile.NamedTemporaryFile(suffix=".csv") as file:
        plugin = CsvExportPlugin(to=file.name, assignment=[book.assignment.name])
        plugin.log.setLevel("ERROR")
        plugin.export(book.gradebook)
        return Path(file.name).read_text()


def _checks(found: Findings) -> Table:
    cells = [item.check.cell for item in found.items]
    columns = ["learner", "state", "total", "penalty", *cells, "flags", "reason"]
    rows = []
    for row in found.learners:
        own = {cell: points(row["points"].get(cell, 0.0)) for cell in cells}
        rows.append(
            {
                "learner": _harmless(row["learner"]),
                "state": row["state"],
                "total": points(row["total"]),
                "penalty": points(row["penalty"]),
                **own,
                "flags": " ".join(flag["code"] for flag in row["flags"]),
                "reason": _harmless(row["reason"]),
            }
        )
    return Table(columns, rows)


def _canvas(table: Table, found: Findings, totals: dict[str, float]) -> tuple[str, list[str]]:
    """Canvas: a column named after the assignment, and its points possible on top."""
    own = re.compile(re.escape(found.assignment) + r"( \(\d+\))?")
    column = next((one for one in table.columns if own.fullmatch(one)), None)
    columns = table.columns if column else [*table.columns, found.assignment]
    column = column or found.assignment
    rows = list(table.rows)
    if not any("Points Possible" in row.get("Student", "") for row in rows):
        rows.insert(0, {"Student": "    Points Possible"})
    keys = ("SIS Login ID", "SIS User ID", "ID")
    missing = _fill(rows, keys, {column: totals})
    for row in rows:
        if "Points Possible" in row.get("Student", ""):
            row[column] = points(found.most)
    return Table(columns, rows).text(), missing


def _moodle(table: Table, found: Findings, totals: dict[str, float]) -> tuple[str, list[str]]:
    """Moodle's offline grading worksheet: the column Grade."""
    columns = list(dict.fromkeys([*table.columns, "Grade", "Maximum Grade"]))
    rows = table.rows
    keys = ("Identifier", "Username", "ID number", "Email address", "Full name")
    missing = _fill(rows, keys, {"Grade": totals})
    for row in rows:
        row["Maximum Grade"] = points(found.most)
    return Table(columns, rows).text(), missing


def _fill(
    rows: list[dict[str, str]], keys: Sequence[str], values: Mapping[str, dict[str, float]]
) -> list[str]:
    """Put each learner's value into the row that names them; the learners left over."""
    place: dict[str, dict[str, str]] = {}
    for key in reversed(keys):
        place.update({_bare(row.get(key, "")): row for row in rows if row.get(key)})
    missing: set[str] = set()
    for column, by_learner in values.items():
        for learner, value in by_learner.items():
            row = place.get(_bare(learner))
            if row is None:
                missing.add(learner)
            else:
                row[column] = points(value)
    return sorted(missing)


def _bare(name: str) -> str:
    """Moodle writes ``Participant 123`` where file names say ``123``."""
    return name.strip().removeprefix("Participant ").casefold()


def _harmless(text: str) -> str:
    """A spreadsheet must not take what a learner wrote for a formula."""
    return f"'{text}" if text[:1] in "=+-@\t" and text else text
