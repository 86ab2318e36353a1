"""Parentheses: draws against enumeration, the law against brute force, trees against counting."""

from __future__ import annotations

import itertools
import math
from collections import Counter

import numpy as np
import pytest
import torch
from scipy import stats

from lib.device import generator
from lib.parens import (
    CLOSE,
    END,
    OPEN,
    VOCAB,
    Law,
    by_length,
    closing_probability,
    coin_law,
    coin_stream,
    decode,
    depth,
    encode,
    floor_nats,
    hard_negatives,
    illegal_mass,
    is_balanced,
    next_law,
    parse_tree,
    sample,
    sample_upto,
    score,
    to_predict,
)
from lib.sampling import generate


def counted(text: str) -> bool:
    """The counting program, with no help from the library."""
    height = 0
    for character in text:
        height += 1 if character == "(" else -1
        if height < 0:
            return False
    return height == 0


def enumerated(pairs: int) -> list[str]:
    return ["".join(s) for s in itertools.product("()", repeat=2 * pairs) if counted("".join(s))]


def catalan(n: int) -> int:
    return math.comb(2 * n, n) // (n + 1)


def p_value(found: Counter, wanted: dict) -> float:
    """Chi-square of counts against probabilities; nothing else may turn up."""
    assert set(found) <= set(wanted)
    total = sum(found.values())
    keys = list(wanted)
    expected = np.array([wanted[key] for key in keys]) * total
    assert expected.min() > 5
    return stats.chisquare([found[key] for key in keys], expected * total / expected.sum()).pvalue


@pytest.mark.parametrize("pairs", [1, 2, 3, 4, 5])
def test_every_balanced_string_is_equally_likely(pairs):
    strings = enumerated(pairs)
    assert len(strings) == catalan(pairs)
    found = Counter(decode(row) for row in sample(pairs, 60 * len(strings), generator(pairs)))
    if pairs == 1:
        assert set(found) == {"()"}
    else:
        assert p_value(found, dict.fromkeys(strings, 1 / len(strings))) > 1e-4


@pytest.mark.parametrize("pairs", [20, 27, 28, 63, 64])  # one word of random bits, and several
def test_the_first_return_of_long_strings_follows_the_catalan_numbers(pairs):
    rows = sample(pairs, 4000, generator(pairs))
    assert rows.dtype == torch.int64 and is_balanced(rows).all()
    first = ((depth(rows) == 0).long().argmax(1) + 1) // 2
    law = {k: catalan(k - 1) * catalan(pairs - k) / catalan(pairs) for k in range(1, pairs + 1)}
    # What is expected fewer than 8 times goes into one class.
    common = {k: p for k, p in law.items() if 4000 * p > 8}
    rare = 1 - sum(common.values())
    found = Counter(k if k in common else 0 for k in first.tolist())
    assert p_value(found, common | ({0: rare} if 4000 * rare > 5 else {})) > 1e-4


def test_draws_across_chunks_are_new_and_come_again_with_the_seed():
    rows = sample(20, 70_000, generator(1))
    assert len(torch.unique(rows, dim=0)) == len(rows)  # of 6.6e9 strings
    assert torch.equal(rows, sample(20, 70_000, generator(1)))
    assert sample(3, 0, generator(1)).shape == (0, 6)


def test_mixed_lengths_are_uniform_in_length_and_then_in_shape():
    rows, lengths = sample_upto(4, 20_000, generator(2), min_pairs=2)
    assert rows.shape == (20_000, 10) and (rows[:, 0] == END).all()
    strings = {s: 1 / 3 / catalan(n) for n in (2, 3, 4) for s in enumerated(n)}
    assert p_value(Counter(map(decode, rows)), strings) > 1e-4
    assert torch.equal((rows != END).sum(1), lengths)


def brute_force(weights: list[float], prefix: str, end: bool) -> np.ndarray:
    mass = np.zeros(3)
    for n, weight in enumerate(weights):
        for text in enumerated(n) if weight else []:
            if text.startswith(prefix):
                token = END if text == prefix else "()".index(text[len(prefix)])
                mass[token] += weight / catalan(n)
    if not end:
        mass[END] = 0
    return mass / mass.sum() if mass.sum() else mass * np.nan


@pytest.mark.parametrize("end", [True, False])
@pytest.mark.parametrize(
    "weights", [[0, 0, 0, 0, 1], [0, 1, 1, 1, 1], [0, 0, 1, 1], [0.1, 0.2, 0, 0.3, 0.15]]
)
def test_the_law_is_that_of_brute_force(weights, end):
    law = Law(weights, end)
    longest = len(weights) - 1
    seen = 0
    for size in range(2 * longest + 1):
        for prefix in map("".join, itertools.product("()", repeat=size)):
            wanted = brute_force(law.weights, prefix, end)
            if not np.isnan(wanted).any():
                np.testing.assert_allclose(law.next(encode(prefix)), wanted, atol=1e-12)
                seen += 1
    assert seen > 15


def test_the_law_of_one_length_is_arnold_and_sleeps():
    law = Law.fixed(30)
    for position in range(60):
        for opened in range(position % 2, min(position, 60 - position) + 1, 2):
            wanted = closing_probability(opened, 60 - position)
            assert law.table[position, opened, CLOSE].item() == pytest.approx(wanted, abs=1e-12)
    assert law.table[60, 0].tolist() == [0, 0, 1]


def test_the_law_holds_for_long_strings_and_adds_up():
    law = Law.upto(300)
    known = ~law.table.isnan().any(-1)
    assert known[599, 1] and not known[599, 0]
    assert torch.allclose(law.table[known].sum(-1), torch.ones(1, dtype=torch.float64))


def test_the_floor_is_the_mean_surprise_of_the_law_itself():
    for pairs in (3, 10):
        assert Law.fixed(pairs, end=False).floor() == pytest.approx(floor_nats(pairs))
        assert floor_nats(pairs) == pytest.approx(math.log(catalan(pairs)) / (2 * pairs))
    law = Law.upto(4)
    logs = tokens = 0.0
    for n in range(1, 5):
        for text in enumerated(n):
            row = torch.cat([torch.tensor([END]), encode(text), torch.tensor([END])])
            chances = law.along(row[:-1]).gather(-1, row[1:, None])
            logs -= chances.log().sum().item() / 4 / catalan(n)
        tokens += (2 * n + 1) / 4
    assert law.floor() == pytest.approx(logs / tokens)


def test_the_law_writes_what_it_was_made_for():
    law = Law.upto(3)
    start = torch.full((6000, 1), END)
    written = generate(law.next_logits, start, 7, generator=generator(4), stop=END)
    strings = {s: 1 / 3 / catalan(n) for n in (1, 2, 3) for s in enumerated(n)}
    assert p_value(Counter(map(decode, written)), strings) > 1e-4


def test_depth_and_balance_are_those_of_counting():
    for size in range(9):
        for text in map("".join, itertools.product("()", repeat=size)):
            assert bool(is_balanced(encode(text))) == counted(text)
            heights = [text[: i + 1].count("(") - text[: i + 1].count(")") for i in range(size)]
            assert depth(encode(text)).tolist() == heights


@pytest.mark.parametrize(
    ("row", "wanted"),
    [
        ([END, OPEN, CLOSE, END, END], True),
        ([END, END, END], True),
        ([END, OPEN, END, CLOSE, END], False),
        ([END, OPEN, CLOSE, END, OPEN, CLOSE], False),
        ([END, OPEN, OPEN, CLOSE, END], False),
        ([END, END, OPEN, CLOSE], False),
        ([OPEN, CLOSE, END], True),
    ],
)
def test_balance_of_rows_with_end(row, wanted):
    assert bool(is_balanced(torch.tensor(row))) is wanted


def test_near_misses_pass_every_shortcut_and_are_not_balanced():
    rows = hard_negatives(8, 500, generator(3))
    assert rows.shape == (500, 16)
    assert not is_balanced(rows).any()
    assert (rows[:, 0] == OPEN).all() and (rows[:, -1] == CLOSE).all()
    assert (depth(rows)[:, -1] == 0).all() and (depth(rows).amin(1) == -1).all()


def test_near_misses_are_equally_likely():
    every = map("".join, itertools.product("()", repeat=8))
    near = [
        s for s in every
        if s[0] == "(" and s[-1] == ")" and s.count("(") == 4
        and min(s[:i].count("(") - s[:i].count(")") for i in range(9)) == -1
    ]  # fmt: skip
    found = Counter(map(decode, hard_negatives(4, 100 * len(near), generator(5))))
    assert p_value(found, dict.fromkeys(near, 1 / len(near))) > 1e-4


def test_parse_trees_pair_what_belongs_together():
    for row in sample(7, 50, generator(6)):
        text = decode(row)
        tree = parse_tree(text)
        assert sorted(itertools.chain(*tree.spans)) == list(range(14))
        for number, (first, last) in enumerate(tree.spans):
            assert text[first] == "(" and text[last] == ")" and counted(text[first : last + 1])
            around = [i for i, (a, b) in enumerate(tree.spans) if a < first and last < b]
            assert tree.levels[number] == len(around)
            assert tree.parents[number] == (around[-1] if around else -1)


def test_the_language_without_a_clock():
    rows = coin_stream(40, 4000, generator(7))
    law = coin_law(rows)
    for kind in law.reshape(-1, 3).unique(dim=0):
        here = (law[:, :-1] == kind).all(-1)
        after = rows[:, 1:][here]
        found = Counter(after.tolist())
        if float(kind.max()) == 1:
            assert found.keys() == {OPEN}
        else:
            wanted = {token: p for token, p in enumerate(kind.tolist()) if p}
            assert p_value(found, wanted) > 1e-4
    assert (depth(rows) >= 0).all() and (depth(rows)[rows == END] == 0).all()


def test_what_is_to_be_predicted_ends_with_end():
    rows, lengths = sample_upto(5, 300, generator(8))
    inputs, targets = to_predict(rows)
    assert inputs.shape == targets.shape == (300, 11)
    assert torch.equal((targets != -100).sum(1), lengths + 1)
    asked = targets != -100
    assert torch.equal(targets[asked], rows[:, 1:][asked])


def test_the_score_of_models_whose_faults_are_known():
    rows, _ = sample_upto(3, 2000, generator(9))
    law = Law.upto(3).along(rows)
    right = score(law.log(), rows, law)
    assert right.excess == right.illegal == right.worst == 0
    assert right.prefixes == int((rows != END).sum()) + len(rows)
    uniform = score(torch.zeros(*rows.shape, 3), rows, law)
    assert uniform.illegal == pytest.approx(1 / 3)
    # A model that knows nothing loses log2(3) less the floor.
    wanted = math.log2(3) - Law.upto(3).floor() / math.log(2)
    assert uniform.excess == pytest.approx(wanted, abs=0.02)
    assert illegal_mass(torch.tensor([[0.0, 0.0, math.log(2)]]), torch.tensor([OPEN])) == 0.5
    always_end = torch.zeros(*rows.shape, 3)
    always_end[..., END] = math.log(2)
    # At the start END is allowed by the grammar, but not by the law: there is no empty string.
    assert score(always_end, rows, law).impossible > score(always_end, rows, law).illegal


def test_sets_by_length():
    found = by_length([2, 5], 7, generator(10))
    assert {n: tuple(rows.shape) for n, rows in found.items()} == {2: (7, 4), 5: (7, 10)}
    assert VOCAB.symbols == ("(", ")", "END")


@pytest.mark.parametrize(
    ("call", "error", "says"),
    [
        (lambda: encode("(x)"), ValueError, "'x' at place 1"),
        (lambda: encode(["("]), TypeError, "text: expected a string"),
        (lambda: decode(torch.tensor([0, 2, 1])), ValueError, "between parentheses"),
        (lambda: decode(torch.tensor([[0, 1]])), ValueError, "one row"),
        (lambda: depth(torch.tensor([0.0])), TypeError, "expected an int64 tensor"),
        (lambda: depth(torch.tensor([3])), ValueError, "ids from 0 to 2"),
        (lambda: parse_tree("())"), ValueError, "the ) at place 2"),
        (lambda: parse_tree("(()"), ValueError, "the ( at place 0"),
        (lambda: sample(0, 3, generator(0)), ValueError, "pairs: expected at least 1"),
        (lambda: sample(2.5, 3, generator(0)), TypeError, "pairs: expected an integer"),
        (lambda: sample(2, -1, generator(0)), ValueError, "size: expected at least 0"),
        (lambda: sample(2, 1, 0), TypeError, "generator: expected a torch.Generator"),
        (lambda: sample_upto(2, 1, generator(0), min_pairs=3), ValueError, "max_pairs: expected"),
        (lambda: hard_negatives(2, 1, generator(0)), ValueError, "pairs: expected at least 3"),
        (lambda: closing_probability(1, 4), ValueError, "left=4 must be 1"),
        (lambda: floor_nats(0), ValueError, "pairs: expected at least 1"),
        (lambda: Law([1.0]), ValueError, "weights="),
        (lambda: Law([0, -1, 2]), ValueError, "weights="),
        (lambda: Law([0, 1, float("nan")]), ValueError, "weights="),
        (lambda: Law.upto(3).next(encode("())")), ValueError, "more is closed"),
        (lambda: Law.upto(3).next(encode("((((")), ValueError, "longer or deeper"),
        (lambda: Law.fixed(3).next(encode("(())(((")), ValueError, "longer or deeper"),
        (lambda: Law.fixed(3).next(encode("()()((")), ValueError, "no string of this law"),
        (lambda: Law.upto(3).next(torch.tensor([END])), ValueError, "parentheses alone"),
        (lambda: Law.upto(3).along(torch.tensor([0, 1])), ValueError, "begin with END"),
        (lambda: Law.upto(3).along(torch.tensor([2, 0, 2])), ValueError, "no string of this law"),
        (lambda: Law.upto(3).along(torch.tensor([2, 2, 0])), ValueError, "after the END"),
        (lambda: Law.upto(3, end=False).entropy(), ValueError, "end=False"),
        (lambda: coin_law(torch.tensor([2, 1])), ValueError, "closed what is not open"),
        (lambda: coin_law(torch.tensor([2, 0, 2])), ValueError, "ended what is not closed"),
        (lambda: score(torch.zeros(1, 2, 3), torch.tensor([[2]]), torch.zeros(1, 1, 3)),
         ValueError, "one row of three"),
    ],
)  # fmt: skip
def test_what_can_not_be_right_is_refused(call, error, says):
    with pytest.raises(error, match=says.replace("(", r"\(").replace(")", r"\)")):
        call()


def test_next_law_is_the_law():
    assert torch.equal(next_law(encode("(()"), 4), Law.upto(4).next(encode("(()")))
    assert torch.equal(next_law(encode("(()"), 4, fixed=True), Law.fixed(4).next(encode("(()")))
