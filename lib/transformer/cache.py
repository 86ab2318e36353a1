"""Keys and values kept from step to step, so that a model that writes reads each token once."""

from __future__ import annotations

import torch
from torch import Tensor


class Cache:
    """The keys and values of all tokens a model has read, layer by layer; empty at first.

    Handed to the model with the next tokens, it grows by them. It keeps no gradients.

    Attributes
    ----------
    length : int
        How many tokens have been read.

    Examples
    --------
    >>> from lib.transformer import Config, Transformer
    >>> model, cache = Transformer(Config(vocab_size=3, context=5)), Cache()
    >>> tokens = torch.tensor([[0, 1, 1, 2]])
    >>> logits = torch.cat([model(part, cache=cache) for part in tokens.split(2, dim=1)], dim=1)
    >>> cache.length, torch.allclose(logits, model(tokens), atol=1e-5)
    (4, True)
    """

    def __init__(self) -> None:
        self.length = 0
        self._layers: list[Tensor] = []  # (key or value, batch, head, room, d_head)

    @property
    def batch(self) -> int | None:
        """How many sequences it holds; None while it is empty."""
        return self._layers[0].shape[1] if self.length else None

    def extend(self, layer: int, keys: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
        """Add a layer's new keys and values, and return all of them.

        Parameters
        ----------
        layer
            From 0.
        keys, values
            (batch, head, new tokens, d_head).

        Returns
        -------
        tuple of Tensor
            Keys and values, (batch, head, length + new tokens, d_head). `length` itself grows by
            `advance`, once all layers are done.
        """
        new = torch.stack((keys, values)).detach()
        until = self.length + new.shape[3]
        if self.length == 0:
            self._layers[layer:] = [new]
        room = self._layers[layer]
        if until > room.shape[3]:  # twice as much as needed: copying gets rare
            larger = room.new_empty(*room.shape[:3], 2 * until, room.shape[4])
            larger[:, :, :, : self.length] = room[:, :, :, : self.length]
            self._layers[layer] = room = larger
        room[:, :, :, self.length : until] = new
        return tuple(room[:, :, :, :until])

    def advance(self, tokens: int) -> None:
        """So many tokens more have been read; the model calls this at its end."""
        self.length += tokens
