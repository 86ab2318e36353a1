"""The attention head, the token strip and the grid of heads: against Python, and what they refuse.

How they behave in a browser is tested in tests/book.
"""

from __future__ import annotations

import numpy as np
import pytest
import torch
from test_widgets import javascript, page

from lib.widgets import AttentionHead, HeadsGrid, TokenStrip, source


def vectors(seed: int, tokens: int = 5, size: int = 3) -> tuple[np.ndarray, ...]:
    rng = np.random.default_rng(seed)
    return tuple(rng.normal(0, 2, (tokens, size)).round(2) for _ in range(3))


@pytest.mark.parametrize("causal", [True, False])
@pytest.mark.parametrize("seed, size", [(0, 1), (1, 2), (2, 4)])
def test_every_stage_is_that_of_numpy_and_torch(causal, seed, size):
    query, key, value = vectors(seed, size=size)
    found = javascript(
        "attention_math.js",
        "m.attend(...a)",
        *(array.tolist() for array in (query, key, value)),
        causal,
    )
    scores = query @ key.T
    masked = scores / np.sqrt(size)
    np.testing.assert_allclose(found["scores"], scores, atol=1e-12)
    np.testing.assert_allclose(found["scaled"], masked, atol=1e-12)
    if causal:
        masked[np.triu_indices(len(masked), 1)] = -np.inf
    told = [[-np.inf if x is None else x for x in row] for row in found["masked"]]  # JSON's null
    np.testing.assert_allclose(told, masked, atol=1e-12)
    np.testing.assert_allclose(np.sum(found["weights"], axis=1), 1)
    head = AttentionHead("abcde", query, key, value, causal=causal)
    np.testing.assert_allclose(found["weights"], head.weights(), atol=1e-12)
    q, k, v = (torch.tensor(array)[None] for array in (query, key, value))
    theirs = torch.nn.functional.scaled_dot_product_attention(q, k, v, is_causal=causal)[0]
    np.testing.assert_allclose(found["output"], theirs, atol=1e-12)


@pytest.mark.parametrize("name", ["attention_head", "token_strip", "heads_grid"])
def test_each_is_one_module(name, tmp_path):
    path = tmp_path / "widget.mjs"
    path.write_text(source.module(name), encoding="utf-8")
    assert javascript(path, "[Object.keys(m), typeof m.default.render]") == [
        ["default"], "function",
    ]  # fmt: skip


def test_without_javascript_the_head_shows_its_weights():
    about = page(AttentionHead(["<a>", "b"], *[np.eye(2)] * 3))
    assert "<td>0.33</td><td>0.67</td>" in about["html"] and "&lt;a&gt;" in about["html"]
    assert about["state"]["row"] == 1 and about["state"]["query"] == [[1, 0], [0, 1]]


def test_without_javascript_the_strip_shows_its_numbers():
    about = page(TokenStrip(["the", " cat"], [np.nan, 3.25]))
    assert "the ␣cat (3.2)" in about["html"]
    assert about["state"]["surprisals"] == [None, 3.25] and about["state"]["chosen"] == 1


def test_without_javascript_the_grid_says_what_the_last_token_looks_at():
    patterns = np.array([[[1, 0], [0.9, 0.1]], [[1, 0], [0.2, 0.8]]])
    about = page(HeadsGrid(patterns, ["a", "b"]))
    assert '<th scope="row">head 1</th><td>a</td>' in about["html"]
    assert '<th scope="row">head 2</th><td>b</td>' in about["html"]
    assert about["state"]["patterns"][1] == [1, 0, 0.2, 0.8]


ONES = np.ones((2, 2))


@pytest.mark.parametrize(
    "change, message",
    [
        ({"tokens": ["a"]}, "tokens"), ({"query": np.ones((3, 2))}, "query has shape"),
        ({"key": np.ones((2, 3))}, "must be alike"), ({"value": np.ones((2, 5))}, "value has"),
        ({"key": ONES * np.nan}, "key must"), ({"value": ONES * 10}, "value must"),
        ({"step": 5}, "step=5"), ({"step": True}, "step"), ({"alt": "No"}, "alt"),
    ],
)  # fmt: skip
def test_head_refuses(change, message):
    good = {"tokens": ["a", "b"], "query": ONES, "key": ONES, "value": ONES}
    with pytest.raises(ValueError, match=message):
        AttentionHead(**{**good, **change})


@pytest.mark.parametrize(
    "tokens, surprisals, details, message",
    [
        ([], [], (), "tokens"), (["a"], [1, 2], (), "surprisals has shape"),
        (["a"], [-1], (), "zero or more"), (["a"], [np.inf], (), "finite"),
        (["a"], [np.nan], (), "given"), (["a"], [1], ("x", "y"), "details"),
    ],
)  # fmt: skip
def test_strip_refuses(tokens, surprisals, details, message):
    with pytest.raises(ValueError, match=message):
        TokenStrip(tokens, surprisals, details=details)


@pytest.mark.parametrize(
    "patterns, labels, message",
    [
        (np.ones((1, 2, 3)), None, "shape"), (np.ones((2, 2)), None, "shape"),
        (np.full((1, 2, 2), 2.0), None, "0 to 1"), (np.full((1, 2, 2), np.nan), None, "0 to 1"),
        (np.ones((1, 2, 2)), ["a", "b"], "labels"), (np.zeros((60000, 2, 2)), None, "takes"),
    ],
)  # fmt: skip
def test_grid_refuses(patterns, labels, message):
    with pytest.raises(ValueError, match=message):
        HeadsGrid(patterns, ["a", "b"], labels=labels)
