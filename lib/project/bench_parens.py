"""How fast random balanced strings are drawn, and how near the shipped model comes to the law."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator

import torch

from lib import checkpoints
from lib.device import generator
from lib.parens import Law, is_balanced, sample
from lib.project.measuring import Row, benchmark, seconds
from lib.project.parens_recipes import PAIRS, SHIPPED, quality
from lib.transformer import Transformer

STRINGS, SLOW = 1 << 20, 1 << 13


def one_by_one(pairs: int, count: int) -> list[list[int]]:
    """The same lemma in plain Python, a string at a time."""
    drawn = []
    for _ in range(count):
        steps = [1] * pairs + [-1] * (pairs + 1)
        random.shuffle(steps)
        height = lowest = start = 0
        for place, step in enumerate(steps):
            height += step
            if height < lowest:
                lowest, start = height, place + 1
        drawn.append((steps[start:] + steps[:start])[:-1])
    return drawn


@benchmark("parens")
def drawing() -> Iterator[Row]:
    """Balanced strings; baseline: the cycle lemma in plain Python, a string at a time."""
    for pairs in (10, 20, 32):
        ours, rows = seconds(
            lambda n=pairs: [sample(n, 1 << 15, generator(i)) for i in range(STRINGS >> 15)]
        )
        theirs, _ = seconds(lambda n=pairs: one_by_one(n, SLOW))
        if not all(bool(is_balanced(part).all()) for part in rows):
            raise AssertionError("a string is not balanced")
        rate, limit = STRINGS / ours / 1e6, pairs <= 20
        yield Row(
            what=f"random strings of {2 * pairs}",
            ours=rate,
            baseline=SLOW / theirs / 1e6,
            unit="million/s",
            target="at least 1" if limit else "",
            met=rate >= 1 if limit else None,
            note=f"{torch.get_num_threads()} threads",
        )


@benchmark("parens-model")
def shipped_model() -> Iterator[Row]:
    """The shipped model, strings of up to 64 tokens; baseline: a coin between what is possible."""
    model = checkpoints.load("parens", Transformer(SHIPPED))
    found = quality(model, PAIRS, strings=20_000, seed=9)
    law = Law.upto(PAIRS)
    coin = found["bits above the floor, coin between possible tokens"]
    excess, balanced = found["bits above the floor"], found["samples balanced"]
    illegal = found["mass on impossible tokens"]
    floor = f"floor {law.floor() / math.log(2):.4f} bits"
    target, uniform = "at most 0.001", "baseline: all tokens alike"
    yield Row("above the floor", excess, coin, "bits a token", target, excess <= 1e-3, floor)
    yield Row("impossible tokens", illegal, 1 / 3, "mass", target, illegal <= 1e-3, uniform)
    share = f"of {found['samples']:,}"
    yield Row(
        "samples balanced", balanced, 1.0, "share", "at least 0.999", balanced >= 0.999, share
    )
