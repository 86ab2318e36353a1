"""Trained weights that come with the course, each with a card that says how it was made.

They lie in `data/checkpoints/`: ``NAME.safetensors`` and ``NAME.json``. Serves the chapters whose
networks take longer to train than a reader wants to wait. Knows files and modules, no concrete
network; `make checkpoints` builds the files.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TypeVar

import safetensors.torch
from torch import nn

from lib.data import shipped

Model = TypeVar("Model", bound=nn.Module)


def card(name: str) -> dict:
    """What is known about a checkpoint: data, command, seconds, metrics.

    Raises
    ------
    DataUnavailable
        If there is none of that name; the message lists those there are.

    Examples
    --------
    >>> card("digits-lenet")["data"]
    'MNIST'
    """
    return json.loads(shipped(f"checkpoints/{name}.json").read_text(encoding="utf-8"))


def load(name: str, model: Model) -> Model:
    """Give a model the weights of a checkpoint, and return it in evaluation mode.

    Parameters
    ----------
    name
        Such as ``"digits-lenet"``.
    model
        Built as when it was trained; changed in place. Stored half-precision numbers become
        the model's own type.

    Raises
    ------
    DataUnavailable
        If there is no such checkpoint.
    ValueError
        If the model has other weights than the checkpoint.

    Examples
    --------
    >>> import torch
    >>> from lib.nets import LeNet
    >>> load("digits-lenet", LeNet())(torch.zeros(1, 1, 28, 28)).shape
    torch.Size([1, 10])
    """
    weights = safetensors.torch.load_file(shipped(f"checkpoints/{name}.safetensors"))
    try:
        model.load_state_dict(weights)
    except RuntimeError as error:
        raise ValueError(f"model does not fit the checkpoint {name!r}: {error}") from error
    return model.eval()


def save(folder: Path, name: str, model: nn.Module, about: dict) -> None:
    """Write a model's weights in half precision, and its card, into a folder.

    Parameters
    ----------
    folder
        Made if needed.
    name
        What `load` will call it.
    model
        Its weights are stored as float16.
    about
        The card; must have ``data``, ``command``, ``seconds`` and ``metrics``.

    Raises
    ------
    ValueError
        If the card lacks one of the four.
    """
    missing = {"data", "command", "seconds", "metrics"} - set(about)
    if missing:
        raise ValueError(f"about must have {sorted(missing)} too; it has {sorted(about)}")
    folder.mkdir(parents=True, exist_ok=True)
    half = {key: w.detach().cpu().half().contiguous() for key, w in model.state_dict().items()}
    (folder / f"{name}.safetensors").write_bytes(safetensors.torch.save(half))
    text = json.dumps(about, indent=1, ensure_ascii=False) + "\n"
    (folder / f"{name}.json").write_text(text, encoding="utf-8")
