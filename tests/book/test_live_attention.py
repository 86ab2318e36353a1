"""Attention head, token strip and grid of heads in a browser, by keyboard and pointer."""

from __future__ import annotations

import numpy as np
import pytest
from test_pages import axe

from lib.widgets import AttentionHead, HeadsGrid, TokenStrip

TOKENS = ["the", " cat", " sat"]
QUERY = [[1, 0], [0, 1], [2, -1]]
KEY = [[0, 1], [1, 1], [1, 0]]
VALUE = [[1, 0, 0], [0, 1, 0], [0, 0, 1]]


@pytest.fixture
def head(show):
    return show(AttentionHead(TOKENS, QUERY, KEY, VALUE)).page


def table(page) -> list[list[str]]:
    rows = page.locator(".cw-grid tbody tr").all()
    return [[cell.inner_text() for cell in row.locator("td").all()] for row in rows]


def press(page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def test_the_head_goes_step_by_step_to_the_output(head):
    scores = np.array(QUERY) @ np.array(KEY).T
    assert table(head) == [[f"{s:.2f}".replace("-", "−") for s in row] for row in scores]
    press(head, "Next step")
    assert table(head)[2][1] == f"{scores[2, 1] / 2**0.5:.2f}"
    press(head, "Next step")
    assert table(head)[0][1:] == ["−∞", "−∞"] and "−∞" not in table(head)[2]
    press(head, "Next step")
    weights = AttentionHead(TOKENS, QUERY, KEY, VALUE).weights()
    assert table(head) == [[f"{w:.2f}" for w in row] for row in weights]
    press(head, "Next step")
    assert table(head) == [[f"{o:.2f}" for o in row] for row in weights @ np.array(VALUE)]
    assert head.get_by_role("button", name="Next step").is_disabled()


def test_without_the_mask_all_look_at_all(head):
    head.get_by_label("Look back only").uncheck()
    head.locator("input[type=range]").press("End")
    head.locator("input[type=range]").press("ArrowLeft")
    weights = AttentionHead(TOKENS, QUERY, KEY, VALUE, causal=False).weights()
    assert table(head) == [[f"{w:.2f}" for w in row] for row in weights]


def test_a_number_is_worked_out_where_the_arrow_keys_lead(head):
    chosen = head.locator("[role=gridcell][tabindex='0']")
    assert chosen.get_attribute("aria-label") == "␣sat, the: −1.00"
    chosen.focus()
    head.keyboard.press("ArrowRight")
    exact = head.locator(".cw-exact")
    assert exact.inner_text() == (
        "query of “␣sat” · key of “␣cat” = 2.00 × 1.00 + (−1.00) × 1.00 = 1.00"
    )
    assert head.evaluate("document.activeElement.getAttribute('aria-label')") == (
        "␣sat, ␣cat: 1.00"
    )
    head.locator("[role=gridcell]").first.hover()
    assert "query of “the” · key of “the”" in exact.inner_text()


def test_numbers_can_be_changed_and_given_back(head):
    field = head.get_by_label("query, entry 1")
    field.fill("3")
    field.press("Enter")
    assert table(head)[2][2] == "3.00"
    field.fill("99")
    field.press("Enter")
    assert field.input_value() == "9"
    press(head, "Back to the given numbers")
    assert field.input_value() == "2" and table(head)[2][2] == "2.00"


def test_the_head_plays_by_itself_and_not_for_those_who_want_calm(show):
    page = show(AttentionHead(TOKENS, QUERY, KEY, VALUE, step=4)).page
    press(page, "Play")
    page.wait_for_function("document.querySelector('input[type=range]').value === '1'")
    press(page, "Pause")
    assert page.get_by_role("button", name="Play").is_visible()
    calm = show(AttentionHead(TOKENS, QUERY, KEY, VALUE), reduced_motion="reduce").page
    assert not calm.get_by_role("button", name="Play").is_visible()


def test_the_strip_tells_of_the_token_that_is_picked(show):
    strip = TokenStrip(["the", " cat", "\n"], [np.nan, 3, 1], details=["", "Dog was likelier.", ""])
    page = show(strip).page
    told = page.locator("[role=status]")
    assert told.inner_text() == "“␣cat”: 3.00 bits, probability 12.5 %. Dog was likelier."
    page.get_by_role("option", name="cat").focus()
    page.keyboard.press("ArrowRight")
    assert told.inner_text() == "“↵”: 1.00 bits, probability 50 %."
    page.keyboard.press("Home")
    assert told.inner_text() == "“the” was given, not guessed."
    page.get_by_role("option", name="cat").hover()
    assert told.inner_text().startswith("“␣cat”")
    assert "2 tokens guessed, 2.00 bits each on average: a perplexity of 4.00" in (
        page.locator(".cw-note").inner_text()
    )


def test_the_grid_reads_one_head_token_by_token(show):
    back = np.eye(4)[[0, 0, 1, 2]]
    page = show(HeadsGrid(np.stack([np.tril(np.ones((4, 4))) / 4, back]), "abcd")).page
    page.get_by_role("button", name="head 2").click()
    assert page.locator(".cw-note").inner_text() == "head 2, token 4: most at “c”, 1 back."
    page.get_by_role("slider").press("ArrowLeft")
    rows = [" ".join(row.split()) for row in page.locator(".cw-bars tbody tr").all_inner_texts()]
    assert rows == ["b (1 back) 100.0 %"]
    box = page.locator(".cw-large").bounding_box()
    page.mouse.move(box["x"] + 5, box["y"] + 5)
    assert "token 1: most at “a”, itself" in page.locator(".cw-note").inner_text()
    ink = """(button) => { const canvas = button.querySelector('canvas');
        const data = canvas.getContext('2d').getImageData(0, 0, 96, 96).data;
        return data.filter((_, i) => i % 4 === 3).reduce((a, b) => a + b) / 255 / 96 / 96; }"""
    shares = [page.locator(".cw-head").nth(i).evaluate(ink) for i in range(2)]
    np.testing.assert_allclose(shares, [10 / 4 / 16, 4 / 16], atol=0.01)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_none_of_them_has_a_serious_barrier(show, theme):
    strip = TokenStrip(TOKENS, [0.5, 3, 1])
    grid = HeadsGrid(np.full((2, 3, 3), 1 / 3), TOKENS)
    page = show(AttentionHead(TOKENS, QUERY, KEY, VALUE, step=2), strip, grid).page
    page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
    page.wait_for_timeout(300)
    found = axe(page)
    assert not found, "\n".join(found)
