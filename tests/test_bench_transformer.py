"""The transformer's benchmark on a few strings: its loops are alike in all but speed."""

from __future__ import annotations

import pytest
import torch

from lib import parens
from lib.device import generator
from lib.project import bench_transformer
from lib.project.bench_transformer import hugging_face, like_mingpt, ours


@pytest.fixture
def rows(monkeypatch):
    for name, value in {
        "BATCH": 4,
        "WARM_UP": 1,
        "STEPS": 3,
        "ROUNDS": 1,
        "CONTEXTS": (8,),
    }.items():
        monkeypatch.setattr(bench_transformer, name, value)
    strings = parens.sample(bench_transformer.PAIRS, 16, generator(0))
    end = torch.full((16, 1), parens.END)
    return torch.cat((end, strings, end), 1).view(4, 4, -1)


def test_all_loops_take_the_same_steps(rows):
    losses = [list(loop(rows)) for loop in (ours, hugging_face, like_mingpt)]
    assert losses[0][1] < losses[0][0]  # it learns
    for other in losses[1:]:
        assert other == pytest.approx(losses[0], abs=1e-4)


def test_the_table(rows, monkeypatch):
    monkeypatch.setattr(bench_transformer, "has_bfloat16", lambda device: True)
    monkeypatch.setattr(bench_transformer, "seconds", lambda work: (2.0, work()))
    table = list(bench_transformer.training_and_writing())
    assert [row.unit for row in table] == ["tokens/s"] * 4
    assert all(row.ours > 0 and row.baseline > 0 for row in table)
    assert table[3].ours == 16 * 7 / 2


def test_a_loop_that_cheats_gets_no_row(rows, monkeypatch):
    def half(rows):  # shorter strings are quicker
        return ours(rows[:, :, :20])

    monkeypatch.setattr(bench_transformer, "like_mingpt", half)
    with pytest.raises(AssertionError, match="the losses differ"):
        next(bench_transformer.training_and_writing())
