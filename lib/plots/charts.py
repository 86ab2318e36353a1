"""Bars, lines and matrices from plain arrays.

Serves all chapters. Knows arrays and strings; a model's output comes in as an array.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike

from lib.plots.style import DIVERGING, PALETTE, SEQUENTIAL, STROKES, finish, visible

Series = Mapping[str, ArrayLike]


def bars(
    series: Series | ArrayLike,
    labels: Sequence[object],
    *,
    alt: str,
    title: str | None = None,
    x_title: str = "",
    y_title: str = "",
    concepts: Mapping[str, str] | str | None = None,
    highlight: Sequence[object] = (),
    horizontal: bool = False,
    percent: bool = False,
    height: int | None = None,
) -> go.Figure:
    """Draw one or several series of bars over the same labels.

    Parameters
    ----------
    series
        (label,) values, or a mapping from a series' name to such values.
    labels
        (label,) what stands under each bar; a space is shown as ␣.
    alt
        At least one full sentence on what the bars show.
    title
        Caption.
    x_title, y_title
        Axis titles, with the unit.
    concepts
        Which accent of `PALETTE` each series has: a mapping from a series' name, or one concept
        for a single series. A series named like a concept has it; the rest take the accents
        in order.
    highlight
        Labels whose bars are drawn in the highlight color.
    horizontal
        Bars run to the right, the first label on top: for long labels.
    percent
        Values are fractions; the axis shows percent.
    height
        In pixels.

    Returns
    -------
    go.Figure

    Raises
    ------
    ValueError
        If lengths differ, nothing is given, or a concept or highlighted label is unknown.

    Examples
    --------
    >>> fig = bars([0.5, 0.3, 0.2], ["the", "a", " "], alt="The word the has half the mass.")
    >>> list(fig.data[0].x)
    ['the', 'a', '␣']
    """
    names = [visible(label) for label in labels]
    table = _table(series, len(names), "labels")
    colors = concepts_of(table, concepts)
    unknown = [label for label in highlight if label not in list(labels)]
    if unknown:
        raise ValueError(f"highlight={unknown!r} must be among the labels")
    number = ".2%" if percent else ".4~g"
    fig = go.Figure()
    for name, values in table.items():
        fill = PALETTE[colors[name]]
        paint = [PALETTE["highlight"] if label in highlight else fill for label in labels]
        across, up = (values, names) if horizontal else (names, values)
        slot = "%{y}: %{x:" + number + "}" if horizontal else "%{x}: %{y:" + number + "}"
        fig.add_bar(
            x=across,
            y=up,
            name=name,
            orientation="h" if horizontal else "v",
            marker_color=paint if highlight else fill,
            hovertemplate=slot + _aside(name, table),
        )
    fig.update_layout(xaxis_title=x_title, yaxis_title=y_title, showlegend=len(table) > 1)
    category, value = fig.layout.xaxis, fig.layout.yaxis
    if horizontal:
        category, value = value, category
        category.autorange = "reversed"
    category.type, category.showgrid = "category", False
    if percent:
        value.tickformat = ".0%"
    if not horizontal and max(map(len, names)) == 1:
        # A phone would leave out every other letter.
        small = {"xaxis.dtick": 1, "xaxis.tickfont.size": 9, "xaxis.tickangle": 0}
        fig.update_layout(meta={"narrow": small})
    return finish(fig, alt=alt, title=title, height=height)


def lines(
    x: ArrayLike,
    series: Series | ArrayLike,
    *,
    alt: str,
    title: str | None = None,
    x_title: str = "",
    y_title: str = "",
    concepts: Mapping[str, str] | str | None = None,
    log_x: bool = False,
    log_y: bool = False,
    markers: bool | None = None,
    height: int | None = None,
) -> go.Figure:
    """Draw one or several curves over the same x.

    Parameters
    ----------
    x
        (point,) numbers.
    series
        (point,) values, or a mapping from a series' name to such values; a single number draws a
        level line (a floor, a baseline). NaN leaves a gap.
    alt, title, x_title, y_title, concepts, height
        As in `bars`. Each concept has a dash and a marker of its own beside its color.
    log_x, log_y
        Logarithmic axes.
    markers
        Show the points; by default up to 25 of them.

    Returns
    -------
    go.Figure

    Raises
    ------
    ValueError
        If lengths differ, nothing is given, a concept is unknown, or a log axis has no positive
        value.

    Examples
    --------
    >>> fig = lines([1, 2, 3], {"model": [3.0, 2.5, 2.4], "exact": 2.3},
    ...             alt="The loss falls toward the exact floor of 2.3 bits.")
    >>> [trace.name for trace in fig.data]
    ['model', 'exact']
    """
    points = _vector(x, "x")
    if not isinstance(series, Mapping):
        series = {"": series}
    series = {
        name: np.full(len(points), float(values)) if np.ndim(values) == 0 else values
        for name, values in series.items()
    }
    table = _table(series, len(points), "x")
    if log_x and not (points > 0).any():
        raise ValueError("log_x=True needs at least one x above zero")
    if log_y and not any((values > 0).any() for values in table.values()):
        raise ValueError("log_y=True needs at least one value above zero")
    colors = concepts_of(table, concepts)
    if markers is None:
        markers = len(points) <= 25
    fig = go.Figure()
    for name, values in table.items():
        dash, symbol = STROKES[colors[name]]
        level = len(values) > 1 and np.all(values == values[0])
        fig.add_scatter(
            x=points,
            y=values,
            name=name,
            mode="lines" if level or not markers else "lines+markers",
            line={"color": PALETTE[colors[name]], "dash": dash, "width": 2.5},
            marker={"symbol": symbol, "size": 8},
            hovertemplate="%{x:.4~g}: %{y:.4~g}" + _aside(name, table),
        )
    fig.update_layout(xaxis_title=x_title, yaxis_title=y_title, showlegend=len(table) > 1)
    if log_x:
        fig.update_xaxes(type="log", exponentformat="power", **_log_ticks(points))
    if log_y:
        shown = np.concatenate(list(table.values()))
        fig.update_yaxes(type="log", exponentformat="power", **_log_ticks(shown))
    return finish(fig, alt=alt, title=title, height=height)


def matrix(
    values: ArrayLike,
    rows: Sequence[object],
    columns: Sequence[object],
    *,
    alt: str,
    title: str | None = None,
    x_title: str = "column",
    y_title: str = "row",
    value_title: str = "value",
    center: float | None = None,
    numbers: str | None = None,
    height: int | None = None,
) -> go.Figure:
    """Draw a matrix as colored cells with its labels, the first row on top.

    Parameters
    ----------
    values
        (row, column) numbers; NaN leaves a hole.
    rows, columns
        (row,) and (column,) labels; a space is shown as ␣. They must differ from each other.
    alt, title, height
        As in `bars`.
    x_title, y_title, value_title
        What a column, a row and a value are; also shown when a cell is hovered.
    center
        The value that has the neutral color; cells above and below get two colors.
        Without it, color grows from the lowest value to the highest.
    numbers
        A format such as ``".2f"`` writes the value into each cell.

    Returns
    -------
    go.Figure

    Raises
    ------
    ValueError
        If the shape is not (len(rows), len(columns)), it is empty, or labels repeat.

    Examples
    --------
    >>> fig = matrix([[0.0, 1.0], [0.5, 0.5]], ["q", "t"], ["u", "h"],
    ...              alt="After q comes u, after t comes h half of the time.")
    >>> list(fig.data[0].x)
    ['u', 'h']
    """
    grid = np.asarray(values, dtype=float)
    names = {"rows": [visible(r) for r in rows], "columns": [visible(c) for c in columns]}
    shape = (len(names["rows"]), len(names["columns"]))
    if grid.shape != shape or grid.size == 0:
        raise ValueError(
            f"values has shape {grid.shape}; with these rows and columns it must be {shape}, "
            "and not empty"
        )
    for which, labels in names.items():
        if len(set(labels)) < len(labels):
            raise ValueError(f"{which} must differ from each other, got {labels!r}")
    scale = SEQUENTIAL if center is None else DIVERGING
    fig = go.Figure(
        go.Heatmap(
            z=grid,
            x=names["columns"],
            y=names["rows"],
            coloraxis="coloraxis",
            xgap=1,
            ygap=1,
            texttemplate="%{z:" + numbers + "}" if numbers else None,
            hovertemplate=f"{y_title} %{{y}}<br>{x_title} %{{x}}<br>{value_title} %{{z:.4~g}}"
            "<extra></extra>",
        )
    )
    fig.update_layout(
        coloraxis={
            "colorscale": scale["light"],
            "cmid": center,
            "colorbar": {"title": {"text": value_title, "side": "right"}, "thickness": 12},
        },
        xaxis={"type": "category", "title": x_title, "showgrid": False},
        yaxis={"type": "category", "title": y_title, "showgrid": False, "autorange": "reversed"},
        # What the published page changes when it is dark, and when it is narrow.
        meta={
            "dark": {"coloraxis.colorscale": scale["dark"]},
            "narrow": {
                "coloraxis.colorbar.orientation": "h",
                "coloraxis.colorbar.y": 1,
                "coloraxis.colorbar.yanchor": "bottom",
                "coloraxis.colorbar.title.side": "top",
                "xaxis.tickangle": 0,
                "xaxis.tickfont.size": 9,
                "yaxis.tickfont.size": 9,
            },
        },
    )
    for axis, count in ((fig.layout.xaxis, shape[1]), (fig.layout.yaxis, shape[0])):
        if count <= 40:
            axis.dtick = 1
    tall = min(760, max(320, 18 * shape[0] + 140))
    return finish(fig, alt=alt, title=title, height=height or tall)


def _vector(values: ArrayLike, name: str) -> np.ndarray:
    """Return (point,) float64, or say what is wrong with the argument called `name`."""
    array = np.asarray(values, dtype=float)
    if array.ndim != 1 or array.size == 0:
        raise ValueError(f"{name} must be one row of numbers, got shape {array.shape}")
    return array


def _table(series: Series | ArrayLike, length: int, other: str) -> dict[str, np.ndarray]:
    """Return the series by name, each as long as the argument called `other`."""
    named = dict(series) if isinstance(series, Mapping) else {"": series}
    if not named:
        raise ValueError("series must hold at least one series")
    table = {name: _vector(values, f"series {name!r}") for name, values in named.items()}
    for name, values in table.items():
        if len(values) != length:
            raise ValueError(f"series {name!r} has {len(values)} values, but {other} has {length}")
    return table


def _log_ticks(values: np.ndarray) -> dict:
    """Plain numbers at 1, 2 and 5 for a logarithmic axis of under three decades; else plotly's."""
    seen = values[np.isfinite(values) & (values > 0)]
    low, high = np.log10(seen.min()), np.log10(seen.max())
    if high - low >= 3:
        return {}
    decades = range(int(np.floor(low)), int(np.ceil(high)) + 1)
    ticks = [step * 10.0**decade for decade in decades for step in (1, 2, 5)]
    return {"tickvals": ticks, "ticktext": [f"{tick:,.10g}" for tick in ticks]}


def _aside(name: str, table: Mapping[str, np.ndarray]) -> str:
    """Return the part of a hover text that names the series, empty if there is only one."""
    return f"<extra>{name if len(table) > 1 else ''}</extra>"


def concepts_of(names: Collection[str], concepts: Mapping[str, str] | str | None) -> dict[str, str]:
    """Return each name's concept: the one asked for, its own, or the next one free."""
    if isinstance(concepts, str):
        concepts = dict.fromkeys(names, concepts)
    asked = dict(concepts or {})
    for name, concept in asked.items():
        if name not in names or concept not in PALETTE:
            raise ValueError(
                f"concepts has {name!r}: {concept!r}; names are {list(names)}, "
                f"concepts are {list(PALETTE)}"
            )
    chosen = {name: name for name in names if name in PALETTE} | asked
    free = [concept for concept in PALETTE if concept not in chosen.values()] or list(PALETTE)
    for position, name in enumerate(name for name in names if name not in chosen):
        chosen[name] = free[position % len(free)]
    return chosen
