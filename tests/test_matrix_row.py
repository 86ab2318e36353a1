"""The matrix widget: its counting against lib.ngrams, and what Python checks and hands over."""

from __future__ import annotations

import numpy as np
import pytest
from test_widgets import javascript, page

from lib import data
from lib.ngrams import count_ngrams
from lib.text import WordTokenizer, words
from lib.widgets import MatrixRow, source

TEXT = "The cat sat on the mat. The cat saw the dog, and the dog sat; the end of the cat's day."
COUNTS = "m.indexed(a[0])"
TEXTS = {"small": TEXT, "one word twice": "no no", "reader": data.text("reader")[:20_000]}


@pytest.fixture(params=TEXTS, scope="module")
def text(request) -> str:
    return TEXTS[request.param]


def python_ids(text: str) -> tuple[tuple[str, ...], np.ndarray]:
    """Words by falling frequency, equals in alphabetical order, and the text as ids."""
    tokenizer = WordTokenizer(text, punctuation=False)
    return tokenizer.vocab.symbols[1:], tokenizer.encode(text) - 1  # without <unk>


def test_words_are_numbered_as_in_python(text):
    found = javascript("matrix_counts.js", COUNTS, words(text))
    names, ids = python_ids(text)
    assert found["names"] == list(names)
    assert found["ids"] == ids.tolist()


@pytest.mark.parametrize("length", [1, 2, 3, 4])
def test_rows_and_cells_are_those_of_lib(text, length):
    names, ids = python_ids(text)
    found = javascript("matrix_counts.js", "m.seenRows(...a)", ids.tolist(), length)
    if len(ids) <= length:  # too short for that prompt and a word
        assert found == []
        return
    counts = count_ngrams(ids, length + 1, len(names))
    prompts = np.unique(counts.tokens()[:, :-1], axis=0)
    assert [row["prompt"] for row in found] == prompts.tolist()
    cells = [[*row["prompt"], cell] for row in found for cell in row["cells"]]
    assert sorted(cells) == counts.tokens().tolist()


@pytest.mark.parametrize("length", [1, 2, 3])
def test_a_row_has_the_counts_of_lib(length):
    names, ids = python_ids(TEXT)
    counts = count_ngrams(ids, length + 1, len(names))
    prompts = [*np.unique(counts.tokens()[:, :-1], axis=0).tolist(), [0] * length]
    rows = javascript(
        "matrix_counts.js", "a[1].map((p) => m.rowOf(a[0], p))", ids.tolist(), prompts
    )
    for prompt, row in zip(prompts, rows, strict=True):
        wanted = counts.following(prompt)
        got = np.zeros_like(wanted)
        for token, times in row:
            got[token] = times
        assert got.tolist() == wanted.tolist()
        assert row == sorted(row, key=lambda cell: (-cell[1], cell[0]))


def test_a_prompt_never_seen_or_at_the_end_has_an_empty_row():
    ids = [0, 1, 0, 2]
    found = javascript("matrix_counts.js", "a[1].map((p) => m.rowOf(a[0], p))", ids, [[2], [1, 1]])
    assert found == [[], []]
    assert len(javascript("matrix_counts.js", "m.seenRows(...a)", ids, 1)) == 2


def test_it_is_one_module():
    assert source.module("matrix_row").rstrip().endswith("export default { render };")


def test_the_page_gets_text_and_prompt():
    about = page(MatrixRow(TEXT, "the cat"))
    assert set(about["state"]) == {"alt", "prompt", "text"}
    assert about["state"]["prompt"] == "the cat"
    assert about["state"]["text"].startswith("the cat sat on the mat the cat saw")
    assert "The row of “the cat”" in about["html"] and "<td>50.0%</td>" in about["html"]


def test_the_first_prompt_is_the_most_common_word():
    assert MatrixRow(TEXT).prompt == "the"
    assert MatrixRow("b a").prompt == "a"


def test_a_prompt_at_the_end_has_an_empty_table():
    assert "<td>" not in page(MatrixRow("the cat sat", "sat"))["html"]


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"text": ""}, "two words"),
        ({"text": "word"}, "two words"),
        ({"text": TEXT, "prompt": ""}, "prompt=''"),
        ({"text": TEXT, "prompt": "the zebra"}, "zebra"),
        ({"text": TEXT, "prompt": "the cat sat on the"}, "one to 4 words"),
        ({"text": TEXT, "alt": "No"}, "alt"),
    ],
)
def test_it_refuses(arguments, message):
    with pytest.raises(ValueError, match=message):
        MatrixRow(**arguments)


def test_it_refuses_what_is_no_text():
    with pytest.raises(TypeError):
        MatrixRow(3)
