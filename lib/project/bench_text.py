"""Benchmarks of text: letters made plain, and n-grams counted."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from lib.data import corpus
from lib.ngrams import NGramCounts, count_ngrams
from lib.project.measuring import Row, benchmark, peak_bytes, seconds
from lib.text import LETTER_VOCAB, normalize


@benchmark("ngrams")
def ngram_counting() -> Iterator[Row]:
    """Letters of NLTK's Gutenberg; baseline: nltk.FreqDist(nltk.ngrams(text, n))."""
    from nltk import FreqDist, ngrams

    gutenberg = corpus("gutenberg")
    text = normalize(gutenberg.raw())
    megabytes = len(text) / 1e6

    def count(n: int) -> NGramCounts:
        return count_ngrams(LETTER_VOCAB.encode(text), n, len(LETTER_VOCAB))

    for n in range(1, 7):
        our_time, ours = seconds(lambda n=n: count(n))
        nltk_time, theirs = seconds(lambda n=n: FreqDist(ngrams(text, n)))
        if ours.to_dict(LETTER_VOCAB) != {"".join(gram): c for gram, c in theirs.items()}:
            raise AssertionError(f"the counts for n = {n} differ from NLTK's")
        yield Row(
            what=f"letter {n}-grams, {megabytes:.1f} MB",
            ours=megabytes / our_time,
            baseline=megabytes / nltk_time,
            unit="MB/s",
            target="ratio at least 25" if gutenberg.is_full else "none for so short a text",
            met=nltk_time / our_time >= 25 if gutenberg.is_full else None,
            note=f"peak memory {peak_bytes(lambda n=n: count(n)) / 1e6:.0f} MB",
        )


@benchmark("normalize")
def text_to_letters() -> Iterator[Row]:
    """NLTK's Gutenberg to 27 symbols; baseline: NFKD and two regular expressions on all of it."""
    raw = corpus("gutenberg").raw()
    megabytes = len(raw) / 1e6

    def plain() -> str:
        folded = re.sub("[\u0300-\u036f]", "", unicodedata.normalize("NFKD", raw.lower()))
        return re.sub("[^a-z]+", " ", folded).strip()

    our_time, ours = seconds(lambda: normalize(raw))
    plain_time, theirs = seconds(plain)
    if ours != theirs:
        raise AssertionError("the letters differ from the plain way's")
    yield Row("text to letters", megabytes / our_time, megabytes / plain_time, "MB/s")
