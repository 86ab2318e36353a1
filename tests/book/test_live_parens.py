"""The parentheses widget in a browser: typed and clicked, read by a model, balanced or not."""

from __future__ import annotations

import gzip
import re

import numpy as np
import pytest
import torch
from conftest import BOOK, visit_of
from test_pages import axe

from lib import checkpoints
from lib.device import generator
from lib.parens import END, VOCAB, Law, encode, is_balanced
from lib.transformer import Config, Trace, Transformer
from lib.widgets import ParensModel

LAW = Law.upto(8)


def small() -> Transformer:
    made = Transformer(Config(vocab_size=3, context=21, d_model=16, n_heads=2), generator(0))
    with torch.no_grad():
        for weights in made.parameters():
            weights.copy_(0.4 * torch.randn(weights.shape, generator=generator(1)))
    return made.half().float()


MODEL = small()


def traced(text: str, model: Transformer = MODEL) -> tuple[np.ndarray, Trace]:
    trace = Trace()
    row = torch.cat([torch.tensor([END]), encode(text)])[None]
    with torch.no_grad():
        return model(row, trace=trace)[0].softmax(-1).numpy(), trace


@pytest.fixture
def page(show):
    return show(ParensModel(MODEL, LAW, text="(()")).page


def type_in(page, text: str) -> None:
    page.get_by_role("textbox").fill("")
    page.get_by_role("textbox").press_sequentially(text)


def bars(page) -> dict[str, float]:
    """The chances of the next token in percent: who says so, and what."""
    rows = page.locator(".cw-bars").first.locator("tbody tr").all_inner_texts()
    found = [re.fullmatch(r"(.+?)\s+([\d.]+) %", row.strip()).groups() for row in rows]
    return {who: float(share) for who, share in found}


def status(page) -> str:
    return page.locator("[role=status]").inner_text()


def expected(text: str, model: Transformer = MODEL, law: Law = LAW) -> dict[str, float]:
    chances, exact = traced(text, model)[0][-1], law.next(encode(text))
    told = {}
    for symbol, ours, theirs in zip(VOCAB.symbols, chances, exact, strict=True):
        told |= {f"{symbol} model": 100 * float(ours), f"{symbol} exact": 100 * float(theirs)}
    return pytest.approx(told, abs=0.051)  # shown to one place


def test_what_is_typed_is_read_and_compared_with_the_law(page):
    assert bars(page) == expected("(()")
    type_in(page, "(())(")
    assert bars(page) == expected("(())(")
    assert status(page).startswith("Not balanced yet: 1 still open.")
    type_in(page, "a(b)c")
    assert page.get_by_role("textbox").input_value() == "()"
    assert status(page).startswith("Only 20 symbols, ( and ), can be read. Balanced.")
    page.get_by_role("textbox").press("(")
    assert status(page).startswith("Not balanced yet")


def test_buttons_write_and_erase(page):
    box = page.get_by_role("textbox")
    page.get_by_role("button", name="Add )").click()
    page.get_by_role("button", name="Add (").press("Enter")
    assert box.input_value() == "(())("
    page.get_by_role("button", name="Delete").click()
    assert box.input_value() == "(())" and bars(page) == expected("(())")
    page.get_by_role("button", name="Clear").click()
    assert box.input_value() == "" and bars(page) == expected("")
    assert page.get_by_role("button", name="Delete").is_disabled()
    for _ in range(3):
        page.get_by_role("button", name="Random balanced").click()
        assert is_balanced(encode(box.input_value())) and box.input_value()


def test_the_model_reads_no_more_than_it_can(page):
    page.get_by_role("textbox").fill("(" * 50)
    assert page.get_by_role("textbox").input_value() == "(" * 20
    assert page.get_by_role("button", name="Add (").is_disabled()


@pytest.mark.parametrize(
    ("text", "verdict", "why"),
    [
        ("())(", "Not balanced: symbol 3, a “)”, closes nothing.", "no balanced string begins"),
        ("(" * 9, "Not balanced yet: 9 still open.", "9 open ones can't be closed within 16"),
        ("()" * 9, "Balanced.", "at most 16 symbols"),
    ],
)
def test_where_there_is_no_exact_answer_it_says_why(page, text, verdict, why):
    type_in(page, text)
    assert status(page).startswith(verdict) and "no exact answer" in status(page)
    assert why in page.locator(".cw-pair .cw-note").first.inner_text()
    assert list(bars(page)) == ["( model", ") model", "END model"]


def test_every_ready_string_can_be_had(page):
    box = page.get_by_role("textbox")
    for label, text in ParensModel(MODEL, LAW).examples:
        page.get_by_role("button", name=label, exact=True).click()
        assert box.input_value() == text


def test_a_token_is_chosen_by_keyboard_and_pointer(page):
    type_in(page, "(())")
    page.get_by_role("option", name="symbol 4, ), 0 open").focus()
    page.keyboard.press("ArrowLeft")
    assert bars(page) == expected("(()")
    assert "After symbol 3" in status(page)
    page.keyboard.press("Home")
    assert bars(page) == expected("")
    page.get_by_role("option", name="symbol 2, (").hover()
    assert bars(page) == expected("((")
    page.get_by_role("button", name="Add (").click()
    assert bars(page) == expected("(())(")


def test_the_chosen_head_is_the_model_s(page):
    type_in(page, "(()())")
    page.get_by_role("button", name="block 2, head 1").click()
    pattern = traced("(()())")[1]["blocks.1.attn.hook_pattern"][0, 0, -1]
    shares = page.locator(".cw-token").evaluate_all(
        "(all) => all.map((one) => Number(one.style.getPropertyValue('--share')))"
    )
    np.testing.assert_allclose(shares, pattern, atol=1e-3)
    rows = page.locator(".cw-heads .cw-bars tbody tr").all_inner_texts()
    best = int(pattern.argmax())
    symbol, back = ["END", *"(()())"][best], 6 - best
    assert rows[0].startswith(f"{symbol} ({f'{back} back' if back else 'itself'})")
    assert f"{100 * pattern.max():.1f} %" in rows[0]


def test_the_depth_is_read_off_where_one_says(show):
    probes = np.random.default_rng(0).normal(0, 0.2, (3, 17))
    page = show(ParensModel(MODEL, LAW, text="(()", probes=probes)).page
    trace = traced("(()")[1]
    names = ["blocks.0.hook_resid_pre", "blocks.0.hook_resid_post", "blocks.1.hook_resid_post"]
    slider = page.get_by_role("slider")
    for stage in (2, 1, 0):
        assert slider.input_value() == str(stage)
        value = trace[names[stage]][0, -1].numpy() @ probes[stage, :-1] + probes[stage, -1]
        told = f"Open after the chosen token: 1; read off the model: {value:.2f}."
        assert page.get_by_text(told.replace("-", "−")).is_visible()
        slider.press("ArrowLeft")
    assert page.locator(".cw-depth .cw-read").get_attribute("d").count("M") == 3
    page.get_by_role("option", name="END").hover()
    assert page.get_by_text("Open after the chosen token: 0.").is_visible()


def test_without_probes_there_is_nothing_to_choose(page):
    assert page.get_by_role("slider").count() == 0
    assert page.get_by_text("Open after the chosen token: 1.").is_visible()


def test_a_phone_shows_it_all(show):
    page = show(ParensModel(MODEL, LAW), viewport={"width": 360, "height": 700}).page
    page.get_by_role("textbox").fill("()" * 10)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_without_scripts_the_chances_can_be_read(show, browser):
    shown = show(ParensModel(MODEL, LAW, text="(()"))
    page = visit_of(browser, shown.home, java_script_enabled=False).page
    page.goto(shown.page.url)
    told = page.locator(".course-static").inner_text()
    for chances in (traced("(()")[0][-1], LAW.next(encode("(()"))):
        assert all(f"{100 * share:.1f} %" in told for share in chances)
    page.context.close()


def test_the_chapter_has_the_shipped_model_and_fetches_it_when_it_is_seen(browser, site):
    visit = visit_of(browser, site)
    asked: list[str] = []
    visit.page.on("request", lambda request: asked.append(request.url))
    visit.page.goto(f"{site}chapters/10-parentheses.html", wait_until="load")
    figure = visit.page.locator("[data-module=parens_model]")
    weights = figure.get_attribute("data-source")
    assert not [url for url in asked if url.endswith(weights)]
    assert len(gzip.compress((BOOK / "_static" / weights).read_bytes())) < 1_000_000
    figure.scroll_into_view_if_needed()
    figure.get_by_role("textbox").fill("(()(()")
    about = checkpoints.card("parens")["config"]
    shipped = checkpoints.load("parens", Transformer(Config(**about)))
    assert bars(figure) == expected("(()(()", shipped, Law.upto(32))
    assert visit.problems == [] and visit.strangers == []
    visit.page.context.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_has_no_serious_barrier(show, theme):
    page = show(ParensModel(MODEL, LAW, probes=np.zeros((3, 17)))).page
    page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
    page.wait_for_timeout(300)
    found = axe(page)
    assert not found, "\n".join(found)
