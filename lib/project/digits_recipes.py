"""The networks of chapter 05, trained on MNIST."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn

from lib import checkpoints, digits
from lib.device import generator
from lib.nets import LeNet, count_parameters
from lib.project.checkpoints import Clock, command, recipe
from lib.training import Batches, cosine, train

SEED = 5


def tensors(images: object, labels: object) -> tuple[Tensor, Tensor]:
    """(image, 1, 28, 28) float32 and (image,) int64, as networks take them."""
    return torch.as_tensor(images)[:, None], torch.as_tensor(labels)


@torch.no_grad()
def accuracy(net: nn.Module, images: object, labels: object) -> float:
    """The share of images that a network reads right."""
    x, y = tensors(images, labels)
    right = [(net(x[i : i + 500]).argmax(1) == y[i : i + 500]).sum() for i in range(0, len(y), 500)]
    return int(sum(right)) / len(y)


def reader(folder: Path, name: str, net: LeNet, epochs: int, peak: float) -> None:
    """Train a network on MNIST by a recipe fixed beforehand; the test set is used once, at the end.

    Raises
    ------
    DataUnavailable
        If MNIST can't be had.
    """
    clock = Clock()
    data = digits.load("mnist")
    random = generator(SEED + 1)
    batches = Batches(
        *tensors(data.train_images, data.train_labels), size=128, generator=generator(SEED + 2)
    )
    steps = epochs * len(batches)
    train(
        net,
        ((digits.jitter(x, random), y) for x, y in batches),
        nn.functional.cross_entropy,
        torch.optim.AdamW(net.parameters(), lr=peak, weight_decay=0.01),
        steps,
        rate=cosine(peak, steps, warmup=100),
        progress=False,
    )
    seconds = clock.read()
    full = accuracy(net, data.test_images, data.test_labels)
    about = {
        "data": "MNIST",
        "command": command(name),
        "seconds": seconds,
        "parameters": count_parameters(net),
        "recipe": f"{epochs} epochs in batches of 128, each image moved by up to 2 pixels, turned "
        f"by up to 10 degrees and stretched by up to a tenth; AdamW, rate {peak} with a cosine",
        "metrics": {},
    }
    checkpoints.save(folder / "checkpoints", name, net.half().float(), about)
    other = digits.load("scikit-learn")
    about["metrics"] = {
        "test accuracy, float32": full,
        "test accuracy, as stored": accuracy(net, data.test_images, data.test_labels),
        "training images as they are": accuracy(net, data.train_images, data.train_labels),
        "scikit-learn's last 360, never trained on": accuracy(
            net, other.test_images, other.test_labels
        ),
    }
    checkpoints.save(folder / "checkpoints", name, net, about)


@recipe("digits-lenet")
def lenet(folder: Path) -> None:
    """The essay's network (20 and 50 maps, 500 neurons), for chapter 05."""
    reader(folder, "digits-lenet", LeNet(generator=generator(SEED)), epochs=12, peak=0.002)


@recipe("digits-small")
def small(folder: Path) -> None:
    """A network small enough to live in a page (8 and 16 maps, 32 neurons), for chapter 05."""
    net = LeNet(maps=(8, 16), hidden=32, generator=generator(SEED))
    reader(folder, "digits-small", net, epochs=15, peak=0.004)
