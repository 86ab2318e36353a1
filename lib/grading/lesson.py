"""What an assignment asks and checks, as it may be told to a learner.

Reads the assignment's own notebook only. Hidden tests are named here and never shown.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field

from lib.grading.model import Assignment
from lib.grading.rebuild import marks, visible

_BEGIN = re.compile(r"BEGIN HIDDEN TESTS\s*:?\s*(.*)")
_END = re.compile(r"END HIDDEN TESTS")
_POINTS = re.compile(r"\s*\(\d+(\.\d+)? points?\)(?=\.|\s|$)")
_FUNCTION = re.compile(r'def \w+\(\):\n\s+"""(.*?)"""\n', re.S)
_SENTENCE = re.compile(r"(?<=[a-z]{3}[.?!])\s+(?=[A-Z])")
_HEADING = re.compile(r"^#{1,6}\s+(.*)$", re.M)
UNNAMED = "more inputs"


@dataclass(frozen=True)
class Check:
    """One graded cell: what it checks (``shown``), and the names of what it hides."""

    cell: str
    title: str
    points: float
    shown: str = ""
    hidden: tuple[str, ...] = ()
    by_hand: bool = False


@dataclass
class Part:
    """The cells under one heading of the assignment."""

    title: str
    checks: list[Check] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)

    @property
    def points(self) -> float:
        return sum(check.points for check in self.checks)


def parts(assignment: Assignment) -> list[Part]:
    """The assignment's graded parts, in its order.

    Parts without a graded cell are left out; a cell before any heading stands under the
    assignment's name.
    """
    found = [Part(assignment.name)]
    for cell in json.loads(assignment.notebook)["cells"]:
        own, text = marks(cell), _text(cell)
        if cell["cell_type"] == "markdown" and not own.get("grade_id"):
            headings = _HEADING.findall(text)
            if headings:
                found.append(Part(headings[-1].strip()))
            continue
        if own.get("solution") or own.get("task"):
            found[-1].answers.append(own["grade_id"])
        if own.get("grade") or own.get("task"):
            found[-1].checks.append(_check(own, text, cell["cell_type"]))
    return [part for part in found if part.checks]


def hidden_names(text: str) -> tuple[str, ...]:
    """The names of a cell's hidden tests: the words after the mark, or the first comment.

    Examples
    --------
    >>> hidden_names("### BEGIN HIDDEN TESTS: odd sizes\\nassert f(3)\\n### END HIDDEN TESTS")
    ('odd sizes',)
    >>> hidden_names("### BEGIN HIDDEN TESTS\\nassert f(3)\\n### END HIDDEN TESTS")
    ('more inputs',)
    """
    names = []
    inside, name = False, ""
    for line in text.split("\n"):
        begin = _BEGIN.search(line)
        if begin:
            inside, name = True, begin.group(1).strip()
        elif inside and _END.search(line):
            inside = False
            names.append(name or UNNAMED)
        elif inside and not name and line.strip().startswith("#"):
            name = line.strip("# ").rstrip(".")
    if inside:
        names.append(name or UNNAMED)
    return tuple(dict.fromkeys(names))


def released_text(assignment: Assignment) -> str:
    """All code a learner starts from, hidden tests taken out."""
    cells = json.loads(assignment.notebook)["cells"]
    return "\n".join(visible(_text(cell)) for cell in cells if cell["cell_type"] == "code")


def _check(own: dict, text: str, kind: str) -> Check:
    points = float(own.get("points", 0))
    by_hand = bool(own.get("solution") or own.get("task") or kind != "code")
    if by_hand:
        return Check(own["grade_id"], "Your answer, marked by a person", points, by_hand=True)
    title, shown = _title(visible(text).strip("\n"))
    title = _SENTENCE.split(title)[0].rstrip(".") or own["grade_id"].replace("-", " ")
    return Check(own["grade_id"], title, points, shown, hidden_names(text))


def _title(code: str) -> tuple[str, str]:
    """The title of a test cell and the rest: its first comment, or its function's docstring.

    Examples
    --------
    >>> _title("# 1a. Twice a number (2 points)\\ncheck(double)")
    ('1a. Twice a number', 'check(double)')
    """
    first, _, rest = code.partition("\n")
    function = _FUNCTION.match(code)
    if first.startswith("#"):
        return _POINTS.sub("", first.strip("# ")), rest.strip("\n")
    if function:
        return _POINTS.sub("", function[1].split("\n")[0].strip()), code
    return "", code


def _text(cell: dict) -> str:
    source = cell["source"]
    return source if isinstance(source, str) else "".join(source)
