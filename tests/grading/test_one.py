"""One submission from file to outcome: marks, states, limits, and what stays apart."""

from __future__ import annotations

import functools
import json
from dataclasses import replace

import fixtures
import nbformat
import pytest
from nbgrader.utils import determine_grade

from lib.grading import starting
from lib.grading.limits import Limits
from lib.grading.model import STATES, Assignment, Outcome
from lib.grading.one import grade_one
from lib.grading.prepare import NotReady, prepare

pytestmark = fixtures.needs_walls
FULL = {"pairs-test": 2, "pairs-part": 2, "roots-test": 3, "inside-test": 1, "why": None}


def _agrees_with_nbgrader(outcome: Outcome) -> None:
    notebook = nbformat.from_dict(json.loads(outcome.executed))
    nbformat.validate(notebook)
    for cell in notebook.cells:
        own = cell.metadata.get("nbgrader", {})
        if own.get("grade"):
            score, most = determine_grade(cell)
            assert score == outcome.scores[own["grade_id"]].score, own
            assert most == outcome.scores[own["grade_id"]].max_score


def test_the_reference_settles_what_is_judged_outside() -> None:
    assignment = fixtures.assignment()
    assert assignment.outside == ("pairs-test", "pairs-part", "roots-test")
    assert assignment.canaries == ("inside-test",)
    assert assignment.learner_names == ("Box", "pairs", "roots")
    assert "BEGIN SOLUTION" not in assignment.notebook and "HIDDEN TESTS" in assignment.notebook
    assert type(assignment).from_json(assignment.to_json()) == assignment


def test_right_answers() -> None:
    outcome = fixtures.grade()
    assert (outcome.state, outcome.flags, outcome.reason) == ("graded", (), "")
    assert fixtures.points(outcome) == FULL
    assert outcome.scores["why"].needs_manual
    assert outcome.cpu_s > 0 and "bubblewrap" in outcome.sandbox
    assert Outcome.from_json(outcome.to_json()) == outcome
    _agrees_with_nbgrader(outcome)


def test_nothing_answered() -> None:
    outcome = fixtures.grade(json.loads(fixtures.assignment().notebook))
    assert outcome.state == "graded"
    assert set(fixtures.points(outcome).values()) == {0}
    assert outcome.scores["why"].message == "No response."
    assert "not written yet" in outcome.scores["pairs-test"].message
    _agrees_with_nbgrader(outcome)


@pytest.mark.parametrize(
    ("answers", "points", "words"),
    [
        ({"pairs": "def pairs(text): return {}"}, {"pairs-test": 0, "pairs-part": 1}, "ab"),
        ({"pairs": "def pairs(t):\n    a = 1\n    return a / 0"}, {"pairs-test": 0},
         "In line 3 of your cell: return a / 0"),
        ({"pairs": "def pairs(t"}, {"pairs-test": 0, "roots-test": 3}, "not defined"),
        ({"pairs": "import warnings, sys\ndef pairs(t):\n  warnings.warn('old')\n"
          "  print('noise', file=sys.stderr)\n  return {t[i:i+2]: sum(t[j:j+2] == t[i:i+2]"
          " for j in range(len(t)-1)) for i in range(len(t)-1)}"},
         {"pairs-test": 2, "pairs-part": 2}, ""),
        ({"pairs": "from collections import Counter\n"
          "def pairs(t): return Counter(a + b for a, b in zip(t, t[1:]))"},
         {"pairs-test": 2, "pairs-part": 2}, ""),
        ({"roots": "import torch\nroots = torch.arange(5.).sqrt()\nclass Box: pass"},
         {"roots-test": 3, "inside-test": 0}, ""),
        ({"roots": "roots = [n ** .5 for n in range(5)]"}, {"roots-test": 3}, ""),
        ({"roots": "roots = np.float32([0, 1, 2 ** .5, 3 ** .5, 2])"}, {"roots-test": 3}, ""),
    ],
)  # fmt: skip
def test_answers_of_many_kinds(answers: dict, points: dict, words: str) -> None:
    outcome = fixtures.grade(limits=Limits(), **answers)
    got = fixtures.points(outcome)
    assert {name: got[name] for name in points} == points, outcome.scores
    assert words in " ".join(score.message for score in outcome.scores.values())
    assert outcome.state == "graded"
    _agrees_with_nbgrader(outcome)


def test_hidden_checks_are_named_and_their_code_is_not_shown() -> None:
    visible = fixtures.grade(roots="roots = [0]")
    hidden = fixtures.grade(roots="roots = np.sqrt(np.arange(5.0)) + 1e-9")
    assert not visible.scores["roots-test"].hidden and hidden.scores["roots-test"].hidden
    for outcome, shown in ((visible, True), (hidden, False)):
        cell = json.loads(outcome.executed)["cells"][6]
        told = json.dumps(cell["outputs"])
        assert "roots[4] == 2" not in told
        assert ("check.array(roots" in told) == shown
    inside = fixtures.grade(roots="roots = 0\nclass Box:\n  def __init__(s, n): s.n = n\n"
                                  "  def area(s): return 9")  # fmt: skip
    assert inside.scores["inside-test"].hidden
    assert inside.scores["inside-test"].message == "four squared"


def test_the_same_inputs_give_the_same_outcome() -> None:
    looks = (
        "import random\ndef pairs(t): return {str({'a', 'b', 'c'}): 1}\n"
        "print({'x', 'y'}, random.random(), np.random.rand())"
    )
    one, two = (fixtures.grade(pairs=looks) for _ in range(2))
    still = {"wall_s": 0.0, "cpu_s": 0.0}
    assert replace(one, **still) == replace(two, **still)


def test_another_seed_gives_other_hidden_inputs() -> None:
    shows = "def pairs(t):\n  if t == 'abab': return {'ab': 2, 'ba': 1}\n  raise ValueError(t)"
    data = json.dumps(fixtures.notebook(pairs=shows)).encode()
    said = []
    for seed in ("one", "two", "one"):
        outcome = grade_one(fixtures.assignment(), data, learner="a", seed=seed)
        said.append(outcome.scores["pairs-test"].message)
    assert said[0] == said[2] != said[1]


def test_the_rest_goes_on_after_a_killed_kernel_and_a_slow_cell() -> None:
    outcome = fixtures.grade(pairs="import os\nos._exit(0)")
    assert outcome.state == "flagged" and [f.code for f in outcome.flags] == ["ended"]
    assert fixtures.points(outcome) | {"why": None} == FULL | {"pairs-test": 0, "pairs-part": 0}
    slow = "def pairs(text):\n  while True: pass"
    outcome = fixtures.grade(pairs=slow, limits=replace(fixtures.LIMITS, cell_s=1))
    assert "too long" in outcome.scores["pairs-test"].message
    assert fixtures.points(outcome)["roots-test"] == 3
    _agrees_with_nbgrader(outcome)


def test_computing_is_capped_whatever_the_clock_says() -> None:
    busy = "import signal\nsignal.signal(2, signal.SIG_IGN)\nwhile True: pass"
    limits = replace(fixtures.LIMITS, cpu_s=1, cell_s=30)
    outcome = fixtures.grade(pairs=busy, limits=limits)
    assert "more than 1 s of computing" in outcome.flags[0].text
    assert fixtures.points(outcome)["roots-test"] == 3


CALLBACKS = {
    "right": ("def total(f, n): return sum(f(i) for i in range(n))", 2, ()),
    "wrong": ("def total(f, n): return f(n)", 0, ()),
    "never ends": ("def total(f, n):\n  while True: f(1)", 0, ()),
    "never ends, whatever it is told": (
        "def total(f, n):\n  while True:\n    try: f(1)\n    except Exception: pass", 0, ()),
    "ends": ("import os\ndef total(f, n): f(1); os._exit(0)", 0, ("ended",)),
    "asks for what is not there": (
        "from lib.grading.inside import handles\n"
        "def total(f, n): return handles.ask_back(999, (1,), {})", 0, ()),
}  # fmt: skip


@pytest.mark.parametrize("name", CALLBACKS)
def test_functions_of_the_test_stay_with_the_judge(name: str) -> None:
    """The answer calls them, and what they note is noted where the answer can't reach it."""
    answer, mark, flags = CALLBACKS[name]
    outcome = grade_one(
        _counting(), _with(answer), learner="a", seed="s", limits=replace(fixtures.LIMITS, cell_s=1)
    )
    assert fixtures.points(outcome) == {"test": mark}, outcome
    assert tuple(flag.code for flag in outcome.flags) == flags
    assert outcome.state in ("graded", "flagged")


TEST = """rng = np.random.default_rng(1)
seen = []
def note(i):
    seen.append(i)
    return i + rng.integers(9)
want = [i + d for i, d in enumerate(np.random.default_rng(1).integers(9, size=4))]
assert total(note, 4) == sum(want), "the sum"
assert seen == [0, 1, 2, 3], "the numbers asked for"
"""


def _with(answer: str) -> bytes:
    cells = [
        fixtures.cell("code", "import numpy as np"),
        fixtures.cell("code", answer, grade_id="total", solution=True),
        fixtures.cell("code", TEST, grade_id="test", points=2, grade=True, locked=True),
    ]
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}).encode()


@functools.cache
def _counting() -> Assignment:
    assignment = prepare(_with(CALLBACKS["right"][0]).decode(), name="count")
    assert assignment.outside == ("test",)
    return assignment


def test_a_submission_ends_when_its_time_is_up() -> None:
    limits = replace(fixtures.LIMITS, wall_s=1.0)
    outcome = fixtures.grade(pairs="import time\ntime.sleep(9)", limits=limits)
    assert "stopped" in {flag.code for flag in outcome.flags}
    assert set(fixtures.points(outcome)) == set(FULL)
    assert fixtures.points(outcome)["inside-test"] == 0
    _agrees_with_nbgrader(outcome)


def test_an_unreadable_file_fails_with_the_reason() -> None:
    outcome = fixtures.grade(b"not a notebook")
    assert outcome.state == "failed" and "no valid JSON" in outcome.reason
    assert set(fixtures.points(outcome).values()) == {0}
    assert outcome.executed == "" and outcome.attempt


def test_hidden_tests_stay_out_of_the_learners_process() -> None:
    spy = (
        "import gc\ndef pairs(text):\n"
        "  texts = [o for o in gc.get_objects() if type(o) in (list, dict, tuple)]\n"
        "  seen = [t for o in texts for t in (o.values() if type(o) is dict else o)"
        " if type(t) is str and chr(104) + 'idden text' in t]\n"
        "  print('SEEN', len(seen)); return {}"
    )
    outcome = fixtures.grade(pairs=spy, roots="pairs('a')")
    cells = json.loads(outcome.executed)["cells"]
    assert "SEEN 0" in json.dumps(cells[5]["outputs"])


def test_an_empty_scratch_for_each() -> None:
    leave = (
        "import os\nroom = os.environ['TMPDIR']\nopen('note', 'w').write('x')\n"
        "open(room + '/note', 'w')\nprint(os.listdir(room))"
    )
    fixtures.grade(pairs=leave)
    outcome = fixtures.grade(
        pairs="import os\nprint(os.listdir('.'), os.listdir(os.environ['TMPDIR']))"
    )
    assert "[] ['work']" in json.dumps(json.loads(outcome.executed)["cells"][2])


@pytest.mark.parametrize("sandbox", ["cold", "unsafe"])
def test_the_other_sandboxes_give_the_same_marks(
    sandbox: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if sandbox == "cold":

        def none(*args: object) -> None:
            raise starting.SandboxError("no fork here")

        monkeypatch.setattr(starting, "warm", none)
        monkeypatch.setattr(starting, "_no_fork", set())
    name = "bubblewrap" if sandbox == "cold" else "unsafe"
    answers = fixtures.notebook(pairs="def pairs(t):\n  while True: pass")
    data = json.dumps(answers).encode()
    limits = Limits(cell_s=4)
    outcome = grade_one(
        fixtures.assignment(), data, learner="a", seed="s", limits=limits, sandbox=name
    )
    assert sandbox in outcome.sandbox
    assert fixtures.points(outcome) == FULL | {"pairs-test": 0, "pairs-part": 0}, outcome
    assert "too long" in outcome.scores["pairs-test"].message
    assert outcome.state in STATES


def test_wrong_arguments_are_named() -> None:
    with pytest.raises(ValueError, match="sandbox must be one of bubblewrap"):
        grade_one(fixtures.assignment(), b"", learner="a", seed="s", sandbox="none")
    with pytest.raises(ValueError, match="cell_s must be a number above 0"):
        Limits(cell_s=0)


def test_a_reference_that_fails_its_own_checks_is_refused() -> None:
    broken = json.dumps(fixtures.notebook(pairs="def pairs(text): return {}"))
    with pytest.raises(NotReady, match="the reference solution gets 0 of 2 in 'pairs-test'"):
        prepare(broken, name="small", limits=fixtures.LIMITS)
    twice = fixtures.notebook()
    twice["cells"].append(twice["cells"][2])
    with pytest.raises(NotReady, match="'pairs' is there twice"):
        prepare(json.dumps(twice), name="small")
    with pytest.raises(NotReady, match="not a notebook"):
        prepare("[]", name="small")
