"""Checks that teach, for every exercise: what is wrong, and where to look.

A test cell of an exercise calls these instead of bare ``assert``. They know arrays, text and
functions, and nothing of models. What a learner's code returns is first turned into plain numbers,
so a list, an array and a tensor are all welcome, and no object is asked whether it equals
something.

Nothing here returns a value, writes to standard error or warns: a test cell that does so is
scored wrongly by nbgrader.
"""

from lib.check.arrays import array, mapping, probabilities
from lib.check.calls import call, function_works, leaves_alone
from lib.check.failure import CheckFailed
from lib.check.single import choice, number, text
from lib.check.statistics import rng, samples

__all__ = [
    "CheckFailed",
    "array",
    "call",
    "choice",
    "function_works",
    "leaves_alone",
    "mapping",
    "number",
    "probabilities",
    "rng",
    "samples",
    "text",
]
