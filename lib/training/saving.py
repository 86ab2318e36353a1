"""A run on disk, so that it can be continued as if nothing had happened."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import torch
from torch import nn
from torch.optim import Optimizer

from lib.training.history import History


def save_run(
    path: str | Path, model: nn.Module, optimizer: Optimizer, history: History, batches: Iterable
) -> None:
    """Write all that is needed to continue a run; a file that is there is replaced at once.

    Parameters
    ----------
    path
        The file; its folder is made if needed.
    model, optimizer, history
        What `train` works on and returns.
    batches
        If they have a `state_dict`, as `Batches` do, their place is kept too.

    Examples
    --------
    See `load_run`.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    place = batches.state_dict() if hasattr(batches, "state_dict") else None
    run = {
        "model": model.state_dict(),
        "optimizer": optimizer.state_dict(),
        "history": history.state_dict(),
        "batches": place,
    }
    beside = path.with_name(path.name + ".part")
    torch.save(run, beside)
    os.replace(beside, path)


def load_run(
    path: str | Path, model: nn.Module, optimizer: Optimizer, batches: Iterable
) -> History:
    """Put model, optimizer and batches where `save_run` found them; return the history.

    Parameters
    ----------
    path
        A file of `save_run`.
    model, optimizer, batches
        Built exactly as for the run that was saved; changed in place.

    Returns
    -------
    History
        For `train`'s ``history``.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If the model or the optimizer has another shape than the saved one.

    Examples
    --------
    >>> import tempfile
    >>> from lib.device import generator
    >>> from lib.nets import MLP
    >>> from lib.training import Batches, train
    >>> def parts():
    ...     net = MLP([1, 4, 1], generator=generator(0))
    ...     x = torch.linspace(-1, 1, 20)[:, None]
    ...     batches = Batches(x, x**2, size=5, generator=generator(1))
    ...     return net, torch.optim.Adam(net.parameters(), lr=0.01), batches
    >>> def go_on(net, optimizer, batches, steps, **more):
    ...     mse = nn.functional.mse_loss
    ...     return train(net, batches, mse, optimizer, steps, progress=False, **more)
    >>> whole = go_on(*parts(), 60)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     half = go_on(*parts(), 30, save_to=folder + "/run.pt")
    ...     fresh = parts()
    ...     again = go_on(*fresh, 60, history=load_run(folder + "/run.pt", *fresh))
    >>> again.loss == whole.loss
    True
    """
    path = Path(path)
    if not path.exists():
        raise FileNotFoundError(f"path={str(path)!r} does not exist; save_run writes such a file")
    run = torch.load(path, map_location="cpu", weights_only=True)
    try:
        model.load_state_dict(run["model"])
        optimizer.load_state_dict(run["optimizer"])
    except (RuntimeError, ValueError) as error:
        raise ValueError(
            f"the run in {path.name} does not fit this model and optimizer: {error}"
        ) from error
    if run["batches"] is not None:
        batches.load_state_dict(run["batches"])
    return History.from_state_dict(run["history"])
