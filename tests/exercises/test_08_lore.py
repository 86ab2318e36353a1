"""Exercise 08: right answers of every kind get all points; wrong ones lose the right ones."""

from __future__ import annotations

from answer_trials import standard_tests
from exercise_harness import grade, kind
from lore_right import RIGHT
from lore_wrong import WRONG

from lib.project.exercises import source_notebook

NAME = "08-lore"

globals().update(
    standard_tests(NAME, RIGHT, WRONG, same_for_every_seed=("slopes-values", "largest-rate-value"))
)


def test_the_model_answer_quotes_the_numbers_of_the_experiment():
    [answer] = [cell.source for cell in source_notebook(NAME).cells if kind(cell) == "manual"]
    found, answer = grade(NAME, {}).namespace, " ".join(answer.split())
    low, high = found["interval"](found["sizes"], found["bits"])
    assert f"from {low:.4f} to {high:.4f}".replace("-", "−") in answer
    small, large = found["slope_small"], found["slope_large"]
    assert f"{small:.3f} for the small and {large:.3f} for the large".replace("-", "−") in answer
