"""Where tensors live and where randomness comes from: one device, one seeded generator.

Every chapter's set-up cell uses both. Knows torch and nothing of models.
"""

from __future__ import annotations

import os

import torch

DEVICE_VARIABLE = "COURSE_DEVICE"
_KINDS = ("cuda", "mps", "cpu")


def pick_device(prefer: str | None = None) -> torch.device:
    """The device to compute on: `prefer`, else COURSE_DEVICE, else cuda, mps or cpu.

    Parameters
    ----------
    prefer : str, optional
        "cuda", "cuda:1", "mps" or "cpu".

    Returns
    -------
    torch.device

    Raises
    ------
    TypeError
        If `prefer` is not a string.
    ValueError
        If the wish names no device, or one that this machine does not have.

    Examples
    --------
    >>> from lib.device import pick_device
    >>> pick_device("cpu")
    device(type='cpu')
    """
    if prefer is not None and not isinstance(prefer, str):
        raise TypeError(f"prefer must be a string such as 'cpu', not {prefer!r}")
    wish, origin = prefer, "prefer"
    if wish is None:
        wish, origin = os.environ.get(DEVICE_VARIABLE) or None, DEVICE_VARIABLE
    available = _available()
    if wish is None:
        return torch.device(available[0])
    try:
        device = torch.device(wish)
    except RuntimeError:
        device = None
    if device is None or device.type not in _KINDS:
        raise ValueError(f"{origin} must be one of {', '.join(_KINDS)}, not {wish!r}")
    if device.type not in available:
        raise ValueError(
            f"{origin} must be one of {', '.join(available)} on this machine, not {wish!r}: "
            f"torch {torch.__version__} sees no such device"
        )
    if device.index is not None and device.index >= _how_many(device.type):
        raise ValueError(
            f"{origin} must have a number below {_how_many(device.type)} on this machine, "
            f"not {wish!r}"
        )
    return device


def generator(seed: int, device: torch.device | str = "cpu") -> torch.Generator:
    """A random generator with its own seed; nothing else in the process is touched.

    Parameters
    ----------
    seed : int
        From 0 to 2**63 - 1. The same seed gives the same numbers on the same kind of device.
    device : torch.device or str
        Where the random tensors will be made. A generator serves its own device only.

    Returns
    -------
    torch.Generator

    Raises
    ------
    TypeError
        If `seed` is not an integer.
    ValueError
        If `seed` is out of range.

    Examples
    --------
    >>> import torch
    >>> from lib.device import generator
    >>> a, b = (torch.rand(3, generator=generator(0)) for _ in range(2))
    >>> bool((a == b).all())
    True
    """
    if isinstance(seed, bool) or not hasattr(seed, "__index__"):
        raise TypeError(f"seed must be an integer, not {seed!r}")
    number = seed.__index__()
    if not 0 <= number < 2**63:
        raise ValueError(f"seed must be from 0 to 2**63 - 1, not {seed!r}")
    return torch.Generator(device=device).manual_seed(number)


def _available() -> list[str]:
    there = {
        "cuda": torch.cuda.is_available(),
        "mps": torch.backends.mps.is_available(),
        "cpu": True,
    }
    return [kind for kind in _KINDS if there[kind]]


def _how_many(kind: str) -> int:
    return torch.cuda.device_count() if kind == "cuda" else 1
