"""`lib.transformer` against Hugging Face's GPT-2 and torch's layers; nothing leaks or mixes."""

from __future__ import annotations

import doctest
from dataclasses import FrozenInstanceError, replace

import pytest
import torch
import torch.nn.functional as F
from small_transformers import POSITIONS, SMALL, build, draw, way  # noqa: F401
from torch import nn

from lib.attention import sinusoids
from lib.device import generator
from lib.nets import count_parameters
from lib.transformer import Config, Trace, Transformer, cache, config, trace
from lib.transformer import model as model_module


@pytest.mark.parametrize("module", [cache, config, trace, model_module])
def test_the_examples_in_the_docstrings(module):
    result = doctest.testmod(module)
    assert result.attempted > 0 and result.failed == 0


@pytest.mark.parametrize("tied", [False, True])
def test_logits_are_hugging_faces_gpt2(tied):
    from transformers import GPT2Config, GPT2LMHeadModel

    ours = build(tied=tied)
    theirs = GPT2LMHeadModel(
        GPT2Config(
            vocab_size=11, n_positions=12, n_embd=16, n_head=4, n_layer=3,
            tie_word_embeddings=tied, bos_token_id=0, eos_token_id=0,
        )
    ).double().eval()  # fmt: skip
    theirs.load_state_dict(as_gpt2(ours))
    tokens = draw()
    with torch.no_grad():
        expected = theirs(tokens, output_hidden_states=True)
        noted = Trace()
        torch.testing.assert_close(ours(tokens), expected.logits)
        torch.testing.assert_close(ours(tokens, trace=noted), expected.logits)
    for i, hidden in enumerate(expected.hidden_states[:-1]):
        torch.testing.assert_close(noted[f"blocks.{i}.hook_resid_pre"], hidden)


def as_gpt2(model: Transformer) -> dict[str, torch.Tensor]:
    """The model's weights by Hugging Face's names; their layers hold them transposed."""
    names = {
        "embed": "wte", "pos_embed": "wpe", "blocks": "h", "ln1": "ln_1", "ln2": "ln_2",
        "qkv": "c_attn", "out": "c_proj", "up": "c_fc", "down": "c_proj", "ln_final": "ln_f",
    }  # fmt: skip
    theirs = {}
    for name, weights in model.state_dict().items():
        parts = [names.get(part, part) for part in name.split(".")]
        if parts[0] == "unembed":
            theirs["lm_head.weight"] = weights
            continue
        turned = parts[-2] in ("c_attn", "c_proj", "c_fc") and weights.ndim == 2
        theirs[".".join(["transformer", *parts])] = weights.T if turned else weights
    theirs.setdefault("lm_head.weight", theirs["transformer.wte.weight"])
    return theirs


@pytest.mark.parametrize("causal", [True, False])
def test_a_block_is_torchs_encoder_layer(causal):
    ours = build(causal=causal, n_layers=1, positions="none").blocks[0]
    theirs = nn.TransformerEncoderLayer(
        16, 4, 64, 0.0, lambda x: F.gelu(x, approximate="tanh"), batch_first=True, norm_first=True
    ).double()
    pairs = {
        "self_attn.in_proj_": ours.attn.qkv, "self_attn.out_proj.": ours.attn.out,
        "linear1.": ours.mlp.up, "linear2.": ours.mlp.down, "norm1.": ours.ln1, "norm2.": ours.ln2,
    }  # fmt: skip
    theirs.load_state_dict(
        {
            at + kind: getattr(ours_, kind)
            for at, ours_ in pairs.items()
            for kind in ("weight", "bias")
        }
    )
    x = torch.randn(2, 7, 16, generator=generator(5), dtype=torch.float64)
    mask = nn.Transformer.generate_square_subsequent_mask(7, dtype=torch.float64)
    expected = theirs(x, src_mask=mask if causal else None)
    got = ours(x, torch.arange(7), None, model_module._pass, None)
    torch.testing.assert_close(got, expected)


@pytest.mark.parametrize("norm", config.NORMS)
@pytest.mark.parametrize("causal", [True, False])
@pytest.mark.parametrize("positions", POSITIONS)
def test_the_traced_path_equals_the_fast_one(positions, causal, norm):
    model = build(positions=positions, causal=causal, norm=norm)
    tokens, lengths = draw(), torch.tensor([9, 4, 1])
    for given in (None, lengths):
        fast, traced = (model(tokens, trace=t, lengths=given) for t in (None, Trace()))
        torch.testing.assert_close(fast, traced)


@pytest.mark.parametrize("positions", POSITIONS)
def test_half_the_digits(positions):
    """In bfloat16 nearly the same, both paths, and still no leak at all."""
    model, tokens = build(positions=positions).float(), draw()
    changed = torch.cat((tokens[:, :5], (tokens[:, 5:] + 1) % 11), 1)
    with torch.autocast("cpu", torch.bfloat16):
        half, traced = model(tokens), model(tokens, trace=Trace())
        assert torch.equal(model(changed)[:, :5], half[:, :5])
    assert half.dtype == torch.bfloat16
    spread = model(tokens).std()
    assert (half - model(tokens)).abs().mean() < 0.05 * spread
    assert (traced - half).abs().mean() < 0.05 * spread


def test_the_way_is_chosen_by_what_is_quicker(monkeypatch):
    monkeypatch.undo()
    long, short = torch.zeros(1, 1, 64, 8), torch.zeros(1, 1, 41, 8)
    assert model_module._better_in_steps(short)
    assert not model_module._better_in_steps(long)
    assert not model_module._better_in_steps(short[:, :, :1])  # one new token, with a cache
    assert model_module._better_in_steps(long.bfloat16())
    assert not model_module._better_in_steps(short.to("meta"))  # stands for a GPU


def test_rms_norm_is_torchs():
    x = torch.randn(4, 8, generator=generator(0)) * 30
    ours = model_module.RMSNorm(8)
    nn.init.normal_(ours.weight, generator=generator(1))
    torch.testing.assert_close(ours(x), F.rms_norm(x, (8,), ours.weight, 1e-5))


@pytest.mark.parametrize("positions", POSITIONS)
def test_nothing_leaks_from_the_future(positions):
    model, tokens = build(positions=positions), draw()
    logits = model(tokens)
    for at in range(1, 9):
        changed = tokens.clone()
        changed[:, at:] = (changed[:, at:] + 1 + draw(3, 9 - at, seed=at) % 10) % 11
        for noted in (None, Trace()):
            again = model(changed, trace=noted)
            torch.testing.assert_close(again[:, :at], logits[:, :at])
            assert (again[:, at] - logits[:, at]).abs().amin(0).max() > 1e-6
    gradient = torch.autograd.grad(logits[:, 4].sum(), model.embed.weight)[0]
    unseen = [token for token in range(11) if token not in tokens[:, :5]]
    assert unseen and (gradient[unseen] == 0).all()


def test_a_model_that_looks_ahead_does():
    model, tokens = build(causal=False), draw()
    changed = tokens.clone()
    changed[:, -1] = (changed[:, -1] + 1) % 11
    assert (model(tokens) - model(changed))[:, 0].abs().max() > 1e-3


@pytest.mark.parametrize("causal", [True, False])
@pytest.mark.parametrize("positions", POSITIONS)
def test_a_row_does_not_see_its_batch_nor_its_padding(positions, causal):
    model, tokens = build(positions=positions, causal=causal), draw()
    lengths = torch.tensor([9, 4, 1])
    noted = Trace()
    together = model(tokens, lengths=lengths, trace=noted)
    for row, length in enumerate(lengths.tolist()):
        alone = model(tokens[row : row + 1, :length])
        torch.testing.assert_close(together[row, :length], alone[0])
        assert (noted["blocks.2.attn.hook_pattern"][row, :, :, length:] == 0).all()
    assert together.isfinite().all()


@pytest.mark.parametrize("n", [1, 2, 5])
def test_without_positions_order_is_unseen_and_with_them_it_is_not(n):
    """Two tokens of the past swapped: the last token of one block can't tell, without positions."""
    tokens = torch.tensor([[1, 2, 3, 4]])
    swapped = torch.tensor([[2, 1, 3, 4]])
    for positions in POSITIONS:
        model = build(positions=positions, n_layers=1, seed=n)
        change = (model(tokens) - model(swapped))[:, -1].abs().max()
        assert change < 1e-9 if positions == "none" else change > 1e-4


@pytest.mark.parametrize("positions", ["rotary", "alibi", "none"])
def test_these_positions_know_distances_only(positions):
    """A look-back of one block does not change when everything is moved along."""
    model = build(positions=positions, n_layers=1)
    x = torch.randn(1, 6, 16, generator=generator(2), dtype=torch.float64)
    run = model.blocks[0]
    bias = model_module._mask(model.config, 0, torch.arange(6), None)
    here, there = (
        run(x, torch.arange(6) + moved, bias, model_module._pass, None) for moved in (0, 5)
    )
    torch.testing.assert_close(here, there, rtol=1e-5, atol=1e-5)


def test_sinusoidal_positions_are_the_papers():
    model, noted = build(positions="sinusoidal"), Trace()
    model(draw(), trace=noted)
    expected = noted["hook_embed"] * 4 + sinusoids(torch.arange(9), 16)
    torch.testing.assert_close(noted["blocks.0.hook_resid_pre"], expected)


def test_weights_by_name_and_number():
    essay = Transformer(Config(vocab_size=3, context=41), generator(0))
    assert count_parameters(essay) == 2 * (12 * 128**2 + 13 * 128) + 256 + (3 + 41 + 3) * 128
    shapes = {name: tuple(weights.shape) for name, weights in essay.named_parameters()}
    assert shapes["embed.weight"] == shapes["unembed.weight"] == (3, 128)
    assert shapes["pos_embed.weight"] == (41, 128)
    assert shapes["blocks.1.attn.qkv.weight"] == (384, 128)
    assert shapes["blocks.0.mlp.up.weight"] == (512, 128)
    tied = Transformer(Config(vocab_size=3, context=41, positions="none", tied=True), generator(0))
    assert not {"unembed.weight", "pos_embed.weight"} & set(tied.state_dict())


def test_first_weights_are_gpt2s_and_come_from_the_generator():
    model = Transformer(Config(vocab_size=50, context=40), generator(3))
    again = Transformer(Config(vocab_size=50, context=40), generator(3))
    for (name, one), other in zip(model.named_parameters(), again.parameters(), strict=True):
        assert torch.equal(one, other), name
    assert model.blocks[0].mlp.up.weight.std().item() == pytest.approx(0.02, rel=0.05)
    assert model.blocks[1].attn.out.weight.std().item() == pytest.approx(0.01, rel=0.05)
    assert (model.blocks[0].attn.qkv.bias == 0).all()


def test_next_logits_are_the_last():
    model, tokens = build(), draw()
    torch.testing.assert_close(model.next_logits(tokens), model(tokens)[:, -1])


@pytest.mark.parametrize("positions", POSITIONS)
def test_it_learns(positions):
    """Copy the first token: what is two back can be found with every kind of position."""
    tokens = torch.randint(10, (512, 3), generator=generator(1))
    model = Transformer(replace(SMALL, d_mlp=None, positions=positions, n_layers=1), generator(2))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    tokens[:, 1:] = 10
    for _ in range(60):
        loss = F.cross_entropy(model(tokens)[:, 2], tokens[:, 0])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert loss < 0.1


@pytest.mark.parametrize(
    ("values", "error", "message"),
    [
        ({"n_heads": 3}, ValueError, "n_heads=3 must divide d_model=16"),
        ({"positions": "absolute"}, ValueError, "positions='absolute' must be one of"),
        ({"norm": "batch"}, ValueError, "norm='batch' must be one of"),
        ({"n_layers": 0}, ValueError, "n_layers=0 must be at least 1"),
        ({"d_mlp": -1}, ValueError, "d_mlp=-1 must be at least 1"),
        ({"context": 4.0}, TypeError, "context=4.0 must be a whole number"),
        ({"vocab_size": True}, TypeError, "vocab_size=True"),
        ({"d_model": 15, "n_heads": 3, "positions": "sinusoidal"}, ValueError, "must be even"),
        ({"d_model": 12, "n_heads": 4, "positions": "rotary"}, ValueError, "= 3 must be even"),
    ],
)
def test_configs_that_can_t_be(values, error, message):
    with pytest.raises(error, match=message):
        replace(SMALL, **values)


def test_a_config_stays_as_it_is():
    with pytest.raises(FrozenInstanceError):
        SMALL.n_heads = 2
    with pytest.raises(TypeError, match="config must be a Config, not a dict"):
        Transformer({"vocab_size": 3})


@pytest.mark.parametrize(
    ("tokens", "lengths", "error", "message"),
    [
        (torch.zeros(1, 3), None, TypeError, "tokens: expected an int64 tensor, got torch.float32"),
        ([[1, 2]], None, TypeError, "got list"),
        (torch.tensor([1, 2]), None, ValueError, r"expected shape \(batch, position\)"),
        (torch.zeros(1, 0, dtype=torch.int64), None, ValueError, "neither of them 0"),
        (torch.zeros(1, 13, dtype=torch.int64), None, ValueError, "13 are more than .* 12"),
        (torch.tensor([[1, 11]]), None, ValueError, "11 is none of 0 to 10"),
        (torch.tensor([[1, -1]]), None, ValueError, "-1 is none of 0 to 10"),
        (draw(), torch.tensor([9, 4]), ValueError, "one for each of 3 rows"),
        (draw(), torch.tensor([9, 4, 0]), ValueError, "expected 1 to 9, got 0 to 9"),
        (draw(), torch.tensor([10, 4, 1]), ValueError, "expected 1 to 9, got 1 to 10"),
        (draw(), [9, 4, 1], TypeError, "must be an int64 tensor"),
    ],
)
def test_inputs_that_can_t_be(tokens, lengths, error, message):
    with pytest.raises(error, match=message):
        build()(tokens, lengths=lengths)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device here")
@pytest.mark.parametrize("positions", POSITIONS)
def test_the_same_on_a_gpu(positions):
    model, tokens = build(positions=positions), draw()
    lengths = torch.tensor([9, 4, 1])
    expected = [model(tokens), model(tokens, lengths=lengths)]
    model.cuda()
    found = [model(tokens.cuda()), model(tokens.cuda(), lengths=lengths.cuda())]
    for here, there in zip(expected, found, strict=True):
        torch.testing.assert_close(there.cpu(), here)
