"""Every page of the built book: whole without a network, by keyboard, by ear, on a phone."""

from __future__ import annotations

import gzip
import json

import pytest
from conftest import BOOK, visit_of
from course_theme.assets import ensure_assets

SIGNATURE = "e => [...e.querySelectorAll('path, image, text')].map(n => n.outerHTML).join()"


def is_sentence(text: str | None) -> bool:
    return bool(text) and text.strip().endswith(".") and len(text.split()) >= 4


def turn(page, handle) -> None:
    """Move a slider by one step with the keyboard, away from its end."""
    at_end = handle.evaluate("input => Number(input.value) === Number(input.max)")
    handle.focus()
    page.keyboard.press("ArrowLeft" if at_end else "ArrowRight")


# These look at the page as it opened; they come first.


def test_no_request_leaves_the_page(visit):
    assert visit.strangers == []


def test_nothing_goes_wrong_in_the_console(visit):
    assert visit.problems == []


def test_every_formula_is_set_and_nobody_waits_for_nothing(visit):
    formulas = visit.page.locator("article .math").count()
    assert visit.page.locator("article mjx-container").count() == formulas
    assert bool(formulas) == visit.page.evaluate("'startup' in (window.MathJax ?? {})")
    figures = visit.page.locator(".course-plotly").count()
    assert bool(figures) == visit.page.evaluate("'Plotly' in window")


def test_every_figure_is_drawn(visit):
    for figure in visit.page.query_selector_all(".course-plotly"):
        caption = figure.inner_text()[:80]
        assert figure.get_attribute("data-drawn") is not None, caption
        canvas = figure.query_selector(".course-canvas")
        assert canvas.query_selector_all(".main-svg"), caption
        assert canvas.query_selector_all(".mlayer :is(path, image), canvas"), caption
    for figure in visit.page.query_selector_all(".course-widget"):
        assert figure.get_attribute("data-drawn") is not None, figure.get_attribute("data-module")


def test_every_figure_has_alt_text(visit):
    for canvas in visit.page.query_selector_all(".course-canvas"):
        assert is_sentence(canvas.get_attribute("aria-label"))
    for figure in visit.page.query_selector_all(".course-widget"):
        assert is_sentence(figure.get_attribute("aria-label"))
    for image in visit.page.query_selector_all("article img"):
        assert is_sentence(image.get_attribute("alt"))


def axe(page) -> list[str]:
    """Serious and critical violations, one line each."""
    if not page.evaluate("'axe' in window"):
        page.add_script_tag(path=ensure_assets() / "test" / "axe.js")
    report = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
    return [
        f"{rule['id']}: {node['target']} {node['failureSummary']}"
        for rule in report["violations"]
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_serious_barrier(visit, theme):
    visit.page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
    visit.page.wait_for_timeout(300)  # colors fade for a moment
    found = axe(visit.page)
    visit.page.evaluate("document.documentElement.dataset.theme = 'light'")
    assert not found, "\n".join(found)


def test_headings_go_down_one_at_a_time(visit):
    tags = "[...document.querySelectorAll('article :is(h1, h2, h3, h4)')].map(h => h.tagName)"
    levels = [int(tag[1]) for tag in visit.page.evaluate(tags)]
    assert levels.count(1) == (visit.page.url != f"{visit.home}search.html")  # it has none at all
    assert all(after - before <= 1 for before, after in zip(levels, levels[1:], strict=False))


# These play with the page.


def test_every_slider_of_a_figure_changes_the_picture(visit):
    for figure in visit.page.query_selector_all(".course-plotly:has(.course-stepper)"):
        slider, canvas = (figure.query_selector(s) for s in ("input", ".course-canvas"))
        before = (slider.get_attribute("aria-valuetext"), canvas.evaluate(SIGNATURE))
        turn(visit.page, slider)
        visit.page.wait_for_timeout(50)
        assert slider.get_attribute("aria-valuetext") != before[0]
        assert canvas.evaluate(SIGNATURE) != before[1]
        assert is_sentence(figure.query_selector("[role=status]").text_content())


def test_every_slider_of_a_widget_changes_what_it_shows(visit):
    sliders = visit.page.locator(".course-widget input[type=range]")
    seen = 0
    while seen < sliders.count():  # one slider may change how many there are
        slider = sliders.nth(seen).element_handle()
        seen += 1
        assert slider.get_attribute("data-lm-suppress-shortcuts") == "true"
        widget = slider.evaluate_handle("input => input.closest('.cw')")
        before = widget.evaluate("w => w.innerText")
        turn(visit.page, slider)
        assert widget.evaluate("w => w.innerText") != before


def test_every_question_answers_and_remembers(visit):
    data = visit.page.evaluate(
        """() => Promise.all([...document.querySelectorAll('[data-module=quiz]')].map(
             async (figure) => (await course.specOf(figure)).state.questions))"""
    )
    forms = visit.page.query_selector_all(".cw-question")
    questions = [question for quiz in data for question in quiz]
    assert len(forms) == len(questions)
    for form, question in zip(forms, questions, strict=True):
        for choice in range(len(question["choices"])):
            form.query_selector_all("input")[choice].check()
            form.query_selector("input:checked").press("Enter")
            told = form.query_selector("[role=status]").inner_text()
            assert told.startswith("Right." if choice == question["answer"] else "Not quite.")
            assert question["explain"][choice].replace("`", "") in told
    kept = visit.page.evaluate("Object.values(localStorage).filter(v => v.includes('answers'))")
    assert sum(len(json.loads(value)["answers"]) for value in kept) == len(questions)


def test_nothing_went_wrong_while_playing(visit):
    assert visit.problems == []
    assert visit.strangers == []


def test_plotly_is_loaded_once(visit):
    names = visit.page.evaluate("performance.getEntriesByType('resource').map((e) => e.name)")
    plotly = [name for name in names if "/plotly/" in name]
    assert len(plotly) == bool(visit.page.locator(".course-plotly").count())


def test_the_page_is_light(visit, name):
    assert len(gzip.compress((BOOK / name).read_bytes())) <= 300_000


WALK = """(seen) => { const at = document.activeElement; const box = at.getBoundingClientRect();
    at.dataset.walk ??= seen;
    return { place: at.dataset.walk, tag: at.tagName, name: at.outerHTML.slice(0, 120),
      shown: at.matches(":focus-visible") && getComputedStyle(at).outlineStyle !== "none"
, size: box.width * box.height }; }"""


def test_the_tab_key_reaches_every_control_and_shows_where_it_is(visit):
    page = visit.page
    page.evaluate("(document.querySelector('.skip-link a') ?? document.links[0]).focus()")
    wanted = page.evaluate(
        """() => new Set([...document.querySelectorAll(
             "article :is(a[href], button, input, select, textarea, summary, [tabindex='0'])")]
             .filter((e) => e.checkVisibility({ visibilityProperty: true }) && !e.disabled)
             .map((e) => e.type === "radio" ? e.name : e)).size"""
    )
    reached = set()
    for step in range(wanted + 300):
        if step:
            page.keyboard.press("Tab")
        at = page.evaluate(WALK, step)
        if at["tag"] == "BODY" or int(at["place"]) < step:
            break  # around once
        assert (at["shown"] or not step) and at["size"] > 0, at["name"]
        if page.evaluate("document.activeElement.closest('article') !== null"):
            reached.add(at["place"])
    assert len(reached) >= wanted


# These open the page in another way.


def test_a_phone_needs_no_sideways_scrolling(browser, site, name):
    visit = visit_of(browser, site, viewport={"width": 360, "height": 700}).open(name)
    wide = visit.page.evaluate(
        """() => [...document.querySelectorAll("article *")].filter((e) =>
             e.getBoundingClientRect().right > innerWidth + 1
             && !e.closest("pre, table, mjx-container, svg, .course-canvas"))
             .map((e) => e.outerHTML.slice(0, 100))"""
    )
    width = visit.page.evaluate("document.documentElement.scrollWidth")
    visit.page.context.close()
    assert (width, wide) == (360, [])


def test_on_paper_no_line_is_cut_off(browser, site, name):
    paper = {"width": 760, "height": 1080}
    visit = visit_of(browser, site, viewport=paper, java_script_enabled=False)
    visit.page.emulate_media(media="print")
    visit.page.goto(site + name)
    for line in visit.page.query_selector_all("article pre"):
        cut = line.evaluate("e => e.scrollWidth - e.clientWidth")
        assert cut <= 1, line.inner_text()[:100]
    visit.page.context.close()


def test_without_javascript_the_text_and_the_alt_text_remain(browser, site, name):
    visit = visit_of(browser, site, java_script_enabled=False)
    visit.page.goto(site + name)
    text = visit.page.inner_text("article, main")
    assert visit.page.inner_text("h1") in text
    for alt in visit.page.query_selector_all(".course-alt"):
        assert alt.is_visible() and is_sentence(alt.inner_text())
    for widget in visit.page.query_selector_all(".course-static"):
        assert widget.is_visible() and len(widget.inner_text()) > 20
    visit.page.context.close()
