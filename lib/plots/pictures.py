"""Small gray images: many side by side, or one with the bars of what a model says of it.

Serves the chapters on digits. Knows arrays and strings; a model's output comes in as an array.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike

from lib.plots.style import DIVERGING, PALETTE, SEQUENTIAL, finish


def gallery(
    images: ArrayLike,
    captions: Sequence[object] | None = None,
    *,
    alt: str,
    columns: int = 10,
    center: bool = False,
    title: str | None = None,
    height: int | None = None,
) -> go.Figure:
    """Draw images of one size in rows, each with a caption above it.

    Parameters
    ----------
    images
        (image, row, column) numbers; the lowest of all is paper, the highest is ink.
    captions
        (image,) short texts; none if left out.
    alt
        At least one full sentence on what the images show.
    columns
        Images in a row.
    center
        Zero has the neutral color, and below and above it get two colors: for weights.
    title
        Caption of the figure.
    height
        In pixels; by default enough for square images in a text column.

    Returns
    -------
    go.Figure

    Raises
    ------
    ValueError
        If there is no image, or not one caption for each.

    Examples
    --------
    >>> fig = gallery(np.eye(4)[None], ["diagonal"], alt="One image with a dark diagonal.")
    >>> fig.layout.annotations[0].text
    'diagonal'
    """
    stack = np.asarray(images, dtype=float)
    if stack.ndim != 3 or stack.size == 0 or columns < 1:
        raise ValueError(f"images must be (image, row, column), not empty; got {stack.shape}")
    names = [""] * len(stack) if captions is None else [str(name) for name in captions]
    if len(names) != len(stack):
        raise ValueError(f"captions must be {len(stack)}, one for each image, not {len(names)}")
    count, high, wide = stack.shape
    columns = min(columns, count)
    room = math.ceil(0.3 * high) if any(names) else 0  # for a caption
    gap = max(1, round(0.08 * wide))
    tall, broad = high + room + gap, wide + gap
    sheet = np.full((math.ceil(count / columns) * tall, columns * broad - gap), np.nan)
    for place, image in enumerate(stack):
        top, left = place // columns * tall + room, place % columns * broad
        sheet[top : top + high, left : left + wide] = image
    fig = _sheet(np.round(sheet, 3), center)
    for place, name in enumerate(names):
        fig.add_annotation(
            x=place % columns * broad + (wide - 1) / 2,
            y=place // columns * tall + room / 2,
            text=name,
            showarrow=False,
            font_size=12,
        )
    tiles = sheet.shape[0] / sheet.shape[1]
    if height is None:  # on a phone it is half as broad, so half as high
        narrow = {"height": round(320 * tiles) + 40}
        fig.layout.meta = {**(fig.layout.meta or {}), "narrow": narrow}
    return finish(fig, alt=alt, title=title, height=height or round(680 * tiles) + 40)


def image_and_bars(
    image: ArrayLike,
    values: ArrayLike,
    labels: Sequence[object],
    *,
    alt: str,
    title: str | None = None,
    y_title: str = "probability",
    concept: str = "model",
) -> go.Figure:
    """Draw an image, and beside it the probabilities that a model gives for it.

    Parameters
    ----------
    image
        (row, column) numbers from 0, paper, to 1, ink.
    values
        (label,) probabilities.
    labels
        (label,) what stands under the bars.
    alt, title
        As in `gallery`.
    y_title
        What the bars are.
    concept
        Their accent of `PALETTE`.

    Returns
    -------
    go.Figure
        Frames of the same make can be put into a `stepper`, with ``same_axes=False``.

    Raises
    ------
    ValueError
        If `image` is no matrix, or there is not one value for each label.

    Examples
    --------
    >>> fig = image_and_bars(np.eye(4), [0.9, 0.1], "ab", alt="A diagonal; a has most of the mass.")
    >>> [trace.type for trace in fig.data]
    ['heatmap', 'bar']
    """
    pixels, shares = np.asarray(image, dtype=float), np.asarray(values, dtype=float)
    if pixels.ndim != 2 or shares.shape != (len(labels),):
        raise ValueError(
            f"image must be a matrix and values one for each of {len(labels)} labels; got shapes "
            f"{pixels.shape} and {shares.shape}"
        )
    fig = _sheet(np.round(pixels, 3), center=False)
    fig.add_bar(
        x=[str(label) for label in labels],
        y=shares,
        marker_color=PALETTE[concept],
        xaxis="x2",
        yaxis="y2",
        hovertemplate="%{x}: %{y:.2%}<extra></extra>",
    )
    fig.update_layout(
        coloraxis={"cmin": 0, "cmax": 1},
        xaxis={"domain": [0, 0.38]},
        xaxis2={"domain": [0.5, 1], "anchor": "y2", "type": "category", "showgrid": False},
        yaxis2={
            "anchor": "x2",
            "range": [0, 1.02],
            "tickformat": ".0%",
            "title": y_title,
            "automargin": True,
        },
        showlegend=False,
    )
    return finish(fig, alt=alt, title=title, height=320)


def _sheet(pixels: np.ndarray, center: bool) -> go.Figure:
    """One heat map without axes, the first row on top, pixels square."""
    scale = DIVERGING if center else SEQUENTIAL
    down, across = (np.arange(size) for size in pixels.shape)
    heat = go.Heatmap(z=pixels, x=across, y=down, coloraxis="coloraxis", hoverinfo="skip")
    fig = go.Figure(heat)
    fig.update_layout(
        coloraxis={
            "colorscale": scale["light"],
            "showscale": False,
            "cmid": 0 if center else None,
        },
        xaxis={"visible": False, "constrain": "domain"},
        yaxis={
            "visible": False,
            "autorange": "reversed",
            "scaleanchor": "x",
            "constrain": "domain",
        },
        margin={"l": 8, "r": 8},
        meta={"dark": {"coloraxis.colorscale": scale["dark"]}},
    )
    return fig
