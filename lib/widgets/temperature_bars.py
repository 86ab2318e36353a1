"""Next-token bars with a temperature and a top-k slider."""

from __future__ import annotations

import html
from collections.abc import Sequence

import numpy as np
import traitlets
from numpy.typing import ArrayLike

from lib.plots import visible
from lib.widgets.base import CourseWidget

_ALT = (
    "Bars of the chances of the next token; sliders change the temperature and how many of the top "
    "tokens may come, and the entropy in bits follows."
)


class TemperatureBars(CourseWidget, module="temperature_bars"):
    """Show what temperature and top-k do to a model's next-token probabilities.

    Serves the chapters "One word at a time" and "Letters".

    Parameters
    ----------
    logits
        (token,) finite numbers, in nats; the logarithm of counts will do.
    labels
        (token,) the tokens.
    temperature
        0 to 5 to begin with.
    top_k
        1 to len(labels) to begin with; all if left out.
    alt
        Replaces the sentence that describes the widget.

    Raises
    ------
    ValueError
        If lengths differ, there are fewer than two tokens, a logit is not finite, or a number is
        out of its range.

    Examples
    --------
    >>> bars = TemperatureBars([2.0, 1.0, 0.0], ["cat", "dog", "sofa"], temperature=0.5)
    >>> bars.temperature, bars.top_k
    (0.5, 3)
    """

    logits = traitlets.List(traitlets.Float()).tag(sync=True)
    labels = traitlets.List(traitlets.Unicode()).tag(sync=True)
    temperature = traitlets.Float(1.0).tag(sync=True)
    top_k = traitlets.Int().tag(sync=True)

    def __init__(
        self,
        logits: ArrayLike,
        labels: Sequence[object],
        *,
        temperature: float = 1.0,
        top_k: int | None = None,
        alt: str = _ALT,
    ) -> None:
        values, names = np.asarray(logits, dtype=float), [str(label) for label in labels]
        if values.shape != (len(names),) or len(names) < 2:
            raise ValueError(
                f"logits has shape {values.shape}, labels has {len(names)} tokens; both must hold "
                "one value per token, for two tokens or more"
            )
        if not np.isfinite(values).all():
            raise ValueError("logits must be finite; leave out tokens that can't come")
        if not 0 <= temperature <= 5:
            raise ValueError(f"temperature={temperature!r} must be from 0 to 5")
        top_k = len(names) if top_k is None else top_k
        if isinstance(top_k, bool) or top_k not in range(1, len(names) + 1):
            raise ValueError(f"top_k={top_k!r} must be a whole number from 1 to {len(names)}")
        super().__init__(
            alt=alt,
            logits=values.tolist(),
            labels=names,
            temperature=float(temperature),
            top_k=int(top_k),
        )

    def _static_html(self) -> str:
        shares = np.exp(np.asarray(self.logits) - max(self.logits))
        shares /= shares.sum()
        rows = "".join(
            f'<tr><th scope="row">{html.escape(visible(label))}</th><td>{share:.1%}</td></tr>'
            for label, share in zip(self.labels, shares, strict=True)
        )
        head = '<tr><th scope="col">Token</th><th scope="col">Chance</th></tr>'
        caption = "<caption>Chances at temperature 1</caption>"
        return f"{super()._static_html()}<table>{caption}{head}{rows}</table>"
