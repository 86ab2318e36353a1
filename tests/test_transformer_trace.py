"""What a `Trace` notes and changes, and that a `Cache` changes nothing."""

from __future__ import annotations

import pytest
import torch
from small_transformers import POSITIONS, build, draw, way  # noqa: F401

from lib.attention import causal_mask
from lib.device import generator
from lib.transformer import Cache, Trace, generate


def test_names_and_shapes():
    noted, model = Trace(), build(positions="rotary")
    model(draw(), trace=noted)
    shapes = {name: tuple(value.shape) for name, value in noted.items()}
    inside = {
        **dict.fromkeys(
            ["hook_resid_pre", "ln1.hook_normalized", "hook_attn_out", "hook_resid_mid"],
            (3, 9, 16),
        ),
        **dict.fromkeys(["ln2.hook_normalized", "hook_mlp_out", "hook_resid_post"], (3, 9, 16)),
        **dict.fromkeys([f"attn.hook_{x}" for x in ("q", "k", "v", "z")], (3, 9, 4, 4)),
        **dict.fromkeys(["attn.hook_rot_q", "attn.hook_rot_k"], (3, 9, 4, 4)),
        **dict.fromkeys(["attn.hook_attn_scores", "attn.hook_pattern"], (3, 4, 9, 9)),
        **dict.fromkeys(["mlp.hook_pre", "mlp.hook_post"], (3, 9, 64)),
    }
    expected = {f"blocks.{i}.{name}": shape for i in range(3) for name, shape in inside.items()}
    ends = {"hook_embed": (3, 9, 16), "ln_final.hook_normalized": (3, 9, 16)}
    assert shapes == {**expected, **ends}


def test_what_is_noted_adds_up():
    noted, model = Trace(), build()
    logits = model(draw(), trace=noted)
    total = noted["hook_embed"] + noted["hook_pos_embed"]
    for i in range(3):
        at = f"blocks.{i}."
        torch.testing.assert_close(noted[at + "hook_resid_pre"], total)
        q, k = noted[at + "attn.hook_q"], noted[at + "attn.hook_k"]
        scores = torch.einsum("bqhd,bkhd->bhqk", q, k) / 2
        seen = noted[at + "attn.hook_attn_scores"]
        torch.testing.assert_close(seen, scores.where(causal_mask(9), -torch.inf))
        pattern = noted[at + "attn.hook_pattern"]
        torch.testing.assert_close(pattern, seen.softmax(-1))
        z = torch.einsum("bhqk,bkhd->bqhd", pattern, noted[at + "attn.hook_v"])
        torch.testing.assert_close(noted[at + "attn.hook_z"], z)
        total = total + noted[at + "hook_attn_out"] + noted[at + "hook_mlp_out"]
    torch.testing.assert_close(logits, model.unembed(model.ln_final(total)))


def test_an_edit_is_seen_by_all_that_follows():
    model, tokens = build(), draw()
    plain, edited = Trace(), Trace(edits={"blocks.1.attn.hook_z": silence})
    before, after = (model(tokens, trace=t) for t in (plain, edited))
    assert (edited["blocks.1.attn.hook_z"][:, :, 2] == 0).all()
    for name in plain:
        same = torch.equal(plain[name], edited[name])
        assert same == (list(plain).index(name) < list(plain).index("blocks.1.attn.hook_z")), name
    assert (before - after).abs().max() > 1e-3
    weights = model.blocks[1].attn.out.weight
    expected = model.blocks[1].attn.out(plain["blocks.1.attn.hook_z"].flatten(-2))
    expected -= plain["blocks.1.attn.hook_z"][:, :, 2] @ weights[:, 8:12].T  # head 2 out of four
    torch.testing.assert_close(edited["blocks.1.hook_attn_out"], expected)


def silence(z: torch.Tensor) -> torch.Tensor:
    z = z.clone()
    z[:, :, 2] = 0
    return z


def test_an_edit_that_changes_nothing_changes_nothing():
    model, tokens = build(), draw()
    same = Trace(edits={"blocks.0.attn.hook_attn_scores": lambda scores: scores})
    torch.testing.assert_close(model(tokens, trace=same), model(tokens))


def test_patching_one_run_into_another_gives_the_other():
    model, one, two = build(), draw(seed=1), draw(seed=2)
    noted = Trace()
    expected = model(one, trace=noted)
    patch = Trace(edits={"blocks.2.hook_resid_pre": lambda _: noted["blocks.2.hook_resid_pre"]})
    torch.testing.assert_close(model(two, trace=patch), expected)


def test_only_what_was_asked_for_is_kept_and_every_run_begins_anew():
    model, noted = build(), Trace(["blocks.0.hook_resid_post"])
    model(draw(seed=1), trace=noted)
    first = noted["blocks.0.hook_resid_post"]
    model(draw(seed=2), trace=noted)
    assert list(noted) == ["blocks.0.hook_resid_post"] and len(noted) == 1
    assert not torch.equal(first, noted["blocks.0.hook_resid_post"])
    with pytest.raises(KeyError, match="came up but names=.* left it out"):
        noted["hook_embed"]


def test_gradients_reach_what_was_noted():
    noted = Trace(["blocks.1.attn.hook_pattern"])
    logits = build()(draw(), trace=noted)
    gradient = torch.autograd.grad(logits[:, -1, 0].sum(), noted["blocks.1.attn.hook_pattern"])[0]
    assert gradient.shape == (3, 4, 9, 9) and gradient.abs().max() > 0


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Trace(["block.0.hook_resid_post"]), "names: .* did you mean 'blocks.0.hook_resid"),
        (lambda: Trace(edits={"blocks.3.attn.hook_z": silence}), "edits: nothing is called"),
        (
            lambda: Trace(edits={"hook_embed": lambda x: x[:, :2]}),
            r"must return a tensor of shape \(3, 9, 16\), not \(3, 2, 16\)",
        ),
        (lambda: Trace(edits={"hook_embed": lambda x: None}), "not None"),
    ],
)
def test_wrong_names_and_shapes(make, message):
    with pytest.raises(ValueError, match=message):
        build()(draw(), trace=make())


def test_wrong_arguments_of_a_trace():
    with pytest.raises(TypeError, match="must be a list of names"):
        Trace("hook_embed")
    with pytest.raises(TypeError, match="must be a function"):
        Trace(edits={"hook_embed": torch.zeros(2)})
    with pytest.raises(KeyError, match="nothing has run"):
        Trace()["hook_embed"]


@pytest.mark.parametrize("parts", [[9], [1] * 9, [4, 1, 3, 1]])
@pytest.mark.parametrize("positions", POSITIONS)
def test_a_cache_changes_nothing(positions, parts):
    model, tokens, cache = build(positions=positions), draw(), Cache()
    expected = model(tokens)
    noted = Trace(["blocks.2.attn.hook_pattern"])
    got = [model(part, cache=cache, trace=noted) for part in tokens.split(parts, dim=1)]
    torch.testing.assert_close(torch.cat(got, 1), expected)
    assert cache.length == 9
    assert noted["blocks.2.attn.hook_pattern"].shape == (3, 4, parts[-1], 9)
    cache = Cache()
    for part in tokens.split(parts, dim=1):
        last = model.next_logits(part, cache=cache)
    torch.testing.assert_close(last, expected[:, -1])


@pytest.mark.parametrize("positions", POSITIONS)
def test_the_same_text_with_a_cache_and_without(positions):
    model, prompt = build(positions=positions), draw(position=2)
    texts = [
        generate(model, prompt, 10, cached=cached, generator=generator(4), temperature=0.8, top_k=5)
        for cached in (True, False)
    ]
    assert texts[0].shape == (3, 12) and torch.equal(*texts)
    assert torch.equal(texts[0][:, :2], prompt)


def test_a_cache_saves_reading(monkeypatch):
    model, read = build(), []
    whole = type(model.embed).forward
    monkeypatch.setattr(
        type(model.embed),
        "forward",
        lambda self, ids: (
            (read.append(ids.numel()) if self is model.embed else None) or whole(self, ids)
        ),
    )
    generate(model, draw(1, 3), 5)
    assert read == [3, 1, 1, 1, 1]


def test_what_a_cache_refuses():
    model, cache = build(), Cache()
    model(draw(), cache=cache)
    with pytest.raises(ValueError, match="it holds 3 sequences, tokens 2"):
        model(draw(2, 1), cache=cache)
    with pytest.raises(ValueError, match="4 after 9 in the cache are more than .* 12"):
        model(draw(3, 4), cache=cache)
    assert cache.length == 9
    with pytest.raises(ValueError, match="lengths: not with a cache"):
        model(draw(3, 1), cache=cache, lengths=torch.ones(3, dtype=torch.int64))
    with pytest.raises(ValueError, match="no use for one"):
        build(causal=False)(draw(), cache=Cache())


def test_what_generate_refuses():
    with pytest.raises(ValueError, match="steps=4 after a prompt of 9 tokens is more than"):
        generate(build(), draw(), 4)
    with pytest.raises(ValueError, match="can't write word by word"):
        generate(build(causal=False), draw(), 2)
