"""What names a cell defines and uses, read from its text. Serves rebuilding and judging."""

from __future__ import annotations

import ast
from collections.abc import Iterable


def tree(text: str) -> ast.Module:
    """The cell as Python; lines for IPython alone and unreadable cells count as empty.

    Examples
    --------
    >>> len(tree("%time x = 1\\ny = 2").body)
    1
    """
    for attempt in (text, _without_magics(text)):
        try:
            return ast.parse(attempt)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
    return ast.Module(body=[], type_ignores=[])


def _without_magics(text: str) -> str:
    return "\n".join("" if line.lstrip()[:1] in ("%", "!") else line for line in text.split("\n"))


def defined(text: str, *, imports: bool = False) -> set[str]:
    """Names that a cell binds at its top level, imports only if asked for.

    Examples
    --------
    >>> sorted(defined("import math\\ndef f(a):\\n    b = 1\\nc, d = 1, 2\\nfor e in []: g = e"))
    ['c', 'd', 'e', 'f', 'g']
    """
    names: set[str] = set()
    left: list[ast.AST] = list(tree(text).body)
    while left:
        node = left.pop()
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.add(node.name)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            if imports:
                names |= {(item.asname or item.name).split(".")[0] for item in node.names}
        elif not isinstance(node, (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp)):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                names.add(node.id)
            left += ast.iter_child_nodes(node)
    return names


def used(text: str) -> set[str]:
    """Names that a cell reads anywhere, also inside functions.

    Examples
    --------
    >>> sorted(used("a = b\\ndef f(): return c"))
    ['b', 'c']
    """
    nodes = ast.walk(tree(text))
    return {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}


def later(text: str) -> set[str]:
    """Names that the functions of a cell may read when called by a later cell."""
    parts = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
    inner = [node for node in ast.walk(tree(text)) if isinstance(node, parts)]
    nodes = [n for part in inner for n in ast.walk(part)]
    return {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}


def imported(texts: Iterable[str]) -> set[str]:
    """Modules that cells import at their top level.

    Examples
    --------
    >>> sorted(imported(["import numpy as np\\nfrom lib import check, text"]))
    ['lib.check', 'lib.text', 'numpy']
    """
    found = set()
    for text in texts:
        for node in tree(text).body:
            if isinstance(node, ast.Import):
                found |= {item.name for item in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                if node.module == "lib":
                    found |= {f"lib.{item.name}" for item in node.names}
                else:
                    found.add(node.module)
    return found


def needed(cells: list[tuple[str, bool]], given_by_learner: set[str]) -> set[int]:
    """Which of an assignment's own cells its judged cells need, directly or through others.

    Parameters
    ----------
    cells : list of (str, bool)
        Text of each cell in order, and whether it is judged; learners' cells as empty text.
    given_by_learner : set of str
        Names that come from elsewhere.

    Returns
    -------
    set of int
        Positions of the judged cells and of those they need.

    Examples
    --------
    >>> sorted(needed([("import os", False), ("print(1)", False), ("os", True)], set()))
    [0, 2]
    """
    wanted: set[str] = set()
    kept = set()
    for at in range(len(cells) - 1, -1, -1):
        text, judged = cells[at]
        if judged or (defined(text, imports=True) & wanted):
            kept.add(at)
            wanted |= used(text) - given_by_learner
    return kept
