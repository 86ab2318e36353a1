"""Small pictures for the report, as SVG text: no script, no network, readable in print.

Knows numbers and labels, nothing of grading.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

WIDTH = 640
BLUE, GRAY = "#2f6fb0", "#8a8a8a"


def histogram(values: Sequence[float], most: float, bins: int = 10, unit: str = "points") -> str:
    """How many values lie where between 0 and ``most``.

    Examples
    --------
    >>> "2 from 0 to 5" in histogram([1, 2, 9], 10, bins=2)
    True
    """
    step = most / bins if most > 0 else 1.0
    counts = [0] * bins
    for value in values:
        counts[min(bins - 1, max(0, int(value / step)))] += 1
    edges = [_short(step * position) for position in range(bins + 1)]
    told = ", ".join(
        f"{count} from {edges[at]} to {edges[at + 1]}" for at, count in enumerate(counts) if count
    )
    height, base, left = 200, 170, 30
    wide = (WIDTH - left) / bins
    tallest = max([*counts, 1])
    marks = []
    for at, count in enumerate(counts):
        tall = 140 * count / tallest
        x = left + at * wide
        if count:
            marks.append(_box(x + 2, base - tall, wide - 4, tall, BLUE))
            marks.append(_words(x + wide / 2, base - tall - 4, str(count), "middle"))
        marks.append(_words(x, base + 16, edges[at], "middle"))
    marks.append(_words(WIDTH - 4, base + 16, edges[-1], "end"))
    marks.append(_words(WIDTH / 2, base + 30, unit, "middle"))
    return _svg(height, marks, f"Distribution of {unit}: {told or 'no values'}.")


def shares(rows: Sequence[tuple[str, float | None]], what: str, low: float = 0.0) -> str:
    """A bar for each labeled number between ``low`` (0 or -1) and 1.

    Examples
    --------
    >>> "first: 0.50" in shares([("first", 0.5)], "Share")
    True
    """
    line, left = 22, 300
    span = WIDTH - left - 50
    zero = left + span * (0 - low) / (1 - low)
    marks = []
    for at, (label, value) in enumerate(rows):
        y = 4 + at * line
        marks.append(_words(left - 8, y + 14, _cut(label), "end"))
        if value is None:
            marks.append(_words(zero + 4, y + 14, "no spread", "start"))
            continue
        end = left + span * (value - low) / (1 - low)
        marks.append(_box(min(zero, end), y + 3, abs(end - zero), line - 8, BLUE))
        marks.append(_words(max(zero, end) + 4, y + 14, f"{value:.2f}", "start"))
    height = 8 + line * len(rows)
    marks.append(f'<line x1="{zero:.1f}" y1="0" x2="{zero:.1f}" y2="{height}" stroke="{GRAY}"/>')
    told = ", ".join(
        f"{label}: {'no spread' if value is None else f'{value:.2f}'}" for label, value in rows
    )
    return _svg(height, marks, f"{what}. {told}.")


def _svg(height: float, marks: list[str], alt: str) -> str:
    return (
        f'<svg role="img" aria-label="{escape(alt)}" viewBox="0 0 {WIDTH} {height:.0f}" '
        f'width="{WIDTH}" font-size="12" fill="currentColor">{"".join(marks)}</svg>'
    )


def _box(x: float, y: float, width: float, height: float, color: str) -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"'
    return f'<rect {place} fill="{color}"/>'


def _words(x: float, y: float, words: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'


def _cut(label: str, most: int = 40) -> str:
    return label if len(label) <= most else label[: most - 1] + "…"


def _short(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
