"""One attention head, a step at a time, for the chapters on attention."""

from __future__ import annotations

import html
from collections.abc import Sequence

import numpy as np
import traitlets
from numpy.typing import ArrayLike

from lib.plots import visible
from lib.widgets.base import CourseWidget

LARGEST = 10  # tokens: their table must fit a page
_ALT = (
    "An attention head at work: a table of tokens against tokens shows scores, scaled scores, the "
    "mask, the weights and at last the output; each number is worked out below it, and the "
    "queries, keys and values can be changed."
)


class AttentionHead(CourseWidget, module="attention_head"):
    """Scaled dot-product attention of a few tokens, each step in exact numbers.

    The steps are the scores of queries and keys, their division by the square root of the number
    of entries, the causal mask, softmax over each row, and the weighted sum of the values
    (Vaswani et al. 2017, section 3.2.1). Serves the chapters on attention.

    Parameters
    ----------
    tokens
        2 to 10 tokens.
    query, key, value
        (token, entry) numbers from -9 to 9, for each token one to four entries; queries and keys
        have equally many.
    causal
        Whether a token may look only at itself and those before it.
    step
        0 to 4, the step shown first: scores, scale, mask, softmax, output.
    alt
        Replaces the sentence that describes the widget.

    Raises
    ------
    ValueError
        If a shape is wrong, a number is not finite or too large, or `step` is out of its range.

    Examples
    --------
    >>> head = AttentionHead(["a", "b"], [[1, 0], [0, 1]], [[1, 0], [0, 1]], [[1], [2]])
    >>> head.weights().round(2).tolist()
    [[1.0, 0.0], [0.33, 0.67]]
    """

    tokens = traitlets.List(traitlets.Unicode()).tag(sync=True)
    query = traitlets.List().tag(sync=True)
    key = traitlets.List().tag(sync=True)
    value = traitlets.List().tag(sync=True)
    causal = traitlets.Bool(True).tag(sync=True)
    step = traitlets.Int(0).tag(sync=True)
    row = traitlets.Int(0).tag(sync=True)
    column = traitlets.Int(0).tag(sync=True)

    def __init__(
        self,
        tokens: Sequence[object],
        query: ArrayLike,
        key: ArrayLike,
        value: ArrayLike,
        *,
        causal: bool = True,
        step: int = 0,
        alt: str = _ALT,
    ) -> None:
        names = [str(token) for token in tokens]
        if not 2 <= len(names) <= LARGEST:
            raise ValueError(f"tokens: expected 2 to {LARGEST}, got {len(names)}")
        vectors = {
            name: _vectors(name, given, len(names))
            for name, given in {"query": query, "key": key, "value": value}.items()
        }
        if vectors["query"].shape != vectors["key"].shape:
            raise ValueError(
                f"query has shape {vectors['query'].shape} and key {vectors['key'].shape}; "
                "they must be alike"
            )
        if isinstance(step, bool) or step not in range(5):
            raise ValueError(f"step={step!r} must be a whole number from 0 to 4")
        last = len(names) - 1
        super().__init__(
            alt=alt, tokens=names, causal=bool(causal), step=int(step), row=last, column=0,
            **{name: array.tolist() for name, array in vectors.items()},
        )  # fmt: skip

    def weights(self) -> np.ndarray:
        """Return the attention weights, (token, token), of the numbers as they are now."""
        query, key = np.array(self.query), np.array(self.key)
        scores = query @ key.T / np.sqrt(query.shape[1])
        if self.causal:
            scores[np.triu_indices(len(scores), 1)] = -np.inf
        raised = np.exp(scores - scores.max(axis=1, keepdims=True))
        return raised / raised.sum(axis=1, keepdims=True)

    def _static_html(self) -> str:
        names = [html.escape(visible(token)) for token in self.tokens]
        head = "".join(f'<th scope="col">{name}</th>' for name in names)
        rows = "".join(
            f'<tr><th scope="row">{name}</th>' + "".join(f"<td>{w:.2f}</td>" for w in row) + "</tr>"
            for name, row in zip(names, self.weights(), strict=True)
        )
        caption = "<caption>Weights, from the row's token to the column's</caption>"
        return f"{super()._static_html()}<table>{caption}<tr><td></td>{head}</tr>{rows}</table>"


def _vectors(name: str, given: ArrayLike, count: int) -> np.ndarray:
    """Return one vector per token as floats, or say what is wrong."""
    array = np.asarray(given, dtype=float)
    if array.ndim != 2 or array.shape[0] != count or not 1 <= array.shape[1] <= 4:
        raise ValueError(
            f"{name} has shape {array.shape}; it must be ({count}, one to four): a row per token"
        )
    if not (np.isfinite(array) & (abs(array) <= 9)).all():
        raise ValueError(f"{name} must hold finite numbers from -9 to 9")
    return array
