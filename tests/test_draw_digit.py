"""The digit board: its JavaScript network against torch, its drawing, and what the page gets."""

from __future__ import annotations

import base64

import numpy as np
import pytest
import torch
from test_widgets import javascript, page
from torch import nn

from lib import checkpoints
from lib.device import generator
from lib.digits import load
from lib.nets import LeNet, activations
from lib.widgets import DrawDigit, source

FORWARD = "m.forward(a[0], new Float32Array(a[1]), a[2]).map(({values}) => Array.from(values))"


def halved(net: nn.Module) -> nn.Module:
    return net.half().float()


def shipped_net() -> nn.Module:
    return checkpoints.load("digits-small", LeNet(maps=(8, 16), hidden=32))


NETS = {
    "as shipped": shipped_net,
    "other sizes": lambda: halved(LeNet(maps=(3, 5), hidden=7, generator=generator(1))),
    "no convolution": lambda: halved(nn.Sequential(nn.Flatten(), nn.Linear(784, 10))),
    "pooling that leaves a rest": lambda: halved(
        nn.Sequential(
            *(nn.MaxPool2d(3), nn.Conv2d(1, 2, 4), nn.ReLU(), nn.MaxPool2d(4)),
            *(nn.Flatten(), nn.Linear(2, 10)),
        )
    ),
}


@pytest.mark.parametrize("make", NETS.values(), ids=NETS)
def test_every_layer_is_torchs_within_a_ten_thousandth(make):
    net = make()
    board = DrawDigit(net)
    weights = javascript("weights.js", "Array.from(m.halves(a[0]))", board.weights)
    images = load("scikit-learn").test_images[:3]
    for image in [*images, np.zeros((28, 28), np.float32)]:
        seen = javascript("digit_net.js", FORWARD, board.layers, weights, image.ravel().tolist())
        wanted = activations(net, torch.as_tensor(image)[None, None])[1:]
        assert len(seen) == len(wanted)
        for ours, theirs in zip(seen, wanted, strict=True):
            np.testing.assert_allclose(ours, theirs.flatten(), rtol=0, atol=1e-4)


def test_half_precision_is_read_exactly():
    values = np.array([0, -0.0, 1, -2.5, 6e-8, 1e-5, 0.1, 1 / 3, 65504, -6.1e-5], dtype="<f2")
    text = base64.b64encode(values.tobytes()).decode()
    assert javascript("weights.js", "Array.from(m.halves(a[0]))", text) == values.tolist()


def drawn(*strokes):
    pixels = javascript("digit_net.js", "Array.from(m.raster(a[0]))", strokes)
    return np.array(pixels).reshape(28, 28)


LINE = [[0.5, 0.2], [0.5, 0.8]]


def test_a_drawing_fills_the_box_and_is_balanced_in_the_middle():
    hook = [[0.1, 0.1], [0.3, 0.1], [0.3, 0.5]]
    image = drawn(hook)
    rows, columns = np.nonzero(image > 0.5)
    assert 19 <= np.ptp(rows) + 1 <= 21
    ink = image.sum()
    middle = (np.arange(28) + 0.5) @ image.sum(1) / ink, (np.arange(28) + 0.5) @ image.sum(0) / ink
    np.testing.assert_allclose(middle, (14, 14), atol=0.05)
    assert image.max() == 1 and image.min() == 0


def test_neither_place_nor_size_of_a_drawing_matters():
    small = [[0.1 + x / 2, 0.2 + y / 2] for x, y in LINE]
    np.testing.assert_allclose(drawn(small), drawn(LINE), atol=1e-9)


def test_a_dot_stays_small_and_nothing_stays_empty():
    assert 1 < (drawn([[0.3, 0.9]]) > 0.5).sum() < 12
    assert drawn().sum() == 0


def test_a_line_is_read_as_a_one():
    net = shipped_net()
    with torch.no_grad():
        scores = net(torch.as_tensor(drawn(LINE), dtype=torch.float32)[None, None])
    assert int(scores.argmax()) == 1


def test_an_image_goes_there_and_back():
    image = load("scikit-learn").test_images[0]
    board = DrawDigit(NETS["no convolution"](), [image], [8])
    assert abs(board.pixels - image).max() <= 0.5 / 255 + 1e-6
    again = javascript("digit_net.js", "m.packed(m.unpacked(a[0]))", board.image)
    assert again == board.image


def test_it_is_one_module():
    assert source.module("draw_digit").rstrip().endswith("export default { render };")


def test_the_page_gets_all_that_it_needs():
    images = load("scikit-learn")
    about = page(DrawDigit(shipped_net(), images.test_images[:10], images.test_labels[:10]))
    assert set(about["state"]) == {"alt", "examples", "image", "labels", "layers", "weights"}
    assert about["state"]["image"] == about["state"]["examples"][0]
    assert len(about["state"]["weights"]) < 60_000
    assert "<p>" in about["html"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"net": nn.Sequential(nn.Flatten(), nn.Linear(784, 3))}, "10 scores"),
        ({"net": nn.Sequential(nn.Flatten(), nn.Linear(100, 10))}, "28, 28"),
        ({"net": LeNet()}, "431,080 weights"),
        ({"net": nn.Sequential(nn.Conv2d(1, 2, 5, padding=1))}, "padding"),
        ({"net": nn.Sequential(nn.Flatten(), nn.Linear(784, 10, bias=False))}, "bias"),
        ({"net": nn.Sequential(nn.MaxPool2d(2, stride=1))}, "step by its size"),
        ({"examples": np.zeros((2, 8, 8)), "labels": [1, 2]}, "examples"),
        ({"examples": np.full((1, 28, 28), 3.0), "labels": [1]}, "examples"),
        ({"examples": np.zeros((2, 28, 28)), "labels": [1]}, "labels"),
        ({"examples": np.zeros((1, 28, 28)), "labels": [10]}, "labels"),
        ({"alt": "No"}, "alt"),
    ],
)
def test_it_refuses(arguments, message):
    net = nn.Sequential(nn.Flatten(), nn.Linear(784, 10))
    with pytest.raises(ValueError, match=message):
        DrawDigit(**({"net": net} | arguments))


@pytest.mark.parametrize("net", [nn.Linear(784, 10), nn.Sequential(nn.Tanh()), "net"])
def test_it_refuses_what_it_cannot_run(net):
    with pytest.raises(TypeError, match="net"):
        DrawDigit(net)
