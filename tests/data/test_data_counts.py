"""The format of the shipped counts: what goes in comes out, and equal tables give equal bytes."""

from __future__ import annotations

import zipfile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.data import (
    CountTable,
    DataUnavailable,
    bundle,
    letter_counts,
    letter_table,
    word_counts,
    word_table,
)
from lib.data.counts import read_tables, read_words, write_letters, write_words


def _table(codes, counts, total=None, min_count=1):
    codes, counts = np.array(codes, dtype=np.int64), np.array(counts, dtype=np.int64)
    return CountTable(codes, counts, int(counts.sum()) if total is None else total, min_count)


def _equal(one: CountTable, other: CountTable) -> bool:
    return (
        np.array_equal(one.codes, other.codes)
        and np.array_equal(one.counts, other.counts)
        and (one.total, one.min_count) == (other.total, other.min_count)
    )


LETTERS = {
    1: _table([0, 1, 26], [5, 7, 2]),
    6: _table([3, 27**6 - 1], [4, 9], total=20, min_count=3),
}
WORDS = ("the", "cat", "caf\u00e9", "'s")


@pytest.fixture
def counts(tmp_path, monkeypatch):
    monkeypatch.setattr(bundle, "shipped_folder", lambda: tmp_path)
    (tmp_path / "counts").mkdir()
    return tmp_path / "counts"


def test_letters(counts):
    write_letters(counts / "letters-tiny.npz", LETTERS)
    codes, kept = letter_counts("tiny", 6)
    assert codes.tolist() == [3, 27**6 - 1]
    assert kept.tolist() == [4, 9]
    assert codes.dtype == kept.dtype == np.int64
    assert _equal(letter_table("tiny", 6), LETTERS[6])
    assert _equal(letter_table("tiny", 1), LETTERS[1])


def test_words(counts):
    pairs = _table([1, 2 * 4 + 3], [1, 2])
    write_words(counts / "words-tiny.npz", WORDS, {1: _table([0, 3], [9, 1]), 2: pairs})
    words, codes, kept = word_counts("tiny", 2)
    assert words == WORDS
    assert [(words[code // 4], words[code % 4]) for code in codes] == [
        ("the", "cat"),
        ("caf\u00e9", "'s"),
    ]
    assert kept.tolist() == [1, 2]
    assert word_table("tiny", 1).total == 10


def test_shared_arrays_can_not_be_changed(counts):
    write_letters(counts / "letters-tiny.npz", LETTERS)
    codes, kept = letter_counts("tiny", 1)
    with pytest.raises(ValueError, match="read-only"):
        codes[0] = 9
    with pytest.raises(ValueError, match="read-only"):
        kept += 1


def test_no_such_n(counts):
    write_letters(counts / "letters-tiny.npz", LETTERS)
    with pytest.raises(ValueError, match="n must be one of 1, 6, not 7"):
        letter_counts("tiny", 7)


def test_no_such_corpus(counts):
    with pytest.raises(DataUnavailable, match=r"counts/letters-tiny\.npz should come"):
        letter_counts("tiny", 1)
    with pytest.raises(ValueError, match="corpus_name must be a name"):
        word_counts("../tiny", 1)


@pytest.mark.parametrize("kind", ["letters", "words"])
def test_equal_tables_give_equal_bytes(kind, tmp_path):
    for name, order in (("one", (1, 6)), ("two", (6, 1))):
        tables = {n: LETTERS[n] for n in order}
        if kind == "letters":
            write_letters(tmp_path / name, tables)
        else:
            write_words(tmp_path / name, [f"w{i}" for i in range(100)], tables)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    with zipfile.ZipFile(tmp_path / "one") as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {info.create_system for info in archive.infolist()} == {3}


def test_strided_tables_give_the_same_bytes(tmp_path):
    plain = LETTERS[1]
    strided = CountTable(np.repeat(plain.codes, 2)[::2], np.repeat(plain.counts, 2)[::2], 14)
    write_letters(tmp_path / "one", {1: plain})
    write_letters(tmp_path / "two", {1: strided})
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


@given(
    st.dictionaries(st.integers(0, 2**62), st.integers(1, 2**31), max_size=30),
    st.integers(0, 1000),
)
def test_what_goes_in_comes_out(tmp_path_factory, table, dropped):
    codes = sorted(table)
    made = _table(codes, [table[code] for code in codes], sum(table.values()) + dropped)
    path = tmp_path_factory.mktemp("counts") / "any.npz"
    write_letters(path, {3: made})
    assert _equal(read_tables(path)[3], made)


@given(
    st.lists(
        st.text(st.characters(exclude_characters="\n", codec="utf-8"), min_size=1),
        unique=True,
        max_size=20,
    )
)
def test_any_words_come_out(tmp_path_factory, words):
    path = tmp_path_factory.mktemp("words") / "any.npz"
    write_words(path, words, {})
    assert read_words(path) == tuple(words)


@pytest.mark.parametrize(
    ("facts", "error", "message"),
    [
        ({"codes": [1, 2, 3]}, TypeError, "codes must be a 1-D int64 array"),
        ({"counts": np.ones(3)}, TypeError, "counts must be a 1-D int64 array"),
        ({"counts": np.ones(2, np.int64)}, ValueError, "equally long, not 3 and 2"),
        ({"codes": np.array([1, 1, 2])}, ValueError, "codes must be sorted"),
        ({"codes": np.array([-1, 1, 2])}, ValueError, "codes must be sorted"),
        ({"min_count": 0}, ValueError, "min_count must be at least 1, not 0"),
        ({"min_count": 2}, ValueError, "at least min_count=2, found 1"),
        ({"total": 2}, ValueError, "total must be at least the sum of counts, 3, not 2"),
    ],
)
def test_bad_table(facts, error, message):
    good = {"codes": np.arange(3), "counts": np.ones(3, np.int64), "total": 3}
    with pytest.raises(error, match=message):
        CountTable(**{**good, **facts})


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["a", "b", "a"], "must not repeat"),
        (["a", ""], "non-empty"),
        (["a", "b\nc"], "no line break"),
        (["a"], r"codes of n=1 must be below 1\*\*1, found 1"),
    ],
)
def test_bad_words(words, message, tmp_path):
    with pytest.raises(ValueError, match=message):
        write_words(tmp_path / "words.npz", words, {1: _table([1], [1])})
