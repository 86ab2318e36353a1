"""`lib.attention` against torch's own attention, and what each kind of position promises."""

from __future__ import annotations

import doctest
import math

import pytest
import torch
import torch.nn.functional as F

from lib import attention as module
from lib.attention import (
    alibi,
    attention,
    attention_scores,
    causal_mask,
    merge_heads,
    rotate,
    sinusoids,
    split_heads,
)
from lib.device import generator


def draw(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(*shape, generator=generator(seed), dtype=torch.float64)


def test_the_examples_in_the_docstrings():
    result = doctest.testmod(module)
    assert result.attempted > 0 and result.failed == 0


@pytest.mark.parametrize("queries", [1, 3, 6])
def test_attention_is_torchs(queries):
    q, k, v = draw(2, 4, queries, 8), draw(2, 4, 6, 8, seed=1), draw(2, 4, 6, 5, seed=2)
    mask = causal_mask(queries, 6)
    for given in (None, mask, draw(4, queries, 6, seed=3)):
        mixed, pattern = attention(q, k, v, given)
        torch.testing.assert_close(mixed, F.scaled_dot_product_attention(q, k, v, attn_mask=given))
        torch.testing.assert_close(pattern.sum(-1), torch.ones(2, 4, queries).double())
        torch.testing.assert_close(pattern @ v, mixed)
    assert (attention(q, k, v, mask)[1][:, :, ~mask] == 0).all()  # exactly, not nearly


def test_the_causal_mask_lets_a_token_see_itself_and_the_past():
    assert torch.equal(causal_mask(5), torch.ones(5, 5).tril().bool())
    assert torch.equal(causal_mask(2, 5), causal_mask(5)[3:])  # the last query is the last key


def test_heads_are_torchs():
    """One layer of nn.MultiheadAttention from the pieces."""
    theirs = torch.nn.MultiheadAttention(12, 3, batch_first=True).double()
    x = draw(2, 5, 12)
    parts = F.linear(x, theirs.in_proj_weight, theirs.in_proj_bias).chunk(3, -1)
    mixed, pattern = attention(*(split_heads(part, 3) for part in parts), causal_mask(5))
    expected, weights = theirs(x, x, x, attn_mask=~causal_mask(5), average_attn_weights=False)
    torch.testing.assert_close(theirs.out_proj(merge_heads(mixed)), expected)
    torch.testing.assert_close(pattern, weights)


def test_merging_undoes_splitting():
    x = draw(2, 5, 12)
    assert torch.equal(merge_heads(split_heads(x, 4)), x)
    assert torch.equal(split_heads(x, 4)[:, 1], x[..., 3:6])


def test_sinusoids_by_the_papers_formula():
    table = sinusoids(torch.arange(7), 10)
    for position in range(7):
        for i in range(5):
            angle = position / 10_000 ** (2 * i / 10)
            assert table[position, 2 * i] == pytest.approx(math.sin(angle), abs=1e-5)
            assert table[position, 2 * i + 1] == pytest.approx(math.cos(angle), abs=1e-5)


def test_turned_vectors_know_only_their_distance():
    q, k = draw(1, 8), draw(1, 8, seed=1)
    products = torch.stack(
        [
            (rotate(q, torch.tensor([5 + at])) * rotate(k, torch.tensor([at]))).sum()
            for at in (0, 3, 200)
        ]
    )
    torch.testing.assert_close(products, products[:1].expand(3))
    other = (rotate(q, torch.tensor([6])) * rotate(k, torch.tensor([0]))).sum()
    assert abs(other - products[0]) > 1e-3
    torch.testing.assert_close(rotate(q, torch.tensor([0])), q)
    torch.testing.assert_close(rotate(q, torch.tensor([9])).norm(), q.norm())


def test_rotation_is_multiplication_of_complex_numbers():
    x, positions = draw(3, 6), torch.tensor([2, 5, 11])
    turned = torch.view_as_complex(x.view(3, 3, 2))
    pair = torch.arange(3)
    turned = turned * torch.exp(1j * positions[:, None] * 10_000.0 ** (-2 * pair / 6))
    torch.testing.assert_close(
        rotate(x, positions), torch.view_as_real(turned).flatten(1).double(), rtol=0, atol=1e-5
    )


def test_alibi_slopes():
    bias = alibi(torch.tensor([3]), torch.arange(4), 8)
    assert bias.shape == (8, 1, 4)
    assert bias[:, 0, 2].tolist() == [-(2.0**-i) for i in range(1, 9)]
    torch.testing.assert_close(bias[:, 0, 0], 3 * bias[:, 0, 2])
    assert (bias[:, 0, 3] == 0).all()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: split_heads(torch.zeros(2, 6), 4), "n_heads=4 must divide the 6 features"),
        (lambda: split_heads(torch.zeros(2, 6), 0), "n_heads=0"),
        (lambda: causal_mask(3, 2), "queries=3 must be above zero and at most keys=2"),
        (lambda: causal_mask(0), "queries=0"),
        (lambda: attention_scores(torch.zeros(2, 3), torch.zeros(2, 4)), "q has 3 features and k"),
        (lambda: sinusoids(torch.arange(2), 3), "d_model: expected an even number, got 3"),
        (lambda: rotate(torch.zeros(2, 3), torch.arange(2)), "expected an even number, got 3"),
    ],
)
def test_what_can_t_be(call, message):
    with pytest.raises(ValueError, match=message):
        call()
