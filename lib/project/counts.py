"""Rebuild data/counts/: the shipped tables of letter and word n-grams.

The same corpora give the same bytes. The tables are complete: no rare n-gram is left out.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from lib.data import CountTable, corpus
from lib.data.bundle import shipped_folder
from lib.data.counts import write_letters, write_words
from lib.ngrams import count_ngrams
from lib.text import LETTER_VOCAB, WordTokenizer, normalize

CORPORA = ("gutenberg", "brown")
LETTER_ORDERS = range(1, 7)
WORD_ORDERS = range(1, 3)


def tables(tokens: object, vocab_size: int, orders: range) -> dict[int, CountTable]:
    """Count a text's n-grams for each n in `orders`."""
    counted = {n: count_ngrams(tokens, n, vocab_size) for n in orders}
    return {n: CountTable(c.codes, c.counts, c.total) for n, c in counted.items()}


def build_letters(raw: str, path: Path, orders: range = LETTER_ORDERS) -> None:
    """Write the letter n-grams of a text, as `lib.text.normalize` leaves it."""
    tokens = LETTER_VOCAB.encode(normalize(raw))
    write_letters(path, tables(tokens, len(LETTER_VOCAB), orders))


def build_words(raw: str, path: Path, orders: range = WORD_ORDERS) -> None:
    """Write the word n-grams of a text without its punctuation.

    The words are those of a `lib.text.WordTokenizer`: ``<unk>``, which does not occur, then
    every word of the text by falling frequency.
    """
    tokenizer = WordTokenizer(raw, punctuation=False)
    tokens = tokenizer.encode(raw)
    write_words(path, tokenizer.vocab.symbols, tables(tokens, len(tokenizer), orders))


def main(argv: list[str] | None = None) -> int:
    """Build the files of the corpora named, or of all; returns 1 if a corpus can't be had."""
    parser = argparse.ArgumentParser(prog="python -m lib.project counts", description=__doc__)
    parser.add_argument("corpora", nargs="*", help=f"of {', '.join(CORPORA)}; all if none is named")
    parser.add_argument("--out", type=Path, default=shipped_folder() / "counts", metavar="FOLDER")
    arguments = parser.parse_args(argv)
    for name in arguments.corpora:
        if name not in CORPORA:
            parser.error(f"corpora: expected some of {', '.join(CORPORA)}, got {name!r}")
    arguments.out.mkdir(parents=True, exist_ok=True)
    for name in arguments.corpora or CORPORA:
        text = corpus(name)
        if not text.is_full:
            print(f"Nothing written for {name}: the corpus itself is needed.", file=sys.stderr)
            return 1
        for kind, build in (("letters", build_letters), ("words", build_words)):
            path = arguments.out / f"{kind}-{name}.npz"
            build(text.raw(), path)
            print(f"{path.name}: {path.stat().st_size:,} bytes", flush=True)
    return 0
