"""Texts that the tests of n-grams share."""

from hypothesis import strategies as st

from lib.data import text
from lib.text import Vocab, normalize

ABC = Vocab("abc")
abc_texts = st.text(alphabet="abc", min_size=1, max_size=40)


def sample_text() -> str:
    return normalize(text("cats"))[:4000]
