"""What happened while a model was trained."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor, nn


@dataclass
class History:
    """The losses of a run, its checks, and why it ended.

    Attributes
    ----------
    loss
        The loss of every step's batch, before the step; for several nets at once, a list of
        their losses.
    checks
        ``(step, value)`` of every check; lower is better.
    stopped
        Why the run ended before its last step; empty if it did not.
    best_weights
        The model's `state_dict` at its best check; None before the first.

    Examples
    --------
    >>> history = History(loss=[3.0, 1.0], checks=[(1, 0.5), (2, 0.7)])
    >>> history.steps, history.best_step
    (2, 1)
    """

    loss: list = field(default_factory=list)
    checks: list[tuple[int, float]] = field(default_factory=list)
    stopped: str = ""
    best_weights: dict[str, Tensor] | None = field(default=None, repr=False)

    @property
    def steps(self) -> int:
        """Steps taken so far."""
        return len(self.loss)

    @property
    def best_step(self) -> int | None:
        """The step of the lowest check; None if nothing was checked."""
        known = [(value, step) for step, value in self.checks if not math.isnan(value)]
        return min(known)[1] if known else None

    def smooth(self, window: int) -> np.ndarray:
        """The mean loss of the last `window` steps, at every step: (step, ...) float64.

        Raises
        ------
        ValueError
            If `window` is not above zero.

        Examples
        --------
        >>> History(loss=[4.0, 2.0, 0.0]).smooth(2)
        array([4., 3., 1.])
        """
        if window < 1:
            raise ValueError(f"window={window!r} must be a whole number above zero")
        loss = np.asarray(self.loss, dtype=float)
        return np.array(
            [loss[max(0, i - window + 1) : i + 1].mean(axis=0) for i in range(len(loss))]
        )

    def note(self, value: float, model: nn.Module) -> None:
        """Enter a check of the present step; keep the weights if none was better."""
        best = min((v for _, v in self.checks if not math.isnan(v)), default=math.inf)
        self.checks.append((self.steps, value))
        if value < best:
            self.best_weights = {
                name: weights.detach().clone() for name, weights in model.state_dict().items()
            }

    def checks_since_best(self) -> int:
        """How many checks came after the lowest one."""
        best = self.best_step
        return sum(best is None or step > best for step, _ in self.checks)

    def state_dict(self) -> dict:
        """Everything, as `torch.save` and `torch.load` take it."""
        return {
            "loss": torch.tensor(self.loss, dtype=torch.float64),
            "checks": self.checks,
            "stopped": self.stopped,
            "best_weights": self.best_weights,
        }

    @classmethod
    def from_state_dict(cls, state: dict) -> History:
        """The history that `state_dict` was taken from."""
        checks = [tuple(check) for check in state["checks"]]
        return cls(state["loss"].tolist(), checks, state["stopped"], state["best_weights"])
