"""Many attention patterns side by side, for the chapters on transformers."""

from __future__ import annotations

import html
from collections.abc import Sequence

import numpy as np
import traitlets
from numpy.typing import ArrayLike

from lib.plots import visible
from lib.widgets.base import CourseWidget

LARGEST = 200_000  # weights of all patterns together: about a megabyte in the page
_ALT = (
    "A grid of attention patterns, one small square for each head, dark where a token looks; the "
    "chosen head is shown large, with bars for what one token looks at."
)


class HeadsGrid(CourseWidget, module="heads_grid"):
    """Small multiples of attention patterns; one is picked and read token by token.

    Serves the chapters on transformers.

    Parameters
    ----------
    patterns
        (head, token, token) or (layer, head, token, token) weights from 0 to 1: row i says what
        token i looks at.
    tokens
        The tokens, as text.
    labels
        A name for each head; "head 1", or "layer 1, head 1", and so on if left out.
    alt
        Replaces the sentence that describes the widget.

    Raises
    ------
    ValueError
        If a shape does not fit, a weight is not from 0 to 1, or there are too many.

    Examples
    --------
    >>> import numpy as np
    >>> grid = HeadsGrid(np.full((2, 3, 2, 2), 0.5), ["a", "b"])
    >>> grid.labels[-1]
    'layer 2, head 3'
    """

    tokens = traitlets.List(traitlets.Unicode()).tag(sync=True)
    labels = traitlets.List(traitlets.Unicode()).tag(sync=True)
    patterns = traitlets.List().tag(sync=True)
    head = traitlets.Int(0).tag(sync=True)
    row = traitlets.Int(0).tag(sync=True)

    def __init__(
        self,
        patterns: ArrayLike,
        tokens: Sequence[object],
        *,
        labels: Sequence[str] | None = None,
        alt: str = _ALT,
    ) -> None:
        names, weights = [str(token) for token in tokens], np.asarray(patterns, dtype=float)
        if weights.ndim not in (3, 4) or weights.shape[-2:] != (len(names),) * 2 or len(names) < 2:
            raise ValueError(
                f"patterns has shape {weights.shape} for {len(names)} tokens; it must be (head, "
                "token, token) or (layer, head, token, token), with two tokens or more"
            )
        if not ((weights >= 0) & (weights <= 1 + 1e-6)).all():
            raise ValueError("patterns must hold weights from 0 to 1")
        if not 0 < weights.size <= LARGEST:
            raise ValueError(f"patterns holds {weights.size} weights; the page takes {LARGEST:,}")
        if labels is None:
            kinds = ("layer", "head")[4 - weights.ndim :]
            labels = [
                ", ".join(f"{kind} {i + 1}" for kind, i in zip(kinds, at, strict=True))
                for at in np.ndindex(weights.shape[:-2])
            ]
        flat = weights.reshape(-1, len(names) ** 2)
        if len(labels) != len(flat):
            raise ValueError(f"labels has {len(labels)} names for {len(flat)} heads")
        super().__init__(
            alt=alt,
            tokens=names,
            labels=[str(label) for label in labels],
            patterns=np.round(np.minimum(flat, 1), 4).tolist(),
            row=len(names) - 1,
        )

    def _static_html(self) -> str:
        size, last = len(self.tokens), html.escape(visible(self.tokens[-1]))
        rows = "".join(
            f'<tr><th scope="row">{html.escape(label)}</th>'
            f"<td>{html.escape(visible(self.tokens[int(np.argmax(pattern[-size:]))]))}</td></tr>"
            for label, pattern in zip(self.labels, self.patterns, strict=True)
        )
        head = '<tr><th scope="col">Head</th><th scope="col">Looks most at</th></tr>'
        caption = f"<caption>What “{last}”, the last token, looks at</caption>"
        return f"{super()._static_html()}<table>{caption}{head}{rows}</table>"
