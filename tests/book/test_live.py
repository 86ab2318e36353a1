"""The widgets and the figure script in a browser, on a page made here: no book is needed."""

from __future__ import annotations

import json

import numpy as np
import plotly.graph_objects as go
import pytest
from course_theme.figures import CARTESIAN, INLINE, plotly_html

from lib.plots import bars, finish, matrix, stepper
from lib.text import LETTERS, normalize
from lib.widgets import NGramSampler, Question, Quiz, TemperatureBars

TEXT = "the cat sat on the mat and the dog sat on the log "
ALT = "Bars of no great meaning, drawn for a test."


def steps(count=3, size=2):
    grid = np.linspace(0, 1, size * size).reshape(size, size)
    frames = {
        str(i): matrix(grid**i, range(size), range(size), alt=f"All cells to the power of {i}.")
        for i in range(1, count + 1)
    }
    return stepper(frames, label="power", alt="Cells darken as the power falls.", play=True)


# Figures.


def test_stepper_by_keyboard_and_by_play(show):
    page = show(steps()).page
    slider, status = page.locator(".course-stepper input"), page.locator("[role=status]")
    slider.focus()
    page.keyboard.press("End")
    assert slider.get_attribute("aria-valuetext") == "3"
    assert status.text_content() == "All cells to the power of 3."
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("document.querySelector('.course-stepper output').textContent === '2'")
    page.get_by_role("button", name="Pause").click()
    assert page.get_by_role("button", name="Play").is_visible()


def test_a_figure_follows_the_theme_and_keeps_its_step(show):
    page = show(steps()).page
    page.locator(".course-stepper input").press("ArrowRight")
    look = """() => { const plot = document.querySelector(".course-canvas");
        const { font, coloraxis } = plot.layout;
        const step = document.querySelector("output").textContent;
        return [font.color, coloraxis.colorscale[0][1], step];
    }"""
    light = page.evaluate(look)
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    page.wait_for_function(f"([ink]) => ({look})()[0] !== ink", arg=light)
    dark = page.evaluate(look)
    assert dark[1] != light[1] and dark[2] == light[2]
    page.evaluate("document.documentElement.dataset.theme = 'light'")
    page.wait_for_function(f"([ink]) => ({look})()[0] === ink", arg=light)
    assert page.evaluate(look) == light


def test_a_big_figure_waits_in_a_file_of_its_own(show, folder):
    page = show(steps(size=80)).page
    assert page.locator(".course-plotly script").count() == 0
    source = page.locator(".course-plotly").get_attribute("data-source")
    assert (folder / "_static" / source).stat().st_size > INLINE
    assert page.locator(".main-svg").count() > 0


def test_the_small_plotly_knows_all_the_traces_it_is_chosen_for(show):
    page = show(bars([1, 2], "ab", alt=ALT)).page
    assert set(page.evaluate("Object.keys(Plotly.PlotSchema.get().traces)")) >= CARTESIAN


def test_other_traces_load_the_whole_of_plotly(show):
    surface = go.Figure(go.Surface(z=[[0, 1], [1, 2]]))
    page = show(finish(surface, alt="A tilted plane over a square.")).page
    assert page.evaluate("performance.getEntriesByType('resource').map(e => e.name).join()").count(
        "plotly/full.js"
    )
    assert page.locator(".course-canvas canvas").count() > 0


def test_a_figure_that_cannot_be_drawn_leaves_its_alt_text(browser, folder, home, show):
    show(bars([1, 2], "ab", alt=ALT))
    name = sorted(folder.glob("*.html"))[-1].name
    page = browser.new_context().new_page()
    page.route("**/plotly/**", lambda route: route.abort())
    page.goto(home + name)
    page.locator(".course-plotly[data-failed]").wait_for()
    assert page.get_by_text(ALT).is_visible()
    page.context.close()


def numbers(page):
    page.get_by_text("The numbers").click()
    lines = page.locator(".course-numbers tr").all_inner_texts()
    return [line.split("\t") for line in lines]


def test_the_numbers_of_bars_are_a_table(show):
    series = {"one": np.array([0.5, 1 / 3]), "two": [2, 3]}
    page = show(bars(series, ["a", " "], alt=ALT, x_title="letter")).page
    assert numbers(page) == [["letter", "one", "two"], ["a", "0.5", "2"], ["␣", "0.3333", "3"]]


def test_the_numbers_of_a_matrix_follow_its_slider(show):
    page = show(steps()).page
    assert numbers(page)[1:] == [["0", "0", "0.3333"], ["1", "0.6667", "1"]]
    page.locator(".course-stepper input").press("ArrowRight")
    page.get_by_text("0.1111").wait_for()


def test_a_page_opened_from_the_disk_is_whole(show, folder):
    page = show(steps(size=80), Quiz([QUESTION]), where=folder.as_uri() + "/").page
    assert page.locator(".main-svg").count() > 0
    assert page.get_by_role("button", name="Check").is_visible()


def test_figures_without_alt_text_are_refused(tmp_path):
    with pytest.raises(ValueError, match="alt"):
        plotly_html(json.loads(go.Figure(go.Bar(y=[1])).to_json()), tmp_path)


# The sampler.


def top_letters(text, start, n, count):
    """What an n-gram model of letters writes at temperature 0, ties to the first letter."""
    made = " " + start
    for _ in range(count):
        context = made[max(0, len(made) - n + 1) :]
        while not any(counts := [occurrences(text, context + letter) for letter in LETTERS]):
            context = context[1:]
        made += LETTERS[int(np.argmax(counts))]
    return made[1:]


def occurrences(text, part):
    return sum(text.startswith(part, i) for i in range(len(text)))


def rows(page):
    return [" ".join(row.split()) for row in page.locator(".cw-bars tbody tr").all_inner_texts()]


def written(page):
    return page.locator(".cw-text").text_content()


@pytest.mark.parametrize("n", [1, 2, 4, 8])
def test_sampler_writes_what_python_writes_at_temperature_zero(show, n):
    page = show(NGramSampler(TEXT, n=n, temperature=0, prompt="the")).page
    page.get_by_role("button", name="100 letters").click()
    assert written(page) == top_letters(normalize(TEXT), "the", n, 100)


def test_sampler_repeats_with_a_seed_and_differs_with_another(show):
    def run(seed):
        page = show(NGramSampler(TEXT, n=2, seed=seed)).page
        page.get_by_role("button", name="100 letters").click()
        first = written(page)
        page.get_by_role("button", name="Start over").click()
        assert written(page) == ""
        page.get_by_role("button", name="100 letters").click()
        assert written(page) == first
        return first

    assert run(1) == run(1) != run(2)


def test_sampler_shows_the_chances_it_draws_from(show):
    page = show(NGramSampler("aab aab aac", n=3, prompt="aa")).page
    assert rows(page) == ["b 66.7 %", "c 33.3 %"]
    assert "seen 3 times" in page.locator(".cw-context").inner_text()


def test_sampler_marks_letters_drawn_from_a_shorter_context(show):
    page = show(NGramSampler(TEXT, n=4, prompt="xca")).page
    assert "Nothing ever followed" in page.locator(".cw-context").inner_text()
    page.get_by_role("button", name="One letter").click()
    assert page.locator(".cw-text mark").get_attribute("title") == (
        "drawn from a context shorter by 1"
    )
    assert written(page) == "xcat"
    assert page.locator(".cw-status").inner_text() == "Added t, chance 100.0 %."


def test_sampler_plays_pauses_and_rests_where_motion_is_unwanted(show):
    page = show(NGramSampler(TEXT, n=2)).page
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("document.querySelector('.cw-text').textContent.length >= 3")
    page.get_by_role("button", name="Pause").click()
    assert page.locator(".cw-status").inner_text() == f"Paused after {len(written(page))} letters."
    calm = show(NGramSampler(TEXT, n=2), reduced_motion="reduce").page
    assert not calm.get_by_role("button", name="Play").is_visible()


def test_sampler_counts_a_text_of_the_reader_s_own(show):
    page = show(NGramSampler(TEXT, n=1)).page
    page.get_by_text("Count another text").click()
    area, use = page.get_by_role("textbox"), page.get_by_role("button", name="Count this text")
    area.fill("123 !")
    use.click()
    assert page.locator(".cw-status").inner_text() == "This text has no letter from a to z."
    area.fill("Zzz... zÄz")
    use.click()
    assert rows(page) == [
        "z 71.4 %", "␣ 14.3 %", "a 14.3 %",
    ]  # fmt: skip
    page.get_by_role("button", name="Back to the given text").click()
    assert page.locator(".cw-bars tbody tr").count() == 8


# The bars and the quiz.

QUESTION = Question("Is `1 < 2`?", ["no", "yes"], 1, ["Count again.", "It is."])


@pytest.mark.parametrize("temperature, k", [(1.0, 4), (0.5, 2), (0.0, 4)])
def test_temperature_bars_show_the_entropy(show, temperature, k):
    logits = np.log([8.0, 4.0, 2.0, 2.0])
    page = show(TemperatureBars(logits, "abcd", temperature=temperature, top_k=k)).page
    kept = np.exp(logits[:k] / temperature) if temperature else np.array([1.0])
    p = kept / kept.sum()
    assert rows(page)[0] == f"a {100 * p[0]:.1f} %"
    assert (
        f"Entropy {abs(-(p * np.log2(p)).sum()):.2f} bits" in page.locator(".cw-note").inner_text()
    )


def test_two_quizzes_keep_their_own_answers_until_cleared(show):
    other = Question("Is `2 < 1`?", ["no", "yes"], 0, ["Two is more.", "Count again."])
    page = show(Quiz([QUESTION]), Quiz([other])).page
    first, second = page.locator(".course-widget").all()
    first.get_by_role("button", name="Check").click()
    assert first.locator("[role=status]").inner_text() == "Choose an answer first."
    for quiz in (first, second):
        quiz.get_by_label("no").check()
        quiz.get_by_role("button", name="Check").click()
    page.reload()
    page.locator(".course-widget[data-drawn] >> nth=1").wait_for()
    told = page.locator(".cw-feedback").all_inner_texts()
    assert told == ["Not quite. Count again.", "Right. Two is more."]
    page.get_by_role("button", name="Clear my answers").first.click()
    assert page.locator(".cw-feedback").all_inner_texts() == ["", told[1]]
