"""n-grams: counting runs of n tokens, and the language models made of such counts.

Serves the chapters "Letters" and "Words and the matrix".
"""

from lib.ngrams.counts import NGramCounts, count_ngrams
from lib.ngrams.model import NGramModel

__all__ = ["NGramCounts", "NGramModel", "count_ngrams"]
