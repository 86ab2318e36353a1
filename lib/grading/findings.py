"""What a class's results say: marks, how hard and how telling each check is, who shares code.

Numbers only; report.py draws them. Results are read one at a time.

Source of difficulty and discrimination: classical item analysis, as in L. Crocker and J. Algina
(1986), "Introduction to Classical and Modern Test Theory", chapter 14.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from lib.grading.gradebook import Book
from lib.grading.journal import Journal
from lib.grading.lesson import Check, parts, released_text
from lib.grading.model import Assignment
from lib.grading.rebuild import marks
from lib.grading.similarity import Pair, every_run, fingerprints, similar_pairs


@dataclass(frozen=True)
class Item:
    """One check over the class.

    Parameters
    ----------
    check
        Which.
    part
        Title of the part it belongs to.
    mean
        Mean points.
    difficulty
        Mean share of the points, 0 (nobody got any) to 1; None without submissions.
    discrimination
        Correlation of the points here with the points everywhere else, -1 to 1; None where either
        does not vary.
    full, none
        How many got all, and none, of the points.
    said
        The most frequent message and how many got it.
    """

    check: Check
    part: str
    mean: float
    difficulty: float | None
    discrimination: float | None
    full: int
    none: int
    said: tuple[str, int] = ("", 0)


@dataclass
class Findings:
    """All that the instructor's report shows."""

    assignment: str
    version: str
    most: float
    items: list[Item] = field(default_factory=list)
    learners: list[dict[str, Any]] = field(default_factory=list)
    pairs: list[Pair] = field(default_factory=list)

    @property
    def states(self) -> Counter[str]:
        return Counter(row["state"] for row in self.learners)


def gather(assignment: Assignment, journal: Journal, book: Book) -> Findings:
    """Read the class's results.

    Parameters
    ----------
    assignment
        Which.
    journal
        Where its results lie.
    book
        The gradebook; a person's marks take precedence, as in nbgrader.
    """
    listed = [(part.title, check) for part in parts(assignment) for check in part.checks]
    found = Findings(assignment.name, assignment.version, sum(check.points for _, check in listed))
    messages: dict[str, Counter[str]] = {check.cell: Counter() for _, check in listed}
    prints = {}
    for note in journal.learners():
        found.learners.append(_row(note, book.summary(note["learner"])))
        for cell, score in note["scores"].items():
            said = " ".join(score["message"].split("\n  ->")[0].split())[:200]
            if said and cell in messages and not note["reason"]:
                messages[cell][f"{said} (hidden check)" if score["hidden"] else said] += 1
        prints[note["learner"]] = fingerprints(_answers(journal, note))
    found.pairs = similar_pairs(prints, every_run(released_text(assignment)))
    ran = [row for row in found.learners if row["state"] in ("graded", "flagged")]
    found.items = [_item(part, check, ran, messages[check.cell]) for part, check in listed]
    return found


def discrimination(own: Sequence[float], rest: Sequence[float]) -> float | None:
    """The correlation of two lists of points, -1 to 1; None where one does not vary.

    Examples
    --------
    >>> discrimination([0, 1, 2], [5, 6, 7])
    1.0
    >>> discrimination([1, 1, 1], [5, 6, 7]) is None
    True
    """
    if len(own) < 2:
        return None
    mean_own, mean_rest = math.fsum(own) / len(own), math.fsum(rest) / len(rest)
    around = [(a - mean_own, b - mean_rest) for a, b in zip(own, rest, strict=True)]
    spread = math.fsum(a * a for a, _ in around) * math.fsum(b * b for _, b in around)
    if spread < 1e-18:
        return None
    return round(math.fsum(a * b for a, b in around) / math.sqrt(spread), 12)


def _item(part: str, check: Check, ran: list[dict[str, Any]], said: Counter[str]) -> Item:
    """Over those whose points here are settled."""
    settled = [row["points"] for row in ran if check.cell not in row["waiting"]]
    own = [points.get(check.cell, 0.0) for points in settled]
    rest = [math.fsum(points.values()) - one for points, one in zip(settled, own, strict=True)]
    mean = math.fsum(own) / len(own) if own else 0.0
    return Item(
        check=check,
        part=part,
        mean=mean,
        difficulty=mean / check.points if own and check.points else None,
        discrimination=discrimination(own, rest),
        full=sum(one >= check.points for one in own),
        none=sum(one <= 0 for one in own),
        said=said.most_common(1)[0] if said else ("", 0),
    )


def _row(note: dict[str, Any], book: dict[str, Any]) -> dict[str, Any]:
    points = {cell: grade["score"] for cell, grade in book["grades"].items()}
    return {
        "learner": note["learner"],
        "state": note["state"],
        "reason": note["reason"],
        "flags": note["flags"],
        "points": points,
        "total": max(0.0, book["score"] - book["penalty"]),
        "penalty": book["penalty"],
        "waiting": [cell for cell, grade in book["grades"].items() if grade["waiting"]],
        "wall_s": note["wall_s"],
        "cpu_s": note["cpu_s"],
    }


def _answers(journal: Journal, note: dict[str, Any]) -> str:
    """The code one learner wrote, all answers together."""
    record = journal.read(note["key"], note["attempt"])
    executed = record["outcome"]["executed"] if record else ""
    if not executed:
        return ""
    cells = json.loads(executed)["cells"]
    own = [cell for cell in cells if cell["cell_type"] == "code" and marks(cell).get("solution")]
    return "\n".join("".join(cell["source"]) for cell in own)
