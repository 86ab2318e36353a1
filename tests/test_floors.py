"""The table of lib/README.md holds: imports point down, and files never load in a circle."""

import ast
import re
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LIB = ROOT / "lib"
BESIDE = "beside"


def read_floors(readme: str) -> dict[str, int | str]:
    """Floor of each module, from the rows of the table whose first cell names a floor."""
    floors: dict[str, int | str] = {}
    for line in readme.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        row = re.fullmatch(rf"(\d+) .+|({BESIDE})", cells[0])
        if not row or len(cells) < 2:
            continue
        floor = int(row[1]) if row[1] else BESIDE
        outside_brackets = re.sub(r"\([^()]*\)", "", cells[1])
        for name in re.findall(r"`(\w+)/?`", outside_brackets):
            assert name not in floors, f"{name} stands on two floors"
            floors[name] = floor
    return floors


def modules(lib: Path) -> dict[str, Path]:
    """Every module below `lib` by its dotted name."""
    found = {}
    for path in sorted(lib.rglob("*.py")):
        parts = ["lib", *path.relative_to(lib).with_suffix("").parts]
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def statements(tree: ast.AST, in_functions: bool) -> Iterator[ast.AST]:
    """Every node of a file, those inside functions only if asked for."""
    for node in ast.iter_child_nodes(tree):
        if in_functions or not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node
            yield from statements(node, in_functions)


def imports(name: str, path: Path, known: dict[str, Path], in_functions: bool = True) -> set[str]:
    """The modules of `known` that one of them imports."""
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    wanted = set()
    tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
    for node in statements(tree, in_functions):
        if isinstance(node, ast.Import):
            wanted |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1]
            base = ".".join([*(above if node.level else []), *filter(None, [node.module])])
            for alias in node.names:
                inner = f"{base}.{alias.name}"
                wanted.add(inner if inner in known else base)
    return {target for target in wanted if target in known}


def offences(lib: Path, floors: dict[str, int | str]) -> list[str]:
    """What breaks the rules, in words."""
    known = modules(lib)
    found = []
    for name, path in known.items():
        targets = imports(name, path, known)
        module = name.split(".")[1] if "." in name else None
        if module is None:
            found += [f"lib/__init__.py imports {target}" for target in sorted(targets)]
            continue
        if module not in floors:
            found.append(f"{name} has no floor in lib/README.md")
            continue
        for target in sorted(targets - {"lib"}):
            below = target.split(".")[1]
            here, there = floors[module], floors.get(below, BESIDE)
            if below != module and here != BESIDE and (there == BESIDE or there > here):
                found.append(f"{name} (floor {here}) imports {target} (floor {there})")
    on_loading = {name: imports(name, path, known, False) for name, path in known.items()}
    try:
        TopologicalSorter(on_loading).prepare()
    except CycleError as error:
        found.append("a circle: " + " -> ".join(reversed(error.args[1])))
    return found


def test_lib_keeps_to_its_floors():
    floors = read_floors((LIB / "README.md").read_text(encoding="utf-8"))
    assert not offences(LIB, floors)


def test_the_table_was_read():
    floors = read_floors((LIB / "README.md").read_text(encoding="utf-8"))
    expected = {"device": 0, "text": 1, "sampling": 1, "ngrams": 2, "plots": 5, "project": BESIDE}
    assert expected.items() <= floors.items()
    assert "next_logits" not in floors  # in brackets: a remark


def test_no_chapter_or_exercise_imports_what_stands_beside():
    sources = [*ROOT.glob("chapters/*.md"), *ROOT.glob("exercises/source/*/*.md")]
    pattern = re.compile(r"^\s*(from|import)\s+lib\.(project|grading)\b", re.MULTILINE)
    found = [path.name for path in sources if pattern.search(path.read_text(encoding="utf-8"))]
    assert not found


HOUSE = {"ground": 0, "parts": 2, "eyes": 5, "tools": BESIDE}
LAZY = "def f():\n    "


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"parts.py": "import lib.ground", "ground.py": ""}, None),
        ({"eyes.py": "from lib import parts", "parts/__init__.py": ""}, None),
        ({"tools/__init__.py": "from lib.eyes import x", "eyes.py": ""}, None),
        ({"parts/__init__.py": "from .a import x", "parts/a.py": "import numpy"}, None),
        ({"parts/a.py": "from .b import x", "parts/b.py": LAZY + "import lib.parts.a"}, None),
        (
            {"ground.py": "import lib.parts", "parts.py": ""},
            "(floor 0) imports lib.parts (floor 2)",
        ),
        ({"ground.py": "from lib import eyes", "eyes.py": ""}, "imports lib.eyes (floor 5)"),
        ({"ground.py": "from . import eyes", "eyes.py": ""}, "imports lib.eyes (floor 5)"),
        ({"ground.py": LAZY + "from lib.parts.a import x", "parts/a.py": ""}, "lib.parts.a"),
        ({"eyes.py": "import lib.tools", "tools/__init__.py": ""}, "imports lib.tools"),
        ({"eyes/a.py": "from ..tools import x", "tools/__init__.py": ""}, "imports lib.tools"),
        ({"attic.py": ""}, "lib.attic has no floor"),
        ({"__init__.py": "import lib.parts", "parts.py": ""}, "lib/__init__.py imports lib.parts"),
        ({"parts/a.py": "from .b import x", "parts/b.py": "import lib.parts.a"}, "a circle"),
        ({"parts/__init__.py": "from .a import x", "parts/a.py": "import lib.parts"}, "a circle"),
    ],
)
def test_the_rules_on_small_houses(tmp_path, files, message):
    for name, source in {"__init__.py": "", **files}.items():
        path = tmp_path / "lib" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source)
    found = offences(tmp_path / "lib", HOUSE)
    if message is None:
        assert not found
    else:
        assert len(found) == 1
        assert message in found[0]
