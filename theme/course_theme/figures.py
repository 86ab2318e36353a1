"""Plotly figures and widgets of a notebook as HTML that reads well before any script runs."""

from __future__ import annotations

import hashlib
import html
import json
from pathlib import Path

from docutils import nodes
from myst_nb.core import render
from sphinx.application import Sphinx
from sphinx.util import logging

from lib.plots import check_alt
from lib.widgets.base import MIME as WIDGET

PLOTLY = "application/vnd.plotly.v1+json"
LOG = logging.getLogger(__name__)

#: Up to this many characters a figure's data stands in the page; more goes into a file of its own,
#: fetched when the figure comes near. That file is a script, not JSON, because a page opened from
#: the disk may load scripts but not fetch files.
INLINE = 30_000

#: The trace types in plotly's cartesian bundle that the book may use. A page with any other loads
#: the full one, three times as large.
CARTESIAN = {
    "bar", "box", "contour", "heatmap", "histogram", "histogram2d", "image", "pie", "scatter",
    "violin",
}  # fmt: skip


class Live(nodes.General, nodes.Element):
    """A figure or widget, kept as data until a page is written: attributes `kind` and `content`."""


class Renderer:
    """What myst-nb asks for each kind of output."""

    mime_priority_overrides = [("html", WIDGET, 1), ("html", PLOTLY, 2)]

    @staticmethod
    def handle_mime(renderer: object, data: render.MimeData, inline: bool) -> list | None:
        if data.mime_type not in (PLOTLY, WIDGET):
            return None
        content = data.content if isinstance(data.content, dict) else json.loads(data.content)
        node = Live(kind=data.mime_type, content=content)
        node.source, node.line = str(renderer.source), data.line
        return [node]


def visit_live(translator: object, node: Live) -> None:
    make = plotly_html if node["kind"] == PLOTLY else widget_html
    try:
        static = Path(translator.builder.outdir, "_static")
        translator.body.append(make(node["content"], static, node.get("number", "")))
    except (TypeError, ValueError) as problem:
        LOG.warning("figure left out: %s", problem, location=node, type="course")
    raise nodes.SkipNode


def plotly_html(content: dict, static: Path, number: str = "") -> str:
    """Return a figure element for plotly's JSON; large data goes into a file under `static`.

    Raises
    ------
    TypeError, ValueError
        If the figure has no alt text (see `lib.plots.check_alt`).
    """
    layout = dict(content.get("layout", {}))
    meta = dict(layout.get("meta") or {})
    alt = check_alt(meta.pop("alt", ""))
    stepper = meta.pop("stepper", None)
    title = layout.pop("title", None)
    caption = _text(stepper["title"] if stepper else title)
    for made_by_the_page in ("sliders", "updatemenus", "width"):
        layout.pop(made_by_the_page, None)
    layout["margin"] = {**layout.get("margin", {}), "t": 12}
    layout["meta"] = meta
    height = layout.get("height", 450) - (80 if stepper else 0) - (48 if title else 0)
    layout["height"] = height
    spec = {"data": content.get("data", []), "layout": layout, "stepper": stepper}
    if stepper:
        spec["frames"] = [frame["data"] for frame in content["frames"]]
    types = {trace.get("type", "scatter") for trace in spec["data"]}
    bundle = "cartesian" if types <= CARTESIAN else "full"
    body = _caption(number, caption) + (
        f'<div class="course-canvas" style="--height: {height}px"></div>'
        f'<p class="course-alt">{html.escape(alt)}</p>'
    )
    attributes = {"data-bundle": bundle, **_anchor(number)}
    return _element("course-plotly", attributes, body, spec, static)


def widget_html(content: dict, static: Path, number: str = "") -> str:
    """Return a figure element for a widget, with its static text inside."""
    spec = {"state": content["state"], "remembered": content["remembered"]}
    attributes = {
        "data-module": content["module"], "aria-label": content["alt"], **_anchor(number),
    }  # fmt: skip
    body = f'{_caption(number)}<div class="course-static">{content["html"]}</div>'
    return _element("course-widget", attributes, body, spec, static)


def _element(kind: str, attributes: dict, body: str, spec: dict, static: Path) -> str:
    """Return a figure element around `body`, its data in it or in a file that it names."""
    text = json.dumps(spec, separators=(",", ":"), sort_keys=True)
    key = hashlib.sha256(text.encode()).hexdigest()[:16]
    attributes = {**attributes, "data-key": key}
    if len(text) > INLINE:
        folder = static / "figures"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{key}.js").write_text(f'course.data["{key}"] = {text};\n', encoding="utf-8")
        attributes["data-source"] = f"figures/{key}.js"
    else:
        safe = text.replace("<", "\\u003c")
        body += f'<script type="application/json">{safe}</script>'
    named = "".join(f' {name}="{html.escape(value)}"' for name, value in attributes.items())
    return f'<figure class="{kind}"{named}>{body}</figure>\n'


def _anchor(number: str) -> dict:
    return {"id": f"figure-{number.replace('.', '-')}"} if number else {}


def _caption(number: str, title: str = "") -> str:
    """Return a caption of number and title, either of which may be missing."""
    if number:
        where = _anchor(number)["id"]
        title = f'<a class="course-number" href="#{where}">Figure {number}</a> {title}'.strip()
    return f"<figcaption>{title}</figcaption>" if title else ""


def _text(title: object) -> str:
    """Return plotly's title, a text or an object with one, as HTML."""
    text = title.get("text") if isinstance(title, dict) else title
    return html.escape(text or "")


def setup(app: Sphinx) -> None:
    app.add_node(Live, html=(visit_live, None))
    others = render.load_mime_renders
    render.load_mime_renders = lambda: [Renderer, *others()]
