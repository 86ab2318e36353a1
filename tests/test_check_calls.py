"""lib.check calls a learner's function quietly, on copies, and explains its errors."""

from __future__ import annotations

import math
import sys
import warnings

import numpy as np
import pytest
from check_messages import message

from lib import check
from lib.check.calls import describe


def test_call_is_quiet_and_leaves_arguments_alone(capfd):
    def noisy(values, table):
        print("to standard error", file=sys.stderr)
        warnings.warn("careful", stacklevel=1)
        values /= np.array([0.0, 1.0])
        table["new"] = 1
        return values

    values, table = np.array([1.0, 2.0]), {}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        result = check.call(noisy, values, table)
    assert result[0] == np.inf
    assert values.tolist() == [1.0, 2.0]
    assert table == {}
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        (np.array([2.0, 1.123]), "[2.0, 1.12]"),
        (np.array([[1, 2]]), "[[1, 2]]"),
        (np.zeros((3, 3)), "an array of 3 x 3"),
        (np.array(["a"]), "an array of 1"),
    ],
)
def test_short_arrays_are_shown_and_long_ones_told_by_shape(given, shown):
    def f(x):
        return x

    assert describe(f, (given,), {}) == f"f({shown})"


def test_call_explains_errors():
    def unwritten():
        raise NotImplementedError

    def broken(text):
        return text[999]

    def leaves():
        sys.exit(3)

    assert "unwritten is not written yet" in message(check.call, unwritten)
    said = message(check.call, broken, "x" * 500)
    assert "broken('xxxxxxxxxxxxxxxxxxxxxxxx'... (500 letters)) stopped with IndexError" in said
    assert "cell: return text[999]" in said
    assert "takes 1 positional argument but 2 were given" in message(check.call, broken, 1, 2)
    assert "SystemExit: 3" in message(check.call, leaves)
    assert "broken([unwritten, leaves])" in message(check.call, broken, [unwritten, leaves])
    assert "A function is wanted here, and this is of type int" in message(check.call, 3)
    with pytest.raises(KeyboardInterrupt):
        check.call(lambda: (_ for _ in ()).throw(KeyboardInterrupt))


@pytest.mark.parametrize(
    ("code", "given", "says"),
    [
        (lambda x: "".join([1, 2]), "a", "Letters are joined, not numbers"),
        (lambda x: "".join(np.arange(2)), "a", "Letters are joined, not numbers"),
        (lambda x: math.log2(x), 0.0, "The logarithm of 0?"),
        (lambda x: 1 / len(x), "", "The text is empty here"),
        (lambda x: x[0], "", "The text is empty here"),
        (lambda x: x @ x, np.ones((2, 3)), "The shapes don't fit each other"),
        (lambda x: x + x[:2], np.ones(3), "The shapes don't fit each other"),
        (lambda x: np.square([x, x[1:]]), np.ones(3), "The pieces differ in length"),
        (lambda x: np.linalg.solve(x, x), np.ones((2, 3)), "Only a square matrix"),
        (lambda x: np.polyfit(np.log(x), x, 1), np.arange(3.0), "Is there an infinite value"),
        (lambda x: float(x) ** 80, 50_000, "The number does not fit a float"),
        (lambda x: x.shape, [[1, 2]], "A list may be given"),
    ],
)
def test_call_has_hints_for_errors_that_beginners_meet(code, given, says):
    assert f"-> {says}" in message(check.call, code, given)


def test_call_names_a_recursion_that_is_too_deep_and_does_not_guess_at_other_errors():
    def again(n):
        return 1 + again(n - 1) if n else 0

    assert "Use a loop" in message(check.call, again, 10**6)
    for code, given in [(lambda x: 1 / x, 0), (lambda x: int(x), "a"), (lambda x: x + 1, "a")]:
        assert message(check.call, code, given).count("->") == 1  # the line alone


def test_leaves_alone_notices_a_change_and_calls_on_a_copy():
    def in_place(values, k):
        values += k
        return values

    values = np.array([1.0, np.nan])
    check.leaves_alone(lambda values, k: values + k, values, 1)
    check.leaves_alone(in_place, values, 0)
    assert "in_place changed the array it was given. -> Work on a copy" in message(
        check.leaves_alone, in_place, values, 1
    )
    assert values[0] == 1.0
    assert "stopped with" in message(check.leaves_alone, in_place, values, "k")


def test_function_works_tries_every_case():
    cases = [((1, 2), 3), ((2, 2), 4)]
    check.function_works(lambda a, b: a + b, cases)

    def product(a, b):
        return a * b

    said = message(
        check.function_works, product, cases, near=lambda a, b: [(a * b, "Add, don't multiply.")]
    )
    assert said == "product(1, 2) is not right. -> Add, don't multiply."
