"""What every page loads, and what it no longer loads: no request leaves the reader's page."""

from __future__ import annotations

import shutil
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config

from course_theme.assets import ensure_assets
from course_theme.figures import Live
from lib.widgets import CourseWidget, source

THEME = Path(__file__).parent.parent
MATHJAX = "vendor/mathjax/tex-mml-chtml.js"
LIVE = ("numbers.js", "figures.js", "widgets.js")  # in this order, where a page has figures
TERMS = "terms.js"

#: What readers by ear stumble over, and what stands there instead.
MENDED = {
    # docutils makes a bibliography a list, and gives it children that no list may have.
    'role="list" class="citation-list"': 'class="citation-list"',
    ' role="doc-biblioentry"': "",
    # The label hides the words that can be seen: "Show code cell source".
    ' aria-label="Toggle hidden content"': "",
}


def configure(app: Sphinx, config: Config) -> None:
    """Serve MathJax from the book itself, and load none of Jupyter's widget machinery."""
    config.mathjax_path = MATHJAX
    config.nb_ipywidgets_js = {}
    config.html_context.setdefault("default_mode", "auto")  # unset, it is an error in the console
    config.templates_path.append(str(THEME / "templates"))
    config.html_static_path.append(str(THEME / "static"))
    config.html_favicon = str(THEME / "static" / "favicon.svg")
    logo = str(THEME / "static" / "logo.svg")
    config.html_theme_options["logo"] = {
        "text": config.html_title,
        "image_light": logo,
        "image_dark": logo,
        "alt_text": "",
    }


def write_static(static: Path) -> None:
    """Put the vendored files, and the widgets as scripts, into the folder that pages load from."""
    dist = ensure_assets()
    stamp = static / "vendor" / "stamp"
    if not stamp.exists() or stamp.read_text() != (dist / "stamp").read_text():
        shutil.rmtree(static / "vendor", ignore_errors=True)
        shutil.copytree(dist, static / "vendor", ignore=shutil.ignore_patterns("test"))
    (static / "widgets").mkdir(parents=True, exist_ok=True)
    for name in {widget._module for widget in CourseWidget.__subclasses__()}:
        # An ES module can't be imported by a page opened from the disk; a script can be loaded.
        body = source.module(name).replace("export default", "return")
        script = f'course.widgets["{name}"] = (() => {{\n{body}}})();\n'
        (static / "widgets" / f"{name}.js").write_text(script, encoding="utf-8")
    (static / "course-widgets.css").write_text(source.stylesheet(), encoding="utf-8")


def prepare(app: Sphinx) -> None:
    if app.builder.format == "html":
        write_static(Path(app.outdir, "_static"))


def adorn(
    app: Sphinx, pagename: str, templatename: str, context: dict, doctree: nodes.document | None
) -> None:
    """Take away the scripts that a page must not load, and mend what reads badly aloud."""
    body = context.get("body", "")
    for wrong, right in MENDED.items():
        body = body.replace(wrong, right)
    context["body"] = body
    idle = {Path(MATHJAX).name}  # 330 KB compressed: course.js loads it when a formula comes near
    if doctree is None or not any(doctree.findall(Live)):
        idle.update(LIVE)
    if "course-term" not in body:
        idle.add(TERMS)
    context["script_files"] = [js for js in context["script_files"] if not _unwanted(js, idle)]
    if doctree is not None:
        context["script_files"] = [_deferred(js) for js in context["script_files"]]


def _deferred(script: object) -> object:
    """Let the text show first; an inline script needs the options, so they come at once."""
    name = str(getattr(script, "filename", "") or "")
    if not name or "documentation_options" in name:
        return script
    attributes = {**script.attributes, "defer": "defer"}
    return type(script)(script.filename, priority=script.priority, **attributes)  # all pages' own


def _unwanted(script: object, idle: set[str]) -> bool:
    """Tell what a page must not load: sphinx-thebe, saved widget states, what it has no use for."""
    attributes = getattr(script, "attributes", {})
    name = str(getattr(script, "filename", "") or "").rpartition("/")[2]
    return (
        name == "sphinx-thebe.js"
        or name.partition("?")[0] in idle
        or "THEBE_JS_URL" in attributes.get("body", "")
        or attributes.get("type") == "application/vnd.jupyter.widget-state+json"
    )


def setup(app: Sphinx) -> None:
    app.connect("config-inited", configure)
    app.connect("builder-inited", prepare)
    app.connect("html-page-context", adorn, priority=900)
    app.add_css_file("course-widgets.css", priority=850)
    for position, sheet in enumerate(("course", "parts", "icons")):
        app.add_css_file(f"{sheet}.css", priority=900 + position)
    app.add_js_file("course.js", priority=900, loading_method="defer")
    for position, script in enumerate(("progress.js", TERMS, *LIVE)):
        app.add_js_file(script, priority=901 + position, loading_method="defer")
