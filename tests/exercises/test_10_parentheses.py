"""Exercise 10: right answers of every kind get all points; wrong ones lose the right ones."""

from __future__ import annotations

from answer_trials import standard_tests
from exercise_harness import grade, kind
from parens_right import RIGHT
from parens_wrong import WRONG

from lib.project.exercises import source_notebook

NAME = "10-parentheses"

globals().update(
    standard_tests(
        NAME, RIGHT, WRONG, same_for_every_seed=("hits-values", "found-values", "rows-inputs")
    )
)


def test_the_model_answer_quotes_the_numbers_of_the_experiment():
    [answer] = [cell.source for cell in source_notebook(NAME).cells if kind(cell) == "manual"]
    found, answer = grade(NAME, {}).namespace, " ".join(answer.split())
    assert f"knows {found['hits_all']:.3f} of the test" in answer
    assert f"only {found['possible']} such strings" in answer
    assert f"R² = {found['r2_untrained']:.2f}" in answer
    assert f"The {found['r2_trained']:.3f} of the trained" in answer
