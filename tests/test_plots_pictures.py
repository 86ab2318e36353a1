"""Images: every pixel in its place, captions over their images, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from lib.plots import gallery, image_and_bars, stepper

RNG = np.random.default_rng(0)


def test_every_image_is_on_the_sheet_under_its_caption():
    images = RNG.random((5, 8, 6))
    fig = gallery(images, list("abcde"), alt="Five images of random gray.", columns=3)
    sheet = np.asarray(fig.data[0].z, dtype=float)
    for image, note in zip(images, fig.layout.annotations, strict=True):
        left = round(note.x - 2.5)
        top = next(row for row in range(int(note.y), len(sheet)) if np.isfinite(sheet[row, left]))
        np.testing.assert_allclose(sheet[top : top + 8, left : left + 6], image, atol=6e-4)
    assert [note.text for note in fig.layout.annotations] == list("abcde")
    assert np.isfinite(sheet).sum() == images.size
    assert fig.layout.yaxis.autorange == "reversed"


def test_weights_have_zero_in_the_middle():
    fig = gallery(RNG.normal(size=(2, 5, 5)), alt="Two small filters, side by side.", center=True)
    assert fig.layout.coloraxis.cmid == 0
    assert fig.layout.meta["dark"]["coloraxis.colorscale"]


def test_an_image_with_its_bars_steps():
    frames = {
        str(i): image_and_bars(
            RNG.random((4, 4)), [i / 4, 1 - i / 4], "ab", alt=f"Step {i} of two here."
        )
        for i in (1, 2)
    }
    fig = stepper(frames, label="step", alt="Two steps of an image.", same_axes=False)
    assert [trace.type for trace in fig.data] == ["heatmap", "bar"]
    assert list(fig.frames[1].data[1].y) == [0.5, 0.5]
    assert (fig.layout.coloraxis.cmin, fig.layout.coloraxis.cmax) == (0, 1)


@pytest.mark.parametrize(
    ("images", "captions", "message"),
    [
        (np.zeros((4, 4)), None, "images must be"),
        (np.zeros((0, 4, 4)), None, "images must be"),
        (np.zeros((2, 4, 4)), ["one"], "captions must be 2"),
    ],
)
def test_gallery_refuses(images, captions, message):
    with pytest.raises(ValueError, match=message):
        gallery(images, captions, alt="Nothing that could be drawn.")


@pytest.mark.parametrize(("image", "values"), [(np.zeros(4), [1, 0]), (np.zeros((4, 4)), [1])])
def test_image_and_bars_refuses(image, values):
    with pytest.raises(ValueError, match="image must be a matrix"):
        image_and_bars(image, values, "ab", alt="Nothing that could be drawn.")


def test_a_gallery_is_lower_on_a_phone():
    fig = gallery(np.eye(4)[None], alt="One image with a dark diagonal.")
    assert fig.layout.meta["narrow"]["height"] < fig.layout.height
    chosen = gallery(np.eye(4)[None], alt="One image with a dark diagonal.", height=90)
    assert "narrow" not in chosen.layout.meta
