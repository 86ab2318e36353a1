"""Exercise 07: right answers of every kind get all points; wrong ones lose the right ones."""

from __future__ import annotations

from answer_trials import standard_tests
from exercise_harness import grade, kind
from learning_right import RIGHT
from learning_wrong import WRONG

from lib.project.exercises import source_notebook

NAME = "07-learning"
SAME = ("stuck-shares", "stuck-ten", "curves-rates", "curves-ten", "too-large-value")

globals().update(standard_tests(NAME, RIGHT, WRONG, same_for_every_seed=SAME))


def test_the_model_answer_quotes_the_numbers_of_the_experiment():
    [answer] = [cell.source for cell in source_notebook(NAME).cells if kind(cell) == "manual"]
    found = grade(NAME, {}, only={"stuck-ten"}).namespace
    quoted = f"{found['share_2']:.0%} of the starts reached XOR, with eight {found['share_8']:.0%}"
    assert quoted.replace("%", " %") in " ".join(answer.split())


def test_the_curves_are_those_of_a_bowl():
    """Task 5 prints numbers; they are gradient descent on 2 u^2 + 0.1 v^2 from (1, 1)."""
    found = grade(NAME, {}, only={"curves-rates"}).namespace
    for letter, rate in found["rates"].items():
        u, v, losses = 1.0, 1.0, []
        for _ in range(31):
            losses.append(2 * u * u + 0.1 * v * v)
            u, v = u - rate * 4 * u, v - rate * 0.2 * v
        told = [float(f"{losses[step]:.3g}") for step in found["after"]]
        assert told == found["curves"][letter]
