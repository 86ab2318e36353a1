"""Counting: equal to NLTK's FreqDist, in bounded memory, whatever the chunks."""

import doctest
import tracemalloc
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ngram_texts import ABC, abc_texts, sample_text
from nltk import FreqDist, ngrams

from lib.ngrams import NGramCounts, count_ngrams
from lib.ngrams import counts as counting
from lib.text import LETTER_VOCAB, LETTERS, Vocab

letters = st.text(alphabet=LETTERS, min_size=1, max_size=200)


@settings(deadline=None)
@given(letters, st.integers(1, 8))
def test_letter_counts_are_nltks(text, n):
    if len(text) < n:
        return
    found = count_ngrams(LETTER_VOCAB.encode(text), n, 27)
    expected = {"".join(gram): count for gram, count in FreqDist(ngrams(text, n)).items()}
    assert found.to_dict(LETTER_VOCAB) == expected
    assert found.total == len(text) - n + 1
    assert found.codes.dtype == found.counts.dtype == np.int64
    assert (np.diff(found.codes) > 0).all()


@settings(deadline=None)
@given(st.lists(st.integers(0, 49_999), min_size=3, max_size=60), st.integers(1, 3))
def test_word_counts_are_nltks(tokens, n):
    found = count_ngrams(tokens, n, 50_000)
    expected = Counter(ngrams(tokens, n))
    assert dict(zip(map(tuple, found.tokens().tolist()), found.counts, strict=True)) == expected


@pytest.mark.parametrize("n", range(1, 9))
@pytest.mark.parametrize("dense_codes", [0, 2**20])
def test_chunks_make_no_difference(monkeypatch, n, dense_codes):
    tokens = LETTER_VOCAB.encode(sample_text())
    whole = count_ngrams(tokens, n, 27)
    monkeypatch.setattr(counting, "DENSE_CODES", dense_codes)
    for chunk in (1, 7, 1000, len(tokens) - n, len(tokens) - n + 1):
        if chunk == 1 and n > 2:
            continue  # thousands of tables of one code each
        monkeypatch.setattr(counting, "CHUNK", chunk)
        parts = count_ngrams(tokens, n, 27)
        assert np.array_equal(parts.codes, whole.codes)
        assert np.array_equal(parts.counts, whole.counts)


@pytest.mark.parametrize(("n", "per_ngram", "fixed"), [(3, 0, 200e6), (8, 64, 200e6)])
def test_memory_is_bounded_as_stated(n, per_ngram, fixed):
    once = np.random.default_rng(0).integers(0, 27, 2**21)
    tokens = np.tile(once, 3)
    tracemalloc.start()
    found = count_ngrams(tokens, n, 27)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < fixed + per_ngram * len(found)


def test_the_largest_code_fits():
    tokens = [26] * 13 + [0]
    found = count_ngrams(tokens, 13, 27)
    assert found.codes.tolist() == [27**13 - 27, 27**13 - 1]
    assert found.tokens().tolist() == [[26] * 12 + [0], [26] * 13]
    assert found.following([26] * 12).tolist() == [1] + [0] * 25 + [1]


@pytest.mark.parametrize(
    ("tokens", "n", "vocab_size", "error", "message"),
    [
        ([], 1, 3, ValueError, "tokens: 0 tokens hold no run of n = 1"),
        ([0, 1], 3, 3, ValueError, "tokens: 2 tokens hold no run of n = 3"),
        ("abc", 1, 3, TypeError, "tokens: expected integer ids, got the string"),
        ([0.5], 1, 3, TypeError, "tokens: expected integer ids, got values of type float64"),
        ([0, 3], 1, 3, ValueError, "tokens: id 3 is outside the vocabulary"),
        ([[0, 1]], 1, 3, ValueError, r"tokens: expected shape \(length,\)"),
        ([0], 0, 3, ValueError, "n: expected at least 1, got 0"),
        ([0], -1, 3, ValueError, "n: expected at least 1, got -1"),
        ([0], 1.0, 3, TypeError, "n: expected an integer, got 1.0"),
        ([0], True, 3, TypeError, "n: expected an integer, got True"),
        ([0], 1, 0, ValueError, "vocab_size: expected at least 1, got 0"),
        ([0], 1, LETTER_VOCAB, TypeError, "vocab_size: expected an integer"),
        ([0], 14, 27, ValueError, "do not fit an int64; .* n can be at most 13"),
        ([0], 5, 50_000, ValueError, "50,000 symbols .* do not fit .* at most 4"),
        ([0], 64, 2, ValueError, "n can be at most 62"),
    ],
)
def test_count_refuses(tokens, n, vocab_size, error, message):
    with pytest.raises(error, match=message):
        count_ngrams(tokens, n, vocab_size)


def test_numpys_small_integers_do_not_overflow():
    tokens = LETTER_VOCAB.encode(sample_text())
    found = count_ngrams(tokens.astype(np.uint8), np.int8(7), np.int16(27))
    assert found.to_dict(LETTER_VOCAB) == count_ngrams(tokens, 7, 27).to_dict(LETTER_VOCAB)
    assert found.following(np.zeros(6, np.int8)).shape == (27,)
    with pytest.raises(ValueError, match="do not fit an int64"):
        count_ngrams(tokens, np.int8(14), np.int16(27))


def test_one_symbol():
    found = count_ngrams([0] * 5, 3, 1)
    assert (found.codes.tolist(), found.counts.tolist()) == ([0], [3])


@settings(deadline=None)
@given(abc_texts, abc_texts, st.integers(1, 3))
def test_counts_add_up(first, second, n):
    if min(len(first), len(second)) < n:
        return
    parts = [count_ngrams(ABC.encode(t), n, 3) for t in (first, second)]
    together = sum((Counter(part.to_dict(ABC)) for part in parts), Counter())
    assert (parts[0] + parts[1]).to_dict(ABC) == together


def test_counts_of_different_kinds_do_not_add_up():
    pairs, triples = (count_ngrams([0, 1, 0], n, 2) for n in (2, 3))
    with pytest.raises(ValueError, match="other: expected n = 2 and 2 symbols, got n = 3"):
        pairs + triples
    with pytest.raises(TypeError):
        pairs + 1


def test_dense_following_prune_and_dict():
    found = count_ngrams(ABC.encode("abacab"), 2, 3)
    table = found.dense()
    assert table.tolist() == [[0, 2, 1], [1, 0, 0], [1, 0, 0]]
    for i in range(3):
        assert found.following([i]).tolist() == table[i].tolist()
    assert found.to_dict(ABC) == {"ab": 2, "ac": 1, "ba": 1, "ca": 1}
    assert found.to_dict(Vocab(["the", "cat", "sat"]))[("the", "cat")] == 2
    assert found.prune(2).to_dict(ABC) == {"ab": 2}
    assert len(found) == 4
    assert len(found.prune(3)) == 0
    assert found.prune(3).following([0]).tolist() == [0, 0, 0]
    assert len(found.prune(3) + found.prune(9)) == 0
    assert count_ngrams([0, 0, 1], 1, 3).following([]).tolist() == [2, 1, 0]
    with pytest.raises(ValueError, match="context: expected 1 ids, got 2"):
        found.following([0, 1])
    with pytest.raises(TypeError, match="context: expected integer ids, got the string 'a'"):
        found.following("a")
    with pytest.raises(ValueError, match="vocab: expected 3 symbols, got 27"):
        found.to_dict(LETTER_VOCAB)
    with pytest.raises(ValueError, match="more than the .* that dense"):
        count_ngrams(range(6), 6, 27).dense()


@pytest.mark.parametrize(
    ("codes", "counts", "message"),
    [
        ([1, 0], [1, 1], "codes: expected rising"),
        ([0, 0], [1, 1], "codes: expected rising"),
        ([0, 9], [1, 1], "codes: id 9 is outside"),
        ([0], [1, 1], "counts: expected shape"),
        ([0], [0], "counts: expected at least 1"),
        ([0], [-1], "counts: id -1"),
    ],
)
def test_counts_refuse_what_is_no_table(codes, counts, message):
    with pytest.raises(ValueError, match=message):
        NGramCounts(np.array(codes), np.array(counts), 2, 3)


def test_examples_in_docstrings():
    result = doctest.testmod(counting)
    assert result.attempted
    assert not result.failed
