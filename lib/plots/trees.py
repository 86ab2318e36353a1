"""Which parenthesis belongs to which, as a tree. Serves the chapter on balanced parentheses."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from lib.plots.style import PALETTE, finish


def tree(
    text: str,
    spans: Sequence[tuple[int, int]],
    parents: Sequence[int],
    *,
    alt: str,
    title: str | None = None,
    height: int = 320,
) -> go.Figure:
    """Draw a parse tree over the characters of a text.

    Parameters
    ----------
    text
        Its characters stand in a row at the bottom.
    spans
        (node,) first and last place of what each node holds; a line leads to both.
    parents
        (node,) the number of the node above each, which must come before it; -1 for the root that
        is drawn at the top.
    alt
        At least one full sentence on what the tree shows.
    title
        Caption.
    height
        In pixels.

    Returns
    -------
    go.Figure
        Four traces, whatever the tree, so that trees can be put into a `stepper`.

    Raises
    ------
    ValueError
        If there is not one parent for each span, or a parent does not come before its node.

    Examples
    --------
    >>> fig = tree("(())", [(0, 3), (1, 2)], [-1, 0], alt="A pair inside of another pair.")
    >>> list(fig.data[2].y)
    [0.0, -1.0, -2.0]
    """
    if len(spans) != len(parents) or any(not -1 <= up < i for i, up in enumerate(parents)):
        raise ValueError(
            f"parents={list(parents)!r} must be one earlier node, or -1, for each of "
            f"{len(spans)} spans"
        )
    x, y = [(len(text) - 1) / 2], [0.0]  # the root
    for (first, last), up in zip(spans, parents, strict=True):
        x.append((first + last) / 2)
        y.append(y[up + 1] - 1.0)
    ground = min(y) - 1.0
    branches = _segments([(up + 1, i + 1) for i, up in enumerate(parents)], x, y)
    leaves = [(x[i + 1], y[i + 1], place) for i, span in enumerate(spans) for place in span]
    down = np.array([[(a, b), (place, ground), (np.nan,) * 2] for a, b, place in leaves])
    down = down.reshape(-1, 2)
    fig = go.Figure()
    thin, thick = {"color": "rgba(128,128,128,0.5)", "width": 1}, {"color": PALETTE["exact"]}
    fig.add_scatter(x=down[:, 0], y=down[:, 1], mode="lines", line=thin, hoverinfo="skip")
    fig.add_scatter(x=branches[0], y=branches[1], mode="lines", line=thick, hoverinfo="skip")
    words = ["the whole string"] + [f"{text[a : b + 1]}" for a, b in spans]
    fig.add_scatter(
        x=x,
        y=y,
        mode="markers",
        marker={"color": PALETTE["exact"], "size": 9},
        text=words,
        hovertemplate="%{text}<extra></extra>",
    )
    fig.add_scatter(
        x=list(range(len(text))),
        y=[ground - 0.25] * len(text),
        mode="text",
        text=list(text),
        textfont={"size": 20},
        hoverinfo="skip",
    )
    fig.update_layout(
        showlegend=False,
        xaxis={"visible": False},
        yaxis={"visible": False},
        margin={"l": 8, "r": 8},
    )
    return finish(fig, alt=alt, title=title, height=height)


def _segments(
    pairs: Sequence[tuple[int, int]], x: Sequence[float], y: Sequence[float]
) -> tuple[np.ndarray, np.ndarray]:
    """Both coordinates of lines between nodes, with gaps between the lines."""
    corners = [[x[a], x[b], np.nan] for a, b in pairs], [[y[a], y[b], np.nan] for a, b in pairs]
    return tuple(np.ravel(side) for side in corners)
