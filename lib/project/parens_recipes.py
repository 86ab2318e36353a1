"""The parentheses model that is shipped, for chapters 10 and 11."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import torch
from torch import Tensor, nn

from lib import checkpoints
from lib.device import generator
from lib.nets import count_parameters
from lib.parens import END, VOCAB, Law, is_balanced, sample_upto, score, to_predict
from lib.project.checkpoints import Clock, command, recipe
from lib.training import cosine, train
from lib.transformer import Config, Transformer, generate

PAIRS = 32  # strings of up to 64 tokens
CONTEXT = 4 * PAIRS + 1  # END and twice as many: the second half is never trained
SHIPPED = Config(len(VOCAB), CONTEXT)  # the essay's: 2 blocks, 8 heads, 128 features
POOL = 8192  # strings drawn at a time
COURSES = ((13_000, 32, 1e-3), (2000, 64, 5e-4))  # steps, strings a step, highest rate


def batches(max_pairs: int, size: int, seed: int) -> Iterator[tuple[Tensor, Tensor]]:
    """Batches of new strings, never one twice but by chance; lengths mixed in each batch."""
    random = generator(seed)
    while True:
        rows, _ = sample_upto(max_pairs, POOL // size * size, random)
        for part in rows.split(size):
            yield to_predict(part)


def token_loss(logits: Tensor, targets: Tensor) -> Tensor:
    """Nats a token, the filling left out."""
    return nn.functional.cross_entropy(logits.transpose(1, 2), targets)


def trained(config: Config, feed: Iterator, steps: int, peak: float, seed: int) -> Transformer:
    """A transformer taught from random weights."""
    model = Transformer(config, generator(seed))
    teach(model, feed, steps, peak)
    return model


def teach(model: Transformer, feed: Iterator, steps: int, peak: float) -> None:
    """AdamW with a rate that climbs, then falls to nothing."""
    optimizer = torch.optim.AdamW(model.parameters(), betas=(0.9, 0.98), weight_decay=0.01)
    train(
        model,
        feed,
        token_loss,
        optimizer,
        steps,
        rate=cosine(peak, steps, warmup=min(200, steps // 10)),
        clip=1.0,
        progress=False,
    )


@torch.no_grad()
def quality(model: Transformer, max_pairs: int, *, strings: int, seed: int) -> dict:
    """How far the model is from the law on new strings, and how often what it writes is balanced.

    It may write until its context is full. What has not ended by then, by END, is not balanced,
    nor is the empty string, which is never drawn; "in time" are strings of no more pairs than
    were trained.
    """
    random = generator(seed)
    rows = sample_upto(max_pairs, strings, random)[0][:, :-1]
    law = Law.upto(max_pairs)
    exact = law.along(rows)
    found = score(torch.cat([model(part) for part in rows.split(500)]), rows, exact)
    coin = score((exact > 0).float().log(), rows, exact)
    starts = torch.full((strings, 1), END)
    written = generate(model, starts, model.config.context - 1, generator=random, stop=END)
    good = is_balanced(written) & (written[:, -1] == END) & (written[:, 1] != END)
    in_time = good & (written[:, 2 * max_pairs + 1] == END)
    return {
        "floor, bits a token": law.floor() / math.log(2),
        "bits above the floor": found.excess,
        "bits above the floor, coin between possible tokens": coin.excess,
        "mass on illegal tokens": found.illegal,
        "mass on impossible tokens": found.impossible,
        "worst prefix": found.worst,
        "prefixes": found.prefixes,
        "samples": strings,
        "samples balanced": float(good.double().mean()),
        "samples balanced and in time": float(in_time.double().mean()),
    }


def ship(folder: Path, model: Transformer, seconds: dict) -> None:
    """Measure a trained model as it is stored, and write it with its card."""
    about = {
        "data": f"strings of up to {2 * PAIRS} tokens: the number of pairs uniform from 1 to "
        f"{PAIRS}, then every balanced string equally likely; drawn anew for every batch",
        "command": command("parens"),
        "seconds": seconds,
        "parameters": count_parameters(model),
        "config": asdict(model.config),
        "recipe": "; then ".join(
            f"{steps} steps on batches of {size} strings, AdamW, rate {peak} with a cosine"
            for steps, size, peak in COURSES
        ),
        "examples": sum(steps * size for steps, size, _ in COURSES),
        "metrics": quality(model.half().float(), PAIRS, strings=10_000, seed=103),
    }
    checkpoints.save(folder / "checkpoints", "parens", model, about)


@recipe("parens")
def parens(folder: Path) -> None:
    """The essay's configuration (2 blocks, 8 heads, 128 features), for chapters 10 and 11."""
    clock, model = Clock(), Transformer(SHIPPED, generator(100))
    for number, (steps, size, peak) in enumerate(COURSES):
        teach(model, batches(PAIRS, size, 101 + number), steps, peak)
    ship(folder, model, clock.read())
