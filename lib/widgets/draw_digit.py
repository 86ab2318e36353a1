"""A board to draw a digit on, and a small network that reads it, for chapter 05."""

from __future__ import annotations

import base64
from collections.abc import Sequence

import numpy as np
import torch
import traitlets
from numpy.typing import ArrayLike
from torch import nn

from lib.digits import SIDE
from lib.widgets.base import CourseWidget
from lib.widgets.packing import halves

MOST_WEIGHTS = 100_000  # they stand in the page
_ALT = (
    "A board to draw a digit on with the mouse, a finger or the arrow keys and the space bar; bars "
    "show the network's ten probabilities, and pictures show what each of its layers sees."
)


class DrawDigit(CourseWidget, module="draw_digit"):
    """Draw a digit and see a network read it, layer by layer, with no Python behind it.

    What is drawn is scaled and centered as MNIST's digits are. Serves the chapter "Recognizing
    digits".

    Parameters
    ----------
    net
        A chain of Conv2d, ReLU, MaxPool2d, Flatten and Linear layers from (image, 1, 28, 28) to
        (image, 10), such as a small `lib.nets.LeNet`. Its weights are kept as half-precision
        numbers.
    examples
        (example, 28, 28) images from 0 to 1 that a button puts on the board, the first at once;
        kept in 256 levels of gray.
    labels
        (example,) their digits.
    alt
        Replaces the sentence that describes the widget.

    Attributes
    ----------
    image : str
        What the network reads now; `pixels` gives it as an array.

    Raises
    ------
    TypeError
        If a layer is of another kind.
    ValueError
        If the network has other shapes, settings that the page does not know, or too many weights;
        or if the examples don't fit.

    Examples
    --------
    >>> from lib.nets import LeNet
    >>> board = DrawDigit(LeNet(maps=(2, 3), hidden=4))
    >>> board.pixels.shape
    (28, 28)
    """

    layers = traitlets.List(traitlets.Dict()).tag(sync=True)
    weights = traitlets.Unicode().tag(sync=True)
    examples = traitlets.List(traitlets.Unicode()).tag(sync=True)
    labels = traitlets.List(traitlets.Int()).tag(sync=True)
    image = traitlets.Unicode().tag(sync=True)

    def __init__(
        self,
        net: nn.Sequential,
        examples: ArrayLike = (),
        labels: Sequence[int] = (),
        *,
        alt: str = _ALT,
    ) -> None:
        layers = _described(net)
        images = np.asarray(examples, dtype=float)
        digits = [int(label) for label in labels]
        if images.size and not (
            images.shape[1:] == (SIDE, SIDE) and images.min() >= 0 and images.max() <= 1
        ):
            raise ValueError(
                f"examples must be (example, {SIDE}, {SIDE}) with numbers from 0 to 1, not of "
                f"shape {images.shape}"
            )
        if len(digits) != len(images) or not all(0 <= digit <= 9 for digit in digits):
            raise ValueError(f"labels={digits} must be a digit for each of {len(images)} examples")
        kept = [_packed(image) for image in images]
        super().__init__(
            alt=alt,
            layers=layers,
            weights=halves(net.parameters()),
            examples=kept,
            labels=digits,
            image=kept[0] if kept else _packed(np.zeros((SIDE, SIDE))),
        )

    @property
    def pixels(self) -> np.ndarray:
        """(28, 28) float64: what the network reads now, from 0 to 1."""
        levels = np.frombuffer(base64.b64decode(self.image), np.uint8)
        return levels.reshape(SIDE, SIDE) / 255


def _packed(image: np.ndarray) -> str:
    levels = np.round(255 * np.asarray(image)).astype(np.uint8)
    return base64.b64encode(levels.tobytes()).decode("ascii")


def _described(net: nn.Sequential) -> list[dict]:
    """The layers as the page reads them; of their weights, each layer's biases come last."""
    if not isinstance(net, nn.Sequential):
        raise TypeError(f"net must be an nn.Sequential, not a {type(net).__name__}")
    layers = [_layer(position, layer) for position, layer in enumerate(net)]
    count = sum(weights.numel() for weights in net.parameters())
    if count > MOST_WEIGHTS:
        raise ValueError(f"net has {count:,} weights; a page can hold {MOST_WEIGHTS:,}")
    _reads_digits(net)
    return layers


def _layer(position: int, layer: nn.Module) -> dict:
    if isinstance(layer, nn.Conv2d):
        plain = nn.Conv2d(layer.in_channels, layer.out_channels, layer.kernel_size[0])
        _plain(position, layer, plain, ("kernel_size", "stride", "padding", "dilation", "groups"))
        sizes = {"into": layer.in_channels, "out": layer.out_channels}
        return {"kind": "conv", **sizes, "size": layer.kernel_size[0]}
    if isinstance(layer, nn.MaxPool2d):
        if layer.stride != layer.kernel_size or layer.padding or not isinstance(layer.stride, int):
            raise ValueError(f"net[{position}]={layer} must step by its size, without padding")
        return {"kind": "pool", "size": layer.kernel_size}
    if isinstance(layer, nn.Linear):
        _plain(position, layer, layer, ())
        return {"kind": "linear", "into": layer.in_features, "out": layer.out_features}
    if isinstance(layer, nn.ReLU):
        return {"kind": "relu"}
    if isinstance(layer, nn.Flatten):
        return {"kind": "flatten"}
    raise TypeError(
        f"net[{position}] is a {type(layer).__name__}; it must be one of Conv2d, ReLU, MaxPool2d, "
        "Flatten, Linear"
    )


def _plain(position: int, layer: nn.Module, plain: nn.Module, settings: Sequence[str]) -> None:
    """Raise if a layer has no biases, or settings other than the usual ones."""
    odd = [name for name in settings if getattr(layer, name) != getattr(plain, name)]
    if odd or layer.bias is None:
        wrong = ", ".join(odd) or "bias=False"
        raise ValueError(f"net[{position}]={layer} must be plain, with biases; here: {wrong}")


def _reads_digits(net: nn.Sequential) -> None:
    """Raise if an image does not give ten scores."""
    try:
        with torch.no_grad():
            scores = net(torch.zeros(1, 1, SIDE, SIDE))
    except RuntimeError as error:
        raise ValueError(f"net must take (image, 1, {SIDE}, {SIDE}): {error}") from error
    if scores.shape != (1, 10):
        raise ValueError(f"net must give 10 scores an image, not the shape {tuple(scores.shape)}")
