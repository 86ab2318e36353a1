"""What a benchmark is made of: rows of a table, and a stopwatch.

A benchmark is a generator of `Row`s, entered into `BENCHMARKS` by the decorator `benchmark`.
"""

from __future__ import annotations

import gc
import time
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import dataclass

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
