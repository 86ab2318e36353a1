"""The page a learner gets back: for each task what was checked, what was expected, a hint.

Self-contained HTML that needs no script and no network. Hidden checks are named, never shown: the
page is made from the assignment's released text and from messages, never from tracebacks.
Where nothing could be graded it gives the reason, and of the tasks no more than the points.
"""

from __future__ import annotations

import json
import re
from typing import Any

from jinja2 import Environment

from lib.grading.lesson import Check, Part, parts
from lib.grading.model import Assignment, Outcome, Score
from lib.grading.rebuild import marks, visible
from lib.grading.words import points

# Flags about the form of a submission; a learner is told of these and of no others.
FORM = {
    "changed-kind", "duplicate-cell", "edited-cell", "file-name", "foreign-cell",
    "merge-conflict", "missing-cell", "needs-other-cell", "not-text", "other-schema",
    "reordered", "timestamp",
}  # fmt: skip
LONGEST = 2_000  # letters of a message
RUN = 6  # words in a row of a hidden test that a message must not hold

STATES = {
    "graded": "",
    "flagged": "",
    "failed": "This notebook could not be graded.",
    "needs-hands": "A person will look at this notebook; the points below may change.",
}

_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_WORD = re.compile(r"[A-Za-z_]\w*|\d+(?:\.\d+)?|\S")

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ name }}: feedback</title>
<style>
:root { color-scheme: light dark; --line: #8886; --good: #0a6b3d; --bad: #a4262c; }
@media (prefers-color-scheme: dark) { :root { --good: #58c48c; --bad: #ff8f8f; } }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 48rem; margin: 2rem auto;
       padding: 0 1rem; }
h2 { font-size: 1.2rem; border-top: 1px solid var(--line); padding-top: 1rem;
     display: flex; justify-content: space-between; gap: 1rem; }
h3 { font-size: 1rem; margin: 1rem 0 .2rem; display: flex; justify-content: space-between;
     gap: 1rem; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; border: 1px solid var(--line);
      border-radius: 4px; padding: .6rem; font-size: .875rem; margin: .4rem 0; }
.note { border-left: 4px solid var(--bad); padding: .2rem .8rem; margin: 1rem 0; }
h2 span + span, h3 span + span { white-space: nowrap; }
.good { color: var(--good); } .bad { color: var(--bad); } p { margin: .3rem 0; }
</style></head><body>
<h1>{{ name }}</h1>
<p>{{ learner }}: <strong>{{ total | points }} of {{ most | points }} points</strong>
{%- if penalty %}, {{ penalty | points }} taken off for lateness{% endif %}
{%- if waiting %}; {{ waiting }} {{ "answer waits" if waiting == 1 else "answers wait" }}
 for a person{% endif %}.</p>
{% if headline or reason %}<div class="note">{% if headline %}<p><strong>{{ headline }}</strong></p>
{% endif %}{% if reason %}<p>{{ reason }}</p>{% endif %}</div>{% endif %}
{% for flag in remarks %}<div class="note"><p>{{ flag.text }}
{%- if flag.cell %} <small>(cell {{ flag.cell }})</small>{% endif %}</p></div>{% endfor %}
{% for part in parts %}<section>
<h2><span>{{ part.title }}</span>
<span>{{ part.score | points }} / {{ part.most | points }}</span></h2>
{% for check in part.checks %}
<h3><span>{{ check.title }}</span>
<span class="{{ check.kind }}">{{ check.verdict }}</span></h3>
{% if check.message %}<pre>{{ check.message }}</pre>{% endif %}
{% if check.failed_hidden %}<p>What can be seen below is right; a hidden check failed:
{{ check.hidden | join("; ") }}.</p>
{% else %}{% for hidden in check.hidden %}<p>Hidden check: {{ hidden }}.</p>{% endfor %}{% endif %}
{% if check.shown %}<details><summary>What was checked</summary>
<pre>{{ check.shown }}</pre></details>{% endif %}
{% endfor %}
{% for comment in part.comments %}<p><strong>Comment:</strong> {{ comment }}</p>{% endfor %}
{% for answer in part.answers %}<details><summary>Your answer</summary>
<pre>{{ answer }}</pre></details>{% endfor %}
</section>{% endfor %}
</body></html>
"""


def page(assignment: Assignment, outcome: Outcome, book: dict[str, Any]) -> str:
    """The feedback page of one submission.

    Parameters
    ----------
    assignment
        What was asked.
    outcome
        What the desk found.
    book
        What the gradebook holds, from `lib.grading.gradebook.Book.summary`.
    """
    answers = _answers(outcome)
    guard = Guard(assignment)
    told = [_part(part, outcome, book, answers, guard) for part in parts(assignment)]
    if not outcome.executed and outcome.reason:
        told = [part | {"checks": [_bare(check) for check in part["checks"]]} for part in told]
    grades = book["grades"].values()
    return _TEMPLATE.render(
        name=assignment.name,
        learner=outcome.learner,
        total=max(0.0, book["score"] - book["penalty"]),
        most=sum(part["most"] for part in told),
        penalty=book["penalty"],
        waiting=sum(grade["waiting"] for grade in grades),
        headline=STATES[outcome.state],
        reason=outcome.reason,
        remarks=[flag for flag in outcome.flags if flag.code in FORM],
        parts=told,
    )


class Guard:
    """Keeps the text of hidden tests out of what a learner is told.

    Only a test that runs in the learner's own process can be quoted by the learner's code. What a
    test says that is judged outside is its author's own words, and meant for the learner.
    """

    def __init__(self, assignment: Assignment) -> None:
        cells = json.loads(assignment.notebook)["cells"]
        graded = [cell for cell in cells if marks(cell).get("grade")]
        seen = [cell for cell in graded if marks(cell)["grade_id"] not in assignment.outside]
        texts = ["".join(cell["source"]) for cell in seen]
        open_runs = {run for text in texts for run in _runs(visible(text))}
        self._secret = {run for text in texts for run in _runs(text)} - open_runs

    def clean(self, message: str) -> str:
        """The message, cut to a length; or a note in its place where it quotes a hidden test."""
        message = _ANSI.sub("", message).strip()[:LONGEST]
        if any(run in self._secret for run in _runs(message)):
            return "(The message is withheld: it quotes a hidden check.)"
        return message


def _runs(text: str) -> list[tuple[str, ...]]:
    words = _WORD.findall(text)
    return [tuple(words[start : start + RUN]) for start in range(len(words) - RUN + 1)]


def _part(
    part: Part, outcome: Outcome, book: dict[str, Any], answers: dict[str, str], guard: Guard
) -> dict[str, Any]:
    checks = [
        _check(check, outcome.scores.get(check.cell), book["grades"].get(check.cell), guard)
        for check in part.checks
    ]
    return {
        "title": part.title,
        "checks": checks,
        "score": sum(check["score"] for check in checks),
        "most": part.points,
        "comments": [book["comments"][cell] for cell in part.answers if cell in book["comments"]],
        "answers": [answers[cell] for cell in part.answers if cell in answers],
    }


def _check(
    check: Check, score: Score | None, grade: dict[str, Any] | None, guard: Guard
) -> dict[str, Any]:
    own = grade["score"] if grade else 0.0
    waits = bool(grade and grade["waiting"])
    kind = "" if waits else "good" if own >= check.points else "bad"
    verdict = f"{points(own)} / {points(check.points)}"
    return {
        "title": check.title,
        "kind": kind,
        "verdict": f"{verdict}, waits for a person" if waits else verdict,
        "score": own,
        "shown": check.shown,
        "hidden": check.hidden,
        "failed_hidden": bool(score and score.hidden and not waits),
        "message": guard.clean(score.message) if score else "",
    }


def _bare(check: dict[str, Any]) -> dict[str, Any]:
    """A check of a notebook that was not executed: its points and nothing more."""
    return check | {"message": "", "hidden": (), "failed_hidden": False, "shown": ""}


def _answers(outcome: Outcome) -> dict[str, str]:
    """The learner's own text of each solution cell."""
    if not outcome.executed:
        return {}
    cells = json.loads(outcome.executed)["cells"]
    return {
        marks(cell)["grade_id"]: "".join(cell["source"])
        for cell in cells
        if marks(cell).get("solution")
    }


_ENVIRONMENT = Environment(autoescape=True)
_ENVIRONMENT.filters["points"] = points
_TEMPLATE = _ENVIRONMENT.from_string(PAGE)
