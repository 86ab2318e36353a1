"""What chapter 10 shows and a page has no time for: `data/results/parens-*.json`."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import torch
from torch import Tensor, nn

from lib.device import generator
from lib.nets import count_parameters
from lib.ngrams import NGramModel
from lib.parens import (
    CLOSE,
    END,
    VOCAB,
    Law,
    coin_law,
    coin_stream,
    coin_strings,
    decode,
    depth,
    encode,
    hard_negatives,
    illegal_mass,
    is_balanced,
    logits_along,
    sample,
    sample_upto,
    score,
)
from lib.project.checkpoints import Clock, command, recipe, write_result
from lib.project.parens_recipes import batches, trained
from lib.training import cosine, train
from lib.transformer import Config, Transformer

STARTS = 3
KINDS = ("none", "learned", "sinusoidal", "rotary", "alibi")
TRAINED = 64  # tokens of the rows in which positions are compared
ZONES = {"trained": (1, 65), "x1.5": (65, 97), "x2": (97, 129)}  # of positions


@recipe("parens-blocks")
def blocks(folder: Path) -> None:
    """One block against two, at the essay's size and at a quarter of its features."""
    clock, pairs, steps, size = Clock(), 20, 1500, 32
    rows = sample_upto(pairs, 2000, generator(9))[0][:, :-1]
    law = Law.upto(pairs).along(rows)
    prompts = ["(()", "(())", "((()()))"]
    found = {}
    for features in (32, 128):
        for layers in (1, 2):
            config = Config(len(VOCAB), 2 * pairs + 1, features, 8, layers)
            each = []
            for start in range(STARTS):
                model = trained(config, batches(pairs, size, 20 + start), steps, 2e-3, start)
                with torch.no_grad():
                    got = score(model(rows), rows, law)
                    asked = {p: _closing(model, p) for p in prompts}
                numbers = {"excess": got.excess, "illegal": got.illegal, "worst": got.worst}
                each.append({**numbers, "closing": asked})
            found[f"{layers} x {features}"] = {
                "parameters": count_parameters(model), "starts": each
            }  # fmt: skip
    about = {"data": f"strings of up to {2 * pairs} tokens", "command": command("parens-blocks")}
    result = {"examples": steps * size, "seconds": clock.read(), "found": found}
    write_result(folder, "parens-blocks", {**about, **result})


def _closing(model: Transformer, prompt: str) -> float:
    """The probability of ) after a prompt."""
    row = torch.cat([torch.tensor([END]), encode(prompt)])
    return float(model.next_logits(row[None]).softmax(-1)[0, CLOSE])


def stream_batches(size: int, seed: int) -> Iterator[tuple[Tensor, Tensor]]:
    """Rows of the language without a clock, and what follows each token."""
    random = generator(seed)
    while True:
        for rows in coin_stream(TRAINED + 1, 64 * size, random).split(size):
            yield rows[:, :-1], rows[:, 1:]


def zones(logits: Tensor, rows: Tensor) -> dict[str, dict[str, float]]:
    """Accuracy, illegal mass and excess bits at the trained length and beyond.

    A prefix is answered right if each token's probability is within a quarter of the exact one:
    then what may come next has been told from what may not. Close calls are those after a
    parenthesis with one open or none.
    """
    law, close = coin_law(rows), (depth(rows) <= 1) & (rows != END)
    right = ((logits.softmax(-1) - law).abs().amax(-1) < 0.25).double()
    guess, illegal = logits.double().log_softmax(-1), illegal_mass(logits, rows)
    lost = (torch.special.xlogy(law, law) - torch.where(law > 0, law * guess, 0.0)).sum(-1)
    return {
        zone: {
            "accuracy": float(right[:, a:b].mean()),
            "close calls": float(right[:, a:b][close[:, a:b]].mean()),
            "illegal": float(illegal[:, a:b].mean()),
            "excess": float(lost[:, a:b].mean()) / math.log(2),
        }
        for zone, (a, b) in ZONES.items()
    }


@torch.no_grad()
def reach(model: Transformer) -> int:
    """How deep it counts: the longest row of (s after which, and after whose )s, all is right."""
    for opened in range(1, TRAINED):
        row = torch.cat([torch.tensor([END]), encode("(" * opened + ")" * opened)])[None]
        near = (model(row).softmax(-1) - coin_law(row)).abs().amax(-1) < 0.25
        if not bool(near.all()):
            return opened - 1
    return TRAINED - 1


@recipe("parens-positions")
def positions(folder: Path) -> None:
    """Five kinds of positions, asked at the trained length and at twice that."""
    clock, steps, size = Clock(), 1000, 32
    config = Config(len(VOCAB), 2 * TRAINED + 1, 32, 4, 2)
    rows = coin_stream(2 * TRAINED + 1, 2000, generator(9))
    found = {}
    for kind in KINDS:
        each = []
        for start in range(STARTS):
            feed = stream_batches(size, 30 + start)
            model = trained(replace(config, positions=kind), feed, steps, 3e-3, start)
            with torch.no_grad():
                logits = torch.cat([model(part) for part in rows.split(250)])
            each.append({**zones(logits, rows), "reach": reach(model)})
        found[kind] = each
    text = coin_stream(TRAINED + 1, 20_000, generator(30)).flatten().numpy()
    few = rows[:300]
    for n in (2, 5):
        counted = NGramModel.fit(text, n, VOCAB, smoothing="witten_bell")
        found[f"{n}-gram"] = [zones(logits_along(counted.next_logits, few), few)]
    always = torch.tensor([0.5, 0.5, 0.0]).log().expand(*rows.shape, 3)
    found["always ( or )"] = [zones(always, rows)]
    about = {"data": f"rows of {TRAINED} tokens of the language without a clock"}
    result = {"command": command("parens-positions"), "examples": steps * size}
    result |= {"parameters": count_parameters(model), "seconds": clock.read(), "found": found}
    write_result(folder, "parens-positions", about | result)


def labeled(good: Tensor, bad: Tensor) -> tuple[Tensor, Tensor]:
    """Strings after END, first the good ones, then the bad; and 1 for each that is balanced."""
    rows = torch.nn.functional.pad(torch.cat([good, bad]), (1, 0), value=END)
    return rows, is_balanced(rows).long()


def classified(kind: str, hard: bool, pairs: int, seed: int) -> Transformer:
    """A classifier that reads a whole string at once; it answers at the place of END."""
    config = Config(len(VOCAB), 2 * pairs + 1, 32, 4, 2, causal=False, positions=kind)
    model, random = Transformer(config, generator(seed)), generator(40 + seed)

    def feed() -> Iterator[tuple[Tensor, Tensor]]:
        while True:
            good, bad = sample(pairs, 4096, random), coin_strings(pairs, 4096, random)
            if hard:
                bad[::2] = hard_negatives(pairs, 2048, random)
            rows, labels = labeled(good, bad)
            order = torch.randperm(len(rows), generator=random)
            for part in order.split(64):
                yield rows[part], labels[part]

    def loss(logits: Tensor, labels: Tensor) -> Tensor:
        return nn.functional.cross_entropy(logits[:, 0, :2], labels)

    steps = 1000
    optimizer = torch.optim.AdamW(model.parameters(), weight_decay=0.01)
    rate = cosine(2e-3, steps, warmup=100)
    train(model, feed(), loss, optimizer, steps, rate=rate, clip=1.0, progress=False)
    return model


@recipe("parens-shortcut")
def shortcut(folder: Path) -> None:
    """A classifier taught with careless data, asked about near misses."""
    clock, pairs, random = Clock(), 10, generator(50)
    good = sample(pairs, 2000, random)
    exams = {
        "balanced": labeled(good, good[:0]),
        "coin strings": labeled(good[:0], coin_strings(pairs, 2000, random)),
        "near misses": labeled(good[:0], hard_negatives(pairs, 2000, random)),
    }
    found = {}
    for kind in ("none", "learned"):
        for hard in (False, True):
            each = []
            for start in range(STARTS):
                model = classified(kind, hard, pairs, start)
                with torch.no_grad():
                    each.append({
                        name: float((model(rows)[:, 0, :2].argmax(-1) == labels).double().mean())
                        for name, (rows, labels) in exams.items()
                    })  # fmt: skip
            found[f"positions {kind}, {'with near misses' if hard else 'careless data'}"] = each
    about = {"data": f"strings of {2 * pairs} tokens", "command": command("parens-shortcut")}
    example = decode(hard_negatives(pairs, 1, generator(3))[0])
    result = {"near miss": example, "seconds": clock.read(), "found": found}
    write_result(folder, "parens-shortcut", about | result)
