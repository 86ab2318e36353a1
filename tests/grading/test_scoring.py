"""From a test cell's last value to its mark, and the same mark by nbgrader's own rules."""

from __future__ import annotations

from typing import Any

import nbformat
import numpy as np
import pytest
import torch
from nbgrader.utils import determine_grade

from lib.grading.inside.kernel import worth
from lib.grading.scoring import clean_outputs, mark

POINTS = 2.0
VALUES: list[tuple[str, Any, float, bool]] = [
    ("a half", 0.5, 0.5, False),
    ("whole number", 1, 1.0, False),
    ("zero", 0, 0.0, False),
    ("all", 2.0, 2.0, False),
    ("numpy's half", np.float64(0.5), 0.5, False),
    ("numpy's single", np.float32(0.5), 0.5, False),
    ("numpy's whole number", np.int64(1), 1.0, False),
    ("an array of no dimension", np.array(1.5), 1.5, False),
    ("a tensor of no dimension", torch.tensor(0.25), 0.25, False),
    ("true", True, 2.0, False),
    ("numpy's true", np.True_, 2.0, False),
    ("false", False, 0.0, True),
    ("not a number", float("nan"), 0.0, True),
    ("numpy's not a number", np.float64("nan"), 0.0, True),
    ("endless", float("inf"), 0.0, True),
    ("negative", -1, 0.0, True),
    ("above the maximum", 3.0, 2.0, True),
    ("a text", "0.5", 2.0, False),
    ("a list", [0.5], 2.0, False),
    ("an array", np.zeros(3), 2.0, False),
    ("an object", object(), 2.0, False),
]


def _nbgrader(outputs: list[dict[str, Any]]) -> float:
    cell = nbformat.v4.new_code_cell("1", outputs=[nbformat.from_dict(o) for o in outputs])
    cell.metadata["nbgrader"] = {"grade": True, "solution": False, "points": POINTS}
    nbformat.validate(nbformat.v4.new_notebook(cells=[cell]))
    return determine_grade(cell)[0]


def _shown(value: Any) -> list[dict[str, Any]]:
    item = {"output_type": "execute_result", "data": {"text/plain": repr(value)}}
    return clean_outputs([item], 10_000)


@pytest.mark.parametrize(("name", "value", "score", "flagged"), VALUES, ids=lambda v: str(v)[:20])
def test_last_values(name: str, value: Any, score: float, flagged: bool) -> None:
    got, outputs, flags = mark("t", _shown(value), worth(value), POINTS)
    assert got.score == score and got.max_score == POINTS
    assert bool(flags) == flagged
    assert _nbgrader(outputs) == score


STREAM = {"output_type": "stream", "name": "stderr", "text": "Warning: old\n"}
ERROR = {"output_type": "error", "ename": "CheckFailed", "evalue": "wrong", "traceback": ["x"]}


@pytest.mark.parametrize(
    ("outputs", "score", "message"),
    [
        ([], 2.0, ""),
        ([STREAM], 2.0, ""),
        ([ERROR], 0.0, "wrong"),
        ([STREAM, ERROR], 0.0, "wrong"),
        ([ERROR | {"ename": "KeyError"}], 0.0, "KeyError: wrong"),
        ([STREAM | {"text": "Error"}, {"output_type": "display_data", "data": {}}], 2.0, ""),
    ],
)
def test_errors_cost_and_warnings_do_not(outputs: list[dict], score: float, message: str) -> None:
    got, shown, flags = mark("t", clean_outputs(outputs, 10_000), None, POINTS)
    assert (got.score, got.message, flags) == (score, message, [])
    assert _nbgrader(shown) == score


def test_a_claimed_value_without_an_output_counts_nothing() -> None:
    got, outputs, _ = mark("t", [], {"kind": "number", "number": 1.0}, POINTS)
    assert got.score == _nbgrader(outputs) == POINTS


PNG = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADU"
    "lEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def test_outputs_from_behind_the_walls_are_made_harmless() -> None:
    script = "<script>alert(1)</script>"
    data = {"text/html": script, "application/javascript": "1", "image/svg+xml": script}
    given = [
        {"output_type": "display_data", "data": {"text/plain": "a\x00b\u202e", **data}},
        {"output_type": "display_data", "data": {"image/png": PNG}, "metadata": {"x": script}},
        {"output_type": "display_data", "data": {"image/png": "bm90IGFuIGltYWdl"}},
        {"output_type": "stream", "name": "other", "text": "\x1b[31mred\x1b]0;title\x07"},
        {"output_type": "stream", "text": ["a", 1]},
        {"output_type": "error", "ename": 1, "evalue": None, "traceback": "x"},
        {"output_type": "script"},
        1,
        None,
    ]
    got = clean_outputs(given, 10_000)
    assert [sorted(o.get("data", {})) for o in got[:3]] == [
        ["text/plain"],
        ["image/png", "text/plain"],
        ["text/plain"],
    ]
    assert got[0]["data"]["text/plain"] == "ab"
    assert got[3] == {"output_type": "stream", "name": "stdout", "text": "\x1b[31mred]0;title"}
    assert len(got) == 6 and "script" not in str(got)
    assert clean_outputs("nonsense", 100) == clean_outputs(None, 100) == []
    for output in got:
        nbformat.validate(nbformat.v4.new_notebook(cells=[_code(output)]))


def _code(output: dict[str, Any]) -> Any:
    return nbformat.v4.new_code_cell("", outputs=[nbformat.from_dict(output)])


def test_outputs_are_bounded_together() -> None:
    big = {"output_type": "stream", "name": "stdout", "text": "x" * 900}
    for many in ([big] * 5000, [big | {"text": ""}] * 500_000, [{"output_type": "error"}] * 10**5):
        got = clean_outputs(many, 10_000)
        assert len(str(got)) < 15_000 and "was cut" in got[-1]["text"]
