"""A small net whose weights one can set, and that learns in front of one's eyes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import traitlets

from lib.widgets.base import CourseWidget

TASKS = ("line", "xor", "circle", "stripes")
RATES = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0)
_ALT = (
    "A small net at work: two kinds of points on a square, colored by what the net says of each "
    "place. Sliders set the weights of each neuron, buttons let the net learn step by step, and "
    "the loss is drawn as it falls."
)


class Playground(CourseWidget, module="playground"):
    """A net with one hidden layer of ramps that learns to tell two kinds of points apart.

    The net gives each place of the square from -1 to 1 a score; the sigmoid of the score is the
    chance of the first kind. It learns by gradient descent on the mean surprise at 80 points. In
    the manner of the TensorFlow Playground (Smilkov et al. 2017). Serves the chapters "Neurons"
    and "Learning".

    Parameters
    ----------
    task
        ``"line"``, ``"xor"``, ``"circle"`` or ``"stripes"``.
    hidden
        Hidden neurons, 0 to 8.
    rate
        The learning rate, one of 0.01, 0.03, 0.1, 0.3, 1 and 3.
    seed
        0 to 999999; decides the first weights where none are given.
    weights
        For each hidden neuron its two weights and its constant; then the output's weight for each
        neuron, and its constant. With no hidden neurons the output's two weights and its constant.
    alt
        Replaces the sentence that describes the widget.

    Attributes
    ----------
    weights : list of float
        The present weights; they follow what the learner does.
    steps : int
        Steps learned since the last start.

    Raises
    ------
    ValueError
        If a value is out of its range, or `weights` has the wrong length or is not finite.

    Examples
    --------
    >>> net = Playground("xor", hidden=2, weights=[1, 1, 0, -1, -1, 0, 5, 5, -2])
    >>> net.task, len(net.weights)
    ('xor', 9)
    """

    task = traitlets.Unicode("xor").tag(sync=True)
    hidden = traitlets.Int(2).tag(sync=True)
    rate = traitlets.Float(0.3).tag(sync=True)
    seed = traitlets.Int(1).tag(sync=True)
    weights = traitlets.List(traitlets.Float()).tag(sync=True)
    steps = traitlets.Int(0).tag(sync=True)

    def __init__(
        self,
        task: str = "xor",
        hidden: int = 2,
        *,
        rate: float = 0.3,
        seed: int = 1,
        weights: Sequence[float] | None = None,
        alt: str = _ALT,
    ) -> None:
        if task not in TASKS:
            raise ValueError(f"task={task!r} must be one of {list(TASKS)}")
        if isinstance(hidden, bool) or hidden not in range(9):
            raise ValueError(f"hidden={hidden!r} must be a whole number from 0 to 8")
        if rate not in RATES:
            raise ValueError(f"rate={rate!r} must be one of {list(RATES)}")
        if isinstance(seed, bool) or seed not in range(1_000_000):
            raise ValueError(f"seed={seed!r} must be a whole number from 0 to 999999")
        values = np.asarray([] if weights is None else weights, dtype=float)
        wanted = 4 * hidden + 1 if hidden else 3
        if weights is not None and (values.shape != (wanted,) or not np.isfinite(values).all()):
            raise ValueError(
                f"weights must be {wanted} finite numbers for {hidden} hidden neurons, got shape "
                f"{values.shape}"
            )
        super().__init__(
            alt=alt,
            task=task,
            hidden=int(hidden),
            rate=float(rate),
            seed=int(seed),
            weights=values.tolist(),
        )
