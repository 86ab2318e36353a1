"""Text into ids and back: vocabularies and tokenizers of characters and words.

Serves every chapter from "Letters" on; knows strings and numpy arrays, no model.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

LETTERS = " abcdefghijklmnopqrstuvwxyz"
UNKNOWN = "<unk>"

_ASCII_TO_LETTERS = bytes(
    ord(chr(c).lower()) if c < 128 and chr(c).isalpha() else ord(" ") for c in range(256)
)
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
_WORD = r"[^\W_]+(?:['’][^\W_]+)*"
_WORDS = re.compile(f"{UNKNOWN}|{_WORD}")
_WORDS_AND_MARKS = re.compile(rf"{UNKNOWN}|{_WORD}|[^\w\s]|_")


@lru_cache(maxsize=4096)
def _fold(run: str) -> str:
    """ASCII for a run of other characters: accents dropped, what has no ASCII a space."""
    return "".join(
        c if c.isascii() else "" if unicodedata.combining(c) else " "
        for c in unicodedata.normalize("NFKD", run)
    )


def normalize(text: str) -> str:
    """Reduce a text to the 27 symbols of `LETTERS`: a-z and single spaces.

    Upper case becomes lower case, accents are folded (Unicode NFKD, combining marks
    dropped), and every run of other characters becomes one space; none is left at the
    ends. So ``don't`` becomes ``don t``, and a text with no Latin letter becomes ``""``.

    Parameters
    ----------
    text : str

    Returns
    -------
    str

    Raises
    ------
    TypeError
        If `text` is not a string.

    Examples
    --------
    >>> normalize("Café — 3 Cats!")
    'cafe cats'
    """
    _require_text(text, "text")
    ascii_text = text if text.isascii() else _NOT_ASCII.sub(lambda m: _fold(m[0]), text)
    letters = np.frombuffer(ascii_text.encode("ascii").translate(_ASCII_TO_LETTERS), np.uint8)
    keep = letters != ord(" ")
    keep[1:] |= keep[:-1].copy()  # and the first space of each run
    return letters[keep].tobytes().decode("ascii").strip()


def words(text: str, punctuation: bool = False) -> list[str]:
    """Split a text into lower-case words, and punctuation marks if asked for.

    A word is a run of letters and digits, with apostrophes inside it (``don't``); a mark
    is any other single character that is not white space.

    Examples
    --------
    >>> words("The cat's asleep, isn't it?")
    ['the', "cat's", 'asleep', "isn't", 'it']
    >>> words("Well, yes.", punctuation=True)
    ['well', ',', 'yes', '.']
    """
    _require_text(text, "text")
    return (_WORDS_AND_MARKS if punctuation else _WORDS).findall(text.lower())


def as_ids(ids: object, size: int, name: str = "tokens") -> np.ndarray:
    """Check token ids: a flat sequence of integers from 0 to ``size - 1``.

    Parameters
    ----------
    ids : list, array or tensor of integers, (length,)
    size : int
        How many symbols the vocabulary has.
    name : str
        What to call the argument in an error message.

    Returns
    -------
    np.ndarray
        (length,) int64.

    Raises
    ------
    TypeError
        If `ids` is a string or holds anything but integers.
    ValueError
        If `ids` is not flat, or an id lies outside the vocabulary.
    """
    if isinstance(ids, (str, bytes)):
        raise TypeError(
            f"{name}: expected integer ids, got the string {ids[:20]!r}; encode it first"
        )
    array = np.asarray(ids.cpu() if hasattr(ids, "cpu") else ids)
    if array.ndim != 1:
        raise ValueError(f"{name}: expected shape (length,), got {array.shape}")
    if array.size == 0:
        return np.zeros(0, np.int64)
    if array.dtype.kind not in "iu":
        raise TypeError(f"{name}: expected integer ids, got values of type {array.dtype}")
    low, high = int(array.min()), int(array.max())
    if low < 0 or high >= size:
        bad = low if low < 0 else high
        raise ValueError(
            f"{name}: id {bad} is outside the vocabulary, ids run from 0 to {size - 1}"
        )
    return array.astype(np.int64, copy=False)


@dataclass(frozen=True)
class Vocab:
    """A fixed list of symbols; a symbol's id is its place in the list.

    Parameters
    ----------
    symbols : str or sequence of str
        Distinct and not empty. A string stands for its characters.

    Raises
    ------
    TypeError
        If a symbol is not a string.
    ValueError
        If there is no symbol, or one is empty or there twice.

    Examples
    --------
    >>> vocab = Vocab(" ab")
    >>> vocab.encode("ab ba")
    array([1, 2, 0, 2, 1])
    >>> vocab.decode([2, 1])
    'ba'
    """

    symbols: tuple[str, ...]

    def __init__(self, symbols: str | Iterable[str]) -> None:
        symbols = tuple(symbols)
        if not symbols:
            raise ValueError("symbols: a vocabulary needs at least one symbol, got none")
        for symbol in symbols:
            if not isinstance(symbol, str):
                raise TypeError(f"symbols: expected strings, got {symbol!r}")
            if not symbol:
                raise ValueError("symbols: a symbol must have at least one character, got ''")
        index = {symbol: i for i, symbol in enumerate(symbols)}
        if len(index) < len(symbols):
            twice = [s for s, count in Counter(symbols).items() if count > 1]
            raise ValueError(f"symbols: each may appear once, got more of {twice[:5]}")
        object.__setattr__(self, "symbols", symbols)
        object.__setattr__(self, "_index", index)
        object.__setattr__(self, "_by_code_point", _code_point_table(symbols))

    def __len__(self) -> int:
        return len(self.symbols)

    def __contains__(self, symbol: object) -> bool:
        return symbol in self._index

    @property
    def separator(self) -> str:
        """What `decode` puts between symbols: nothing between characters, a space between words."""
        return "" if all(len(symbol) == 1 for symbol in self.symbols) else " "

    def index(self, symbol: str) -> int:
        """The id of one symbol; `ValueError` if the vocabulary does not have it."""
        try:
            return self._index[symbol]
        except (KeyError, TypeError):
            raise ValueError(
                f"symbol: {symbol!r} is not among the vocabulary's {self._some()}"
            ) from None

    def encode(self, seq: str | Sequence[str]) -> np.ndarray:
        """Ids of a sequence of symbols; a string stands for its characters.

        Returns
        -------
        np.ndarray
            (length,) int64.

        Raises
        ------
        ValueError
            If the vocabulary lacks a symbol of `seq`; the message says which and where.
        """
        if not isinstance(seq, str):
            return np.fromiter((self.index(symbol) for symbol in seq), np.int64)
        if seq.isascii():
            points = np.frombuffer(seq.encode("ascii"), np.uint8)
        else:
            points = np.frombuffer(seq.encode("utf-32-le", "surrogatepass"), np.uint32)
            points = np.minimum(points, len(self._by_code_point) - 1)
        ids = self._by_code_point[points]
        if ids.size and ids.min() < 0:
            at = int(np.argmin(ids))
            raise ValueError(
                f"seq: {seq[at]!r} at position {at} is not among the vocabulary's {self._some()}"
            )
        return ids

    def decode(self, ids: object, separator: str | None = None) -> str:
        """The symbols of `ids`, (length,) integers, as one string.

        Parameters
        ----------
        ids : list, array or tensor of integers, (length,)
        separator : str, optional
            What to put between symbols; without it, `Vocab.separator`.
        """
        between = self.separator if separator is None else separator
        return between.join(map(self.symbols.__getitem__, as_ids(ids, len(self), "ids").tolist()))

    def _some(self) -> str:
        shown = ", ".join(map(repr, self.symbols[:5]))
        return f"{len(self)} symbols ({shown}{', ...' if len(self) > 5 else ''})"


def _code_point_table(symbols: Sequence[str]) -> np.ndarray:
    """Id by code point for the single-character symbols, -1 elsewhere and at the end.

    It reaches beyond ASCII in any case.
    """
    single = {ord(symbol): i for i, symbol in enumerate(symbols) if len(symbol) == 1}
    table = np.full(max([127, *single]) + 2, -1, np.int64)
    table[list(single)] = list(single.values())
    return table


def _require_text(text: object, name: str) -> None:
    if not isinstance(text, str):
        raise TypeError(f"{name}: expected a string, got {type(text).__name__}")


LETTER_VOCAB = Vocab(LETTERS)


class CharTokenizer:
    """Characters to ids and back, with no loss.

    Parameters
    ----------
    vocab_or_text : Vocab or str
        The vocabulary, or a text whose distinct characters, sorted, become it.

    Examples
    --------
    >>> tokenizer = CharTokenizer("hello")
    >>> tokenizer.vocab.symbols
    ('e', 'h', 'l', 'o')
    >>> tokenizer.decode(tokenizer.encode("hole"))
    'hole'
    """

    def __init__(self, vocab_or_text: Vocab | str) -> None:
        if not isinstance(vocab_or_text, Vocab):
            _require_text(vocab_or_text, "vocab_or_text")
            vocab_or_text = Vocab(sorted(set(vocab_or_text)))
        self.vocab = vocab_or_text

    def __len__(self) -> int:
        return len(self.vocab)

    def encode(self, text: str) -> np.ndarray:
        """Ids of the text's characters, (length,) int64; `ValueError` for an unknown one."""
        _require_text(text, "text")
        return self.vocab.encode(text)

    def decode(self, ids: object) -> str:
        """The text of `ids`, (length,) integers."""
        return self.vocab.decode(ids, separator="")


class WordTokenizer:
    """Lower-case words and punctuation marks to ids and back.

    What the vocabulary does not have becomes ``<unk>``, id 0. Other words follow by
    falling frequency, ties in alphabetical order. `decode` puts a space between all
    tokens, so a text comes back only up to case, spacing and rare words; ids always do:
    ``encode(decode(ids))`` equals ``ids``.

    Parameters
    ----------
    vocab_or_text : Vocab or str
        A vocabulary with ``<unk>``, or a text to take the words from.
    min_count : int
        Keep words seen at least so often.
    max_size : int, optional
        Keep at most so many symbols, ``<unk>`` included.
    punctuation : bool
        Whether punctuation marks are tokens; otherwise they are skipped.

    Examples
    --------
    >>> tokenizer = WordTokenizer("The cat saw the dog.", max_size=4)
    >>> tokenizer.vocab.symbols
    ('<unk>', 'the', '.', 'cat')
    >>> tokenizer.decode(tokenizer.encode("The dog."))
    'the <unk> .'
    """

    def __init__(
        self,
        vocab_or_text: Vocab | str,
        *,
        min_count: int = 1,
        max_size: int | None = None,
        punctuation: bool = True,
    ) -> None:
        self.punctuation = punctuation
        if min_count < 1:
            raise ValueError(f"min_count: expected at least 1, got {min_count}")
        if max_size is not None and max_size < 2:
            raise ValueError(
                f"max_size: expected at least 2 ({UNKNOWN} and a word), got {max_size}"
            )
        if isinstance(vocab_or_text, Vocab):
            if UNKNOWN not in vocab_or_text:
                raise ValueError(f"vocab_or_text: the vocabulary has no {UNKNOWN!r}")
            self.vocab = vocab_or_text
            return
        counts = Counter(words(vocab_or_text, punctuation))
        counts.pop(UNKNOWN, None)
        ranked = sorted(counts, key=lambda word: (-counts[word], word))
        kept = [word for word in ranked if counts[word] >= min_count]
        self.vocab = Vocab([UNKNOWN, *kept][:max_size])

    def __len__(self) -> int:
        return len(self.vocab)

    def encode(self, text: str) -> np.ndarray:
        """Ids of the text's words and marks, (length,) int64."""
        index, unknown = self.vocab._index, self.vocab.index(UNKNOWN)
        found = words(text, self.punctuation)
        return np.fromiter((index.get(word, unknown) for word in found), np.int64, len(found))

    def decode(self, ids: object) -> str:
        """The symbols of `ids`, (length,) integers, with spaces between."""
        return self.vocab.decode(ids, separator=" ")
