"""The measurements of chapter 08 that take too long for a page: `data/results/lore-*.json`.

Nets that differ only in their random start are trained side by side, each on batches of its own.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from lib import data, digits
from lib.automata import majority, rows_and_futures
from lib.device import generator
from lib.nets import MLP, LeNet, count_parameters
from lib.ngrams import NGramModel
from lib.project.checkpoints import Clock, command, recipe, write_result
from lib.project.digits_recipes import accuracy, tensors
from lib.text import LETTER_VOCAB, normalize
from lib.training import Batches, Together, cosine, train

STARTS = 5
WIDTHS = (1, 2, 4, 8, 16, 32, 64, 128)
Arrays = tuple[Tensor, Tensor]


def own_batches(arrays: Arrays, size: int, seed: int, starts: int) -> Iterator[Arrays]:
    """Batches (start, example, ...): examples drawn for each start by itself."""
    random = generator(seed)
    inputs, targets = arrays
    while True:
        chosen = torch.randint(len(targets), (starts, size), generator=random)
        yield inputs[chosen], targets[chosen]


@torch.no_grad()
def errors(nets: Together, inputs: Tensor, targets: Tensor) -> list[float]:
    """The share that each net gets wrong; scores that are not finite count as wrong."""
    found = []
    for net in nets.separate():
        scores = net(inputs)
        right = (scores.argmax(1) == targets) & scores.isfinite().all(1)
        found.append(1 - int(right.sum()) / len(targets))
    return found


def digits_flat() -> tuple[Arrays, Arrays]:
    """MNIST's training and test images as rows of 784 numbers."""
    mnist = digits.load("mnist")
    train_set = tensors(mnist.train_images, mnist.train_labels)
    test_set = tensors(mnist.test_images, mnist.test_labels)
    return tuple((images.flatten(1), labels) for images, labels in (train_set, test_set))


def side_by_side(sizes: Sequence[int], starts: int = STARTS) -> Together:
    """Nets of these sizes that begin with different weights."""
    return Together([MLP(sizes, generator=generator(s)) for s in range(starts)], own_inputs=True)


def error_of(sizes: Sequence[int], train_set: Arrays, test_set: Arrays, steps: int) -> list[float]:
    """Test errors of nets of these sizes, trained with Adam and a falling rate."""
    nets = side_by_side(sizes)
    train(
        nets,
        own_batches(train_set, 128, 1, STARTS),
        nets.losses(nn.functional.cross_entropy),
        torch.optim.Adam(nets.parameters()),
        steps,
        rate=cosine(0.003, steps),
        progress=False,
    )
    return errors(nets, *test_set)


@recipe("lore-sizes")
def sizes(folder: Path) -> None:
    """Widths, depths, and a squeeze in the middle, on MNIST, for chapter 08."""
    clock, steps = Clock(), 600
    train_set, test_set = digits_flat()
    shapes = {
        f"{depth} hidden": {w: [784, *[w] * depth, 10] for w in WIDTHS} for depth in (1, 2, 3)
    }
    shapes["squeeze"] = {w: [784, 128, w, 128, 10] for w in (1, 2, 3, 4, 6, 8, 16, 32)}
    found = {
        name: {str(w): error_of(net, train_set, test_set, steps) for w, net in row.items()}
        for name, row in shapes.items()
    }
    linear = error_of([784, 10], train_set, test_set, steps)
    about = {"data": "MNIST", "command": command("lore-sizes"), "steps": steps, "batch": 128}
    result = {**about, "seconds": clock.read(), "errors": found, "no hidden layer": linear}
    write_result(folder, "lore-sizes", result)


@recipe("lore-rates")
def rates(folder: Path) -> None:
    """Learning rates and batch sizes on MNIST, every run sees 20,480 examples, for chapter 08."""
    clock, examples = Clock(), 20_480
    train_set, test_set = digits_flat()
    found = {}
    for size in (8, 32, 128, 512):
        for rate in (0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0):
            nets = side_by_side([784, 64, 10])
            train(
                nets,
                own_batches(train_set, size, 2, STARTS),
                nets.losses(nn.functional.cross_entropy),
                torch.optim.SGD(nets.parameters(), lr=rate),
                examples // size,
                progress=False,
            )
            found.setdefault(str(size), {})[str(rate)] = errors(nets, *test_set)
    about = {"data": "MNIST", "command": command("lore-rates"), "examples": examples}
    result = {**about, "seconds": clock.read(), "errors": found}
    write_result(folder, "lore-rates", result)


@recipe("lore-augmentation")
def augmentation(folder: Path) -> None:
    """A small convolutional net on few and many of MNIST's images, with and without jitter."""
    clock, steps = Clock(), 400
    mnist = digits.load("mnist")
    images, labels = tensors(mnist.train_images, mnist.train_labels)
    found = {"plain": {}, "jitter": {}}
    for count in (100, 1000):
        for start in range(STARTS):
            chosen = torch.randperm(len(labels), generator=generator(start))[:count]
            for name in found:
                net = LeNet(maps=(8, 16), hidden=32, generator=generator(start))
                feed = Batches(images[chosen], labels[chosen], size=128, generator=generator(start))
                if name == "jitter":
                    random = generator(start)
                    feed = ((digits.jitter(x, random), y) for x, y in feed)
                optimizer = torch.optim.AdamW(net.parameters())
                rate = cosine(0.004, steps)
                loss = nn.functional.cross_entropy
                train(net, feed, loss, optimizer, steps, rate=rate, progress=False)
                wrong = 1 - accuracy(net, mnist.test_images, mnist.test_labels)
                found[name].setdefault(str(count), []).append(wrong)
    about = {"data": "MNIST", "command": command("lore-augmentation"), "steps": steps}
    write_result(folder, "lore-augmentation", {**about, "seconds": clock.read(), "errors": found})


CONTEXT = 8  # letters that a net of the scaling curves sees
BLOCK = 10_000  # letters; every twentieth block is held out


def letter_net(width: int, seed: int) -> nn.Sequential:
    """Guess the next of 27 letters from the last 8, in the manner of Bengio et al. (2003)."""
    net = nn.Sequential(
        *(nn.Embedding(27, 16), nn.Flatten(), nn.Linear(16 * CONTEXT, width)),
        *(nn.ReLU(), nn.Linear(width, 27)),
    )
    random = generator(seed)
    with torch.no_grad():
        for weights in net.parameters():
            reach = 1.0 if weights is net[0].weight else weights.shape[-1] ** -0.5
            weights.uniform_(-reach, reach, generator=random)
    return net


def letter_batches(parts: Sequence[Tensor], size: int, seed: int) -> Iterator[Arrays]:
    """(part, example, 8) letters and (part, example) what follows; each net has its own part."""
    random, offsets = generator(seed), torch.arange(CONTEXT + 1)
    while True:
        windows = []
        for part in parts:
            first = torch.randint(len(part) - CONTEXT, (size, 1), generator=random)
            windows.append(part[first + offsets])
        together = torch.stack(windows)
        yield together[..., :-1], together[..., -1]


def letter_curve(width: int, parts: Sequence[Tensor], held_out: Tensor, steps: int) -> list:
    """Bits a letter on held-out text, (check, net), while nets of one width are trained."""
    nets = Together([letter_net(width, s) for s in range(len(parts))], own_inputs=True)
    exam = [next(letter_batches([held_out], 20_000, 9))[i][0] for i in (0, 1)]
    found = []

    def check(_: nn.Module) -> float:
        row = [nn.functional.cross_entropy(net(exam[0]), exam[1]) for net in nets.separate()]
        found.append([float(value) / math.log(2) for value in row])
        return sum(found[-1])

    train(
        nets,
        letter_batches(parts, 512, width),
        nets.losses(nn.functional.cross_entropy),
        torch.optim.Adam(nets.parameters()),
        steps,
        rate=cosine(0.004, steps, warmup=50),
        check=check,
        every=100,
        progress=False,
    )
    return found


@recipe("lore-scaling")
def scaling(folder: Path) -> None:
    """Bits a letter against parameters, data and compute, on NLTK's Gutenberg, for chapter 08."""
    clock, steps, starts = Clock(), 1000, STARTS
    corpus = data.corpus("gutenberg")
    if not corpus.is_full:
        raise data.DataUnavailable("the scaling curves need NLTK's Gutenberg corpus itself")
    ids = torch.as_tensor(LETTER_VOCAB.encode(normalize(corpus.raw())))
    blocks = ids[: len(ids) // BLOCK * BLOCK].reshape(-1, BLOCK)
    apart = torch.arange(len(blocks)) % 20 == 0
    held_out, rest = blocks[apart].flatten(), blocks[~apart]
    orders = [torch.randperm(len(rest), generator=generator(s)) for s in range(starts)]
    shuffled = [rest[order].flatten() for order in orders]
    parameters, by_size = {}, {}
    for width in (4, 8, 16, 32, 64, 128, 256, 512):
        parameters[str(width)] = count_parameters(letter_net(width, 0))
        by_size[str(width)] = letter_curve(width, shuffled, held_out, steps)
    by_data = {}
    for letters in (1000, 3000, 10_000, 30_000, 100_000, 300_000, 1_000_000):
        parts = [part[:letters] for part in shuffled]
        curve = letter_curve(128, parts, held_out, steps)
        by_data[str(letters)] = np.min(curve, axis=0).tolist()
    exam = held_out.numpy()
    counted = rest.flatten().numpy()
    n_grams = {
        str(n): NGramModel.fit(counted, n, LETTER_VOCAB, smoothing="witten_bell").cross_entropy(
            exam
        )
        for n in (1, 3, 5)
    }
    write_result(
        folder,
        "lore-scaling",
        {
            "data": f"NLTK's Gutenberg, {rest.numel():,} letters; {held_out.numel():,} held out",
            "command": command("lore-scaling"),
            "seconds": clock.read(),
            "steps": steps,
            "batch": 512,
            "context": CONTEXT,
            "parameters": parameters,
            "bits by width, every 100 steps": by_size,
            "bits by letters, width 128, best check": by_data,
            "bits of n-grams": n_grams,
        },
    )


@recipe("lore-automata")
def automata(folder: Path) -> None:
    """Nets that look t steps ahead in cellular automata 30, 90 and 250, for chapter 08."""
    clock, steps, cells = Clock(), 1500, 33
    found, trivial = {}, {}
    for rule in (30, 90, 250):
        for ahead in range(1, 9):
            sets = []
            for seed, count in ((1, 20_000), (2, 5000)):
                rows, after = rows_and_futures(rule, ahead, cells, count, generator(seed))
                sets.append((rows.float() * 2 - 1, after.long()))
            nets = Together(
                [MLP([cells, 64, 64, 2], generator=generator(s)) for s in range(STARTS)],
                own_inputs=True,
            )
            train(
                nets,
                own_batches(sets[0], 256, rule + ahead, STARTS),
                nets.losses(nn.functional.cross_entropy),
                torch.optim.AdamW(nets.parameters(), weight_decay=0.1),
                steps,
                rate=cosine(0.003, steps),
                progress=False,
            )
            found.setdefault(str(rule), {})[str(ahead)] = errors(nets, *sets[1])
            trivial.setdefault(str(rule), {})[str(ahead)] = 1 - majority(sets[0][1], sets[1][1])
    about = {"data": "random rows of 33 cells", "command": command("lore-automata")}
    result = {**about, "seconds": clock.read(), "steps": steps, "rows": 20_000}
    write_result(folder, "lore-automata", {**result, "errors": found, "trivial": trivial})
