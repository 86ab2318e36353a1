"""Checkpoints: saving, loading, the table of recipes, and that a card says what its file is."""

from __future__ import annotations

import importlib
import json

import pytest
import torch

from lib import checkpoints, data, digits
from lib.data import DataUnavailable
from lib.data.bundle import shipped_folder
from lib.device import generator
from lib.nets import MLP, LeNet, count_parameters
from lib.project import checkpoints as recipes
from lib.project import digits_recipes, lore_recipes

ABOUT = {"data": "none", "command": "none", "seconds": {"wall": 0}, "metrics": {}}
SHIPPED = sorted(path.stem for path in (shipped_folder() / "checkpoints").glob("*.safetensors"))
DIGIT_NETS = {
    "digits-lenet": lambda: LeNet(),
    "digits-small": lambda: LeNet(maps=(8, 16), hidden=32),
}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(data.bundle, "shipped_folder", lambda: tmp_path)
    return tmp_path / "checkpoints"


def test_a_checkpoint_comes_back_in_half_precision(folder):
    net = MLP([3, 4, 2], generator=generator(1))
    checkpoints.save(folder, "tiny", net, ABOUT)
    again = checkpoints.load("tiny", MLP([3, 4, 2], generator=generator(2)))
    assert not again.training
    for mine, theirs in zip(net.parameters(), again.parameters(), strict=True):
        assert theirs.dtype == torch.float32
        assert torch.equal(mine.half().float(), theirs)
    assert checkpoints.card("tiny") == ABOUT


def test_a_model_of_another_make_is_refused(folder):
    checkpoints.save(folder, "tiny", MLP([3, 4, 2]), ABOUT)
    with pytest.raises(ValueError, match="does not fit the checkpoint 'tiny'"):
        checkpoints.load("tiny", MLP([3, 5, 2]))


def test_a_card_must_say_how_it_was_made(folder):
    with pytest.raises(ValueError, match=r"about must have \['metrics', 'seconds'\]"):
        checkpoints.save(folder, "tiny", MLP([1, 1]), {"data": "", "command": ""})


def test_a_missing_checkpoint_is_named():
    with pytest.raises(DataUnavailable, match="nothing.safetensors"):
        checkpoints.load("nothing", MLP([1, 1]))
    with pytest.raises(DataUnavailable, match="nothing.json"):
        checkpoints.card("nothing")


@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_checkpoint_has_a_card_and_a_small_file(name):
    about = checkpoints.card(name)
    assert {"data", "command", "seconds", "metrics"} <= set(about)
    assert about["command"] == recipes.command(name)
    assert (shipped_folder() / "checkpoints" / f"{name}.safetensors").stat().st_size <= 4_000_000


@pytest.mark.parametrize("name", DIGIT_NETS)
def test_the_digit_readers_are_what_their_cards_say(name):
    """Held against scikit-learn's digits, which need no network."""
    net = checkpoints.load(name, DIGIT_NETS[name]())
    about = checkpoints.card(name)
    assert about["parameters"] == count_parameters(net)
    assert about["metrics"]["test accuracy, as stored"] >= 0.993
    other = digits.load("scikit-learn")
    found = digits_recipes.accuracy(net, other.test_images, other.test_labels)
    said = about["metrics"]["scikit-learn's last 360, never trained on"]
    assert found == pytest.approx(said, abs=0.003)


@pytest.mark.parametrize("name", DIGIT_NETS)
def test_the_digit_readers_on_mnist_itself(name):
    try:
        mnist = digits.load("mnist")
    except DataUnavailable as reason:
        pytest.skip(str(reason).splitlines()[0])
    net = checkpoints.load(name, DIGIT_NETS[name]())
    found = digits_recipes.accuracy(net, mnist.test_images, mnist.test_labels)
    said = checkpoints.card(name)["metrics"]["test accuracy, as stored"]
    assert found == pytest.approx(said, abs=2e-4)


def test_a_recipe_is_trained_and_measured(tmp_path, monkeypatch):
    """One epoch on a few of scikit-learn's digits, in MNIST's place."""
    few = digits.load("scikit-learn")
    monkeypatch.setattr(digits_recipes.digits, "load", lambda source: few)
    net = LeNet(maps=(2, 3), hidden=4, generator=generator(0))
    digits_recipes.reader(tmp_path, "tiny", net, epochs=12, peak=0.01)
    about = json.loads((tmp_path / "checkpoints" / "tiny.json").read_text())
    assert about["command"] == "python -m lib.project checkpoints tiny"
    assert about["parameters"] == count_parameters(net)
    assert 0.3 < about["metrics"]["test accuracy, as stored"] <= 1


def test_recipes_are_run_by_name(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(recipes, "RECIPES", {})
    monkeypatch.setattr(recipes, "ROOMS", ())

    @recipes.recipe("one")
    def one(folder):
        """Writes a number."""
        recipes.write_result(folder, "one", {"a": 1, "b": [1, 2]})

    with pytest.raises(ValueError, match="'one' already"):
        recipes.recipe("one")(one)
    assert recipes.main(["one", "--out", str(tmp_path)]) == 0
    assert json.loads((tmp_path / "results" / "one.json").read_text()) == {"a": 1, "b": [1, 2]}
    with pytest.raises(SystemExit):
        recipes.main(["two"])
    assert "expected some of one, got 'two'" in capsys.readouterr().err


RESULTS = sorted(path.stem for path in (shipped_folder() / "results").glob("*.json"))


@pytest.mark.parametrize("name", RESULTS)
def test_every_shipped_result_names_a_recipe_that_makes_it(name):
    for room in recipes.ROOMS:
        importlib.import_module(f"lib.project.{room}")
    result = json.loads((shipped_folder() / "results" / f"{name}.json").read_text("utf-8"))
    assert name in recipes.RECIPES
    assert result["command"] == recipes.command(name)
    assert result["seconds"]["cpu"] > 0 and result["data"]


def test_nets_side_by_side_see_batches_of_their_own_and_learn():
    inputs = torch.rand(300, 784, generator=generator(0))
    targets = (inputs[:, 0] > 0.5).long()
    first, _ = next(lore_recipes.own_batches((inputs, targets), 20, 1, 3))
    assert first.shape == (3, 20, 784) and not torch.equal(first[0], first[1])
    inputs[:, 0] *= 20
    found = lore_recipes.error_of([784, 16, 10], (inputs, targets), (inputs, targets), 150)
    assert len(found) == lore_recipes.STARTS and max(found) < 0.3


def test_letter_batches_hold_what_follows():
    text = torch.arange(27).repeat(20)
    letters, after = next(lore_recipes.letter_batches([text, text], 30, 0))
    assert letters.shape == (2, 30, lore_recipes.CONTEXT) and after.shape == (2, 30)
    assert torch.equal((letters[..., -1] + 1) % 27, after)
    net = lore_recipes.letter_net(5, 0)
    assert net(letters[0]).shape == (30, 27)
    assert count_parameters(net) == 27 * 16 + 128 * 5 + 5 + 27 * 5 + 27
