"""Language models made of n-gram counts, plain and smoothed.

Serves the chapters "Letters" and "Words and the matrix"; knows counts and a vocabulary.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch

from lib.ngrams.counts import NGramCounts, count_ngrams, pack
from lib.sampling import generate
from lib.text import Vocab, as_ids

SMOOTHINGS = ("none", "add_k", "witten_bell")
POSITIONS = 2**20  # positions scored at a time by `cross_entropy`


@dataclass(frozen=True)
class _Order:
    """The counts of one order, with what each context adds up to."""

    counts: NGramCounts

    @cached_property
    def _contexts(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Codes of the contexts seen, their totals, how many different tokens followed."""
        codes, first = np.unique(self.counts.codes // self.counts.vocab_size, return_index=True)
        totals = np.add.reduceat(self.counts.counts, first) if len(first) else first
        return codes, totals, np.diff(first, append=len(self.counts))

    def context(self, contexts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Total count and number of different followers of each context, 0 if unseen."""
        codes, totals, followers = self._contexts
        return _look_up(codes, totals, contexts), _look_up(codes, followers, contexts)


def _look_up(keys: np.ndarray, values: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Values of the wanted keys, 0 where a key is missing; `keys` rise."""
    if not len(keys):
        return np.zeros(len(wanted), np.int64)
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[at] == wanted, values[at], 0)


def _check_vocab(vocab: object) -> None:
    if not isinstance(vocab, Vocab):
        raise TypeError(f"vocab: expected a Vocab, got {type(vocab).__name__}")


class NGramModel:
    """A language model that looks back n - 1 tokens and knows counts alone.

    Make one with `fit` or `from_counts`. With ``c(h, w)`` for how often `w` came after the
    context `h`, ``c(h)`` for the sum over `w`, ``T(h)`` for how many different tokens came
    after `h`, `V` for the vocabulary's size and ``h'`` for `h` without its first token:

    ``"none"``
        ``c(h, w) / c(h)``. A token never seen after `h` has probability 0. A context never
        seen at all is shortened from the left until it has been.
    ``"add_k"``
        ``(c(h, w) + k) / (c(h) + k V)``; after a context never seen, all tokens alike.
    ``"witten_bell"``
        ``(c(h, w) + T(h) P(w | h')) / (c(h) + T(h))``, down to all tokens alike. The more
        kinds of token followed `h`, the more the shorter context counts. Witten & Bell 1991,
        interpolated as in Chen & Goodman 1999.

    Where fewer than n - 1 tokens came before, the model of the lower order answers.

    Attributes
    ----------
    n : int
    vocab : Vocab
    smoothing : str
    k : float
    counts : tuple of NGramCounts
        For orders 1 to n.

    Examples
    --------
    >>> vocab = Vocab("ab")
    >>> model = NGramModel.fit(vocab.encode("aabab"), 2, vocab)
    >>> model.probs("a")
    array([0.33333333, 0.66666667])
    """

    def __init__(
        self, counts: Sequence[NGramCounts], vocab: Vocab, smoothing: str = "none", k: float = 1.0
    ) -> None:
        _check_vocab(vocab)
        if isinstance(counts, NGramCounts) or not all(isinstance(c, NGramCounts) for c in counts):
            raise TypeError("counts: expected a sequence of NGramCounts, for orders 1 to n")
        if smoothing not in SMOOTHINGS:
            raise ValueError(f"smoothing: expected one of {SMOOTHINGS}, got {smoothing!r}")
        if not (isinstance(k, (int, float)) and 0 < k < math.inf):
            raise ValueError(f"k: expected a number above 0, got {k!r}")
        orders = [part.n for part in counts]
        if not orders or orders != list(range(1, len(orders) + 1)):
            raise ValueError(f"counts: expected orders 1, 2, ... n, got {orders}")
        for part in counts:
            if part.vocab_size != len(vocab):
                raise ValueError(
                    f"vocab: order {part.n} was counted over {part.vocab_size} symbols, "
                    f"the vocabulary has {len(vocab)}"
                )
        self.counts, self.vocab, self.n = tuple(counts), vocab, len(orders)
        self.smoothing, self.k = smoothing, float(k)
        self._orders = tuple(map(_Order, counts))

    @classmethod
    def fit(
        cls, tokens: object, n: int, vocab: Vocab, smoothing: str = "none", k: float = 1.0
    ) -> NGramModel:
        """Count a text's 1- to n-grams and make a model of them.

        Parameters
        ----------
        tokens : list, array or tensor of integers, (length,)
            At least `n` ids of `vocab`.
        n : int
            1 or more.
        vocab : Vocab
        smoothing : {"none", "add_k", "witten_bell"}
        k : float
            Added to each count by ``"add_k"``; above 0.

        Raises
        ------
        TypeError, ValueError
            For bad arguments, as `count_ngrams`.
        """
        _check_vocab(vocab)
        highest = count_ngrams(tokens, n, len(vocab))  # first, so that a bad n is named
        lower = [count_ngrams(tokens, order, len(vocab)) for order in range(1, n)]
        return cls([*lower, highest], vocab, smoothing, k)

    @classmethod
    def from_counts(
        cls, counts: Sequence[NGramCounts], vocab: Vocab, smoothing: str = "none", k: float = 1.0
    ) -> NGramModel:
        """Make a model of counts for the orders 1, 2, ... n, such as the shipped ones."""
        return cls(counts, vocab, smoothing, k)

    def probs(self, context: object = "") -> np.ndarray:
        """Probability of each symbol as the next one.

        Parameters
        ----------
        context : str, or list, array or tensor of integers, (length,)
            What came before; only its last n - 1 tokens count. A string is encoded by the
            vocabulary.

        Returns
        -------
        np.ndarray
            (vocab,) float64, adding up to 1.
        """
        return self._probs(self._encode(context, "context")[None])[0]

    def next_logits(self, tokens: torch.Tensor) -> torch.Tensor:
        """Natural logarithms of the next token's probabilities, ``-inf`` for impossible ones.

        Parameters
        ----------
        tokens : torch.Tensor
            (batch, position) int64; position may be 0.

        Returns
        -------
        torch.Tensor
            (batch, vocab) float32, on the device of `tokens`.
        """
        if not isinstance(tokens, torch.Tensor) or tokens.ndim != 2:
            raise TypeError("tokens: expected a (batch, position) int64 tensor")
        recent = tokens[:, max(0, tokens.shape[1] - self.n + 1) :].cpu().numpy()
        ids = as_ids(recent.reshape(-1), len(self.vocab)).reshape(recent.shape)
        with np.errstate(divide="ignore"):
            logits = np.log(self._probs(ids))
        return torch.as_tensor(logits, dtype=torch.float32, device=tokens.device)

    def cross_entropy(self, tokens: object) -> float:
        """Mean of ``-log2 P(token | tokens before it)`` over a text, in bits per token.

        Every token counts, the first n - 1 with the shorter contexts they have. The result is
        ``inf`` if the model gives one of them probability 0.

        Parameters
        ----------
        tokens : list, array or tensor of integers, (length,)
            At least one id.

        Returns
        -------
        float
        """
        tokens = as_ids(tokens, len(self.vocab))
        if not len(tokens):
            raise ValueError("tokens: expected at least one token, got none")
        bits = 0.0
        for start in range(0, len(tokens), POSITIONS):
            before = min(start, self.n - 1)
            probs = self._token_probs(tokens[start - before : start + POSITIONS])[before:]
            with np.errstate(divide="ignore"):
                bits -= np.log2(probs).sum()
        return float(bits / len(tokens))

    def sample(
        self,
        length: int,
        generator: torch.Generator | None = None,
        temperature: float = 1.0,
        prompt: object = "",
    ) -> str:
        """Let the model write `length` tokens after a prompt.

        Parameters
        ----------
        length : int
            0 or more.
        generator : torch.Generator, optional
            On the CPU.
        temperature : float
            0 always takes the most probable token; see `lib.sampling.temperature_scale`.
        prompt : str, or list, array or tensor of integers, (position,)
            What the text begins with; a string is encoded by the vocabulary.

        Returns
        -------
        str
            The prompt and what follows it; words come with spaces between them.
        """
        tokens = torch.from_numpy(self._encode(prompt, "prompt"))[None]
        written = generate(
            self.next_logits, tokens, length, temperature=temperature, generator=generator
        )
        return self.vocab.decode(written[0])

    def _encode(self, context: object, name: str) -> np.ndarray:
        if isinstance(context, str):
            return self.vocab.encode(context)
        return as_ids(context, len(self.vocab), name)

    def _mix(
        self, probs: np.ndarray, count: np.ndarray, total: np.ndarray, followers: np.ndarray
    ) -> np.ndarray:
        """Probabilities of one order from those of the order below and the counts."""
        if self.smoothing == "add_k":
            return (count + self.k) / (total + self.k * len(self.vocab))
        weight = followers if self.smoothing == "witten_bell" else 0
        return np.where(total > 0, (count + weight * probs) / np.maximum(total + weight, 1), probs)

    def _probs(self, contexts: np.ndarray) -> np.ndarray:
        """(batch, position) ids to (batch, vocab) float64."""
        batch, position = contexts.shape
        probs = np.full((batch, len(self.vocab)), 1 / len(self.vocab))
        for order in self._orders[: position + 1]:
            codes = pack(contexts[:, position - order.counts.n + 1 :], len(self.vocab))
            table = order.counts.rows(codes)
            total = table.sum(-1, keepdims=True)
            followers = np.count_nonzero(table, -1, keepdims=True)
            probs = self._mix(probs, table, total, followers)
        return probs

    def _token_probs(self, tokens: np.ndarray) -> np.ndarray:
        """Probability of each token after the ones before it: (length,) to (length,)."""
        probs = np.full(len(tokens), 1 / len(self.vocab))
        for order in self._orders[: len(tokens)]:
            n, counts = order.counts.n, order.counts
            windows = np.lib.stride_tricks.sliding_window_view(tokens, n)
            codes = pack(windows, len(self.vocab))
            count = _look_up(counts.codes, counts.counts, codes)
            total, followers = order.context(codes // len(self.vocab))
            probs[n - 1 :] = self._mix(probs[n - 1 :], count, total, followers)
        return probs
