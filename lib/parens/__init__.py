"""Balanced parentheses: random strings, their exact law, parse trees, near misses.

Serves chapters 10 and 11. Knows arrays; no network.
"""

from lib.parens.coin import coin_law, coin_stream
from lib.parens.draws import (
    by_length,
    coin_strings,
    hard_negatives,
    sample,
    sample_upto,
    to_predict,
)
from lib.parens.law import Law, closing_probability, floor_nats, next_law
from lib.parens.measure import Score, illegal_mass, logits_along, score
from lib.parens.strings import (
    CLOSE,
    END,
    OPEN,
    VOCAB,
    Tree,
    decode,
    depth,
    encode,
    is_balanced,
    parse_tree,
)

__all__ = [
    "CLOSE",
    "END",
    "OPEN",
    "VOCAB",
    "Law",
    "Score",
    "Tree",
    "by_length",
    "closing_probability",
    "coin_law",
    "coin_stream",
    "coin_strings",
    "decode",
    "depth",
    "encode",
    "floor_nats",
    "hard_negatives",
    "illegal_mass",
    "is_balanced",
    "logits_along",
    "next_law",
    "parse_tree",
    "sample",
    "sample_upto",
    "score",
    "to_predict",
]
