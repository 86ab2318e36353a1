"""Handwritten digits, as 28 x 28 numbers from 0 (paper) to 1 (ink), and small changes of them.

Serves chapters 05, 08 and 09. Knows arrays and where the images come from; no networks.
"""

from __future__ import annotations

import gzip
import math
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from lib.data import DataUnavailable, fetch
from lib.data.notices import note, tell

SIDE = 28  # of an image
INK = 20  # side of the box, in the middle of the image, that the digit fills
SOURCES = ("mnist", "scikit-learn")


@dataclass(frozen=True)
class Digits:
    """Images and labels, split into what one may learn from and what is kept for the test.

    Attributes
    ----------
    source
        ``"mnist"`` or ``"scikit-learn"``.
    train_images, test_images
        (image, 28, 28) float32, from 0 for paper to 1 for ink.
    train_labels, test_labels
        (image,) int64, 0 to 9.
    """

    source: str
    train_images: np.ndarray
    train_labels: np.ndarray
    test_images: np.ndarray
    test_labels: np.ndarray

    def __str__(self) -> str:
        sizes = f"{len(self.train_labels):,} to learn from, {len(self.test_labels):,} to test on"
        return f"{_TITLES[self.source]}: {sizes}"


_TITLES = {"mnist": "MNIST", "scikit-learn": "scikit-learn's digits"}


def load(source: str | None = None) -> Digits:
    """MNIST where it can be had, else scikit-learn's digits, which need no network.

    Parameters
    ----------
    source
        ``"mnist"`` or ``"scikit-learn"`` asks for one of them.

    Returns
    -------
    Digits
        MNIST: 60,000 and 10,000 images by different writers. scikit-learn: the first 1,437 and
        the last 360 of its 1,797 images, in the file's own order: neighbors in the file are often
        by the same hand, so the test is mostly on writers never seen. They are 8 x 8 there, and
        are enlarged and framed like MNIST's.

    Raises
    ------
    ValueError
        If `source` is something else.
    DataUnavailable
        If ``"mnist"`` is asked for and can't be had.

    Notes
    -----
    MNIST: LeCun, Bottou, Bengio and Haffner (1998). scikit-learn's are the test part of Alpaydin
    and Kaynak, "Optical Recognition of Handwritten Digits" (1998), by 13 writers.

    Examples
    --------
    >>> digits = load("scikit-learn")
    >>> digits.train_images.shape, digits.test_images.shape
    ((1437, 28, 28), (360, 28, 28))
    """
    if source not in (None, *SOURCES):
        raise ValueError(f"source must be one of {', '.join(SOURCES)} or None, not {source!r}")
    if source == "scikit-learn":
        return _scikit_learn("asked for by name")
    try:
        return _mnist()
    except DataUnavailable:
        if source == "mnist":
            raise
    tell("MNIST can't be had here; scikit-learn's 1,797 digits take its place.", topic="digits")
    return _scikit_learn("MNIST could not be had")


def _mnist() -> Digits:
    parts = [fetch(f"mnist-{p}-{k}") for p in ("train", "test") for k in ("images", "labels")]
    arrays = [_idx(gzip.decompress(path.read_bytes())) for path in parts]
    scaled = [a.astype(np.int64) if a.ndim == 1 else a / np.float32(255) for a in arrays]
    return Digits("mnist", *scaled)


def _idx(content: bytes) -> np.ndarray:
    """The array in a file of MNIST's format: dimensions first, then bytes."""
    dimensions = content[3]
    shape = np.frombuffer(content, ">i4", dimensions, offset=4)
    return np.frombuffer(content, np.uint8, offset=4 + 4 * dimensions).reshape(shape)


def _scikit_learn(why: str) -> Digits:
    from sklearn.datasets import load_digits  # slow to import

    small, labels = load_digits(return_X_y=True)
    images = enlarge(small.reshape(-1, 8, 8) / 16)
    labels = labels.astype(np.int64)
    cut = len(labels) * 4 // 5
    note(f"digits ({why})", "scikit-learn's 1,797 images, which come with it")
    return Digits("scikit-learn", images[:cut], labels[:cut], images[cut:], labels[cut:])


def enlarge(images: np.ndarray) -> np.ndarray:
    """Small square images as 28 x 28: 20 x 20 by linear interpolation, and a frame of paper.

    Parameters
    ----------
    images
        (image, side, side) numbers.

    Returns
    -------
    np.ndarray
        (image, 28, 28) float32.

    Raises
    ------
    ValueError
        If the images are not square.

    Examples
    --------
    >>> enlarge(np.ones((5, 8, 8))).shape
    (5, 28, 28)
    """
    images = np.asarray(images, dtype=np.float64)
    if images.ndim != 3 or images.shape[1] != images.shape[2]:
        raise ValueError(f"images must be (image, side, side), not of shape {images.shape}")
    side = images.shape[1]
    places = (np.arange(INK) + 0.5) * side / INK - 0.5  # of the new pixels, among the old ones
    weights = np.maximum(0, 1 - abs(places[:, None] - np.arange(side)))
    large = np.einsum("ri,nij,cj->nrc", weights, images, weights, optimize=True)
    frame = (SIDE - INK) // 2
    return np.pad(large, ((0, 0), (frame, frame), (frame, frame))).astype(np.float32)


def blur(image: np.ndarray, width: float) -> np.ndarray:
    """An image seen out of focus: each pixel becomes a weighted mean of those around it.

    Parameters
    ----------
    image
        (28, 28) numbers, or any matrix.
    width
        Standard deviation, in pixels, of the bell curve that weighs the neighbors. 0 changes
        nothing. What is beyond the edge counts as paper.

    Raises
    ------
    ValueError
        If `width` is negative or `image` is no matrix.

    Examples
    --------
    >>> dot = np.zeros((28, 28))
    >>> dot[14, 14] = 1
    >>> bool(blur(dot, 2.0)[14, 14] < 0.05)
    True
    """
    image = np.asarray(image, dtype=np.float64)
    if image.ndim != 2:
        raise ValueError(f"image must be a matrix, not of shape {image.shape}")
    if not 0 <= width < math.inf:
        raise ValueError(f"width={width!r} must be zero or more pixels")
    if width == 0:
        return image
    return _bells(image.shape[0], width) @ image @ _bells(image.shape[1], width)


def _bells(size: int, width: float) -> np.ndarray:
    """(size, size): the weight of each pixel in each new pixel of a line."""
    reach = np.arange(-6 * math.ceil(width) - size, 6 * math.ceil(width) + size + 1)
    total = np.exp(-((reach / width) ** 2) / 2).sum()
    steps = np.arange(size)
    return np.exp(-(((steps[:, None] - steps) / width) ** 2) / 2) / total


def jitter(
    images: Tensor,
    generator: torch.Generator,
    *,
    shift: float = 2.0,
    turn: float = 10.0,
    stretch: float = 0.1,
) -> Tensor:
    """Each image moved, turned and stretched a little, by its own random amounts.

    A digit stays the same digit under such changes, so they make new examples out of old ones
    (data augmentation).

    Parameters
    ----------
    images
        (image, 1, 28, 28) float.
    generator
        Where the amounts come from; on the CPU.
    shift
        Furthest move, in pixels.
    turn
        Furthest turn, in degrees.
    stretch
        Furthest change of width and of height, as a share.

    Returns
    -------
    Tensor
        Of the same shape and device; what comes in from outside is paper.

    Raises
    ------
    ValueError
        If the images have another shape, or an amount is negative.

    Examples
    --------
    >>> from lib.device import generator
    >>> jitter(torch.rand(4, 1, 28, 28), generator(0)).shape
    torch.Size([4, 1, 28, 28])
    """
    if images.ndim != 4 or images.shape[1] != 1:
        raise ValueError(f"images must be (image, 1, row, column), not {tuple(images.shape)}")
    for name, amount in (("shift", shift), ("turn", turn), ("stretch", stretch)):
        if amount < 0:
            raise ValueError(f"{name}={amount!r} must be zero or more")
    drawn = 2 * torch.rand(len(images), 5, generator=generator) - 1
    angle = drawn[:, 0] * math.radians(turn)
    wide, high = (1 + stretch * drawn[:, 1:3]).T
    across, down = (drawn[:, 3:] * 2 * shift / images.shape[-1]).T  # grids run from -1 to 1
    rows = [
        torch.stack([angle.cos() * wide, -angle.sin() * high, across], 1),
        torch.stack([angle.sin() * wide, angle.cos() * high, down], 1),
    ]
    grid = F.affine_grid(torch.stack(rows, 1), list(images.shape), align_corners=False)
    return F.grid_sample(images, grid.to(images), align_corners=False)
