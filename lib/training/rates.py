"""Learning rates that change during a run."""

from __future__ import annotations

import math
from collections.abc import Callable


def cosine(
    peak: float, steps: int, *, warmup: int = 0, floor: float = 0.0
) -> Callable[[int], float]:
    """A rate that climbs to `peak` in `warmup` steps, then falls to `floor` along a cosine.

    Parameters
    ----------
    peak, floor
        Highest and last learning rate.
    steps
        The run's length; afterwards the rate stays at `floor`.
    warmup
        Steps of the straight climb at the start.

    Returns
    -------
    callable
        From the step, counted from 0, to its rate; for `train`'s ``rate``.

    Raises
    ------
    ValueError
        If ``0 <= floor <= peak``, ``peak > 0`` or ``0 <= warmup < steps`` does not hold.

    Notes
    -----
    Loshchilov and Hutter, "SGDR" (2017), without restarts.

    Examples
    --------
    >>> rate = cosine(0.1, 100, warmup=10)
    >>> round(rate(4), 3), round(rate(9), 3), round(rate(55), 3), round(rate(100), 3)
    (0.05, 0.1, 0.05, 0.0)
    """
    if not 0 <= floor <= peak or peak <= 0:
        raise ValueError(f"peak={peak!r}, floor={floor!r} must have 0 <= floor <= peak, peak > 0")
    if not 0 <= warmup < steps:
        raise ValueError(f"warmup={warmup!r} must be from 0 to steps - 1, which is {steps - 1}")

    def rate(step: int) -> float:
        if step < warmup:
            return peak * (step + 1) / warmup
        done = min(1.0, (step - warmup) / (steps - warmup))
        return floor + (peak - floor) * (1 + math.cos(math.pi * done)) / 2

    return rate
