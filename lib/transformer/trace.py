"""What happens inside a transformer, written down and changed on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from difflib import get_close_matches

from torch import Tensor

Edit = Callable[[Tensor], Tensor]


class Trace(Mapping):
    """Activations of one run of a `Transformer`, by the names that TransformerLens gives them.

    Handed to the model, it notes what passes by, and replaces what has an edit by what that
    returns; what comes after sees the new value. A later run begins anew. With gradients on, the
    tensors noted belong to the graph.

    Parameters
    ----------
    names
        What to note; everything if left out.
    edits
        ``{name: function}`` from an activation to another of the same shape.

    Raises
    ------
    ValueError
        After the run, if a name of `names` or `edits` did not come up; or an edit changes a shape.
    KeyError
        For a name that was not noted; the message has the nearest one.

    Notes
    -----
    In order, with i from 0: ``hook_embed``, ``hook_pos_embed`` (learned and sinusoidal only), and
    in each block ``blocks.i.`` with

    - ``hook_resid_pre``, ``hook_resid_mid``, ``hook_resid_post``, ``hook_attn_out``,
      ``hook_mlp_out``, ``ln1.hook_normalized``, ``ln2.hook_normalized``: (batch, position, d_model)
    - ``attn.hook_q``, ``attn.hook_k``, ``attn.hook_v``, ``attn.hook_z``, and with rotary positions
      ``attn.hook_rot_q``, ``attn.hook_rot_k``: (batch, position, head, d_head)
    - ``attn.hook_attn_scores`` (after the mask), ``attn.hook_pattern``: (batch, head, query, key)
    - ``mlp.hook_pre``, ``mlp.hook_post``: (batch, position, d_mlp)

    and at last ``ln_final.hook_normalized``. With a `Cache`, keys and values noted are those of
    the new tokens; scores and patterns have all the keys.

    Examples
    --------
    >>> import torch
    >>> from lib.transformer import Config, Transformer
    >>> model = Transformer(Config(vocab_size=3, context=5))
    >>> trace = Trace(edits={"blocks.1.hook_mlp_out": torch.zeros_like})
    >>> logits = model(torch.tensor([[0, 1, 1]]), trace=trace)
    >>> trace["blocks.0.attn.hook_pattern"].shape
    torch.Size([1, 8, 3, 3])
    """

    def __init__(
        self, names: Iterable[str] | None = None, edits: Mapping[str, Edit] | None = None
    ) -> None:
        if isinstance(names, str):
            raise TypeError(f"names={names!r} must be a list of names, even of one")
        for name, edit in (edits or {}).items():
            if not callable(edit):
                raise TypeError(f"edits[{name!r}] must be a function of the activation")
        self.names = None if names is None else frozenset(names)
        self.edits = dict(edits or {})
        self._noted: dict[str, Tensor] = {}
        self._met: list[str] = []

    def begin(self) -> None:
        """Forget the last run; the model calls this first."""
        self._noted, self._met = {}, []

    def note(self, name: str, value: Tensor) -> Tensor:
        """Write an activation down, edited if there is an edit; return it for what comes next."""
        self._met.append(name)
        if name in self.edits:
            before, value = value, self.edits[name](value)
            if not isinstance(value, Tensor) or value.shape != before.shape:
                got = tuple(value.shape) if isinstance(value, Tensor) else repr(value)
                raise ValueError(
                    f"edits[{name!r}] must return a tensor of shape {tuple(before.shape)}, "
                    f"not {got}"
                )
        if self.names is None or name in self.names:
            self._noted[name] = value
        return value

    def end(self) -> None:
        """Complain of names that never came up; the model calls this last."""
        for argument, wanted in (("names", self.names or ()), ("edits", self.edits)):
            for name in wanted:
                if name not in self._met:
                    raise ValueError(f"{argument}: nothing is called {name!r}; {self._hint(name)}")

    def _hint(self, name: str) -> str:
        near = get_close_matches(name, self._met, n=3, cutoff=0.3) or self._met[:3]
        return "did you mean " + " or ".join(map(repr, near)) + "?" if near else "nothing has run"

    def __getitem__(self, name: str) -> Tensor:
        if name in self._noted:
            return self._noted[name]
        if name in self._met:
            raise KeyError(f"{name!r} came up but names={sorted(self.names)} left it out")
        raise KeyError(f"nothing is called {name!r}; {self._hint(name)}")

    def __iter__(self) -> Iterator[str]:
        return iter(self._noted)

    def __len__(self) -> int:
        return len(self._noted)

    def __contains__(self, name: object) -> bool:
        return name in self._noted

    def __repr__(self) -> str:
        return f"Trace of {len(self)} activations"
