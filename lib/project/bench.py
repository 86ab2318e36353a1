"""Measure what the course claims about its own code, beside a baseline.

Each benchmark stands in a module of its own; `main` prints a row as soon as it is there.
"""

from __future__ import annotations

import argparse

# These enter their benchmarks.
import lib.grading.bench
import lib.project.bench_pages
import lib.project.bench_parens
import lib.project.bench_text
import lib.project.bench_transformer  # noqa: F401
from lib.project.measuring import BENCHMARKS, HEADER


def main(argv: list[str] | None = None) -> int:
    """Run the benchmarks named, or all, and print their tables."""
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
