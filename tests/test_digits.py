"""The digits: what is loaded, how it is framed, and the small changes of images."""

from __future__ import annotations

import gzip

import numpy as np
import pytest
import torch
from scipy.ndimage import gaussian_filter

from lib import data, digits
from lib.data import DataUnavailable
from lib.device import generator


def idx(array: np.ndarray) -> bytes:
    """An array in MNIST's file format."""
    head = bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">i4").tobytes()
    return gzip.compress(head + array.astype(np.uint8).tobytes())


@pytest.fixture
def small_mnist(tmp_path, monkeypatch):
    """Twelve images in place of MNIST's 70,000."""
    rng = np.random.default_rng(0)
    arrays = {
        f"mnist-{part}-{kind}": rng.integers(0, high, shape)
        for part, count in (("train", 8), ("test", 4))
        for kind, high, shape in (("images", 256, (count, 28, 28)), ("labels", 10, (count,)))
    }

    def fetch(name):
        path = tmp_path / name
        path.write_bytes(idx(arrays[name]))
        return path

    monkeypatch.setattr(digits, "fetch", fetch)
    return arrays


@pytest.fixture
def no_mnist(monkeypatch):
    def fetch(name):
        raise DataUnavailable(f"{name} is not available")

    monkeypatch.setattr(digits, "fetch", fetch)


def test_mnist_is_read_from_its_files(small_mnist):
    found = digits.load()
    assert found.source == "mnist"
    assert str(found) == "MNIST: 8 to learn from, 4 to test on"
    for part in ("train", "test"):
        images, labels = getattr(found, f"{part}_images"), getattr(found, f"{part}_labels")
        assert images.dtype == np.float32 and labels.dtype == np.int64
        np.testing.assert_allclose(images * 255, small_mnist[f"mnist-{part}-images"], atol=1e-3)
        assert labels.tolist() == small_mnist[f"mnist-{part}-labels"].tolist()


def test_without_mnist_scikit_learns_digits_stand_in_and_it_is_said(no_mnist, capsys):
    data.notices.forget_notices()
    found = digits.load()
    assert found.source == "scikit-learn"
    assert "take its place" in capsys.readouterr().out
    assert "scikit-learn" in data.report() and "MNIST could not be had" in data.report()


def test_without_mnist_asking_for_it_fails(no_mnist):
    with pytest.raises(DataUnavailable):
        digits.load("mnist")


def test_scikit_learns_digits_are_all_there_in_their_order():
    from sklearn.datasets import load_digits

    found = digits.load("scikit-learn")
    original = load_digits()
    labels = np.concatenate([found.train_labels, found.test_labels])
    assert labels.tolist() == original.target.tolist()
    assert (len(found.train_labels), len(found.test_labels)) == (1437, 360)
    images = np.concatenate([found.train_images, found.test_images])
    assert images.shape == (1797, 28, 28) and images.dtype == np.float32
    assert images.min() == 0 and 0.9 < images.max() <= 1
    assert images[:, :4].max() == 0 and images[:, :, -4:].max() == 0
    # The ink grows with the area, 20 x 20 pixels for 8 x 8, but for what is lost at the edge.
    grown = images.sum((1, 2)) / (original.images.sum((1, 2)) / 16)
    assert grown.max() < 6.3 and np.median(grown) > 5.8


@pytest.mark.parametrize("source", ["MNIST", "", 3])
def test_an_unknown_source_is_refused(source):
    with pytest.raises(ValueError, match="source must be one of mnist, scikit-learn"):
        digits.load(source)


def test_enlarging_interpolates_on_straight_lines():
    ramp = np.tile(np.arange(8.0), (8, 1))[None]
    large = digits.enlarge(ramp)[0, 4:-4, 4:-4]
    inside = np.interp((np.arange(20) + 0.5) * 0.4 - 0.5, np.arange(8), np.arange(8.0))
    np.testing.assert_allclose(large[10, 1:-1], inside[1:-1], atol=1e-6)


@pytest.mark.parametrize("shape", [(8, 8), (2, 8, 9), (1, 1, 8, 8)])
def test_enlarging_refuses_other_shapes(shape):
    with pytest.raises(ValueError, match="images must be"):
        digits.enlarge(np.zeros(shape))


@pytest.mark.parametrize("width", [0.7, 1.5, 4.0])
def test_blur_is_scipys(width):
    image = np.random.default_rng(1).random((28, 20))
    wanted = gaussian_filter(image, width, mode="constant", truncate=12)
    np.testing.assert_allclose(digits.blur(image, width), wanted, atol=1e-6)


def test_no_blur_changes_nothing():
    image = np.random.default_rng(2).random((28, 28))
    assert np.array_equal(digits.blur(image, 0), image)


@pytest.mark.parametrize(
    ("image", "width", "message"),
    [
        (np.zeros((28, 28)), -1, "width=-1"),
        (np.zeros((28, 28)), float("nan"), "width=nan"),
        (np.zeros((1, 28, 28)), 1, "image must be a matrix"),
    ],
)
def test_blur_refuses(image, width, message):
    with pytest.raises(ValueError, match=message):
        digits.blur(image, width)


def square() -> torch.Tensor:
    image = torch.zeros(1, 1, 28, 28)
    image[..., 10:18, 10:18] = 1
    return image


def test_jitter_without_amounts_changes_nothing():
    images = torch.rand(3, 1, 28, 28, generator=generator(0))
    same = digits.jitter(images, generator(1), shift=0, turn=0, stretch=0)
    torch.testing.assert_close(same, images)


def test_jitter_moves_no_further_than_asked():
    many = square().expand(500, -1, -1, -1)
    moved = digits.jitter(many, generator(2), shift=3, turn=0, stretch=0)
    places = torch.arange(28) + 0.5
    ink = moved.sum((1, 2, 3))
    across = (moved.sum((1, 2)) @ places) / ink - 14
    down = (moved.sum((1, 3)) @ places) / ink - 14
    for shift in (across, down):
        assert 2.8 < shift.abs().max() <= 3.001
        assert abs(float(shift.mean())) < 0.4
    torch.testing.assert_close(ink, torch.full_like(ink, 64.0), rtol=1e-3, atol=0)


def test_jitter_turns_and_stretches():
    many = square().expand(500, -1, -1, -1)
    stretched = digits.jitter(many, generator(3), shift=0, turn=0, stretch=0.1).sum((1, 2, 3)) / 64
    assert 0.8 < stretched.min() < 0.9 and 1.1 < stretched.max() < 1.25
    turned = digits.jitter(many, generator(4), shift=0, turn=45, stretch=0)
    assert float(turned[:, 0, 8, 8:20].max()) > 0.2  # a corner, where no ink was
    torch.testing.assert_close(turned.sum((1, 2, 3)), torch.full((500,), 64.0), rtol=0.03, atol=0)


def test_jitter_repeats_with_its_seed_and_differs_from_image_to_image():
    many = square().expand(4, -1, -1, -1)
    one, again = (digits.jitter(many, generator(5)) for _ in range(2))
    assert torch.equal(one, again)
    assert not torch.equal(one[0], one[1])


@pytest.mark.parametrize(
    ("images", "amounts", "message"),
    [
        (torch.zeros(3, 28, 28), {}, "images must be"),
        (torch.zeros(3, 3, 28, 28), {}, "images must be"),
        (torch.zeros(3, 1, 28, 28), {"turn": -1}, "turn=-1"),
    ],
)
def test_jitter_refuses(images, amounts, message):
    with pytest.raises(ValueError, match=message):
        digits.jitter(images, generator(0), **amounts)
