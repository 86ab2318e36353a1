"""What a page says about itself: description and card for those who link to it, last change,
where to edit it and report a problem; and, for the whole book, sitemap and "not found" page.
"""

from __future__ import annotations

import subprocess
from html import escape
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config

from lib.project import ROOT
from lib.project.settings import repository

LONGEST = 200  # letters of a description; search engines show no more
CARD_ALT = "The title One Word at a Time, over an unfinished sentence and bars for its next word."


def configure(app: Sphinx, config: Config) -> None:
    config.html_baseurl = config.html_baseurl or repository().pages
    config.html_additional_pages["404"] = "404.html"
    config.html_theme_options["footer_content_items"] = ["page-foot.html"]


def description(doctree: nodes.document) -> str:
    """Return the page's first paragraph of prose, cut at a word."""
    for paragraph in doctree.findall(nodes.paragraph):
        text = " ".join(paragraph.astext().split())
        if len(text) > 40:
            return text if len(text) <= LONGEST else text[:LONGEST].rsplit(" ", 1)[0] + " …"
    return ""


def card(title: str, about: str, address: str, base: str) -> str:
    """Return the tags that search engines and those who show links read."""
    named = {"description": about, "twitter:card": "summary_large_image"}
    properties = {
        "og:type": "article",
        "og:site_name": "One Word at a Time",
        "og:title": title,
        "og:description": about,
        "og:url": address,
        "og:image": f"{base}_static/card.png",
        "og:image:alt": CARD_ALT,
    }
    lines = [f'<meta name="{key}" content="{escape(value)}"/>' for key, value in named.items()]
    lines += [f'<meta property="{k}" content="{escape(v)}"/>' for k, v in properties.items()]
    return "\n".join(["", *lines])


def last_changes() -> dict[str, str]:
    """Return when each file was last changed, as YYYY-MM-DD; empty where there is no git."""
    command = ["git", "log", "--format=%x00%cs", "--name-only", "--", "index.md", "chapters"]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    except OSError:
        return {}
    dates: dict[str, str] = {}
    for commit in done.stdout.split("\0")[1:]:
        date, *names = commit.split()
        for name in names:
            dates.setdefault(name, date)
    return dates


def source_of(app: Sphinx, docname: str) -> str:
    """Return the page's file, relative to the repository."""
    return Path(app.env.doc2path(docname)).resolve().relative_to(Path(app.srcdir)).as_posix()


def adorn(
    app: Sphinx, pagename: str, templatename: str, context: dict, doctree: nodes.document | None
) -> None:
    """Give the templates what a page says about itself; only pages with a source say anything."""
    context["book_address"] = app.config.html_baseurl
    if doctree is None:
        return
    source = source_of(app, pagename)
    context["page_changed"] = app.course_changes.get(source)
    context["page_edit"] = repository().edit(source)
    context["page_report"] = repository().report(source)
    title = app.env.titles[pagename].astext()
    base = app.config.html_baseurl
    address = base + app.builder.get_target_uri(pagename)
    context["metatags"] += card(title, description(doctree), address, base)


def prepare(app: Sphinx) -> None:
    app.course_changes = last_changes()


def write_sitemap(app: Sphinx, problem: Exception | None) -> None:
    """Write `sitemap.xml`: the address and the last change of every page."""
    if problem or app.builder.format != "html":
        return
    lines = []
    for name in sorted(app.env.found_docs):
        address = app.config.html_baseurl + app.builder.get_target_uri(name)
        changed = app.course_changes.get(source_of(app, name))
        when = f"<lastmod>{changed}</lastmod>" if changed else ""
        lines.append(f"<url><loc>{escape(address)}</loc>{when}</url>")
    text = "\n".join(lines)
    Path(app.outdir, "sitemap.xml").write_text(
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{text}\n</urlset>\n',
        encoding="utf-8",
    )


def setup(app: Sphinx) -> None:
    app.connect("config-inited", configure)
    app.connect("builder-inited", prepare)
    app.connect("html-page-context", adorn)
    app.connect("build-finished", write_sitemap)
