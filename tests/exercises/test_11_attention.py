"""Exercise 11: right answers of every kind get all points; wrong ones lose the right ones."""

from __future__ import annotations

from answer_trials import standard_tests
from attention_right import RIGHT
from attention_wrong import WRONG

NAME = "11-attention"

globals().update(standard_tests(NAME, RIGHT, WRONG, same_for_every_seed=("leaks-plain",)))
