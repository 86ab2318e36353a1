"""Cellular automata: against the rules written out, known laws, and what is refused."""

from __future__ import annotations

from math import comb

import pytest
import torch

from lib import automata
from lib.device import generator


@pytest.mark.parametrize("rule", [0, 30, 90, 110, 250, 255])
def test_a_step_follows_the_table_of_the_rule(rule):
    row = torch.randint(2, (50,), generator=generator(rule)).tolist()
    bits = f"{rule:08b}"[::-1]
    wanted = [int(bits[int(f"{row[i - 1]}{row[i]}{row[(i + 1) % 50]}", 2)]) for i in range(50)]
    assert automata.step(torch.tensor(row), rule).tolist() == wanted


def test_many_rows_step_at_once():
    rows = torch.randint(2, (4, 3, 11), generator=generator(1))
    together = automata.step(rows, 30)
    assert torch.equal(together[2, 1], automata.step(rows[2, 1], 30))


def test_rule_90_draws_pascals_triangle_modulo_two():
    row = torch.zeros(41, dtype=torch.uint8)
    row[20] = 1
    grown = automata.history(row, 90, 16)
    for t in range(17):
        cells = [int(grown[t, 20 - t + 2 * i]) for i in range(t + 1)]
        assert cells == [comb(t, i) % 2 for i in range(t + 1)]


@pytest.mark.parametrize("ahead", [1, 4, 7])
def test_the_future_of_rule_90_is_a_parity(ahead):
    rows, after = automata.rows_and_futures(90, ahead, 33, 200, generator(ahead))
    places = [16 - ahead + 2 * i for i in range(ahead + 1) if comb(ahead, i) % 2]
    assert torch.equal(rows[:, places].sum(1) % 2, after)


def test_rows_are_fair_and_repeat_with_their_seed():
    rows, _ = automata.rows_and_futures(30, 1, 33, 2000, generator(3))
    assert abs(float(rows.float().mean()) - 0.5) < 0.01
    again, _ = automata.rows_and_futures(30, 1, 33, 2000, generator(3))
    assert torch.equal(rows, again)


def test_the_majority_is_taken_from_what_is_known():
    known, asked = torch.tensor([0, 0, 1]), torch.tensor([1, 1, 1, 0])
    assert automata.majority(known, asked) == 0.25


@pytest.mark.parametrize("rule", [-1, 256, True, 1.5])
def test_a_rule_has_eight_bits(rule):
    with pytest.raises(ValueError, match="rule="):
        automata.step(torch.zeros(5), rule)


def test_cells_are_zero_or_one():
    with pytest.raises(ValueError, match="0 and 1 only"):
        automata.step(torch.tensor([0, 2, 1]), 30)


@pytest.mark.parametrize(("cells", "ahead"), [(4, 1), (5, 3)])
def test_rows_must_be_odd_and_long_enough(cells, ahead):
    with pytest.raises(ValueError, match=f"cells={cells}"):
        automata.rows_and_futures(30, ahead, cells, 1, generator(0))
