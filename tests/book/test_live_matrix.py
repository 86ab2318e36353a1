"""The matrix widget in a browser, on a page made here: no book is needed."""

from __future__ import annotations

from collections import Counter

import pytest
from test_live import rows

from lib.text import words
from lib.widgets import MatrixRow

TEXT = "The cat saw the dog and the cat saw a cat run. The end of the day, the cat ran."


def row_of(prompt):
    """What the table should show: the words by falling count, then rank, with their shares."""
    text = words(TEXT)
    ranked = sorted(Counter(text).items(), key=lambda item: (-item[1], item[0]))
    rank = {word: i for i, (word, _) in enumerate(ranked)}
    n = len(prompt)
    row = Counter(text[i + n] for i in range(len(text) - n) if text[i : i + n] == prompt)
    best = sorted(row.items(), key=lambda item: (-item[1], rank[item[0]]))
    return [f"{word} {100 * count / row.total():.1f} %" for word, count in best]


@pytest.fixture
def page(show):
    return show(MatrixRow(TEXT, "the")).page


def status(page):
    return page.locator(".cw-status").inner_text()


def test_the_row_has_the_shares_of_python(page):
    assert rows(page) == row_of(["the"])
    assert status(page).startswith("“the” is followed by a word 6 times. 4 of 11 cells")


def test_pressing_a_next_word_makes_the_prompt_longer(page):
    page.get_by_role("button", name="cat: add it to the prompt").press("Enter")
    assert page.get_by_role("textbox").input_value() == "the cat"
    assert rows(page) == row_of(["the", "cat"])
    focused = page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert focused == "saw: add it to the prompt"
    page.get_by_role("button", name="Drop the first word").click()
    assert rows(page) == row_of(["cat"])


def test_the_slider_walks_through_the_rows(page):
    slider = page.get_by_role("slider")
    seen = [status(page)]
    for _ in range(3):
        slider.press("ArrowRight")
        seen.append(status(page))
    assert len(set(seen)) == 4
    slider.press("End")
    assert slider.get_attribute("aria-valuetext") == "10 of 10"


def test_a_typed_prompt_is_looked_up_or_refused(page):
    field = page.get_by_role("textbox")
    field.fill("Dog, and")
    field.press("Enter")
    assert rows(page) == row_of(["dog", "and"])
    field.fill("dog cat")
    field.press("Enter")
    assert "its row is empty" in status(page) and rows(page) == []
    field.fill("the zebra")
    field.press("Enter")
    assert status(page).startswith("“zebra” is not in this text")


def test_a_prompt_keeps_its_last_four_words(page):
    field = page.get_by_role("textbox")
    field.fill("dog and the cat saw a")
    field.press("Enter")
    assert field.input_value() == "the cat saw a"


def test_pressing_the_picture_picks_the_row_there(page):
    picture = page.get_by_role("img")
    box = picture.bounding_box()
    picture.click(position={"x": 5, "y": box["height"] * 1.5 / 10})
    assert page.get_by_role("slider").get_attribute("aria-valuetext") == "2 of 10"
    assert rows(page) == row_of(["cat"])
    assert "The row of “cat” is marked." in picture.get_attribute("aria-label")


def test_the_picture_says_how_full_the_matrix_is(page):
    notes = page.locator(".cw-note").all_inner_texts()
    assert any("10 rows of 11 possible ones are not empty" in note for note in notes)
