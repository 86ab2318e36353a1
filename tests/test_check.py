"""lib.check: accepts every right form, rejects what only pretends, and says what is wrong."""

from __future__ import annotations

import os
import subprocess
import sys
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
import torch
from check_messages import message
from scipy import stats

from lib import check
from lib.check.statistics import _quantile

THIRDS = [1 / 3, 1 / 3, 1 / 3]


class EqualsEverything:
    """An object made to fool a comparison."""

    def __eq__(self, other):
        return True

    def __hash__(self):
        return 0


class StringThatEquals(str):
    def __eq__(self, other):
        return True

    __hash__ = str.__hash__


class ArrayThatEquals(np.ndarray):
    def __array_function__(self, function, types, args, kwargs):
        return True

    def __array_ufunc__(self, *args, **kwargs):
        return True

    def __eq__(self, other):
        return True


# --- what counts as the same value


@pytest.mark.parametrize(
    "right",
    [
        THIRDS,
        tuple(THIRDS),
        np.array(THIRDS),
        np.array(THIRDS, dtype=np.float32),
        torch.tensor(THIRDS),
        torch.tensor(THIRDS, dtype=torch.float64, requires_grad=True),
        torch.tensor(THIRDS, dtype=torch.float64).to_sparse().to_dense(),
        [Fraction(1, 3)] * 3,
        [torch.tensor(1 / 3)] * 3,
        (1 / 3 for _ in range(3)),
        [Decimal(1) / Decimal(3)] * 3,
        np.ma.array(THIRDS),
    ],
    ids=lambda value: type(value).__name__,
)
def test_every_form_of_the_right_numbers_passes(right):
    assert check.array(right, THIRDS, name="p") is None


def test_rows_may_be_tensors_and_half_precision_is_read():
    rows = [torch.tensor([1.0, 0.0]), np.array([0.0, 1.0])]
    check.array(rows, np.eye(2), name="P")
    check.array(torch.eye(2, dtype=torch.bfloat16), np.eye(2), name="P")
    check.array([True, False], [1, 0], name="flags")
    check.array([[2.0]], 2.0, name="one number, however wrapped")


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (EqualsEverything(), "holds a EqualsEverything"),
        ([EqualsEverything()] * 3, "holds a EqualsEverything"),
        (np.zeros(3).view(ArrayThatEquals), "expected 0.333333"),
        (StringThatEquals("abc"), "holds text"),
        (["0.3333", "0.3333", "0.3334"], "holds text"),
        (None, "p is None"),
        ([None, 1, 2], "contains None"),
        ([[1], [1, 2]], "rows of different lengths"),
        ((np.ones((2, 2)), np.ones(2)), "p is 2 things of different shapes"),
        ({1 / 3, 1 / 2}, "holds a set"),
        ({"a": 1 / 3}, "p is a dict"),
        ([1j, 1j, 1j], "complex numbers"),
        (torch.tensor([1j, 1j, 1j]), "complex numbers"),
        (max, "holds a builtin_function_or_method"),
    ],
    ids=lambda value: str(type(value).__name__),
)
def test_what_is_no_plain_number_is_refused(wrong, says):
    assert says in message(check.array, wrong, THIRDS, name="p")


def test_an_object_that_claims_to_be_equal_never_passes_as_text_or_key():
    liar = StringThatEquals("wrong")
    assert "is not right" in message(check.text, liar, "right", name="answer")
    assert "'wrong'" in message(check.choice, liar, "rises", name="a", options=["falls", "rises"])
    assert "counts for the context 'wrong'" in message(
        check.mapping, {liar: [1]}, {"right": [1]}, name="m"
    )


# --- what an array check says


@pytest.mark.parametrize(
    ("got", "want", "says"),
    [
        ([1, 2], [1, 2, 3], "2 numbers; 3 numbers expected"),
        (np.ones((3, 2)), np.ones((2, 3)), "Rows and columns are swapped"),
        (np.ones((1, 3)), np.ones(3), "the number of dimensions is not"),
        (np.ones(26), np.ones(27), "Did you forget the space?"),
        (3.0, np.ones(2), "You have one number; 2 numbers expected"),
        ([[0.9, 0.4], [0.1, 0.6]], [[0.9, 0.1], [0.4, 0.6]], "transpose of the right answer"),
        ([[0.9, 0.2], [0.1, 0.8]], [[0.5, 0.5], [0.3, 0.7]], "The columns sum to one"),
        ([[0.2, 0.3], [0.1, 0.4]], [[0.4, 0.6], [0.2, 0.8]], "not by the grand total"),
        ([[1, 3], [2, 2]], [[0.25, 0.75], [0.5, 0.5]], "These are counts"),
        ([[0.5, 0.5], [0.5, 0.6]], [[0.5, 0.5], [0.5, 0.5]], "Row 1 sums to 1.1"),
        ([25, 75], [0.25, 0.75], "percentages"),
        (np.log([2.0, 8.0]), [1.0, 3.0], "These are nats"),
        (np.log10([2.0, 8.0]), [1.0, 3.0], "logarithm to base 10"),
        ([-1.0, -3.0], [1.0, 3.0], "The sign is wrong"),
        ([3.0, 2.0, 1.5], [1.5, 2.0, 3.0], "in reverse order"),
        ([4.0, 1.0, 2.5], [1.0, 2.5, 4.0], "one place off"),
        ([1.0, 7.0, 2.5, 4.0], [1.0, 2.5, 4.0, 7.0], "in another order"),
        ([0.33, 0.67], [1 / 3, 2 / 3], "rounded"),
        ([-0.0803, -0.0671], [-0.08037, -0.06701], "At [1] you have -0.0671"),
        ([-0.07887, -0.06853], [-0.08037, -0.06701], "At [1] you have -0.06853"),
        ([3.0, 6.0, 0.0, 9.0], [1.0, 2.0, 0.0, 3.0], "Everything is 3 times"),
        ([np.nan, 1.0], [0.0, 1.0], "It is NaN at [0]"),
        ([np.nan, np.nan], [0.0, 1.0], "2 values are NaN, the first at [0]"),
        ([1.0, np.inf], [0.0, 1.0], "It is infinite at [1]"),
        (np.nan, 2.0, "It is NaN"),
        ([1.0, 2.0], [1.0, 2.5], "At [1] you have 2; expected 2.5"),
        (2.0, np.inf, "You have 2; expected inf"),
    ],
)
def test_an_array_check_names_the_mistake(got, want, says):
    assert says in message(check.array, got, want, name="x")


def test_labels_and_near_misses_appear_in_the_message():
    said = message(check.array, [[0, 1], [1, 0.2]], [[0, 1], [0.3, 0.7]], name="P", labels="ab")
    assert "('b', then 'a')" in said
    near = [([9, 9], "Nine is a near miss.")]
    assert "Nine is" in message(check.array, [9, 9], [1, 2], name="x", near=near)
    assert "Nine is" in message(check.array, [9, 9], [1, 2], name="x", near=lambda: near)
    check.array([1, 2], [1, 2], name="x", near=lambda: pytest.fail("made without need"))


def test_at_most_one_right_value_is_given_away():
    want = np.random.default_rng(0).random(50)
    said = message(check.array, want + np.linspace(1, 2, 50), want, name="x")
    assert sum(f"{value:.6g}" in said for value in want) == 1
    assert "0.625" not in message(check.number, 3, 0.625, name="answer")


def test_half_precision_is_named_as_too_coarse_and_only_where_that_is_all():
    for coarse in (np.array(THIRDS, np.float16), torch.tensor(THIRDS, dtype=torch.bfloat16)):
        assert "float16 keeps only two or three" in message(check.array, coarse, THIRDS, name="p")
    said = message(check.array, np.array([0.5, 0.5], np.float16), [0.2, 0.8], name="p")
    assert "float16" not in said


def test_only_the_shape_is_checked_without_a_right_value():
    check.array(torch.zeros(2, 3), shape=(2, 3), name="x")
    assert "2 x 3 expected" in message(check.array, [1, 2], shape=(2, 3), name="x")


# --- probabilities, mappings, single answers


def test_probabilities():
    check.probabilities(torch.tensor([[0.5, 0.5], [1.0, 0.0]]), name="P", shape=(2, 2))
    for wrong, says in [
        ([[0.5, 0.5]], "1 x 2; 2 x 2 expected"),
        ([[1.5, -0.5], [1, 0]], "negative value -0.5 at [0, 1]"),
        ([[0.5, 0.4], [1, 0]], "Row 0 sums to 0.9"),
        ([[0.5, 1], [0.5, 0]], "The columns sum to one"),
        ([[np.nan, 1], [1, 0]], "NaN at [0, 0]"),
    ]:
        assert says in message(check.probabilities, wrong, name="P", shape=(2, 2))
    assert "several probabilities" in message(check.probabilities, 1.0, name="p")


def test_mapping_accepts_tuples_of_letters_and_ignores_empty_rows():
    want = {"ab": [1, 0], "bb": [0, 2]}
    check.mapping({("a", "b"): torch.tensor([1, 0]), "bb": [0, 2], "aa": [0, 0]}, want, name="m")
    check.mapping({}, {}, name="m")
    for wrong, says in [
        ([1, 0], "should be a dict"),
        ({"a": [1, 0]}, "Here a context has 2 letters."),
        ({"ab": [1, 0]}, "lacks the context 'bb'"),
        ({"ab": [1, 0], "bb": [0, 2], "aa": [1, 1]}, "counts for the context 'aa'"),
        ({"ab": [1, 0], "bb": [0, 3]}, "m['bb'] is not right"),
        ({"ab": [1, 0], "bb": [2]}, "m['bb'] has the wrong shape"),
        ({3: [1, 0]}, "should be a string"),
    ]:
        assert says in message(check.mapping, wrong, want, name="m")
    for counts in ([2, 0], [1, 1], [3, 3]):  # a right row that sums to one is no law
        said = message(check.mapping, {"ab": counts}, {"ab": [1, 0]}, name="m")
        assert "m['ab'] is not right. -> At [" in said
    near = [({"a": [5]}, "Five it is not.")]
    assert "Five it is" in message(check.mapping, {"a": [5]}, {"a": [4]}, name="m", near=near)


@pytest.mark.parametrize(
    "right", [4, 4.0, np.int64(4), np.float32(4), torch.tensor(4), np.array([4])], ids=repr
)
def test_a_number_may_be_of_any_kind(right):
    check.number(right, 4, name="n", between=(1, 6), whole=True)


def test_number_says_what_is_wrong():
    for wrong, says in [
        (None, "n is None. -> Give it a value."),
        (True, "n is True"),
        ("4", "holds text"),
        ([4, 4], "one number, and is 2 numbers"),
        (3.5, "whole number"),
        (float("inf"), "whole number"),
        (7, "between 1 and 6"),
        (5, "5 is too large"),
        (3, "Count from 1."),
        (float("nan"), "NaN"),
    ]:
        near = [(3, "Count from 1.")]
        assert says in message(
            check.number, wrong, 4, name="n", between=(1, 6), whole=True, near=near
        )


def test_choice_and_text():
    check.choice(" RISES ", "rises", name="answer", options=["falls", "rises"])
    options = {"name": "answer", "options": ["falls", "rises"]}
    assert "Choose one of 'falls', 'rises'" in message(check.choice, "stays", **options)
    assert "it isn't 'falls'. -> Look." in message(
        check.choice, "falls", "rises", hint="Look.", **options
    )
    check.text(["a", "b"], "ab", name="t", length=2, alphabet="ab")
    assert "3 letters; 2 expected" in message(check.text, "abc", name="t", length=2)
    assert "1 letter; 2 expected" in message(check.text, "a", name="t", length=2)
    assert "holds 'c'" in message(check.text, "abc", name="t", alphabet="ab")
    assert "Letter number 2 is 'b'; expected 'c'" in message(check.text, "ab", "ac", name="t")
    assert "should be a string, and is of type int" in message(check.text, 3, name="t")
    said = message(check.text, ["a", 3], name="t")
    assert said.endswith(
        "list that holds 3. -> Letters are wanted in it, not numbers. Look up "
        "each number's letter first."
    )


# --- samples


@pytest.mark.parametrize("freedom", [1, 2, 5, 26, 100, 700])
def test_the_threshold_never_raises_more_false_alarms_than_stated(freedom):
    assert stats.chi2.sf(_quantile(freedom, 1e-6), freedom) <= 1.05e-6


def test_right_samples_pass_and_the_rate_of_false_alarms_is_as_stated():
    rng = np.random.default_rng(0)
    law = rng.dirichlet(np.full(27, 0.3))
    failures = 0
    for _ in range(2000):
        try:
            check.samples(rng.multinomial(800, law), law, name="s", false_alarm=0.02)
        except check.CheckFailed:
            failures += 1
    assert 10 <= failures <= 75  # 40 expected


def test_samples_of_a_slightly_wrong_law_fail():
    rng = np.random.default_rng(1)
    laws = rng.dirichlet(np.ones(10), size=5)
    counts = np.stack([rng.multinomial(4000, law) for law in laws])
    check.samples(counts, laws, name="s")
    bent = 0.9 * laws + 0.1 * laws[:, ::-1]
    assert "does not follow" in message(check.samples, counts, bent, name="s")
    hint = [(laws, "This is the other law.")]
    assert "This is the other law." in message(check.samples, counts, bent, name="s", near=hint)


def test_an_impossible_outcome_fails_even_once():
    said = message(check.samples, [1, 999], [0.0, 1.0], name="s", labels="ab")
    assert "[0] ('a') came up 1 time; it never should" in said
    said = message(check.samples, [[5, 5], [1, 9]], [[0.5, 0.5], [0, 1]], name="s", labels="ab")
    assert "('b', then 'a') came up 1 time;" in said
    named = (["row x", "row y"], ["a", "b"])
    said = message(check.samples, [[5, 5], [1, 9]], [[0.5, 0.5], [0, 1]], name="s", labels=named)
    assert "('row y', then 'a') came up 1 time;" in said
    check.samples([0, 0], [0.5, 0.5], name="nothing drawn")
    with pytest.raises(ValueError, match="counts has shape"):
        check.samples([1, 2, 3], [0.5, 0.5], name="s")


def test_inputs_repeat_unless_the_grader_sets_a_seed(monkeypatch):
    monkeypatch.delenv("COURSE_CHECK_SEED", raising=False)
    first = check.rng("a").random()
    assert first == check.rng("a").random() != check.rng("b").random()
    monkeypatch.setenv("COURSE_CHECK_SEED", "5")
    assert first != check.rng("a").random()


# --- how it looks, and what it costs


def test_messages_fit_nbgraders_validate_and_hide_the_traceback():
    error = check.CheckFailed("word " * 60, "hint " * 60, "")
    lines = error._render_traceback_()
    assert lines[0].startswith("\x1b[1;31mNot right yet: \x1b[0m")
    assert max(len(line.replace("\x1b[1;31m", "").replace("\x1b[0m", "")) for line in lines) <= 84
    assert issubclass(check.CheckFailed, AssertionError)
    assert len(str(check.CheckFailed("x" * 10_000))) < 500


def test_checks_need_neither_torch_nor_anything_slow():
    code = "import sys, lib.check; sys.exit('torch' in sys.modules or 'scipy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], env=dict(os.environ)).returncode == 0
