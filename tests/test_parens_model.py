"""The parentheses widget: its JavaScript against lib.parens, its page, and what it refuses.

How it behaves in a browser is tested in tests/book; its transformer in test_transformer_js.py.
"""

from __future__ import annotations

import doctest
from collections import Counter

import numpy as np
import pytest
import torch
from scipy import stats
from test_widgets import FOLDER, javascript, page

import lib.widgets.parens_model as module
from lib.device import generator
from lib.parens import END, VOCAB, Law, coin_law, depth, encode, is_balanced
from lib.transformer import Config, Transformer
from lib.widgets import ParensModel, source

LAW = "parens_law.js"
TINY = Config(vocab_size=3, context=9, d_model=8, n_heads=2)
TABLE = """(() => {
  const law = m.lawOf(a[0]);
  const range = (n) => [...Array(n).keys()];
  return range(a[1]).map((place) => range(a[2]).map((open) => law(place, open)));
})()"""


def tiny(seed: int = 0, **changes: object) -> Transformer:
    """A model that has learned nothing, but says something definite."""
    model = Transformer(Config(**{**TINY.__dict__, **changes}), generator(seed))
    with torch.no_grad():
        for weights in model.parameters():
            weights.copy_(0.4 * torch.randn(weights.shape, generator=generator(seed + 1)))
    return model.half().float()


@pytest.fixture
def widget() -> ParensModel:
    return ParensModel(tiny(), Law.upto(4), text="(()")


# The JavaScript against Python.


@pytest.mark.parametrize(
    "law", [Law.upto(4), Law.upto(32), Law.fixed(5), Law([0.5, 0, 2, 1]), Law([0, 1])]
)
def test_the_law_is_the_library_s(law):
    places, opens, _ = law.table.shape
    found = javascript(LAW, TABLE, list(law.weights), places + 1, opens + 1)
    assert found[-1] == [None] * (opens + 1)
    assert all(row[-1] is None for row in found[opens:])  # too deep to close in time
    for place, row in enumerate(found[:-1]):
        for opened, cell in enumerate(row[:-1]):
            wanted = law.table[place, opened]
            told = [np.nan] * 3 if cell is None else cell
            np.testing.assert_allclose(told, wanted, atol=1e-12, err_msg=f"{place}, {opened}")


def test_the_law_without_a_clock_is_the_library_s():
    texts = ["", "(", "()", "(()", "()()", "(((", "((()))"]
    run = "a[0].map((t) => m.lawOf(null)(t.length, m.depths(t).at(-1)))"
    wanted = [coin_law(torch.cat([torch.tensor([END]), encode(t)]))[-1].tolist() for t in texts]
    assert javascript(LAW, run, texts) == wanted
    assert javascript(LAW, "m.lawOf(null)(1, -1)") is None


@pytest.mark.parametrize("text", ["", "(", "())(", "(()(()))"])
def test_tokens_and_depths_are_the_library_s(text):
    tokens, depths = javascript(LAW, "[m.tokensOf(a[0]), m.depths(a[0])]", text)
    row = torch.cat([torch.tensor([END]), encode(text)])
    assert tokens == row.tolist() and depths == depth(row).tolist()
    assert javascript(LAW, "m.SYMBOLS") == list(VOCAB.symbols)


RANDOM = """import(a[3]).then(({ randomStream }) => {
  const next = randomStream(a[2]);
  return Array.from({ length: a[1] }, () => m.balanced(m.lawOf(a[0]), a[4], next));
})"""


def random_strings(weights: list[float] | None, size: int, most: int) -> list[str | None]:
    chances = (FOLDER / "chances.js").as_uri()
    return javascript(LAW, f"await {RANDOM}", weights, size, 1, chances, most)


def test_random_strings_follow_the_law():
    drawn = Counter(random_strings(list(Law.upto(3).weights), 6000, 6))
    assert len(drawn) == 1 + 2 + 5
    pairs = [len(text) // 2 for text in drawn]
    expected = [6000 / 3 / (1, 2, 5)[n - 1] for n in pairs]
    assert stats.chisquare(list(drawn.values()), expected).pvalue > 1e-3


def test_without_a_clock_too_long_ones_are_given_up():
    drawn = random_strings(None, 500, 20)
    kept = [text for text in drawn if text is not None]
    assert 0 < len(drawn) - len(kept) < 250
    assert all(len(text) <= 20 and is_balanced(encode(text)) for text in kept)


# What Python makes of it.


def test_the_examples_in_the_docstring():
    result = doctest.testmod(module)
    assert result.attempted > 0 and result.failed == 0


def test_it_is_one_module(tmp_path):
    path = tmp_path / "widget.mjs"
    path.write_text(source.module("parens_model"), encoding="utf-8")
    assert javascript(path, "Object.keys(m)") == ["default"]


def test_the_page_gets_all_that_it_needs(widget):
    about = page(widget)
    assert set(about["state"]) == {
        *("alt", "chosen", "examples", "head", "law", "net", "probes", "seed", "stage", "text"),
    }  # fmt: skip
    assert about["state"]["law"] == list(Law.upto(4).weights)
    assert about["state"]["net"]["config"]["d_model"] == 8


def test_without_javascript_the_chances_stand_in_the_page(widget):
    chances, exact = widget.chances(), Law.upto(4).next(encode("(()"))
    about = page(widget)
    for symbol, ours, theirs in zip(VOCAB.symbols, chances, exact, strict=True):
        row = f'<th scope="row">{symbol}</th><td>{100 * ours:.1f} %</td><td>{100 * theirs:.1f} %'
        assert row in about["html"]
    widget.text = "())"
    assert widget.exact() is None and "Exact" not in page(widget)["html"]


def test_without_a_clock_it_has_no_longest_string():
    widget = ParensModel(tiny(), None, text="((((")
    assert widget.law is None and widget.exact().tolist() == [0.5, 0.5, 0]
    assert [label for label, _ in widget.examples] == ["Balanced", "Not balanced", "Deep"]


def test_examples_fit_the_model_and_keep_their_promise():
    told = dict(ParensModel(tiny(context=40), Law.upto(8)).examples)
    assert is_balanced(encode(told["Balanced"])) and not is_balanced(encode(told["Not balanced"]))
    law = Law.upto(8)
    assert law.next(encode(told["As deep as can be"])).tolist() == [0, 1, 0]
    assert len(told["One symbol left"]) == 15
    assert law.next(encode(told["One symbol left"])).tolist() == [0, 1, 0]
    assert len(told["Longer than any it learned"]) > 16
    few = ParensModel(tiny(context=5), Law.upto(8), text="").examples
    assert all(len(text) <= 4 for _, text in few)


def test_probes_are_kept_with_their_constants():
    probes = np.arange(27.0).reshape(3, 9) / 7
    widget = ParensModel(tiny(), Law.upto(4), probes=probes)
    np.testing.assert_allclose(widget.probes, probes, atol=1e-6)
    assert widget.stage == 2


def test_a_new_text_must_be_one_that_it_can_read(widget):
    widget.text = "()()"
    with pytest.raises(ValueError, match="parentheses alone"):
        widget.text = "(x)"
    with pytest.raises(ValueError, match="room for 8"):
        widget.text = "(" * 9
    assert widget.text == "()()"


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"model": torch.nn.Linear(2, 2)}, TypeError, "model"),
        ({"model": tiny(vocab_size=4)}, ValueError, "3 tokens"),
        ({"model": tiny(causal=False)}, ValueError, "causal=False"),
        ({"law": [1, 2]}, TypeError, "law"),
        ({"law": Law.upto(4, end=False)}, ValueError, "END"),
        ({"text": "( )"}, ValueError, "text='\\( \\)'"),
        ({"text": "(" * 9}, ValueError, "room for 8"),
        ({"text": 3}, ValueError, "text=3"),
        ({"examples": {"Other": "[]"}}, ValueError, "examples"),
        ({"probes": np.zeros((2, 9))}, ValueError, r"\(3, 9\)"),
        ({"probes": np.full((3, 9), np.nan)}, ValueError, "finite"),
        ({"head": 4}, ValueError, "0 to 3"),
        ({"head": True}, ValueError, "head"),
        ({"alt": "No"}, ValueError, "alt"),
    ],
)
def test_it_refuses(arguments, error, message):
    with pytest.raises(error, match=message):
        ParensModel(**{"model": tiny(), "law": Law.upto(4), **arguments})
