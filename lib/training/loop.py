"""The training loop."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.optim import Optimizer
from tqdm import tqdm

from lib.training.history import History
from lib.training.saving import save_run

PATIENCE = "no better check"


def train(
    model: nn.Module,
    batches: Iterable[tuple[Tensor, ...]],
    loss: Callable[..., Tensor],
    optimizer: Optimizer,
    steps: int,
    *,
    history: History | None = None,
    rate: Callable[[int], float] | None = None,
    clip: float | None = None,
    check: Callable[[nn.Module], float] | None = None,
    every: int = 100,
    patience: int | None = None,
    save_to: str | Path | None = None,
    progress: bool = True,
) -> History:
    """Train a model: take a batch, compare, follow the gradient downhill, and again.

    Parameters
    ----------
    model
        Any module, on any device; batches are moved to where its first parameter is. It is
        changed in place, and in evaluation mode afterwards.
    batches
        Tuples ``(inputs, *targets)`` of tensors: `Batches`, a list, a DataLoader or a generator.
        What ends is begun again.
    loss
        ``loss(model(inputs), *targets)`` -> one number, or (net,) numbers for nets that are
        trained together (see `Together`).
    optimizer
        Made from the model's parameters, such as ``torch.optim.Adam(model.parameters())``.
    steps
        When to end, counted from the history's beginning.
    history
        The history of a run that is to be continued.
    rate
        The learning rate of each step, counted from 0, such as `cosine`; else the optimizer's own.
    clip
        Scale the gradient down where its length exceeds this.
    check
        Called with the model in evaluation mode, without gradients; a lower value is better.
    every
        Steps between two checks, and between two savings.
    patience
        End after so many checks in a row without a new best. The model then gets its best weights.
    save_to
        A file for `load_run`, written anew every `every` steps and at the end.
    progress
        Show a bar. The environment variable ``TQDM_DISABLE=1`` hides all bars.

    Returns
    -------
    History
        Its `stopped` says why, if it ended early: out of patience, or a loss that is not finite.

    Raises
    ------
    TypeError, ValueError
        If an argument can't be right; the message says which and why.

    Examples
    --------
    >>> from lib.device import generator
    >>> from lib.nets import MLP
    >>> from lib.training import Batches
    >>> x = torch.linspace(-1, 1, 50)[:, None]
    >>> net = MLP([1, 8, 1], generator=generator(0))
    >>> batches = Batches(x, x**2, size=10, generator=generator(1))
    >>> optimizer = torch.optim.Adam(net.parameters(), lr=0.01)
    >>> history = train(net, batches, nn.functional.mse_loss, optimizer, 500, progress=False)
    >>> history.loss[-1] < 0.1 * history.loss[0]
    True
    """
    history = _checked(model, optimizer, steps, history, every, patience, check)
    device = next(model.parameters()).device
    feed = _endless(batches, history.steps)
    with _bar(progress, steps, history) as bar:
        model.train()
        while history.steps < steps and not history.stopped:
            inputs, *targets = (part.to(device) for part in next(feed))
            if rate is not None:
                _set_rate(optimizer, rate(history.steps))
            optimizer.zero_grad()
            value = loss(model(inputs), *targets)
            if not _entered(history, value):
                break
            value.sum().backward()
            if clip is not None:
                nn.utils.clip_grad_norm_(model.parameters(), clip, error_if_nonfinite=False)
            optimizer.step()
            bar.update()
            if history.steps % every == 0:
                _pause(model, optimizer, history, batches, check, patience, save_to, bar)
    if history.stopped.startswith(PATIENCE) and history.best_weights is not None:
        model.load_state_dict(history.best_weights)
    if save_to is not None:
        save_run(save_to, model, optimizer, history, batches)
    model.eval()
    return history


def _checked(model, optimizer, steps, history, every, patience, check) -> History:
    """Return the history to go on with, or say which argument can't be right."""
    if not isinstance(model, nn.Module):
        raise TypeError(f"model must be a torch.nn.Module, not a {type(model).__name__}")
    if next(model.parameters(), None) is None:
        raise ValueError("model must have parameters; there is nothing to train")
    moved = {id(weights) for group in optimizer.param_groups for weights in group["params"]}
    if not any(id(weights) in moved for weights in model.parameters()):
        raise ValueError("optimizer must be made from this model's parameters; it has none of them")
    for name, number in (("steps", steps), ("every", every), ("patience", patience)):
        optional = name == "patience" and number is None
        whole = isinstance(number, int) and not isinstance(number, bool)
        if not optional and (not whole or number < 1):
            raise ValueError(f"{name}={number!r} must be a whole number above zero")
    if patience is not None and check is None:
        raise ValueError(f"patience={patience} needs a check to tell what is better")
    if history is not None and not isinstance(history, History):
        raise TypeError(f"history must be a History, not a {type(history).__name__}")
    return History() if history is None else history


def _endless(batches: Iterable, done: int) -> Iterator:
    """Batch after batch, beginning again at the end; what has no place of its own skips `done`."""
    if not isinstance(batches, Iterable):
        raise TypeError(f"batches must be an iterable of tuples, not a {type(batches).__name__}")

    def cycle() -> Iterator:
        given = 0
        while True:
            before = given
            for batch in batches:
                if not isinstance(batch, (tuple, list)) or len(batch) < 2:
                    raise TypeError(
                        f"batches must hold tuples (inputs, targets), got a {type(batch).__name__}"
                    )
                given += 1
                yield batch
            if given == before:
                raise ValueError(
                    f"batches ended after {given}; give a list or an endless generator"
                )

    own_place = isinstance(batches, Iterator)
    return islice(cycle(), 0 if own_place else done, None)


def _set_rate(optimizer: Optimizer, rate: float) -> None:
    for group in optimizer.param_groups:
        group["lr"] = rate


def _entered(history: History, value: Tensor) -> bool:
    """Note the loss of a step; False if it, or every one of several, is NaN or infinite."""
    losses = value.detach().tolist()
    history.loss.append(losses)
    fine = any(math.isfinite(one) for one in (losses if value.ndim else [losses]))
    if not fine:
        history.stopped = f"the loss of step {history.steps} is not finite; try a smaller rate"
    return fine


def _pause(model, optimizer, history, batches, check, patience, save_to, bar) -> None:
    """Check, save, and see whether it is time to stop."""
    if check is not None:
        model.eval()
        with torch.no_grad():
            history.note(float(check(model)), model)
        model.train()
        if patience is not None and history.checks_since_best() >= patience:
            history.stopped = f"{PATIENCE} in the last {patience}"
    if save_to is not None:
        save_run(save_to, model, optimizer, history, batches)
    mean = torch.tensor(history.loss[-50:], dtype=torch.float64).mean()
    shown = f"loss {mean:.4g}" + (f", check {history.checks[-1][1]:.4g}" if check else "")
    bar.set_postfix_str(shown, refresh=False)


def _bar(progress: bool, steps: int, history: History) -> tqdm:
    """A bar on standard output: nbgrader takes anything on standard error for a failure."""
    hidden = {} if progress else {"disable": True}
    return tqdm(
        total=steps, initial=history.steps, file=sys.stdout, mininterval=0.2, unit="step", **hidden
    )
