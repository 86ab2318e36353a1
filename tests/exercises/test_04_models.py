"""Exercise 04: right answers of every kind get all points; wrong ones lose the right ones."""

from __future__ import annotations

import pytest
from answer_trials import standard_tests
from exercise_harness import grade, kind
from models_right import RIGHT
from models_wrong_fits import WRONG as WRONG_FITS
from models_wrong_judges import WRONG as WRONG_JUDGES

from lib.project.exercises import source_notebook

NAME = "04-models"
EXPERIMENTS = ("tea-errors", "tea-degree", "outside-errors", "outside-choice")

globals().update(
    standard_tests(NAME, RIGHT, WRONG_FITS | WRONG_JUDGES, same_for_every_seed=EXPERIMENTS)
)


def test_the_model_answer_quotes_the_numbers_of_the_experiment():
    [answer] = [cell.source for cell in source_notebook(NAME).cells if kind(cell) == "manual"]
    answer, found = " ".join(answer.split()), grade(NAME, {}).namespace
    seen, held = found["seen"], found["held_out"]
    assert f"`seen` falls from {seen[0]:.0f} to {seen[-1]:.1f}" in answer
    assert found["best_degree"] == 3
    assert f"degree 3, {held[3]:.1f} degrees, and {held[6]:.1f} for degree 6" in answer
    assert found["outside"][2] == pytest.approx(1.3, abs=0.2)
    cube = float(found["polynomial"](3)(found["hours"], found["tea"])(3))
    assert f"−{-cube:.0f} °C" in answer
    assert f"the cooling law says {found['after_3_hours']:.0f} °C" in answer
    assert f"at {found['tea'][-2:].mean():.0f} °C" in answer
