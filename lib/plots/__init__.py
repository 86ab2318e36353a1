"""Figures of the book: arrays and strings in, a plotly figure with alt text out.

Serves all chapters. `bars`, `lines`, `matrix`, `curves`, `plane`, `gallery` and
`image_and_bars` draw, and `tree` for parentheses; `stepper` adds a slider;
`finish` gives a figure built by hand the same look. They use what plotly 5.24 to 7 have in common.
"""

from lib.plots.charts import bars, lines, matrix
from lib.plots.pictures import gallery, image_and_bars
from lib.plots.planes import curves, plane
from lib.plots.steps import stepper
from lib.plots.style import PALETTE, check_alt, finish, visible
from lib.plots.trees import tree

__all__ = [
    "PALETTE",
    "bars",
    "check_alt",
    "curves",
    "finish",
    "gallery",
    "image_and_bars",
    "lines",
    "matrix",
    "plane",
    "stepper",
    "tree",
    "visible",
]
