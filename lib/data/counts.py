"""The shipped tables of n-gram counts: how they are written and read.

`data/counts/letters-CORPUS.npz` holds, for n = 1..6, the n-grams of the 27 symbols of
`lib.text.LETTERS`; the code of an n-gram is its number in base 27. `words-CORPUS.npz` holds the
words and, for n = 1 and 2, the n-grams of words, with code ``first * len(words) + second``.
For each n the file has four arrays: ``codes{n}`` (first differences of the sorted codes, int64),
``counts{n}`` (int64), ``total{n}`` (n-grams before rare ones were dropped) and ``min_count{n}``
(the smallest count that was kept). `words` is one array of UTF-8 bytes, a word per line.
"""

from __future__ import annotations

import functools
import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .bundle import shipped
from .notices import note


@dataclass(frozen=True)
class CountTable:
    """Counts of n-grams for one n.

    Attributes
    ----------
    codes : (kept,) int64, strictly increasing
    counts : (kept,) int64, all at least `min_count`
    total : int
        N-grams in the corpus, dropped ones included.
    min_count : int
        Rarer n-grams were dropped; 1 means that the table is complete.
    """

    codes: np.ndarray
    counts: np.ndarray
    total: int
    min_count: int = 1

    def __post_init__(self) -> None:
        for name in ("codes", "counts"):
            array = getattr(self, name)
            if not isinstance(array, np.ndarray) or array.ndim != 1 or array.dtype != np.int64:
                raise TypeError(f"{name} must be a 1-D int64 array, not {array!r}")
        if len(self.codes) != len(self.counts):
            raise ValueError(
                f"codes and counts must be equally long, not {len(self.codes)} and "
                f"{len(self.counts)}"
            )
        if len(self.codes) and (self.codes[0] < 0 or (np.diff(self.codes) <= 0).any()):
            raise ValueError("codes must be sorted, without repeats, and not negative")
        if self.min_count < 1:
            raise ValueError(f"min_count must be at least 1, not {self.min_count!r}")
        if len(self.counts) and self.counts.min() < self.min_count:
            raise ValueError(
                f"counts must be at least min_count={self.min_count}, found {self.counts.min()}"
            )
        if self.total < self.counts.sum():
            raise ValueError(
                f"total must be at least the sum of counts, {self.counts.sum()}, not {self.total!r}"
            )


def write_letters(path: Path, tables: Mapping[int, CountTable]) -> None:
    """Write tables of letter n-grams, keyed by n, so that equal tables give equal bytes."""
    _write(path, _arrays(tables))


def write_words(path: Path, words: Sequence[str], tables: Mapping[int, CountTable]) -> None:
    """Write words and tables of word n-grams, keyed by n; equal tables give equal bytes.

    Raises
    ------
    ValueError
        If a word is empty, repeated or holds a line break, or a code names no word.
    """
    if len(set(words)) != len(words):
        raise ValueError("words must not repeat")
    for word in words:
        if not word or "\n" in word:
            raise ValueError(f"words must be non-empty and hold no line break, not {word!r}")
    for n, table in tables.items():
        if len(table.codes) and table.codes[-1] >= len(words) ** n:
            raise ValueError(
                f"codes of n={n} must be below {len(words)}**{n}, found {table.codes[-1]}"
            )
    joined = np.frombuffer("\n".join(words).encode(), dtype=np.uint8)
    _write(path, {"words": joined, **_arrays(tables)})


def read_tables(path: Path) -> dict[int, CountTable]:
    """The tables of a file written by `write_letters` or `write_words`, keyed by n."""
    with np.load(path, allow_pickle=False) as stored:
        sizes = sorted(int(key[5:]) for key in stored.files if key.startswith("codes"))
        return {
            n: CountTable(
                codes=np.cumsum(stored[f"codes{n}"], dtype=np.int64),
                counts=stored[f"counts{n}"].astype(np.int64),
                total=int(stored[f"total{n}"]),
                min_count=int(stored[f"min_count{n}"]),
            )
            for n in sizes
        }


def read_words(path: Path) -> tuple[str, ...]:
    """The words of a file written by `write_words`, in the order of their codes."""
    with np.load(path, allow_pickle=False) as stored:
        joined = stored["words"].tobytes().decode()
    return tuple(joined.split("\n")) if joined else ()


def letter_counts(corpus_name: str, n: int) -> tuple[np.ndarray, np.ndarray]:
    """The shipped counts of letter n-grams.

    Parameters
    ----------
    corpus_name : str
        "gutenberg" or "brown".
    n : int
        Letters in an n-gram, 1 to 6.

    Returns
    -------
    codes : (kept,) int64, sorted
        Each n-gram as a number in base 27, digits as in `lib.text.LETTERS`.
    counts : (kept,) int64
        How often each occurs. `letter_table` says which were dropped as too rare.

    Raises
    ------
    ValueError
        If there is no table for this n.
    DataUnavailable
        If no counts of this corpus are shipped.

    Examples
    --------
    >>> from lib.data import letter_counts
    >>> codes, counts = letter_counts("gutenberg", 2)  # doctest: +SKIP
    """
    table = letter_table(corpus_name, n)
    return table.codes, table.counts


def letter_table(corpus_name: str, n: int) -> CountTable:
    """`letter_counts` with the total and the threshold below which n-grams were dropped."""
    return _table("letters", corpus_name, n)


def word_counts(corpus_name: str, n: int) -> tuple[tuple[str, ...], np.ndarray, np.ndarray]:
    """The shipped counts of word n-grams.

    Parameters
    ----------
    corpus_name : str
        "gutenberg" or "brown".
    n : int
        1 for words, 2 for pairs.

    Returns
    -------
    words : tuple of str
    codes : (kept,) int64, sorted
        For n = 2, ``first * len(words) + second``.
    counts : (kept,) int64

    Raises
    ------
    ValueError
        If there is no table for this n.
    DataUnavailable
        If no counts of this corpus are shipped.

    Examples
    --------
    >>> from lib.data import word_counts
    >>> words, codes, counts = word_counts("gutenberg", 1)  # doctest: +SKIP
    """
    table = word_table(corpus_name, n)
    return _words(shipped(f"counts/words-{corpus_name}.npz")), table.codes, table.counts


def word_table(corpus_name: str, n: int) -> CountTable:
    """`word_counts` with the total and the threshold below which n-grams were dropped."""
    return _table("words", corpus_name, n)


def _table(kind: str, corpus_name: str, n: int) -> CountTable:
    if not isinstance(corpus_name, str) or not corpus_name.isidentifier():
        raise ValueError(f"corpus_name must be a name such as 'gutenberg', not {corpus_name!r}")
    tables = _tables(shipped(f"counts/{kind}-{corpus_name}.npz"))
    if n not in tables:
        raise ValueError(f"n must be one of {', '.join(map(str, tables))}, not {n!r}")
    note(f"{kind} of {corpus_name}", "the counts shipped with the course")
    return tables[n]


@functools.cache
def _tables(path: Path) -> dict[int, CountTable]:
    tables = read_tables(path)
    for table in tables.values():  # shared by every caller
        table.codes.setflags(write=False)
        table.counts.setflags(write=False)
    return tables


_words = functools.cache(read_words)


def _arrays(tables: Mapping[int, CountTable]) -> dict[str, np.ndarray]:
    arrays = {}
    for n, table in sorted(tables.items()):
        arrays[f"codes{n}"] = np.diff(table.codes, prepend=np.int64(0))
        arrays[f"counts{n}"] = table.counts
        arrays[f"total{n}"] = np.array(table.total, dtype=np.int64)
        arrays[f"min_count{n}"] = np.array(table.min_count, dtype=np.int64)
    return arrays


def _write(path: Path, arrays: Mapping[str, np.ndarray]) -> None:
    """An npz with fixed dates and bzip2, whose output does not depend on the zlib at hand."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, array in arrays.items():
            buffer = io.BytesIO()
            little = array.astype(array.dtype.newbyteorder("<"))
            np.lib.format.write_array(buffer, little, version=(1, 0), allow_pickle=False)
            info = zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_BZIP2
            info.create_system = 3  # the same byte on every operating system
            info.external_attr = 0o644 << 16
            archive.writestr(info, buffer.getvalue(), compresslevel=9)
