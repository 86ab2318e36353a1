"""Random batches that remember where they are."""

from __future__ import annotations

import torch
from torch import Tensor


class Batches:
    """Endless batches of examples: all of them once an epoch, in a new order every epoch.

    It is an iterator, so it goes on where it stopped; `state_dict` keeps the place for later.

    Parameters
    ----------
    *arrays : Tensor, (example, ...)
        Inputs, targets, and whatever else the loss needs; all equally long.
    size : int, optional
        Examples in a batch; the last batch of an epoch has what is left. Without it a batch
        is everything, in the given order.
    generator : torch.Generator, optional
        Where the order comes from; needed if there is a `size`.

    Raises
    ------
    TypeError
        If an array is not a tensor, or the generator is missing.
    ValueError
        If the arrays differ in length or are empty, or `size` is not above zero.

    Examples
    --------
    >>> from lib.device import generator
    >>> batches = Batches(torch.arange(5), size=2, generator=generator(0))
    >>> len(batches), sorted(int(i) for _ in range(3) for i in next(batches)[0])
    (3, [0, 1, 2, 3, 4])
    """

    def __init__(
        self, *arrays: Tensor, size: int | None = None, generator: torch.Generator | None = None
    ) -> None:
        for position, array in enumerate(arrays):
            if not isinstance(array, Tensor):
                raise TypeError(
                    f"arrays must be tensors, but number {position} is a {type(array).__name__}"
                )
        lengths = [len(array) for array in arrays]
        if len(set(lengths)) != 1 or lengths[0] == 0:
            raise ValueError(f"arrays must be equally long and not empty, got lengths {lengths}")
        if size is not None and (isinstance(size, bool) or not isinstance(size, int) or size < 1):
            raise ValueError(f"size={size!r} must be a whole number above zero")
        if size is not None and not isinstance(generator, torch.Generator):
            raise TypeError(
                f"generator={generator!r} must be a torch.Generator: batches of size {size} are "
                "drawn at random. lib.device.generator(seed) makes one"
            )
        self.arrays = arrays
        self.examples = lengths[0]
        self.size = size
        self.generator = generator
        self._order: Tensor | None = None
        self._start: Tensor | None = None  # the generator's state before the order was drawn
        self._position = 0

    def __len__(self) -> int:
        """Batches in an epoch."""
        return 1 if self.size is None else -(-self.examples // self.size)

    def __iter__(self) -> Batches:
        return self

    def __next__(self) -> tuple[Tensor, ...]:
        if self.size is None:
            return self.arrays
        if self._order is None or self._position >= self.examples:
            self._shuffle()
        chosen = self._order[self._position : self._position + self.size]
        self._position += self.size
        return tuple(array[chosen.to(array.device)] for array in self.arrays)

    def _shuffle(self) -> None:
        self._start = self.generator.get_state()
        device = self.generator.device
        self._order = torch.randperm(self.examples, generator=self.generator, device=device)
        self._position = 0

    def state_dict(self) -> dict:
        """Where it stands: in the epoch, and in its random numbers."""
        if self.size is None:
            return {}
        now = self.generator.get_state()
        return {"start": self._start, "now": now, "position": self._position}

    def load_state_dict(self, state: dict) -> None:
        """Go to the place that `state_dict` has noted."""
        if self.size is None:
            return
        if state["start"] is None:
            self._order = self._start = None
        else:
            self.generator.set_state(state["start"])
            self._shuffle()
        self._position = state["position"]
        self.generator.set_state(state["now"])
