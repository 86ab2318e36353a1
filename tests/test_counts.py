"""The shipped counts are what the corpora give, and the same bytes come out again."""

from hashlib import sha256

import numpy as np
import pytest

from lib.data import corpus, letter_table, shipped, word_counts, word_table
from lib.data.corpora import Corpus
from lib.data.counts import read_tables, read_words
from lib.ngrams import NGramCounts, NGramModel
from lib.project import counts as builder
from lib.text import LETTER_VOCAB, Vocab, WordTokenizer, words


def whole(name: str) -> Corpus:
    text = corpus(name)
    if not text.is_full:
        pytest.skip(f"{name} can't be had here, so its counts can't be made anew")
    return text


def hashes(folder) -> dict[str, str]:
    return {path.name: sha256(path.read_bytes()).hexdigest() for path in folder.glob("*.npz")}


@pytest.mark.parametrize("name", builder.CORPORA)
def test_short_letter_ngrams_come_out_again(name, tmp_path):
    path = tmp_path / "again.npz"
    builder.build_letters(whole(name).raw(), path, range(1, 4))
    for n, table in read_tables(path).items():
        there = letter_table(name, n)
        assert np.array_equal(table.codes, there.codes)
        assert np.array_equal(table.counts, there.counts)
        assert (table.total, table.min_count) == (there.total, there.min_count)


@pytest.mark.slow
def test_every_file_comes_out_again_byte_for_byte(tmp_path):
    for name in builder.CORPORA:
        whole(name)
    assert builder.main(["--out", str(tmp_path)]) == 0
    assert hashes(tmp_path) == hashes(shipped("counts/letters-brown.npz").parent)


def test_words_by_hand(tmp_path):
    path = tmp_path / "words.npz"
    builder.build_words("The cat. The dog, the END", path)
    assert read_words(path) == ("<unk>", "the", "cat", "dog", "end")
    tables = read_tables(path)
    assert tables[1].codes.tolist() == [1, 2, 3, 4]
    assert tables[1].counts.tolist() == [3, 1, 1, 1]
    pairs = {divmod(code, 5) for code in tables[2].codes.tolist()}
    assert pairs == {(1, 2), (2, 1), (1, 3), (3, 1), (1, 4)}
    assert tables[2].total == 5


@pytest.mark.parametrize("name", builder.CORPORA)
def test_shipped_tables_are_complete_and_agree(name):
    for table_of, orders in ((letter_table, range(1, 7)), (word_table, range(1, 3))):
        length = table_of(name, 1).total
        for n in orders:
            table = table_of(name, n)
            assert table.min_count == 1
            assert table.total == table.counts.sum() == length - n + 1


def test_shipped_letters_make_a_model():
    tables = [letter_table("gutenberg", n) for n in range(1, 4)]
    counts = [NGramCounts(t.codes, t.counts, n, 27) for n, t in enumerate(tables, 1)]
    model = NGramModel.from_counts(counts, LETTER_VOCAB)
    after_q = model.probs("q")
    assert LETTER_VOCAB.symbols[int(after_q.argmax())] == "u"
    assert after_q[LETTER_VOCAB.index("u")] > 0.99


def test_shipped_words_fit_the_tokenizer():
    vocabulary, codes, counts = word_counts("brown", 1)
    tokenizer = WordTokenizer(Vocab(vocabulary), punctuation=False)
    assert words(" ".join(vocabulary)) == list(vocabulary)
    assert 0 not in tokenizer.encode("The jury said")
    assert codes.tolist() == list(range(1, len(vocabulary)))
    assert (np.diff(counts) <= 0).all()


def test_the_files_stay_small():
    files = list(shipped("counts/letters-brown.npz").parent.glob("*"))
    assert {path.suffix for path in files} == {".npz"}
    assert len(files) == 4
    assert sum(path.stat().st_size for path in files) <= 4_000_000


def test_unknown_corpus(capsys):
    with pytest.raises(SystemExit):
        builder.main(["wikipedia"])
    assert "got 'wikipedia'" in capsys.readouterr().err


def test_a_stand_in_is_not_counted(monkeypatch, tmp_path, capsys):
    stand_in = Corpus("brown", "shipped", False, lambda: ("text", ["text"]))
    monkeypatch.setattr(builder, "corpus", lambda name: stand_in)
    assert builder.main(["brown", "--out", str(tmp_path)]) == 1
    assert not list(tmp_path.iterdir())
    assert "Nothing written for brown" in capsys.readouterr().err
