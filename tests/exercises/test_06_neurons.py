"""Exercise 06: right answers of every kind get all points; wrong ones lose the right ones."""

from __future__ import annotations

from answer_trials import standard_tests
from exercise_harness import grade, kind
from neurons_right import RIGHT
from neurons_wrong import WRONG

from lib.project.exercises import source_notebook

NAME = "06-neurons"

globals().update(standard_tests(NAME, RIGHT, WRONG))


def test_the_model_answer_quotes_the_numbers_of_the_experiment():
    book = source_notebook(NAME)
    [answer] = [cell.source for cell in book.cells if kind(cell) == "manual"]
    found = grade(NAME, {}).namespace
    assert f"learned {found['learnable']} of the 16" in " ".join(answer.split())
    told = [cell.source for cell in book.cells if kind(cell) == "plain"]
    assert not any(f"{found['learnable']} of the 16" in source for source in told)
    share = found["softmax"](found["np"].array([1001.0, 1000.0]))[0]
    assert f"e to 1 plus 1 is {share:.2f}" in " ".join(answer.split())
