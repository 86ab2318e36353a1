"""A text as a strip of tokens, colored by a model's surprise at each."""

from __future__ import annotations

import html
from collections.abc import Sequence

import numpy as np
import traitlets
from numpy.typing import ArrayLike

from lib.plots import visible
from lib.widgets.base import CourseWidget

LARGEST = 1000  # tokens
_ALT = (
    "A text as a strip of tokens; the more a model was surprised by a token, the fuller its color. "
    "Pointer or arrow keys pick a token and its number is read out."
)


class TokenStrip(CourseWidget, module="token_strip"):
    """Show where in a text a model is surprised.

    Serves every chapter that measures a language model.

    Parameters
    ----------
    tokens
        1 to 1000 tokens, as text.
    surprisals
        (token,) bits, the negative base-2 logarithm of the probability the model gave to each; nan
        for a token that was given and not guessed, such as the first.
    details
        One more sentence for each token, such as what the model would have said; none if left out.
    alt
        Replaces the sentence that describes the widget.

    Raises
    ------
    ValueError
        If lengths differ, or a surprisal is negative or infinite, or none is a number.

    Examples
    --------
    >>> strip = TokenStrip(["the", " cat"], [float("nan"), 3.0])
    >>> strip.surprisals
    [None, 3.0]
    """

    tokens = traitlets.List(traitlets.Unicode()).tag(sync=True)
    surprisals = traitlets.List().tag(sync=True)
    details = traitlets.List(traitlets.Unicode()).tag(sync=True)
    chosen = traitlets.Int(0).tag(sync=True)

    def __init__(
        self,
        tokens: Sequence[str],
        surprisals: ArrayLike,
        *,
        details: Sequence[str] = (),
        alt: str = _ALT,
    ) -> None:
        names, bits = [str(token) for token in tokens], np.asarray(surprisals, dtype=float)
        if not 1 <= len(names) <= LARGEST:
            raise ValueError(f"tokens: expected 1 to {LARGEST}, got {len(names)}")
        if bits.shape != (len(names),):
            raise ValueError(f"surprisals has shape {bits.shape}; it must be ({len(names)},)")
        known = ~np.isnan(bits)
        if not known.any() or not np.isfinite(bits[known]).all() or (bits[known] < 0).any():
            raise ValueError("surprisals must be zero or more and finite, or nan for given tokens")
        if len(details) not in (0, len(names)):
            raise ValueError(f"details has {len(details)} texts for {len(names)} tokens")
        super().__init__(
            alt=alt,
            tokens=names,
            surprisals=[None if np.isnan(number) else round(float(number), 4) for number in bits],
            details=[str(text) for text in details],
            chosen=int(np.nanargmax(bits)),
        )

    def _static_html(self) -> str:
        parts = " ".join(
            html.escape(visible(token)) + ("" if bits is None else f" ({bits:.1f})")
            for token, bits in zip(self.tokens, self.surprisals, strict=True)
        )
        return f"{super()._static_html()}<p>Each token with its surprisal in bits: {parts}</p>"
