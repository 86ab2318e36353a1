"""The book's own apparatus: descriptions, sitemap, glossary, numbers, search, progress."""

from __future__ import annotations

import re
import struct
import xml.etree.ElementTree as ElementTree
from urllib.parse import unquote

import pytest
from conftest import BOOK, ROOT, pages, visit_of
from course_theme import about, glossary
from docutils import nodes
from docutils.core import publish_doctree

from lib.project.settings import repository

MADE = {"404.html", "genindex.html", "search.html"}  # pages without a source
CHAPTERS = [page for page in pages() if re.match(r"chapters/\d", page)]


@pytest.fixture
def fresh(browser, site):
    """Open pages in a browser that has kept nothing."""
    visit = visit_of(browser, site)
    yield visit
    visit.page.context.close()
    assert visit.problems == [] and visit.strangers == []


# What a page says about itself.


def test_every_page_describes_itself_and_no_two_alike(browser, site):
    told = {}
    page = visit_of(browser, site, java_script_enabled=False).page
    for name in set(pages()) - MADE:
        page.goto(site + name)
        tags = page.query_selector_all("meta[property^='og:'], meta[name='description']")
        said = {t.get_attribute("property") or "about": t.get_attribute("content") for t in tags}
        assert said["about"] == said["og:description"] and 40 < len(said["about"]) < 210
        assert said["og:url"] == repository().pages + name
        assert said["og:url"] == page.get_attribute("link[rel=canonical]", "href")
        assert said["og:image"].endswith("_static/card.png")
        told[name] = said["about"]
    page.context.close()
    assert len(set(told.values())) == len(told) > 1


def test_the_card_is_of_the_size_that_its_readers_expect():
    picture = (BOOK / "_static" / "card.png").read_bytes()
    assert struct.unpack(">II", picture[16:24]) == (1200, 630)
    assert len(picture) < 100_000


def test_the_sitemap_lists_every_page_that_has_a_source():
    tree = ElementTree.parse(BOOK / "sitemap.xml")
    listed = {place.text for place in tree.findall(".//{*}loc")}
    assert listed == {repository().pages + name for name in set(pages()) - MADE}
    days = [when.text for when in tree.findall(".//{*}lastmod")]
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d", day) for day in days)


def test_the_foot_leads_to_the_source_and_to_a_report(browser, site):
    page = visit_of(browser, site).page
    for name in set(pages()) - MADE:
        page.goto(site + name)
        edit = page.get_by_role("link", name="Edit this page").get_attribute("href")
        path = edit.removeprefix(repository().edit(""))
        assert (ROOT / path).is_file()
        report = page.get_by_role("link", name="report a problem").get_attribute("href")
        assert unquote(report).endswith(path)
    page.context.close()


def test_without_git_no_page_says_when_it_changed(monkeypatch):
    def missing(*arguments, **options):
        raise FileNotFoundError("git")

    monkeypatch.setattr(about.subprocess, "run", missing)
    assert about.last_changes() == {}


def test_the_last_change_is_the_newest_commit_s(monkeypatch):
    log = "\0" + "2026-05-02\n\nindex.md\n\0" + "2026-05-01\n\nindex.md\nchapters/a.md\n"
    done = about.subprocess.CompletedProcess([], 0, stdout=log)
    monkeypatch.setattr(about.subprocess, "run", lambda *a, **o: done)
    assert about.last_changes() == {"index.md": "2026-05-02", "chapters/a.md": "2026-05-01"}


def test_a_lost_reader_finds_the_way_from_any_address(browser, site):
    visit = visit_of(browser, site)
    page = visit.page
    page.goto(site + "404.html")
    ways = page.evaluate("[...document.querySelectorAll('a, form')].map(e => e.href || e.action)")
    assert ways and all(way.startswith(repository().pages) for way in ways)
    assert page.evaluate("performance.getEntriesByType('resource').length") == 0
    page.context.close()


# The glossary.

GLOSSARY = {
    "bit": glossary.Term("bit", "term-bit", "A halving."),
    "language model": glossary.Term("language model", "term-language-model", "It guesses."),
    "model": glossary.Term("model", "term-model", "A function."),
}


def linked(text: str) -> list[str]:
    tree = publish_doctree(text)
    words = tree.astext()
    glossary.link_terms(tree, GLOSSARY, "glossary.html")
    assert tree.astext() == words  # only links are added
    return [link.astext() for link in tree.findall(nodes.reference)]


@pytest.mark.parametrize(
    "text, found",
    [
        ("A bit is a bit.", ["bit"]),
        ("Three Bits.", ["Bits"]),
        ("A habit, bitten, a two-bit word, bit_1.", []),
        ("``bit``, *bit*, `bit <https://x.org>`_", ["bit"]),  # its own link, no other
        ("A language model is a model.", ["language model", "model"]),
        ("A model is not a language model.", ["model", "language model"]),
        ("A bit\n=====\n\nNo bit more.\n", ["bit"]),
    ],
)
def test_a_term_is_linked_where_it_is_first_used(text, found):
    assert linked(text) == found


def test_every_term_of_a_page_leads_to_its_entry(visit):
    anchors = (BOOK / "chapters/glossary.html").read_text("utf-8")
    for link in visit.page.query_selector_all("a.course-term"):
        assert len(link.get_attribute("data-meaning")) > 20
        assert f'id="{link.get_attribute("href").partition("#")[2]}"' in anchors


@pytest.mark.parametrize("name", CHAPTERS[:1])
def test_a_meaning_shows_by_keyboard_and_by_pointer(fresh, name):
    page = fresh.open(name).page
    link, note = page.locator("a.course-term").first, page.locator("[role=tooltip]")
    assert not note.is_visible()
    link.focus()
    assert note.inner_text() == link.get_attribute("data-meaning")
    assert link.get_attribute("aria-describedby") == note.get_attribute("id")
    page.keyboard.press("Escape")
    assert not note.is_visible() and link.get_attribute("aria-describedby") is None
    link.hover()
    note.wait_for()
    note.hover()  # it stays while it is read
    page.wait_for_timeout(400)
    assert note.is_visible()
    page.mouse.move(5, 5)
    note.wait_for(state="hidden")


@pytest.mark.parametrize("name", CHAPTERS[:1])
def test_without_scripts_a_meaning_is_the_browser_s_own_hint(browser, site, name):
    page = visit_of(browser, site, java_script_enabled=False).page
    page.goto(site + name)
    assert len(page.locator("a.course-term").first.get_attribute("title")) > 20
    page.context.close()


# Numbers.


@pytest.mark.parametrize("name", CHAPTERS)
def test_figures_and_formulas_are_numbered_through(browser, site, name):
    page = visit_of(browser, site, java_script_enabled=False).page
    page.goto(site + name)
    chapter = int(re.search(r"/(\d+)-", name)[1])
    for selector, form in (("a.course-number", "Figure {}.{}"), (".eqno", "({}.{})#")):
        found = page.locator(selector).all_text_contents()
        assert found == [form.format(chapter, i) for i in range(1, len(found) + 1)]
        targets = page.evaluate(
            """(s) => [...document.querySelectorAll(`${s}[href], ${s} [href]`)].map(
                 (a) => document.querySelector(a.getAttribute('href')) !== null)""",
            selector,
        )
        assert targets == [True] * len(found)
    assert page.locator("a.course-number").count() == page.locator(
        ".course-plotly, .course-widget:not([data-module=quiz])"
    ).count()  # fmt: skip
    page.context.close()


# Search, and a reader's own progress.


def test_search_finds_a_chapter_by_a_word_of_it(fresh):
    page = fresh.page
    page.goto(fresh.home + "search.html?q=perplexity")
    page.locator("#search-results li a").first.wait_for()
    found = page.evaluate("[...document.querySelectorAll('#search-results a')].map(a => a.href)")
    assert any("/chapters/" in address for address in found)


@pytest.mark.parametrize("name", [page for page in CHAPTERS if "letters" in page])
def test_progress_is_kept_shown_and_cleared(fresh, name):
    page = fresh.page
    page.goto(fresh.home + name)
    page.wait_for_timeout(300)
    assert page.locator(".course-progress").count() == 0  # opened is not read
    page.locator(".prev-next-area").scroll_into_view_if_needed()
    sign = page.locator(".bd-links .current .course-progress")
    sign.wait_for()
    assert "read to the end" in sign.text_content()
    quiz = page.locator("[data-module=quiz]")
    quiz.scroll_into_view_if_needed()
    forms = page.locator(".cw-question")
    forms.first.wait_for()
    forms.first.locator("input").first.check()
    forms.first.get_by_role("button").click()
    assert re.search(rf"[01] of {forms.count()} questions right", sign.text_content())

    page.goto(fresh.home + "index.html")
    own = page.get_by_role("region", name="Your progress")
    assert "read to the end; " in own.get_by_role("listitem").inner_text()
    own.get_by_role("button").click()
    assert own.get_by_role("status").inner_text() == "Cleared."
    assert own.get_by_role("listitem").count() == page.locator(".course-progress").count() == 0
    kept = page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('course'))")
    assert kept == []
    page.goto(fresh.home + name)
    page.locator("[data-module=quiz]").scroll_into_view_if_needed()
    forms.first.wait_for()
    assert page.locator(".cw-question input:checked").count() == 0
