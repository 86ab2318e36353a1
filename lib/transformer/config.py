"""What a transformer is made of, in eleven numbers and words."""

from __future__ import annotations

from dataclasses import dataclass

POSITIONS = ("learned", "none", "sinusoidal", "rotary", "alibi")
NORMS = ("layer", "rms", "none")


@dataclass(frozen=True)
class Config:
    """The shape of a `Transformer`. The defaults are those of the essay's parentheses model.

    Attributes
    ----------
    vocab_size : int
        How many different tokens.
    context : int
        The longest sequence it takes, with every kind of position.
    d_model : int
        Features of a token in the residual stream.
    n_heads : int
        Heads of each attention layer; must divide `d_model`.
    n_layers : int
        How many blocks.
    d_mlp : int, optional
        Neurons of each block's MLP; four times `d_model` if left out.
    causal : bool
        Whether a token looks only at itself and at those before it.
    positions : str
        How a token knows where it stands: ``"learned"`` (a vector for each place, added to the
        token's), ``"none"``, ``"sinusoidal"`` (a fixed vector, added to the token's times the
        root of `d_model`), ``"rotary"`` (queries and keys are turned) or ``"alibi"`` (a handicap
        for distant keys).
    norm : str
        ``"layer"``, ``"rms"`` or ``"none"``.
    tied : bool
        Whether the same vectors serve to read a token and to write it.

    Raises
    ------
    TypeError, ValueError
        If a value can't be right, or two don't fit together.

    Examples
    --------
    >>> config = Config(vocab_size=3, context=41)
    >>> config.d_mlp, config.d_head
    (512, 16)
    """

    vocab_size: int
    context: int
    d_model: int = 128
    n_heads: int = 8
    n_layers: int = 2
    d_mlp: int | None = None
    causal: bool = True
    positions: str = "learned"
    norm: str = "layer"
    tied: bool = False

    def __post_init__(self) -> None:
        if self.d_mlp is None:
            object.__setattr__(self, "d_mlp", 4 * self.d_model)
        for name in ("vocab_size", "context", "d_model", "n_heads", "n_layers", "d_mlp"):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int):
                raise TypeError(f"{name}={value!r} must be a whole number")
            if value < 1:
                raise ValueError(f"{name}={value} must be at least 1")
        for name, allowed in (("positions", POSITIONS), ("norm", NORMS)):
            if getattr(self, name) not in allowed:
                raise ValueError(f"{name}={getattr(self, name)!r} must be one of {allowed}")
        if self.d_model % self.n_heads:
            raise ValueError(
                f"n_heads={self.n_heads} must divide d_model={self.d_model}: each head gets an "
                "equal share of the features"
            )
        if self.positions == "sinusoidal" and self.d_model % 2:
            raise ValueError(
                f"d_model={self.d_model} must be even: sines and cosines come in pairs"
            )
        if self.positions == "rotary" and self.d_head % 2:
            raise ValueError(
                f"d_model / n_heads = {self.d_head} must be even: features are turned in pairs"
            )

    @property
    def d_head(self) -> int:
        """Features of one head."""
        return self.d_model // self.n_heads
