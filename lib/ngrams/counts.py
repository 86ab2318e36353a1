"""Counting n-grams, fast and in bounded memory, by writing each as one number.

Serves the chapters "Letters" and "Words and the matrix"; knows ids, no probabilities.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lib.text import Vocab, as_ids

LARGEST_CODE = 2**63 - 1  # an int64 holds no more
DENSE_CODES = 2**20  # up to so many possible n-grams there is a counter for each one
DENSE_RESULT = 2**27  # the largest array `NGramCounts.dense` makes: 1 GB
CHUNK = 2**21  # tokens counted at a time


@dataclass(frozen=True, eq=False)
class NGramCounts:
    """How often each n-gram occurs.

    An n-gram of ids ``t1 .. tn`` is written as one number, its code: the digits ``t1 .. tn``
    read in base `vocab_size`. Codes sort as the n-grams do, and the n-grams that begin
    with one context lie side by side.

    Attributes
    ----------
    codes : np.ndarray
        (distinct,) int64, rising.
    counts : np.ndarray
        (distinct,) int64, each at least 1.
    n : int
        Tokens per n-gram.
    vocab_size : int
        Symbols in the vocabulary.
    """

    codes: np.ndarray
    counts: np.ndarray
    n: int
    vocab_size: int

    def __post_init__(self) -> None:
        n, vocab_size = _check_packing(self.n, self.vocab_size)
        codes = as_ids(self.codes, vocab_size**n, "codes")
        counts = as_ids(self.counts, LARGEST_CODE, "counts")
        if codes.shape != counts.shape:
            raise ValueError(f"counts: expected shape {codes.shape} as codes, got {counts.shape}")
        if (np.diff(codes) <= 0).any():
            raise ValueError("codes: expected rising codes, each once")
        if (counts == 0).any():
            raise ValueError("counts: expected at least 1 each, got 0")
        checked = {"codes": codes, "counts": counts, "n": n, "vocab_size": vocab_size}
        for name, value in checked.items():
            object.__setattr__(self, name, value)

    def __len__(self) -> int:
        """How many different n-grams there are."""
        return len(self.codes)

    def __add__(self, other: NGramCounts) -> NGramCounts:
        """The counts of two texts together (no n-gram reaches from one into the other)."""
        if not isinstance(other, NGramCounts):
            return NotImplemented
        if (self.n, self.vocab_size) != (other.n, other.vocab_size):
            raise ValueError(
                f"other: expected n = {self.n} and {self.vocab_size} symbols, "
                f"got n = {other.n} and {other.vocab_size}"
            )
        codes, counts = _merge([(self.codes, self.counts), (other.codes, other.counts)])
        return NGramCounts(codes, counts, self.n, self.vocab_size)

    @property
    def total(self) -> int:
        """How many n-grams were counted."""
        return int(self.counts.sum())

    def dense(self) -> np.ndarray:
        """All counts, zeros included, as an array with one axis per token.

        Returns
        -------
        np.ndarray
            (vocab,) * n int64.

        Raises
        ------
        ValueError
            If that array would pass 1 GB.
        """
        size = self.vocab_size**self.n
        if size > DENSE_RESULT:
            raise ValueError(
                f"n: {self.vocab_size} symbols to the power of {self.n} are {size:,} counters, "
                f"more than the {DENSE_RESULT:,} that dense() makes; use codes and counts"
            )
        table = np.zeros(size, np.int64)
        table[self.codes] = self.counts
        return table.reshape((self.vocab_size,) * self.n)

    def prune(self, min_count: int) -> NGramCounts:
        """Only the n-grams seen at least `min_count` times."""
        keep = self.counts >= min_count
        return NGramCounts(self.codes[keep], self.counts[keep], self.n, self.vocab_size)

    def tokens(self) -> np.ndarray:
        """The n-grams as ids, (distinct, n) int64."""
        places = self.vocab_size ** np.arange(self.n - 1, -1, -1, dtype=np.int64)
        return self.codes[:, None] // places % self.vocab_size

    def to_dict(self, vocab: Vocab) -> dict:
        """Counts by n-gram, in the order of the ids.

        A key is a string if every symbol of `vocab` is a single character, otherwise a
        tuple of symbols.

        Examples
        --------
        >>> vocab = Vocab("ab")
        >>> count_ngrams(vocab.encode("abba"), 2, 2).to_dict(vocab)
        {'ab': 1, 'ba': 1, 'bb': 1}
        """
        if len(vocab) != self.vocab_size:
            raise ValueError(f"vocab: expected {self.vocab_size} symbols, got {len(vocab)}")
        key = "".join if vocab.separator == "" else tuple
        rows = np.array(vocab.symbols, object)[self.tokens()]
        return dict(zip(map(key, rows.tolist()), self.counts.tolist(), strict=True))

    def following(self, context: object) -> np.ndarray:
        """How often each symbol came after `context`.

        Parameters
        ----------
        context : list, array or tensor of integers, (n - 1,)

        Returns
        -------
        np.ndarray
            (vocab,) int64, all 0 if the context was never seen.

        Examples
        --------
        >>> count_ngrams([0, 1, 0, 2, 0, 1], 2, vocab_size=3).following([0])
        array([0, 2, 1])
        """
        context = as_ids(context, self.vocab_size, "context")
        if len(context) != self.n - 1:
            raise ValueError(f"context: expected {self.n - 1} ids, got {len(context)}")
        return self.rows(pack(context[None], self.vocab_size))[0]

    def rows(self, contexts: np.ndarray) -> np.ndarray:
        """How often each symbol came after each context, given by its code.

        Parameters
        ----------
        contexts : np.ndarray
            (batch,) int64, codes of n - 1 ids.

        Returns
        -------
        np.ndarray
            (batch, vocab) int64.
        """
        lowest = contexts * self.vocab_size
        first = np.searchsorted(self.codes, lowest)
        end = np.searchsorted(self.codes, lowest + (self.vocab_size - 1), "right")
        table = np.zeros((len(contexts), self.vocab_size), np.int64)
        for row, span in zip(table, map(slice, first, end), strict=True):
            row[self.codes[span] % self.vocab_size] = self.counts[span]
        return table


def pack(ids: np.ndarray, vocab_size: int) -> np.ndarray:
    """Codes of rows of ids: (rows, n) int64 to (rows,) int64; the code of no ids is 0."""
    codes = np.zeros(len(ids), np.int64)
    for column in ids.T:
        codes = codes * vocab_size + column
    return codes


def count_ngrams(tokens: object, n: int, vocab_size: int) -> NGramCounts:
    """Count the n-grams of a text: every run of `n` tokens in a row.

    Each n-gram is packed into one number. While there are no more possible numbers than
    tokens, and at most 2**20, ``np.bincount`` has a counter for each; otherwise chunks of
    2**21 tokens are sorted, equal neighbors counted, and the chunks' tables merged.

    Memory beyond the tokens (and beyond a copy if they are not int64): at most 200 MB, and
    when chunks are sorted 64 bytes for each distinct n-gram found. The length of the text
    does not matter otherwise.

    Parameters
    ----------
    tokens : list, array or tensor of integers, (length,)
        Ids from 0 to ``vocab_size - 1``; at least `n` of them.
    n : int
        1 or more.
    vocab_size : int
        ``vocab_size ** n`` must fit an int64: n up to 13 for 27 letters, 4 for 50,000 words.

    Returns
    -------
    NGramCounts

    Raises
    ------
    TypeError
        If the tokens are a string or no integers.
    ValueError
        If there are fewer than `n` tokens, one is outside the vocabulary, `n` is below 1, or
        the n-grams do not fit an int64.

    Examples
    --------
    >>> counts = count_ngrams([0, 1, 0, 1, 1], 2, vocab_size=2)
    >>> counts.codes, counts.counts
    (array([1, 2, 3]), array([2, 1, 1]))
    """
    n, vocab_size = _check_packing(n, vocab_size)
    tokens = as_ids(tokens, vocab_size)
    if len(tokens) < n:
        raise ValueError(f"tokens: {len(tokens)} tokens hold no run of n = {n}")
    possible = vocab_size**n
    starts = range(0, len(tokens) - n + 1, CHUNK)
    chunks = (_codes(tokens[start : start + CHUNK + n - 1], n, vocab_size) for start in starts)
    if possible <= min(DENSE_CODES, len(tokens)):
        table = np.zeros(possible, np.int64)
        for codes in chunks:
            table += np.bincount(codes, minlength=possible)
        seen = np.flatnonzero(table)
        return NGramCounts(seen, table[seen], n, vocab_size)
    tables: list[tuple[np.ndarray, np.ndarray]] = []
    for codes in chunks:
        tables.append(_sort_and_count(codes))
        if sum(len(codes) for codes, _ in tables[1:]) > CHUNK // 2:
            tables = [_merge(tables)]
    return NGramCounts(*_merge(tables), n, vocab_size)


def _codes(tokens: np.ndarray, n: int, vocab_size: int) -> np.ndarray:
    """Code of the n-gram at each place of a chunk, in 32 bits where they suffice."""
    kind = np.uint32 if vocab_size**n <= 2**32 else np.int64
    tokens = tokens.astype(kind, copy=False)
    last = len(tokens) - n + 1
    codes = tokens[:last].copy()
    for i in range(1, n):
        codes *= kind(vocab_size)
        codes += tokens[i : last + i]
    return codes


def _sort_and_count(codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Distinct codes, rising, and how often each occurs; sorts `codes` in place."""
    codes.sort()
    ends = np.append(np.flatnonzero(codes[1:] != codes[:-1]), len(codes) - 1)
    return codes[ends].astype(np.int64), np.diff(ends, prepend=-1)


def _merge(tables: list[tuple[np.ndarray, np.ndarray]]) -> tuple[np.ndarray, np.ndarray]:
    """One table of distinct codes and counts out of several."""
    codes = np.concatenate([codes for codes, _ in tables])
    order = np.argsort(codes)
    codes = codes[order]
    first = np.flatnonzero(np.append(True, codes[1:] != codes[:-1])[: len(codes)])
    counts = np.concatenate([counts for _, counts in tables])[order]
    return codes[first], np.add.reduceat(counts, first) if len(first) else counts


def _check_packing(n: int, vocab_size: int) -> tuple[int, int]:
    """Both as Python's integers, whose powers cannot overflow, if the n-grams fit an int64."""
    for name, value in (("n", n), ("vocab_size", vocab_size)):
        if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
            raise TypeError(f"{name}: expected an integer, got {value!r}")
        if value < 1:
            raise ValueError(f"{name}: expected at least 1, got {value}")
    n, vocab_size = int(n), int(vocab_size)
    if vocab_size**n > LARGEST_CODE:
        most = next(m for m in range(n) if vocab_size ** (m + 1) > LARGEST_CODE)
        raise ValueError(
            f"n: {vocab_size:,} symbols to the power of {n} do not fit an int64; "
            f"with so many symbols n can be at most {most}"
        )
    return n, vocab_size
