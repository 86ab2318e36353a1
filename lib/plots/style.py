"""One look for every figure of the book: palette, template, alt text.

Serves all chapters. Knows colors and plotly, nothing of models or data.
"""

from __future__ import annotations

import plotly.graph_objects as go
import plotly.io as pio

#: One accent per concept, the same in every chapter. Each has a contrast of at least 3:1 on white
#: and on the dark page, and stays apart from the others under the three kinds of color blindness
#: (``tests/test_plots.py`` measures both).
PALETTE: dict[str, str] = {
    "text": "#2A68D4",  # data: what was counted in real text
    "model": "#B4472A",  # what a model says
    "exact": "#0AA066",  # a law or a floor known exactly
    "baseline": "#696969",  # the trivial answer a model has to beat
    "sampled": "#E25CB4",  # drawn at random from a model
    "highlight": "#B98A08",  # the one thing to look at
}

#: A second cue beside the color, for lines: (dash, marker symbol).
STROKES: dict[str, tuple[str, str]] = {
    "text": ("solid", "circle"),
    "model": ("solid", "square"),
    "exact": ("dash", "diamond"),
    "baseline": ("dot", "cross"),
    "sampled": ("dashdot", "triangle-up"),
    "highlight": ("longdash", "star"),
}

#: Color scales of a matrix, on a light and on a dark page. The end that means "nothing" fades
#: into the page in both.
SEQUENTIAL = {
    "light": [[0.0, "#F3F7FE"], [0.25, "#B9D0F5"], [0.6, "#4C83DC"], [1.0, "#12305F"]],
    "dark": [[0.0, "#1A212D"], [0.25, "#234A86"], [0.6, "#5C93E8"], [1.0, "#E4EEFF"]],
}
DIVERGING = {
    "light": [[0.0, "#12408F"], [0.5, "#F5F5F5"], [1.0, "#9A3412"]],
    "dark": [[0.0, "#7FB0FF"], [0.5, "#1E232C"], [1.0, "#FF9A76"]],
}

_GRAY = "#777777"  # readable on a white and on a black notebook; the page sets its own

TEMPLATE = go.layout.Template(
    layout={
        "colorway": list(PALETTE.values()),
        "font": {
            "family": "system-ui, -apple-system, 'Segoe UI', sans-serif",
            "size": 14,
            "color": _GRAY,
        },
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "dragmode": False,  # a finger on the figure scrolls the page
        "margin": {"l": 56, "r": 16, "t": 24, "b": 48},
        "title": {"x": 0, "xref": "paper", "xanchor": "left", "font": {"size": 16}},
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        "xaxis": {
            "automargin": True,
            "gridcolor": "rgba(128,128,128,0.22)",
            "zerolinecolor": "rgba(128,128,128,0.5)",
        },
        "yaxis": {
            "automargin": True,
            "gridcolor": "rgba(128,128,128,0.22)",
            "zerolinecolor": "rgba(128,128,128,0.5)",
        },
        "bargap": 0.18,
    }
)
pio.templates["course"] = TEMPLATE


def check_alt(alt: str) -> str:
    """Return `alt` without outer space, or say why it can't stand in for a picture.

    Parameters
    ----------
    alt
        One or more full sentences that say what the figure shows.

    Raises
    ------
    TypeError
        If `alt` is not a string.
    ValueError
        If it has fewer than four words or does not end in a period.

    Examples
    --------
    >>> check_alt("After q, nearly all letters are u. ")
    'After q, nearly all letters are u.'
    """
    if not isinstance(alt, str):
        raise TypeError(f"alt must be a string, got {type(alt).__name__}")
    alt = " ".join(alt.split())
    if len(alt.split()) < 4 or not alt.endswith("."):
        raise ValueError(
            f"alt={alt!r} must be at least one full sentence of four words or more that says what "
            "the figure shows, ending in a period"
        )
    return alt


def visible(label: object) -> str:
    """Return `label` as text in which outer spaces can be seen.

    Examples
    --------
    >>> visible(" "), visible("t "), visible("New York"), visible(3)
    ('␣', 't␣', 'New York', '3')
    """
    text = str(label)
    core = text.strip(" ")
    left = len(text) - len(text.lstrip(" "))
    return "␣" * left + core + "␣" * (len(text) - left - len(core))


def finish(
    fig: go.Figure, *, alt: str, title: str | None = None, height: int | None = None
) -> go.Figure:
    """Give a figure the course's look, its alt text and its title, and return it.

    Every figure of the book passes through here; a figure built by hand must be passed too, or
    the book's build refuses it.

    Parameters
    ----------
    fig
        Any plotly figure; changed in place.
    alt
        At least one full sentence on what the figure shows; kept in ``layout.meta["alt"]``.
    title
        Shown above the figure; in the published page it becomes the caption.
    height
        In pixels; plotly's 450 if left out.

    Raises
    ------
    TypeError, ValueError
        If `alt` is not a sentence (see `check_alt`).

    Examples
    --------
    >>> fig = finish(go.Figure(), alt="An empty frame with two axes.", title="Nothing yet")
    >>> fig.layout.meta["alt"]
    'An empty frame with two axes.'
    """
    meta = dict(fig.layout.meta or {})
    meta["alt"] = check_alt(alt)
    fig.update_layout(template=TEMPLATE, meta=meta)
    if title:
        fig.update_layout(title_text=title, margin_t=72)
    if height:
        fig.update_layout(height=height)
    return fig
