"""Corpora for statistics: NLTK's Gutenberg and Brown, or the course's reader in their place.

Chapters 2 and 3 count letters and words in them.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from . import registry
from .bundle import text
from .notices import DataUnavailable, note, tell
from .store import Found, obtain

NAMES = ("gutenberg", "brown", "reader")
# What NLTK's WordPunctTokenizer takes for a word: a run of letters and digits, or of other signs.
_WORD = re.compile(r"\w+|[^\w\s]+")


@dataclass(frozen=True)
class Corpus:
    """A body of text.

    Attributes
    ----------
    name : str
        The name that was asked for.
    source : str
        Where the text came from: "mirror", "nltk", "cache", "download", or "shipped" for the
        course's own reader.
    is_full : bool
        False if the reader stands in for a corpus that could not be had: then its numbers are
        not the corpus's numbers.
    """

    name: str
    source: str
    is_full: bool
    _load: Callable[[], tuple[str, list[str]]] = field(repr=False, compare=False)

    @property
    def title(self) -> str:
        """What to write under a figure: the text that is really inside."""
        if self.source == "shipped":
            return "the course's reader"
        return registry.ENTRIES[self.name].title

    def raw(self) -> str:
        """The whole text. Brown's comes without its tags, one sentence a line."""
        return self._loaded[0]

    def words(self) -> list[str]:
        """The words and the punctuation in order, as NLTK cuts them; a new list each time."""
        return list(self._loaded[1])

    @cached_property
    def _loaded(self) -> tuple[str, list[str]]:
        return self._load()


def corpus(name: str, *, retry: bool = False) -> Corpus:
    """A corpus by name; where it can't be had, the course's reader, with a notice.

    Parameters
    ----------
    name : {"gutenberg", "brown", "reader"}
    retry : bool
        Ask again the hosts that did not answer earlier in this session.

    Returns
    -------
    Corpus
        Look at ``is_full`` before comparing numbers with somebody else's.

    Raises
    ------
    ValueError
        If `name` is none of the three.
    DataUnavailable
        If not even the reader is there.

    Examples
    --------
    >>> from lib.data import corpus
    >>> corpus("gutenberg").words()[:4]  # doctest: +SKIP
    ['[', 'Emma', 'by', 'Jane']
    """
    if name not in NAMES:
        raise ValueError(f"name must be one of {', '.join(NAMES)}, not {name!r}")
    if name == "reader":
        return Corpus(name, "shipped", True, _reader)
    try:
        found = obtain(registry.entry(name), retry=retry)
    except DataUnavailable as error:
        return _stand_in(name, error)
    note(name, found.why)
    return Corpus(name, found.source, True, lambda: _LOADERS[name](found))


def _stand_in(name: str, error: DataUnavailable) -> Corpus:
    size = round(sum(word[0].isalpha() for word in _reader()[1]), -3)
    tried = "; ".join(
        f"{urlsplit(place).netloc or place}: {reason}"
        for place, reason in dict(error.attempts).items()
    )
    tell(
        f"{registry.ENTRIES[name].title} is not on this computer and could not be downloaded "
        f"({tried}). Using the course's own reader instead, about {size:,} words: your numbers "
        f'will differ from the text\'s. Once online: corpus("{name}", retry=True).',
        topic=f"reader for {name}",
    )
    note(name, f"the course's reader in its place, because no copy could be had ({tried})")
    return Corpus(name, "shipped", False, _reader)


def _reader() -> tuple[str, list[str]]:
    raw = text("reader")
    return raw, _cut(raw)


def _cut(raw: str) -> list[str]:
    # interned: Gutenberg's 2.6 million words are 51,156 different ones
    return [sys.intern(match.group()) for match in _WORD.finditer(raw)]


def _gutenberg(found: Found) -> tuple[str, list[str]]:
    from nltk.corpus.reader import PlaintextCorpusReader

    reader = PlaintextCorpusReader(_root(found.path), r"(?!\.).*\.txt", encoding="latin1")
    raw = reader.raw()
    return raw, _cut(raw)


def _brown(found: Found) -> tuple[str, list[str]]:
    from nltk.corpus.reader import CategorizedTaggedCorpusReader

    reader = CategorizedTaggedCorpusReader(
        _root(found.path), r"c[a-z]\d\d", cat_file="cats.txt", tagset="brown", encoding="ascii"
    )
    sentences = [
        [sys.intern(token.rpartition("/")[0]) for token in line.split()]
        for line in reader.raw().splitlines()
        if line.strip()
    ]
    raw = "\n".join(" ".join(sentence) for sentence in sentences)
    return raw, [word for sentence in sentences for word in sentence]


_LOADERS = {"gutenberg": _gutenberg, "brown": _brown}


def _root(path: Path) -> Any:
    """What NLTK's readers take as their root for a folder or a zip at `path`."""
    import nltk.data

    folder = str(path.parents[1])  # NLTK reads only below the folders of its search path
    if folder not in nltk.data.path:
        nltk.data.path.append(folder)
    if path.is_dir():
        return str(path)
    return nltk.data.ZipFilePathPointer(str(path), f"{path.stem}/")
