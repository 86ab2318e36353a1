"""A small transformer that reads parentheses in front of one's eyes, for chapters 10 and 11."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
import traitlets
from numpy.typing import ArrayLike
from torch import Tensor

from lib.parens import END, VOCAB, Law, coin_law, encode
from lib.transformer import Config, Transformer
from lib.widgets.base import CourseWidget
from lib.widgets.packing import packed

_ALT = (
    "A small transformer that reads parentheses: type a string, and bars show what the model "
    "expects next beside the exact chances, squares show what its heads look at, and a line shows "
    "how many are open."
)


class ParensModel(CourseWidget, module="parens_model"):
    """Type parentheses and see a transformer read them, with no Python behind it.

    Beside the model's chances of the next token stand the exact ones; a token can be picked to see
    what came next there and what each head looked at. The string may be unbalanced. Serves the
    chapters "Balanced parentheses" and "Attention".

    Parameters
    ----------
    model
        Causal, with the tokens of `lib.parens.VOCAB`; it reads END first. Its weights are kept as
        half-precision numbers.
    law
        What the exact chances are; None for strings in which a coin decides at every step (see
        `lib.parens.coin_law`).
    text
        The string shown first.
    probes
        (stage, d_model + 1): for the residual stream before the first block and after each block,
        what to multiply its features with, and at last a constant, to read off after each
        parenthesis how many are open. Nothing is read off if left out.
    examples
        ``{label: string}``, a button each; some telling ones if left out.
    head
        The head shown first, counted from 0 over all blocks.
    alt
        Replaces the sentence that describes the widget.

    Raises
    ------
    TypeError
        If `model` is no `Transformer`, or `law` no `Law`.
    ValueError
        If the model has other tokens, looks ahead or is too large, the law leaves END out, a
        string has other characters or does not fit the model's context, the probes have another
        shape, or there is no such head.

    Examples
    --------
    >>> from lib.parens import Law
    >>> from lib.transformer import Config, Transformer
    >>> model = Transformer(Config(vocab_size=3, context=9, d_model=8, n_heads=2))
    >>> shown = ParensModel(model, Law.upto(4), text="(()")
    >>> shown.chances().shape  # after the string: (, ) and END
    (3,)
    """

    net = traitlets.Dict().tag(sync=True)
    law = traitlets.List(traitlets.Float(), allow_none=True, default_value=None).tag(sync=True)
    probes = traitlets.List().tag(sync=True)
    examples = traitlets.List().tag(sync=True)
    text = traitlets.Unicode().tag(sync=True)
    chosen = traitlets.Int(0).tag(sync=True)
    head = traitlets.Int(0).tag(sync=True)
    stage = traitlets.Int(0).tag(sync=True)
    seed = traitlets.Int(1).tag(sync=True)

    def __init__(
        self,
        model: Transformer,
        law: Law | None,
        *,
        text: str = "(()(",
        probes: ArrayLike | None = None,
        examples: Mapping[str, str] | None = None,
        head: int = 0,
        alt: str = _ALT,
    ) -> None:
        net = packed(model)
        config = model.config
        if config.vocab_size != len(VOCAB) or not config.causal:
            raise ValueError(
                f"model must be causal, with {len(VOCAB)} tokens; it has causal={config.causal}, "
                f"vocab_size={config.vocab_size}"
            )
        if law is not None and not isinstance(law, Law):
            raise TypeError(f"law={law!r} must be a lib.parens.Law or None")
        if law is not None and not law.end:
            raise ValueError(
                "law: expected one that speaks of END; this one was made with end=False"
            )
        if isinstance(head, bool) or head not in range(config.n_layers * config.n_heads):
            raise ValueError(f"head={head!r} must be 0 to {config.n_layers * config.n_heads - 1}")
        self._most = config.context - 1
        shown = _examples(law, self._most) if examples is None else dict(examples)
        for string in shown.values():
            self._fits("examples", string)
        kept = _probes(probes, config)
        self._fits("text", text)
        self._reader, self._exactly = model, law
        super().__init__(
            alt=alt,
            net=net,
            law=None if law is None else list(law.weights),
            probes=kept,
            examples=[[str(label), string] for label, string in shown.items()],
            text=text,
            chosen=len(text),
            head=int(head),
            stage=max(0, len(kept) - 1),
        )

    def _fits(self, name: str, text: str) -> str:
        try:
            encode(text)
        except (TypeError, ValueError) as error:
            raise ValueError(f"{name}={text!r} must be parentheses alone: {error}") from error
        if len(text) > self._most:
            raise ValueError(
                f"{name}: {text!r} has {len(text)} symbols; after END the model's context has room "
                f"for {self._most}"
            )
        return text

    @traitlets.validate("text")
    def _check_text(self, proposal: dict) -> str:
        return self._fits("text", proposal["value"])

    def chances(self) -> np.ndarray:
        """What the model, with its full weights, expects after the string: (3,) float64."""
        with torch.no_grad():
            logits = self._reader.next_logits(self._row().to(self._reader.embed.weight.device))
        return logits[0].double().softmax(-1).cpu().numpy()

    def exact(self) -> np.ndarray | None:
        """The exact chances, (3,) float64; None where the law knows no string like that."""
        try:
            if self._exactly is None:
                return coin_law(self._row())[0, -1].numpy()
            return self._exactly.along(self._row())[0, -1].numpy()
        except ValueError:
            return None

    def _row(self) -> Tensor:
        return torch.cat([torch.tensor([END]), encode(self.text)])[None]

    def _static_html(self) -> str:
        exact = self.exact()
        rows = "".join(
            f'<tr><th scope="row">{symbol}</th><td>{100 * chance:.1f} %</td>'
            + ("" if exact is None else f"<td>{100 * exact[i]:.1f} %</td>")
            + "</tr>"
            for i, (symbol, chance) in enumerate(zip(VOCAB.symbols, self.chances(), strict=True))
        )
        heads = ["Next", "Model", *([] if exact is None else ["Exact"])]
        head = "".join(f'<th scope="col">{name}</th>' for name in heads)
        caption = f"<caption>What comes after {self.text or 'the start'}</caption>"
        return f"{super()._static_html()}<table>{caption}<tr>{head}</tr>{rows}</table>"


def _examples(law: Law | None, most: int) -> dict[str, str]:
    """Strings worth a look, as far as they fit."""
    pairs = min(20, most // 2) if law is None else law.max_pairs
    found = {
        "Balanced": "(()(()))",
        "Not balanced": "())(",
        "As deep as can be" if law else "Deep": "(" * pairs,
        "One symbol left": "()" * (pairs // 2)
        + "(" * (pairs - pairs // 2)
        + ")" * (pairs - pairs // 2 - 1),
        "Longer than any it learned": "()" * (pairs + 1) + "(",
    }
    if law is None:
        del found["One symbol left"], found["Longer than any it learned"]
    return {label: text for label, text in found.items() if len(text) <= most}


def _probes(probes: ArrayLike | None, config: Config) -> list[list[float]]:
    """One row for each stage of the residual stream, or none."""
    if probes is None:
        return []
    array = np.asarray(probes, dtype=float)
    shape = (config.n_layers + 1, config.d_model + 1)
    if array.shape != shape or not np.isfinite(array).all():
        raise ValueError(
            f"probes: expected finite numbers of shape {shape}, a row before the first block and "
            f"after each block, its constant last; got shape {array.shape}"
        )
    return array.astype(np.float32).round(6).tolist()
