"""Functions of one number as curves, and of two numbers as a colored plane, with points on them.

Serves the chapters on models and nets. Knows arrays; a model's output comes in as an array.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike

from lib.plots.charts import concepts_of
from lib.plots.style import DIVERGING, PALETTE, SEQUENTIAL, STROKES, finish

Pairs = Mapping[str, tuple[ArrayLike, ArrayLike]]


def curves(
    drawn: Pairs,
    points: Pairs | None = None,
    *,
    alt: str,
    title: str | None = None,
    x_title: str = "",
    y_title: str = "",
    concepts: Mapping[str, str] | None = None,
    y_range: tuple[float, float] | None = None,
    log_x: bool = False,
    log_y: bool = False,
    height: int | None = None,
) -> go.Figure:
    """Draw curves, each over its own x, and measured points.

    Parameters
    ----------
    drawn
        From a curve's name to its x, (point,), and y, (point,); or to y of (curve, point): a
        bundle of thin curves under one name.
    points
        From a name to the x and y, (point,) each, of points that no line joins.
    alt
        At least one full sentence on what the curves show.
    title
        Caption.
    x_title, y_title
        Axis titles, with the unit.
    concepts
        The accent of `PALETTE` of each name; the rest take the accents in order.
    y_range
        Bottom and top of the picture, if not all is to be seen.
    log_x, log_y
        Logarithmic axes.
    height
        In pixels.

    Returns
    -------
    go.Figure

    Raises
    ------
    ValueError
        If nothing is given, a name occurs twice, lengths differ, or a concept is unknown.

    Examples
    --------
    >>> fig = curves({"law": ([0, 4], [0, 2])}, {"data": ([1], [1])},
    ...              alt="The law passes through the point.")
    >>> [(trace.name, trace.mode) for trace in fig.data]
    [('law', 'lines'), ('data', 'markers')]
    """
    points = points or {}
    names = [*drawn, *points]
    if not names or len(set(names)) < len(names):
        raise ValueError(f"drawn and points must have names that differ, got {names}")
    colors = concepts_of(names, concepts)
    fig = go.Figure()
    for name, (x, y) in drawn.items():
        across, ups = _bundle(name, x, y)
        dash, _ = STROKES[colors[name]]
        thin = len(ups) > 1
        for position, up in enumerate(ups):
            fig.add_scatter(
                x=across,
                y=up,
                name=name,
                mode="lines",
                line={"color": PALETTE[colors[name]], "dash": "solid" if thin else dash},
                line_width=1 if thin else 2.5,
                opacity=0.6 if thin else 1.0,
                legendgroup=name,
                showlegend=position == 0,
                hovertemplate="%{x:.4~g}: %{y:.4~g}<extra>" + name + "</extra>",
            )
    for name, (x, y) in points.items():
        across, (up,) = _bundle(name, x, y)
        fig.add_scatter(
            x=across,
            y=up,
            name=name,
            mode="markers",
            marker={"color": PALETTE[colors[name]], "symbol": STROKES[colors[name]][1], "size": 7},
            hovertemplate="%{x:.4~g}: %{y:.4~g}<extra>" + name + "</extra>",
        )
    fig.update_layout(xaxis_title=x_title, yaxis_title=y_title, showlegend=len(names) > 1)
    if log_x:
        fig.update_xaxes(type="log", exponentformat="power")
    if log_y:
        fig.update_yaxes(type="log", exponentformat="power")
    if y_range is not None:
        fig.update_yaxes(range=list(np.log10(y_range) if log_y else y_range))
    return finish(fig, alt=alt, title=title, height=height)


def plane(
    values: ArrayLike,
    x: ArrayLike,
    y: ArrayLike,
    points: Pairs | None = None,
    paths: Pairs | None = None,
    *,
    alt: str,
    title: str | None = None,
    x_title: str = "x",
    y_title: str = "y",
    value_title: str = "value",
    concepts: Mapping[str, str] | None = None,
    labels: Mapping[str, Sequence[str]] | None = None,
    center: float | None = None,
    ticks: Sequence[float] | None = None,
    contours: bool = False,
    height: int = 440,
) -> go.Figure:
    """Color each point of the plane by a value there, and put points and paths on it.

    Parameters
    ----------
    values
        (y, x) numbers; NaN leaves a hole.
    x, y
        (x,) and (y,) evenly spaced coordinates.
    points
        From a name to the x and y of points, drawn as markers.
    paths
        From a name to the x and y of a line's corners.
    alt, title, height
        As in `curves`.
    x_title, y_title, value_title
        What the coordinates and the value are.
    concepts
        The accent of each name in `points` and `paths`.
    labels
        From a name in `points` to what is written in each of its points: a letter or two.
    center
        The value that has the neutral color, for values with a sign.
    ticks
        Values marked on the color bar; whole numbers for regions, say.
    contours
        Draw lines of equal value, as on a map.

    Returns
    -------
    go.Figure
        One unit of x is as long as one of y if both axes have the same range.

    Raises
    ------
    ValueError
        If shapes do not fit, a name occurs twice, or a concept or label is unknown.

    Examples
    --------
    >>> fig = plane([[0, 1], [2, 3]], [0, 1], [0, 1], {"shop": ([0.5], [0.5])},
    ...             alt="The value grows to the right and upward; a shop in the middle.")
    >>> [trace.type for trace in fig.data]
    ['heatmap', 'scatter']
    """
    grid, across, up = (np.asarray(array) for array in (values, x, y))
    if grid.shape != (up.size, across.size) or across.ndim != 1 or up.ndim != 1 or grid.size == 0:
        raise ValueError(
            f"values has shape {grid.shape}; with these x and y it must be {(up.size, across.size)}"
        )
    points, paths, labels = points or {}, paths or {}, labels or {}
    names = [*paths, *points]
    if len(set(names)) < len(names) or set(labels) - set(points):
        raise ValueError(f"points and paths must have names that differ, got {names}, {labels}")
    colors = concepts_of(names, concepts)
    scale = SEQUENTIAL if center is None else DIVERGING
    hover = f"{x_title} %{{x:.3~g}}, {y_title} %{{y:.3~g}}<br>{value_title} %{{z:.4~g}}"
    about = {"x": across, "y": up, "z": grid, "coloraxis": "coloraxis"}
    about["hovertemplate"] = hover + "<extra></extra>"
    lines = {"width": 0.5, "color": "rgba(128,128,128,0.6)"}
    fig = go.Figure(go.Contour(**about, line=lines) if contours else go.Heatmap(**about))
    for name, (px, py) in paths.items():
        path = {"color": PALETTE[colors[name]], "width": 3, "dash": STROKES[colors[name]][0]}
        fig.add_scatter(x=px, y=py, name=name, mode="lines", line=path, hoverinfo="name")
    for name, (px, py) in points.items():
        paint, labeled = PALETTE[colors[name]], name in labels
        fig.add_scatter(
            x=px,
            y=py,
            name=name,
            mode="markers+text" if labeled else "markers",
            text=labels.get(name),
            textposition="middle center",
            textfont={"size": 13, "color": "#1c1c1c"},
            marker={
                "color": "#ffffff" if labeled else paint,
                "symbol": "circle" if labeled else STROKES[colors[name]][1],
                "size": 22 if labeled else 10,
                "line": {"color": paint if labeled else "#ffffff", "width": 2},
            },
            hovertemplate=f"%{{x:.3~g}}, %{{y:.3~g}}<extra>{name}</extra>",
        )
    bar = {"title": {"text": value_title, "side": "right"}, "thickness": 12}
    if ticks is not None:
        bar |= {"tickvals": list(ticks)}
    sides = {"x": _ends(across), "y": _ends(up)}
    fig.update_layout(
        coloraxis={"colorscale": scale["light"], "cmid": center, "colorbar": bar},
        xaxis={"title": x_title, "range": sides["x"], "showgrid": False, "zeroline": False},
        yaxis={"title": y_title, "range": sides["y"], "showgrid": False, "zeroline": False},
        showlegend=len(names) > 1,
        meta={
            "dark": {"coloraxis.colorscale": scale["dark"]},
            "narrow": {
                "coloraxis.colorbar.orientation": "h",
                "coloraxis.colorbar.y": 1,
                "coloraxis.colorbar.yanchor": "bottom",
                "coloraxis.colorbar.title.side": "top",
                "legend.y": -0.25,
                "legend.yanchor": "top",
            },
        },
    )
    if np.allclose(*sides.values()):
        fig.update_yaxes(scaleanchor="x")
        fig.update_xaxes(constrain="domain")
    return finish(fig, alt=alt, title=title, height=height)


def _ends(steps: np.ndarray) -> list[float]:
    """The outer edges of the cells around evenly spaced coordinates."""
    half = (steps[-1] - steps[0]) / max(1, 2 * (len(steps) - 1))
    return [float(steps[0] - half), float(steps[-1] + half)]


def _bundle(name: str, x: ArrayLike, y: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Return x (point,) and y (curve, point), or say why they don't fit."""
    across, up = np.asarray(x, dtype=float), np.atleast_2d(np.asarray(y, dtype=float))
    if across.ndim != 1 or up.ndim != 2 or up.shape[1] != across.size or up.size == 0:
        raise ValueError(
            f"{name!r} has x of shape {across.shape} and y of shape {np.shape(y)}; both must be "
            "(point,), or y (curve, point)"
        )
    return across, up
