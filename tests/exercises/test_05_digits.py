"""Exercise 05: right answers of every kind get all points; wrong ones lose the right ones."""

from __future__ import annotations

from answer_trials import standard_tests
from digits_right import RIGHT
from digits_wrong_parts import WRONG as WRONG_PARTS
from digits_wrong_scores import WRONG as WRONG_SCORES
from exercise_harness import grade, kind

from lib.project.exercises import source_notebook

NAME = "05-digits"

FIXED = ("experiment-scores", "reading-shares", "reading-worst", "edge-pattern-sign")

globals().update(standard_tests(NAME, RIGHT, WRONG_PARTS | WRONG_SCORES, same_for_every_seed=FIXED))


def test_the_model_answer_quotes_the_numbers_of_the_experiment():
    [answer] = [cell.source for cell in source_notebook(NAME).cells if kind(cell) == "manual"]
    found = grade(NAME, {}).namespace
    quoted = f"gets {100 * found['shuffled']:.1f} percent, and with the last fifth kept apart "
    assert quoted + f"{100 * found['honest']:.1f}." in " ".join(answer.split())
