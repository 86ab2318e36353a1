"""How quickly the course's transformer learns and writes, beside other people's loops.

The essay's parentheses model: 2 blocks, 8 heads, 128 features. All loops start from the same
weights and see the same strings, and must arrive at the same losses.
They run where `lib.device.pick_device` says, on a GPU compiled as well.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from functools import partial

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from lib import parens
from lib.device import generator, pick_device
from lib.project.measuring import Row, benchmark, seconds
from lib.training import train
from lib.transformer import Config, Transformer, generate

PAIRS, BATCH, WARM_UP, STEPS, ROUNDS = 20, 64, 2, 12, 3
CONTEXTS = (64, 256)  # of the models that write
ESSAY = Config(vocab_size=3, context=2 * PAIRS + 1)
RATE = 1e-3


@benchmark("transformer")
def training_and_writing() -> Iterator[Row]:
    """The essay's model; baselines: Hugging Face's GPT-2 or a minGPT-like loop; no cache."""
    strings = parens.sample(PAIRS, BATCH * (WARM_UP + STEPS), generator(0))
    end = torch.full((len(strings), 1), parens.END)
    device = pick_device()
    rows = torch.cat((end, strings, end), dim=1).view(-1, BATCH, 2 * PAIRS + 2).to(device)
    loops = {"ours": ours, "Hugging Face": hugging_face, "minGPT-like": like_mingpt}
    if has_bfloat16(device):
        loops["ours, bf16"] = partial(ours, half=True)
    if device.type == "cuda":
        loops |= {
            "ours, compiled": partial(ours, compiled=True),
            "ours, bf16, compiled": partial(ours, half=True, compiled=True),
        }
    speed, losses = race(loops, rows)
    for name, loss in losses.items():
        if abs(loss - losses["ours"]) > (0.01 if "bf16" in name else 0.002):
            raise AssertionError(f"the losses differ: {losses}")
    note = f"loss {losses['ours']:.4f} after {STEPS} steps"
    for name, least, tell in (("Hugging Face", 1.2, note), ("minGPT-like", None, "")):
        yield training_row("train fp32", "ours", name, speed, least, tell)
    if "ours, bf16" in speed:
        tell = f"loss {losses['ours, bf16']:.4f}"
        yield training_row("train bf16", "ours, bf16", "Hugging Face", speed, 2, tell)
    for name in ("ours, compiled", "ours, bf16, compiled"):
        if name in speed:
            what = name.replace("ours", "train").replace(", bf16", " bf16")
            yield training_row(what, name, "Hugging Face", speed, None, f"loss {losses[name]:.4f}")
    for context in CONTEXTS:
        yield writing_row(context)


def training_row(
    what: str, name: str, baseline: str, speed: dict, least: float | None, note: str
) -> Row:
    ratio = speed[name] / speed[baseline]
    return Row(
        f"{what}, {baseline}", speed[name], speed[baseline], "tokens/s",
        target="" if least is None else f"ratio at least {least}",
        met=None if least is None else ratio >= least, note=note,
    )  # fmt: skip


def writing_row(context: int) -> Row:
    """Tokens a second, written with a cache and without."""
    device = pick_device()
    model = Transformer(Config(vocab_size=3, context=context), generator(0)).eval().to(device)
    start = torch.full((16, 1), parens.END, device=device)
    steps = context - 1
    texts = {}
    for cached in (True, False):
        texts[cached] = seconds(
            lambda c=cached: generate(model, start, steps, cached=c, generator=generator(1, device))
        )
    if (texts[True][1] != texts[False][1]).float().mean() > 0.01:  # ties may break either way
        raise AssertionError("the cache changes what is written")
    with_cache, without = (16 * steps / texts[cached][0] for cached in (True, False))
    return Row(f"writing {steps} tokens, cache or not", with_cache, without, "tokens/s")


def race(
    loops: dict[str, Callable[[Tensor], Iterator[float]]], rows: Tensor
) -> tuple[dict[str, float], dict[str, float]]:
    """Tokens a second and the last loss of each loop, the quickest of several rounds.

    They take turns, so that a busy machine is as unfair to one as to another.
    """
    quickest, losses = dict.fromkeys(loops, math.inf), {}
    for _ in range(ROUNDS):
        for name, loop in loops.items():
            run = loop(rows)
            next(run)  # the warm-up
            start = time.perf_counter()
            losses[name] = next(run)
            quickest[name] = min(quickest[name], time.perf_counter() - start)
    tokens = STEPS * BATCH * (rows.shape[2] - 1)
    return {name: tokens / taken for name, taken in quickest.items()}, losses


def next_token_loss(logits: Tensor, targets: Tensor) -> Tensor:
    return F.cross_entropy(logits.flatten(0, 1).float(), targets.flatten())


def ours(rows: Tensor, *, half: bool = False, compiled: bool = False) -> Iterator[float]:
    """The course's own: `lib.training.train`."""
    model = Transformer(ESSAY, generator(0)).to(rows.device)
    if half:
        model = InBfloat16(model)
    if compiled:
        model = torch.compile(model)
    optimizer = torch.optim.AdamW(model.parameters(), lr=RATE)
    batches = iter([(batch[:, :-1], batch[:, 1:]) for batch in rows])
    history = None
    for until in (WARM_UP, WARM_UP + STEPS):
        history = train(
            model, batches, next_token_loss, optimizer, until, history=history, progress=False
        )
        yield history.loss[-1]


class InBfloat16(nn.Module):
    """A model whose products are computed in half the digits.

    Autocast is entered anew for each batch: it remembers the weights as it cast them first, so
    around a whole training it would go on with those of the first step.
    """

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, tokens: Tensor) -> Tensor:
        with torch.autocast(tokens.device.type, torch.bfloat16):
            return self.model(tokens)


def hugging_face(rows: Tensor) -> Iterator[float]:
    """Its GPT-2, its loss, and the loop of its documentation."""
    from transformers import GPT2Config, GPT2LMHeadModel

    config = GPT2Config(
        vocab_size=3, n_positions=rows.shape[2], n_embd=128, n_head=8, n_layer=2,
        resid_pdrop=0, embd_pdrop=0, attn_pdrop=0, tie_word_embeddings=False,
        bos_token_id=parens.END, eos_token_id=parens.END, loss_type="ForCausalLM",
    )  # fmt: skip
    model = GPT2LMHeadModel(config)
    copy_to_gpt2(Transformer(ESSAY, generator(0)), model)
    model.to(rows.device)
    optimizer = torch.optim.AdamW(model.parameters(), lr=RATE)
    model.train()
    for part in (rows[:WARM_UP], rows[WARM_UP:]):
        for batch in part:
            outputs = model(input_ids=batch, labels=batch)
            outputs.loss.backward()
            optimizer.step()
            optimizer.zero_grad()
        yield outputs.loss.item()


def copy_to_gpt2(ours: Transformer, theirs: nn.Module) -> None:
    """The same weights by Hugging Face's names; its layers hold them transposed."""
    names = {
        "embed": "wte", "pos_embed": "wpe", "blocks": "h", "ln1": "ln_1", "ln2": "ln_2",
        "qkv": "c_attn", "out": "c_proj", "up": "c_fc", "down": "c_proj", "ln_final": "ln_f",
    }  # fmt: skip
    target = dict(theirs.named_parameters())
    with torch.no_grad():
        for name, weights in ours.named_parameters():
            parts = [names.get(part, part) for part in name.split(".")]
            turned = parts[-2].startswith("c_") and weights.ndim == 2
            unembed = parts[0] == "unembed"
            found = target["lm_head.weight" if unembed else ".".join(["transformer", *parts])]
            found[: len(weights.T if turned else weights)] = weights.T if turned else weights


def like_mingpt(rows: Tensor) -> Iterator[float]:
    """Plain modules and a plain loop: attention and GELU step by step, gradients clipped."""
    model = Transformer(ESSAY, generator(0))
    for block in model.blocks:
        block.attn, block.mlp = PlainAttention(block.attn), PlainMLP(block.mlp)
    model.to(rows.device)
    optimizer = torch.optim.AdamW(model.parameters(), lr=RATE)
    model.train()
    for part in (rows[:WARM_UP], rows[WARM_UP:]):
        for batch in part:
            loss = next_token_loss(model(batch[:, :-1]), batch[:, 1:])
            model.zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1e3)  # measured, and never needed here
            optimizer.step()
        yield loss.item()


class PlainAttention(nn.Module):
    """With the lower triangle in a buffer."""

    def __init__(self, like: nn.Module) -> None:
        super().__init__()
        self.qkv, self.out, self.heads = like.qkv, like.out, like.config.n_heads
        size = like.config.context
        self.register_buffer("bias", torch.tril(torch.ones(size, size)).view(1, 1, size, size))

    def forward(self, x, *_) -> Tensor:
        batch, time_, features = x.shape
        q, k, v = (
            part.view(batch, time_, self.heads, -1).transpose(1, 2)
            for part in self.qkv(x).split(features, dim=2)
        )
        scores = (q @ k.transpose(-2, -1)) * (1 / math.sqrt(k.size(-1)))
        scores = scores.masked_fill(self.bias[:, :, :time_, :time_] == 0, -math.inf)
        mixed = F.softmax(scores, dim=-1) @ v
        return self.out(mixed.transpose(1, 2).contiguous().view(batch, time_, features))


class PlainMLP(nn.Module):
    """With GELU by its formula."""

    def __init__(self, like: nn.Module) -> None:
        super().__init__()
        self.up, self.down = like.up, like.down

    def forward(self, x: Tensor, *_) -> Tensor:
        x = self.up(x)
        inner = math.sqrt(2 / math.pi) * (x + 0.044715 * torch.pow(x, 3))
        return self.down(0.5 * x * (1 + torch.tanh(inner)))


def has_bfloat16(device: torch.device) -> bool:
    """Whether a device computes in bfloat16 itself, so that it could be quicker."""
    if device.type != "cpu":
        return device.type == "cuda" and torch.cuda.is_bf16_supported()
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            flags = {flag for line in file if line[:1] in "fF" for flag in line.split()}
    except OSError:  # only Linux has this file
        return False
    return not flags.isdisjoint({"avx512_bf16", "amx_bf16", "bf16"})
