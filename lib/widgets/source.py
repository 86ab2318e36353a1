"""One JavaScript module and one style sheet per widget, out of the small files beside this one.

A widget in a notebook must be a single ES module, so what it imports is written into it. The
published page uses the same text.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from lib.plots import PALETTE

HERE = Path(__file__).parent
_IMPORT = re.compile(r'^import \{[^}]*\} from "\./(\w+)\.js";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?!default)", re.MULTILINE)


def _inlined(name: str, done: set[str]) -> str:
    """Return a file with all that it imports above it, each file once."""
    if name in done:
        return ""
    done.add(name)
    text = (HERE / f"{name}.js").read_text(encoding="utf-8")
    needed = "".join(_inlined(other, done) for other in _IMPORT.findall(text))
    own = _EXPORT.sub("", _IMPORT.sub("", text))
    left = re.search(r"^(import|export (?!default)).*", own, re.MULTILINE)
    if left:
        raise ValueError(
            f'{name}.js: write {left[0]!r} as import {{ a, b }} from "./file.js"; with no renaming'
        )
    return needed + own


@cache
def module(name: str) -> str:
    """Return the widget `name` as one ES module with a default export of ``{ render }``.

    Raises
    ------
    ValueError
        If there is no such widget, or a file imports in a way that can't be written in.

    Examples
    --------
    >>> module("quiz").rstrip().endswith("export default { render };")
    True
    """
    if not (HERE / f"{name}.js").exists():
        raise ValueError(f"name={name!r} must be a file of lib/widgets, without its .js")
    return _inlined(name, set())


@cache
def stylesheet() -> str:
    """Return the style sheet of all widgets, with the palette of the figures."""
    colors = "".join(f"--palette-{concept}: {color}; " for concept, color in PALETTE.items())
    return f":root {{ {colors}}}\n" + (HERE / "widgets.css").read_text(encoding="utf-8")
