"""Measure what the course claims about its own code, beside a baseline.

A benchmark is a generator of `Row`s, entered into `BENCHMARKS` by the decorator
`benchmark`; `main` prints each row as soon as it is there.
"""

from __future__ import annotations

import argparse
import gc
import re
import time
import tracemalloc
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from lib.data import corpus
from lib.ngrams import NGramCounts, count_ngrams
from lib.text import LETTER_VOCAB, normalize

REPEATS = 3  # the quickest of so many runs counts, ours and the baseline's


@dataclass(frozen=True)
class Row:
    """One line of a benchmark's table.

    Attributes
    ----------
    what : str
        What was measured, on what.
    ours, baseline : float
        In `unit`.
    unit : str
        Such as ``"MB/s"`` or ``"bits per token"``.
    target : str
        The target or floor in words, empty if there is none.
    met : bool or None
        Whether the target was met; None if there is none.
    note : str
        What else to know, such as the peak of memory.
    """

    what: str
    ours: float
    baseline: float
    unit: str
    target: str = ""
    met: bool | None = None
    note: str = ""

    def __str__(self) -> str:
        verdict = {None: "", True: " (met)", False: " (MISSED)"}[self.met]
        return LINE.format(
            self.what,
            f"{self.ours:.4g}",
            f"{self.baseline:.4g}",
            self.unit,
            f"{self.ours / self.baseline:.3g}",
            self.target + verdict,
            self.note,
        ).rstrip()


LINE = "{:32} {:>9} {:>9}  {:14} {:>6}  {:24} {}"
HEADER = LINE.format("what", "ours", "baseline", "unit", "ratio", "target or floor", "note")

Benchmark = Callable[[], Iterator[Row]]
BENCHMARKS: dict[str, Benchmark] = {}


def benchmark(name: str) -> Callable[[Benchmark], Benchmark]:
    """Enter a generator of rows under a name; its docstring says what the baseline is."""

    def enter(function: Benchmark) -> Benchmark:
        if name in BENCHMARKS:
            raise ValueError(f"name: there is a benchmark {name!r} already")
        BENCHMARKS[name] = function
        return function

    return enter


def seconds(work: Callable[[], object]) -> tuple[float, object]:
    """Wall-clock seconds of the quickest of several runs, and what the last one returned."""
    quickest = float("inf")
    for _ in range(REPEATS):
        result = None  # let the last run's result go before the next begins
        gc.collect()
        start = time.perf_counter()
        result = work()
        quickest = min(quickest, time.perf_counter() - start)
    return quickest, result


def peak_bytes(work: Callable[[], object]) -> int:
    """Most memory that a run held at a time, beyond what was there before it."""
    tracemalloc.start()
    work()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


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


def main(argv: list[str] | None = None) -> int:
    """Run the benchmarks named, or all, and print their tables."""
    # These enter their benchmarks.
    import lib.grading.bench
    import lib.project.bench_pages
    import lib.project.bench_parens
    import lib.project.bench_transformer  # noqa: F401

    parser = argparse.ArgumentParser(prog="python -m lib.project bench", description=__doc__)
    parser.add_argument(
        "names", nargs="*", help=f"of {', '.join(BENCHMARKS)}; all if none is named"
    )
    arguments = parser.parse_args(argv)
    for name in arguments.names:
        if name not in BENCHMARKS:
            parser.error(f"names: expected some of {', '.join(BENCHMARKS)}, got {name!r}")
    for name in arguments.names or BENCHMARKS:
        print(f"\n{name}: {(BENCHMARKS[name].__doc__ or '').strip()}\n{HEADER}", flush=True)
        for row in BENCHMARKS[name]():
            print(row, flush=True)
    return 0
