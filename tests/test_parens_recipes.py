"""The shipped parentheses model is what its card says; the studies measure what they name."""

from __future__ import annotations

import json

import pytest
import torch

from lib import checkpoints
from lib.nets import count_parameters
from lib.parens import END, coin_law, coin_stream, decode, is_balanced
from lib.project import parens_recipes as recipes
from lib.project import parens_studies as studies
from lib.transformer import Config, Transformer

TINY = Config(3, 14, 16, 2, 1)


def test_the_shipped_model_is_what_its_card_says():
    about = checkpoints.card("parens")
    model = checkpoints.load("parens", Transformer(Config(**about["config"])))
    assert Config(**about["config"]) == recipes.SHIPPED
    assert about["parameters"] == count_parameters(model)
    said, found = about["metrics"], recipes.quality(model, recipes.PAIRS, strings=800, seed=1)
    assert found["floor, bits a token"] == said["floor, bits a token"]
    assert found["bits above the floor"] < 2 * said["bits above the floor"] + 1e-4 <= 1.1e-3
    assert found["mass on impossible tokens"] < 5 * said["mass on impossible tokens"] <= 1e-3
    assert found["samples balanced"] >= 0.99
    assert said["samples balanced"] >= 0.998


def test_batches_are_new_strings_of_mixed_lengths():
    feed = recipes.batches(6, 64, seed=1)
    inputs, targets = next(feed)
    again, _ = next(feed)
    assert inputs.shape == targets.shape == (64, 13)
    assert not torch.equal(inputs, again)
    assert all(is_balanced(row[row != END]) for row in inputs)
    assert len({len(decode(row)) for row in inputs}) > 3


def test_a_model_is_taught_measured_and_written(tmp_path, monkeypatch):
    monkeypatch.setattr(recipes, "PAIRS", 6)
    monkeypatch.setattr(recipes, "SHIPPED", TINY)
    monkeypatch.setattr(recipes, "COURSES", ((60, 64, 0.01), (20, 32, 0.003)))
    recipes.parens(tmp_path)
    about = json.loads((tmp_path / "checkpoints" / "parens.json").read_text("utf-8"))
    assert about["examples"] == 60 * 64 + 20 * 32
    assert "60 steps" in about["recipe"] and "20 steps" in about["recipe"]
    found = about["metrics"]
    # It has learned something, and does not know the law yet.
    assert 1e-4 < found["bits above the floor"] < 0.4
    assert found["mass on impossible tokens"] >= found["mass on illegal tokens"] > 0
    again = Transformer(TINY)
    again.load_state_dict(
        {
            name: weights.float()
            for name, weights in checkpoints.safetensors.torch.load_file(
                tmp_path / "checkpoints" / "parens.safetensors"
            ).items()
        }
    )
    assert recipes.quality(again, 6, strings=10_000, seed=103) == pytest.approx(found)


class Exact(torch.nn.Module):
    """The law of the language without a clock, as a model."""

    def forward(self, rows):
        return coin_law(rows).log()


def test_the_zones_of_the_law_itself_and_of_a_model_that_never_counts():
    rows = coin_stream(2 * studies.TRAINED + 1, 200, torch.Generator().manual_seed(1))
    for zone in studies.zones(Exact()(rows), rows).values():
        assert zone == {"accuracy": 1, "close calls": 1, "illegal": 0, "excess": 0}
    always = torch.tensor([0.5, 0.5, 0.0]).log().expand(*rows.shape, 3)
    found = studies.zones(always, rows)["trained"]
    # It is right where something is open, and of the close calls at those with one open.
    assert found["accuracy"] > 0.8 and 0.2 < found["close calls"] < 0.8
    assert found["illegal"] == pytest.approx((1 - found["accuracy"]) / 2, abs=0.02)
    assert found["excess"] == float("inf")


def test_how_deep_a_model_counts():
    assert studies.reach(Exact()) == studies.TRAINED - 1

    class Forgets(Exact):
        def forward(self, rows):
            logits = super().forward(rows)
            logits[:, 12:] = 0
            return logits

    assert studies.reach(Forgets()) == 5  # END and 2 * 5 parentheses


def test_labels_are_those_of_counting():
    good = torch.tensor([[0, 1, 0, 1]])
    rows, labels = studies.labeled(good, torch.tensor([[0, 1, 1, 0], [0, 0, 1, 1]]))
    assert rows.shape == (3, 5) and (rows[:, 0] == END).all()
    assert labels.tolist() == [1, 0, 1]  # a coin string may happen to be balanced
