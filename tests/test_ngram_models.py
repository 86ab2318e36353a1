"""Models of n-grams against nltk.lm, closed forms, and their own samples."""

import doctest
import math
from collections import Counter

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from ngram_texts import ABC, abc_texts, sample_text
from nltk.lm import MLE, Lidstone, Vocabulary
from nltk.lm.models import InterpolatedLanguageModel
from nltk.lm.smoothing import WittenBell
from nltk.util import everygrams
from scipy import stats

from lib.data import text
from lib.ngrams import NGramModel, count_ngrams
from lib.ngrams import model as modeling
from lib.ngrams.model import SMOOTHINGS
from lib.text import LETTER_VOCAB, LETTERS, Vocab, WordTokenizer, normalize


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


# probabilities


def nltk_model(kind, text, n, *arguments):
    """An nltk.lm model of one text without padding; <UNK> takes no part in what we ask."""
    model = kind(*arguments, n, vocabulary=Vocabulary(text, unk_cutoff=1))
    model.fit([list(everygrams(text, max_len=n))])
    return model


class DownToUniform(WittenBell):
    """NLTK's smoothing, with single letters mixed with the uniform distribution as ours are."""

    def unigram_score(self, word):
        counts = self.counts.unigrams
        kinds = len(counts)
        return (counts[word] + kinds / len(LETTERS)) / (counts.N() + kinds)


def witten_bell(order, **options):
    return InterpolatedLanguageModel(DownToUniform, order, **options)


def scores(theirs, context):
    """NLTK's probability of each letter; it wants no context as None."""
    score = theirs.unmasked_score
    return np.array([score(letter, tuple(context) or None) for letter in LETTERS])


def contexts_of(text, n):
    """Contexts seen in the text, and a few that were not."""
    seen = {text[i : i + n - 1] for i in range(0, len(text) - n, 7)}
    return sorted(seen) + ["zzzz"[: n - 1], "qe q"[: n - 1]]


@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_plain_probabilities_are_nltks_maximum_likelihood(n):
    text = sample_text()
    theirs = nltk_model(MLE, text, n)
    model = NGramModel.fit(LETTER_VOCAB.encode(text), n, LETTER_VOCAB)
    compared = 0
    for context in contexts_of(text, n):
        expected = scores(theirs, context)
        if expected.any():  # NLTK gives 0 to everything after an unseen context
            np.testing.assert_allclose(model.probs(context), expected, rtol=1e-12)
            compared += 1
    assert compared >= len(contexts_of(text, n)) - 2


@pytest.mark.parametrize("n", [1, 2, 3, 4])
@pytest.mark.parametrize("k", [1.0, 0.1])
def test_add_k_is_nltks_lidstone(n, k):
    text = sample_text() + LETTERS[1:]  # every letter, so that both vocabularies agree
    # NLTK counts <UNK> as a 28th letter; adding as much to 27 in all makes up for it
    theirs = nltk_model(Lidstone, text, n, k * 27 / 28)
    model = NGramModel.fit(LETTER_VOCAB.encode(text), n, LETTER_VOCAB, "add_k", k=k)
    for context in contexts_of(text, n):
        counted = model.counts[n - 1].following(LETTER_VOCAB.encode(context)).sum()
        short = (k - k * 27 / 28) / (counted + 27 * k)
        np.testing.assert_allclose(model.probs(context), scores(theirs, context) + short)


@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_witten_bell_is_nltks(n):
    text = sample_text()
    theirs = nltk_model(witten_bell, text, n)
    model = NGramModel.fit(LETTER_VOCAB.encode(text), n, LETTER_VOCAB, "witten_bell")
    for context in contexts_of(text, n):
        np.testing.assert_allclose(model.probs(context), scores(theirs, context), rtol=1e-9)


@settings(deadline=None)
@given(
    abc_texts, st.text(alphabet="abc", max_size=6), st.integers(1, 4), st.sampled_from(SMOOTHINGS)
)
def test_probabilities_add_up_to_one(text, context, n, smoothing):
    if len(text) < n:
        return
    model = NGramModel.fit(ABC.encode(text), n, ABC, smoothing, k=0.5)
    probs = model.probs(context)
    assert probs.dtype == np.float64
    assert probs.shape == (3,)
    assert (probs >= 0).all()
    assert math.isclose(probs.sum(), 1, rel_tol=1e-12)
    if smoothing != "none":
        assert (probs > 0).all()


def test_a_context_never_seen():
    tokens = ABC.encode("aabab")
    plain = NGramModel.fit(tokens, 3, ABC)
    assert plain.probs("bb").tolist() == plain.probs("b").tolist() == [1, 0, 0]  # shortened
    assert plain.probs("cc").tolist() == plain.probs("").tolist() == [0.6, 0.4, 0]
    np.testing.assert_allclose(NGramModel.fit(tokens, 3, ABC, "add_k").probs("cc"), [1 / 3] * 3)
    interpolated = NGramModel.fit(tokens, 3, ABC, "witten_bell")
    assert interpolated.probs("cc").tolist() == interpolated.probs("").tolist()


def test_only_the_last_tokens_count():
    model = NGramModel.fit(ABC.encode("abcabcaab"), 3, ABC, "witten_bell")
    assert model.probs("ccab").tolist() == model.probs("ab").tolist()
    assert model.probs([0, 1]).tolist() == model.probs("ab").tolist()
    assert model.probs(torch.tensor([0, 1])).tolist() == model.probs("ab").tolist()


def test_tables_without_rare_ngrams_still_give_probabilities():
    tokens = LETTER_VOCAB.encode(sample_text())
    tables = [count_ngrams(tokens, n, 27).prune(n) for n in range(1, 5)]
    for smoothing in SMOOTHINGS:
        model = NGramModel.from_counts(tables, LETTER_VOCAB, smoothing)
        for context in ("the", "qzx", ""):
            assert math.isclose(model.probs(context).sum(), 1)
    empty = [table.prune(10**6) for table in tables]
    assert NGramModel.from_counts(empty, LETTER_VOCAB).probs("a").tolist() == [1 / 27] * 27


# cross-entropy


@settings(deadline=None)
@given(abc_texts, abc_texts, st.integers(1, 4), st.sampled_from(SMOOTHINGS))
def test_cross_entropy_is_the_mean_of_surprisals(text, other, n, smoothing):
    if len(text) < n:
        return
    model = NGramModel.fit(ABC.encode(text), n, ABC, smoothing)
    tokens = ABC.encode(other)
    each = [model.probs(tokens[:i])[token] for i, token in enumerate(tokens)]
    expected = math.inf if min(each) == 0 else -np.log2(each).mean()
    assert model.cross_entropy(tokens) == pytest.approx(expected, rel=1e-9, abs=1e-12)


def test_cross_entropy_in_pieces(monkeypatch):
    tokens = LETTER_VOCAB.encode(sample_text())[:500]
    model = NGramModel.fit(tokens, 4, LETTER_VOCAB, "witten_bell")
    whole = model.cross_entropy(tokens)
    for positions in (1, 2, 3, 5, 100, 499, 500):
        monkeypatch.setattr("lib.ngrams.model.POSITIONS", positions)
        assert model.cross_entropy(tokens) == pytest.approx(whole, rel=1e-12)


def test_closed_forms_of_cross_entropy():
    every = Vocab("abcdefgh")
    uniform = NGramModel.fit(range(8), 1, every)
    assert uniform.cross_entropy([3, 1, 4]) == pytest.approx(3)  # log2 8 bits
    cycle = np.tile(ABC.encode("abc"), 100)
    sure = NGramModel.fit(cycle, 2, ABC)
    # after the first letter (log2 3 bits) nothing is left to guess
    assert sure.cross_entropy(cycle) == pytest.approx(math.log2(3) / 300)
    assert sure.cross_entropy(ABC.encode("acb")) == math.inf
    fair = NGramModel.fit(ABC.encode("abba" * 10), 1, ABC)
    assert fair.cross_entropy(ABC.encode("ab")) == pytest.approx(1)
    assert fair.cross_entropy(ABC.encode("abc")) == math.inf


def test_held_out_cross_entropy_falls_and_then_rises():
    tokens = LETTER_VOCAB.encode(normalize(text("cats")))
    half = len(tokens) // 2
    bits = [
        NGramModel.fit(tokens[:half], n, LETTER_VOCAB, "add_k").cross_entropy(tokens[half:])
        for n in range(1, 7)
    ]
    lowest = int(np.argmin(bits))
    assert 0 < lowest < 5
    assert bits[5] > bits[lowest] + 0.5


# the interface of every language model, and sampling


@pytest.mark.parametrize("smoothing", SMOOTHINGS)
def test_next_logits_are_log_probabilities(smoothing):
    tokens = LETTER_VOCAB.encode(sample_text())
    model = NGramModel.fit(tokens, 4, LETTER_VOCAB, smoothing)
    batch = torch.from_numpy(np.lib.stride_tricks.sliding_window_view(tokens, 6)[::97].copy())
    logits = model.next_logits(batch)
    assert logits.shape == (len(batch), 27)
    assert logits.dtype == torch.float32
    for row, context in zip(logits, batch, strict=True):
        np.testing.assert_allclose(row.exp().double(), model.probs(context), rtol=1e-5)
    assert model.next_logits(torch.zeros(3, 0).long()).shape == (3, 27)
    assert model.next_logits(torch.zeros(0, 2).long()).shape == (0, 27)


def test_next_logits_refuse():
    model = NGramModel.fit([0, 1, 2], 2, ABC)
    for bad in ([[0]], torch.tensor([0]), "a"):
        with pytest.raises(TypeError, match=r"tokens: expected a \(batch, position\) int64 tensor"):
            model.next_logits(bad)
    with pytest.raises(TypeError, match="tokens: expected integer ids"):
        model.next_logits(torch.zeros(1, 1))
    with pytest.raises(ValueError, match="tokens: id 3 is outside"):
        model.next_logits(torch.tensor([[3]]))


def test_samples_follow_the_model():
    model = NGramModel.fit(ABC.encode("aabacbabcaccab"), 2, ABC)
    written = model.sample(6000, seeded())
    pairs = count_ngrams(ABC.encode(written), 2, 3).dense()
    for row, before in zip(pairs, "abc", strict=True):
        probs = model.probs(before)
        assert not row[probs == 0].any()
        possible = probs > 0
        result = stats.chisquare(row[possible], probs[possible] * row.sum())
        assert result.pvalue > 1e-4


def test_a_cycle_is_written_on():
    model = NGramModel.fit(ABC.encode("abcabcabc"), 2, ABC)
    assert model.sample(7, seeded(), prompt="b") == "bcabcabc"
    assert model.sample(0, prompt="ab") == "ab"
    assert model.sample(0) == ""


def test_temperature_of_samples():
    model = NGramModel.fit(ABC.encode("aaabbc" * 5), 1, ABC)
    assert model.sample(50, temperature=0) == "a" * 50
    cold = Counter(model.sample(3000, seeded(), temperature=0.5))
    hot = Counter(model.sample(3000, seeded(), temperature=100.0))
    assert stats.chisquare([cold[c] for c in "abc"], np.array([9, 4, 1]) / 14 * 3000).pvalue > 1e-4
    assert hot["c"] > 800
    with pytest.raises(ValueError, match="temperature: expected a finite number >= 0, got -1"):
        model.sample(5, temperature=-1)


def test_same_seed_same_sample():
    model = NGramModel.fit(LETTER_VOCAB.encode(sample_text()), 3, LETTER_VOCAB)
    assert model.sample(100, seeded(3)) == model.sample(100, seeded(3))
    assert model.sample(100, seeded(3)) != model.sample(100, seeded(4))


def test_words():
    tokenizer = WordTokenizer("the cat sat. the cat ran. the dog sat.")
    model = NGramModel.fit(
        tokenizer.encode("the cat sat. the cat ran. the dog sat."), 2, tokenizer.vocab
    )
    after_the = model.probs(tokenizer.encode("the"))
    assert after_the[tokenizer.vocab.index("cat")] == pytest.approx(2 / 3)
    written = model.sample(5, seeded(), prompt=tokenizer.encode("the")).split()
    assert len(written) == 6
    assert written[:2] in (["the", "cat"], ["the", "dog"])


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"tokens": "abc"}, TypeError, "tokens: expected integer ids, got the string 'abc'"),
        ({"tokens": []}, ValueError, "tokens: 0 tokens hold no run of n = 2"),
        ({"tokens": [0]}, ValueError, "tokens: 1 tokens hold no run of n = 2"),
        ({"n": 0}, ValueError, "n: expected at least 1, got 0"),
        ({"n": 60}, ValueError, "do not fit an int64"),
        ({"n": "2"}, TypeError, "n: expected an integer"),
        ({"vocab": 3}, TypeError, "vocab: expected a Vocab, got int"),
        ({"smoothing": "magic"}, ValueError, "smoothing: expected one of .* got 'magic'"),
        ({"smoothing": None}, ValueError, "smoothing: expected one of"),
        ({"smoothing": "add_k", "k": 0}, ValueError, "k: expected a number above 0, got 0"),
        ({"smoothing": "add_k", "k": -1}, ValueError, "k: expected a number above 0, got -1"),
        ({"smoothing": "add_k", "k": math.nan}, ValueError, "k: expected a number above 0"),
        ({"smoothing": "add_k", "k": "1"}, ValueError, "k: expected a number above 0, got '1'"),
    ],
)
def test_fit_refuses(changes, error, message):
    with pytest.raises(error, match=message):
        NGramModel.fit(**{"tokens": [0, 1, 2], "n": 2, "vocab": ABC, **changes})


def test_model_refuses():
    ones, twos, threes = (count_ngrams([0, 1, 2, 0], n, 3) for n in (1, 2, 3))
    for wrong in ([], [twos], [ones, threes], [twos, ones]):
        with pytest.raises(ValueError, match=r"counts: expected orders 1, 2, ... n, got"):
            NGramModel.from_counts(wrong, ABC)
    with pytest.raises(TypeError, match="counts: expected a sequence of NGramCounts"):
        NGramModel.from_counts(ones, ABC)
    with pytest.raises(ValueError, match="vocab: order 1 was counted over 3 symbols"):
        NGramModel.from_counts([ones], LETTER_VOCAB)
    model = NGramModel.from_counts([ones, twos], ABC)
    with pytest.raises(ValueError, match="'x' at position 0"):
        model.probs("x")
    with pytest.raises(ValueError, match="context: id 7 is outside"):
        model.probs([7])
    with pytest.raises(TypeError, match="tokens: expected integer ids, got the string"):
        model.cross_entropy("abc")
    with pytest.raises(ValueError, match="tokens: expected at least one token"):
        model.cross_entropy([])
    with pytest.raises(ValueError, match="steps: expected at least 0, got -1"):
        model.sample(-1)
    with pytest.raises(ValueError, match="'!' at position 1"):
        model.sample(1, prompt="a!")


def test_examples_in_docstrings():
    result = doctest.testmod(modeling)
    assert result.attempted
    assert not result.failed
