"""Which parts of the book must be made anew.

Jupyter Book's execution cache looks at a chapter's code cells only. A chapter also
depends on `lib`, on `data/` and on the pinned packages; and every page depends on the
theme and the configuration. This module sees those changes and drops what they outdate.
"""

from __future__ import annotations

import ast
import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

from jupyter_cache import get_cache

from lib.project import ROOT

BUILD = ROOT / "_build"
CACHE = BUILD / ".jupyter_cache"
DOCTREES = BUILD / ".doctrees"
RECORD = BUILD / "fingerprints.json"
# Caches, and what no page depends on.
SKIPPED = {"__pycache__", "node_modules", "dist", "project", "grading", ".ipynb_checkpoints"}


def files_below(folder: Path, skip: set[str] = SKIPPED) -> list[Path]:
    """All files in a folder, sorted, without caches and what no page depends on."""
    found = (path for path in folder.rglob("*") if path.is_file())
    return sorted(path for path in found if not skip & set(path.relative_to(ROOT).parts[:-1]))


def fingerprint(paths: Iterable[Path]) -> str:
    """One hash over the names and contents of files."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def lib_imports(code: str) -> set[Path]:
    """The files of lib that a piece of Python imports (with what stands beside a package)."""
    names = set()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    found = set()
    for name in names:
        if name == "lib" or name.startswith("lib."):
            place = ROOT.joinpath(*name.split("."))
            if place.with_suffix(".py").exists():
                found.add(place.with_suffix(".py"))
            elif place.is_dir():
                found |= {place / "__init__.py"} if name == "lib" else set(files_below(place))
    return found


def lib_used(code: str) -> list[Path]:
    """Everything of lib that a chapter's code reaches, directly or through lib itself."""
    reached: set[Path] = set()
    waiting = lib_imports(code)
    while waiting:
        path = waiting.pop()
        reached.add(path)
        if path.suffix == ".py":
            waiting |= lib_imports(path.read_text("utf-8")) - reached
    return sorted(reached)


def chapter_code(source: Path) -> str:
    """The Python of a chapter's cells, magics left out."""
    import jupytext

    cells = [cell.source for cell in jupytext.read(source).cells if cell.cell_type == "code"]
    lines = "\n".join(cells).splitlines()
    return "\n".join(line for line in lines if not line.lstrip().startswith(("%", "!")))


def current(sources: Iterable[Path]) -> dict[str, str]:
    """Fingerprints of now: one for all pages together (``*``), one a chapter."""
    ground = [*files_below(ROOT / "data"), ROOT / "requirements.txt"]
    pages = [*files_below(ROOT / "theme"), ROOT / "_config.yml", ROOT / "_toc.yml"]
    prints = {"*": fingerprint([*pages, ROOT / "requirements.txt"])}
    for source in sources:
        used = lib_used(chapter_code(source))
        prints[str(source.relative_to(ROOT))] = fingerprint([*used, *ground])
    return prints


def outdated(before: dict[str, str], now: dict[str, str]) -> list[str]:
    """The keys whose fingerprint is new or different."""
    return [name for name, value in now.items() if before.get(name) != value]


def read_record() -> dict[str, str]:
    return json.loads(RECORD.read_text()) if RECORD.exists() else {}


def drop(names: Iterable[str]) -> None:
    """Forget the executed outputs of chapters, and the parsed pages that show them."""
    cache = get_cache(CACHE)
    for name in names:
        if name == "*":
            for doctree in DOCTREES.rglob("*.doctree"):
                doctree.unlink()
            continue
        DOCTREES.joinpath(name).with_suffix(".doctree").unlink(missing_ok=True)
        for record in cache.list_cache_records():
            if Path(record.uri).name == Path(name).name:
                cache.remove_cache(record.pk)
