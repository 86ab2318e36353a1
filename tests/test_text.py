import doctest

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lib import text
from lib.text import (
    LETTER_VOCAB,
    LETTERS,
    CharTokenizer,
    Vocab,
    WordTokenizer,
    as_ids,
    normalize,
    words,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        (" \n\t ", ""),
        ("Cat", "cat"),
        ("don't  stop,\nnow!", "don t stop now"),
        ("Café naïve Übermut", "cafe naive ubermut"),
        ("cafe\u0301", "cafe"),  # the accent as a character of its own
        ("word—word", "word word"),  # a dash parts words, it does not glue them
        ("ﬁne K Ａ", "fine k a"),  # ligature, Kelvin sign, full-width A
        ("İstanbul", "istanbul"),
        ("猫が好き", ""),
        ("x2y", "x y"),
        ("a\x00b_c", "a b c"),
    ],
)
def test_normalize(text, expected):
    assert normalize(text) == expected


@settings(deadline=None)
@given(st.text())
def test_normalize_leaves_letters_and_single_spaces_only(text):
    result = normalize(text)
    assert set(result) <= set(LETTERS)
    assert result == " ".join(result.split())
    assert normalize(result) == result


@settings(deadline=None)
@given(st.text(alphabet=st.characters(max_codepoint=127)))
def test_normalize_agrees_with_the_plain_definition_on_ascii(text):
    kept = "".join(c if c in LETTERS else " " for c in text.lower())
    assert normalize(text) == " ".join(kept.split())


def test_normalize_refuses_bytes():
    with pytest.raises(TypeError, match="text: expected a string, got bytes"):
        normalize(b"cat")


def test_words():
    text = "The cat's asleep, isn't it? <unk> snake_case 'quoted' 9"
    assert words(text) == [
        "the", "cat's", "asleep", "isn't", "it", "<unk>", "snake", "case", "quoted", "9",
    ]  # fmt: skip
    assert words("A _b_ (c).", punctuation=True) == ["a", "_", "b", "_", "(", "c", ")", "."]
    assert words("") == []


def test_vocab_is_a_list_of_symbols():
    assert len(LETTER_VOCAB) == 27
    assert LETTER_VOCAB.symbols == tuple(LETTERS)
    assert LETTER_VOCAB.index(" ") == 0
    assert LETTER_VOCAB.index("z") == 26
    assert "q" in LETTER_VOCAB
    assert "Q" not in LETTER_VOCAB
    assert Vocab("ab") == Vocab(["a", "b"])
    assert hash(Vocab("ab")) == hash(Vocab("ab"))


def test_vocab_is_frozen():
    with pytest.raises(AttributeError):
        LETTER_VOCAB.symbols = ("a",)


@settings(deadline=None)
@given(st.text(alphabet=LETTERS))
def test_letters_come_back(text):
    ids = LETTER_VOCAB.encode(text)
    assert ids.dtype == np.int64
    assert ids.shape == (len(text),)
    assert ids.tolist() == [LETTERS.index(c) for c in text]
    assert LETTER_VOCAB.decode(ids) == text


def test_vocab_of_longer_symbols():
    vocab = Vocab(["(", ")", "<end>"])
    assert vocab.encode("(())").tolist() == [0, 0, 1, 1]
    assert vocab.encode(["(", ")", "<end>"]).tolist() == [0, 1, 2]
    assert vocab.decode([0, 1, 2]) == "( ) <end>"
    assert vocab.decode([0, 1, 2], separator="") == "()<end>"


@pytest.mark.parametrize("ids", [[2, 1], (2, 1), np.array([2, 1], np.uint8), torch.tensor([2, 1])])
def test_decode_takes_any_flat_integers(ids):
    assert Vocab("abc").decode(ids) == "cb"


@pytest.mark.parametrize(
    ("symbols", "error", "message"),
    [
        ("", ValueError, "at least one symbol"),
        ("aa", ValueError, r"got more of \['a'\]"),
        (["a", ""], ValueError, "got ''"),
        (["a", 1], TypeError, "expected strings, got 1"),
    ],
)
def test_vocab_refuses(symbols, error, message):
    with pytest.raises(error, match=message):
        Vocab(symbols)


def test_encode_names_what_it_does_not_know():
    with pytest.raises(ValueError, match="'é' at position 2 is not among the vocabulary's 27"):
        LETTER_VOCAB.encode("caé")
    with pytest.raises(ValueError, match="'A' at position 0"):
        LETTER_VOCAB.encode("A")
    with pytest.raises(ValueError, match="'🐈' at position 1"):
        LETTER_VOCAB.encode("a🐈")
    with pytest.raises(ValueError, match=r"'\\udc80' at position 0"):
        LETTER_VOCAB.encode("\udc80")
    with pytest.raises(ValueError, match="symbol: 3 is not among"):
        LETTER_VOCAB.encode(["a", 3])
    with pytest.raises(ValueError, match="symbol: 'ab' is not among"):
        LETTER_VOCAB.index("ab")
    with pytest.raises(ValueError, match="symbol: "):
        LETTER_VOCAB.index(["a"])
    with pytest.raises(ValueError, match="'a' at position 0"):
        Vocab(["cat", "dog"]).encode("a")


@pytest.mark.parametrize(
    ("ids", "error", "message"),
    [
        ("abc", TypeError, "expected integer ids, got the string 'abc'"),
        ([0.0, 1.0], TypeError, "got values of type float64"),
        ([True, False], TypeError, "got values of type bool"),
        ([0, "a"], TypeError, "expected integer ids"),
        ([0, None], TypeError, "expected integer ids"),
        (3, ValueError, r"expected shape \(length,\)"),
        ([[0, 1]], ValueError, r"expected shape \(length,\), got \(1, 2\)"),
        ([0, 27], ValueError, "id 27 is outside the vocabulary, ids run from 0 to 26"),
        ([-1], ValueError, "id -1 is outside"),
        (np.array([2**64 - 1], np.uint64), ValueError, "outside"),
    ],
)
def test_as_ids_refuses(ids, error, message):
    with pytest.raises(error, match=message):
        as_ids(ids, 27)


def test_as_ids_takes_nothing_for_nothing():
    assert as_ids([], 5).shape == (0,)


@settings(deadline=None)
@given(st.text(min_size=1))
def test_char_tokenizer_loses_nothing(text):
    tokenizer = CharTokenizer(text)
    assert tokenizer.vocab.symbols == tuple(sorted(set(text)))
    assert tokenizer.decode(tokenizer.encode(text)) == text


def test_char_tokenizer_of_a_vocabulary():
    tokenizer = CharTokenizer(LETTER_VOCAB)
    assert tokenizer.vocab is LETTER_VOCAB
    assert len(tokenizer) == 27
    with pytest.raises(ValueError, match="'!' at position 3"):
        tokenizer.encode("cat!")
    with pytest.raises(ValueError, match="at least one symbol"):
        CharTokenizer("")
    with pytest.raises(TypeError, match="vocab_or_text: expected a string, got int"):
        CharTokenizer(3)
    with pytest.raises(TypeError, match="text: expected a string"):
        tokenizer.encode([1])


def test_word_tokenizer_ranks_by_frequency_then_alphabet():
    tokenizer = WordTokenizer("b b a. c c The the the")
    assert tokenizer.vocab.symbols == ("<unk>", "the", "b", "c", ".", "a")
    assert len(tokenizer) == 6
    assert tokenizer.encode("The zebra.").tolist() == [1, 0, 4]
    assert WordTokenizer("b b a c c c", min_count=2).vocab.symbols == ("<unk>", "c", "b")
    assert WordTokenizer("b b a c c c", max_size=2).vocab.symbols == ("<unk>", "c")
    assert WordTokenizer("b, a.", punctuation=False).vocab.symbols == ("<unk>", "a", "b")
    assert WordTokenizer(Vocab(["x", "<unk>"])).encode("x y").tolist() == [0, 1]


@settings(deadline=None)
@given(st.text(), st.integers(1, 3))
def test_word_ids_come_back(text, min_count):
    tokenizer = WordTokenizer(text, min_count=min_count)
    ids = tokenizer.encode(text)
    assert tokenizer.encode(tokenizer.decode(ids)).tolist() == ids.tolist()


def test_word_tokenizer_refuses():
    with pytest.raises(ValueError, match="min_count: expected at least 1, got 0"):
        WordTokenizer("a", min_count=0)
    with pytest.raises(ValueError, match="max_size: expected at least 2"):
        WordTokenizer("a", max_size=1)
    with pytest.raises(ValueError, match="the vocabulary has no '<unk>'"):
        WordTokenizer(Vocab("ab"))
    with pytest.raises(TypeError, match="expected a string, got int"):
        WordTokenizer(3)
    with pytest.raises(TypeError, match="expected a string, got list"):
        WordTokenizer("a").encode(["a"])


def test_examples_in_docstrings():
    result = doctest.testmod(text)
    assert result.attempted
    assert not result.failed
