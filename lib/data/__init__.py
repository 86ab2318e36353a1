"""The course's data: what is shipped, what is downloaded, and what stands in for what is missing.

Floor 0. It knows files and addresses; it knows nothing of models, and imports no torch.
``python -m lib.data`` prints what there is.
"""

from .bundle import shipped, text
from .corpora import Corpus, corpus
from .counts import CountTable, letter_counts, letter_table, word_counts, word_table
from .notices import DataUnavailable, report
from .registry import ENTRIES, Entry
from .store import fetch

__all__ = [
    "ENTRIES",
    "Corpus",
    "CountTable",
    "DataUnavailable",
    "Entry",
    "corpus",
    "fetch",
    "letter_counts",
    "letter_table",
    "report",
    "shipped",
    "text",
    "word_counts",
    "word_table",
]
