"""A figure with a slider: one picture per step, the same axes throughout.

Serves every chapter with a figure to play with. Knows figures made by `charts`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from lib.plots.style import finish


def stepper(
    frames: Mapping[str, go.Figure],
    *,
    label: str,
    alt: str,
    title: str | None = None,
    start: str | None = None,
    play: bool = False,
    same_axes: bool = True,
    height: int | None = None,
) -> go.Figure:
    """Join figures into one with a slider, which works in a notebook and in the published page.

    Parameters
    ----------
    frames
        A figure for each step, by the step's name. All come from the same function of this
        package, with as many traces. Each keeps its alt text, which is read out at its step, and
        its title, if it has one, which is shown at its step.
    label
        What the slider sets, with its unit.
    alt
        At least one full sentence on what moving the slider shows.
    title
        Caption.
    start
        The step to begin with; the first if left out.
    play
        Add a button that runs through the steps. Only where the motion itself tells something.
    same_axes
        Fix axes and colors to the range of all steps, so that steps can be compared by eye. A range
        that the first figure has been given stays.
    height
        In pixels; the first figure's if left out.

    Returns
    -------
    go.Figure
        Its ``layout.meta["stepper"]`` holds ``label``, ``names``, ``titles``, ``alts``, ``start``
        (a position), ``play`` and the overall ``title``: the published page builds its own slider
        from them.

    Raises
    ------
    ValueError
        With fewer than two frames, frames of different make, or an unknown `start`.

    Examples
    --------
    >>> from lib.plots import bars
    >>> frames = {str(t): bars([1 - t / 4, t / 4], "ab", alt=f"At {t}, b has {t} quarters of all.")
    ...           for t in (1, 2)}
    >>> fig = stepper(frames, label="time (s)", alt="Mass moves from a to b as time passes.")
    >>> [frame.name for frame in fig.frames]
    ['1', '2']
    """
    names, figures = [str(name) for name in frames], list(frames.values())
    first = _checked(names, figures)
    if start is not None and str(start) not in names:
        raise ValueError(f"start={start!r} must be one of the steps {names}")
    position = 0 if start is None else names.index(str(start))
    titles = [figure.layout.title.text or "" for figure in figures]
    shown = ["<br>".join(filter(None, (title, own))) for own in titles]
    fig = go.Figure(
        data=figures[position].data,
        layout=figures[position].layout,
        frames=[
            go.Frame(name=name, data=figure.data, layout={"title": {"text": text}})
            for name, figure, text in zip(names, figures, shown, strict=True)
        ],
    )
    if same_axes:
        _fix_axes(fig, figures)
    meta = dict(fig.layout.meta)
    meta["stepper"] = {
        "label": label,
        "names": names,
        "title": title or "",
        "titles": titles,
        "alts": [figure.layout.meta["alt"] for figure in figures],
        "start": position,
        "play": play,
    }
    fig.update_layout(meta=meta, **_controls(label, names, position, play))
    tall = height or (first.layout.height or 450) + 80
    return finish(fig, alt=alt, title=shown[position], height=tall)


def _checked(names: Sequence[str], figures: Sequence[go.Figure]) -> go.Figure:
    """Return the first figure, or say why the frames don't go together."""
    if len(figures) < 2:
        raise ValueError(f"frames must hold at least two figures, got {len(figures)}")
    if len(set(names)) < len(names):
        raise ValueError(f"frames must have names that differ from each other, got {names}")
    make = [trace.type for trace in figures[0].data]
    for name, figure in zip(names, figures, strict=True):
        if [trace.type for trace in figure.data] != make:
            raise ValueError(f"frame {name!r} has other traces than {names[0]!r}, which has {make}")
        if "alt" not in (figure.layout.meta or {}):
            raise ValueError(f"frame {name!r} has no alt text; pass it through lib.plots.finish")
    return figures[0]


def _fix_axes(fig: go.Figure, figures: Sequence[go.Figure]) -> None:
    """Set the ranges of `fig` to hold what all the figures show."""
    colored = ("heatmap", "contour")
    grids = [trace.z for figure in figures for trace in figure.data if trace.type in colored]
    if grids:
        low, high = _extent(grids)
        middle = fig.layout.coloraxis.cmid
        if middle is not None:
            reach = max(abs(high - middle), abs(middle - low))
            low, high = middle - reach, middle + reach
        fig.update_layout(coloraxis={"cmin": low, "cmax": high})
    for axis in "xy":
        shown = [t[axis] for f in figures for t in f.data if t.type in ("bar", "scatter")]
        layout = fig.layout[f"{axis}axis"]
        if not shown or layout.type == "category" or layout.range is not None:
            continue
        if any(t.type == "bar" for t in fig.data):
            shown.append([0.0])
        if layout.type == "log":
            shown = [np.log10([v for v in np.asarray(s, float) if v > 0]) for s in shown]
        low, high = _extent(shown)
        room = 0.05 * (high - low or 1.0)
        at_zero = any(t.type == "bar" for t in fig.data)
        layout.range = [low if at_zero and low == 0 else low - room, high + room]


def _extent(arrays: Sequence[object]) -> tuple[float, float]:
    """Return the lowest and highest finite number in all of the arrays."""
    flat = np.concatenate([np.ravel(np.asarray(a, dtype=float)) for a in arrays])
    flat = flat[np.isfinite(flat)]
    if flat.size == 0:
        raise ValueError("frames must hold at least one finite number")
    return float(flat.min()), float(flat.max())


def _controls(label: str, names: Sequence[str], position: int, play: bool) -> dict:
    """Return plotly's own slider and play button, which a notebook shows."""
    now = {
        "mode": "immediate",
        "frame": {"duration": 0, "redraw": True},
        "transition": {"duration": 0},
    }
    steps = [{"label": n, "method": "animate", "args": [[n], now]} for n in names]
    slider = {
        "active": position,
        "currentvalue": {"prefix": f"{label}: "},
        "pad": {"t": 56},
        "steps": steps,
    }
    if not play:
        return {"sliders": [slider]}
    run = {
        "frame": {"duration": 700, "redraw": True},
        "fromcurrent": True,
        "transition": {"duration": 0},
    }
    buttons = [
        {"label": "Play", "method": "animate", "args": [None, run]},
        {"label": "Pause", "method": "animate", "args": [[None], now]},
    ]
    menu = {
        "type": "buttons",
        "direction": "left",
        "x": 0,
        "y": 0,
        "xanchor": "left",
        "yanchor": "top",
        "pad": {"t": 64, "r": 12},
        "showactive": False,
        "buttons": buttons,
    }
    return {"sliders": [slider | {"x": 0.22, "len": 0.78}], "updatemenus": [menu]}
