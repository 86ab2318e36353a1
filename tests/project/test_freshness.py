"""A change outside a chapter re-executes the chapters that depend on it, and no others."""

import nbformat
import pytest
from jupyter_cache import get_cache
from nbformat import v4

from lib.project import ROOT, freshness


@pytest.fixture
def house(tmp_path, monkeypatch):
    """A small checkout: two modules, two chapters, one of which uses a module."""
    for folder in ("lib", "chapters", "data", "theme"):
        (tmp_path / folder).mkdir()
    for name in ("requirements.txt", "_config.yml", "_toc.yml", "lib/__init__.py", "data/a.txt"):
        (tmp_path / name).write_text("")
    (tmp_path / "lib/low.py").write_text("x = 1\n")
    (tmp_path / "lib/high.py").write_text("from lib.low import x\n")
    (tmp_path / "lib/other.py").write_text("y = 1\n")
    header = "---\nkernelspec:\n  name: python3\n  display_name: Python 3\n---\n"
    page = header + "\n```{code-cell} ipython3\n%s\n```\n"
    (tmp_path / "chapters/one.md").write_text(page % "from lib import high")
    (tmp_path / "chapters/two.md").write_text(page % "%matplotlib inline\nimport lib.other")
    monkeypatch.setattr(freshness, "ROOT", tmp_path)
    return tmp_path


def changed_by(house, name: str) -> list[str]:
    sources = sorted((house / "chapters").glob("*.md"))
    before = freshness.current(sources)
    with open(house / name, "a") as file:
        file.write("# changed\n")
    return freshness.outdated(before, freshness.current(sources))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("lib/low.py", ["chapters/one.md"]),
        ("lib/other.py", ["chapters/two.md"]),
        ("data/a.txt", ["chapters/one.md", "chapters/two.md"]),
        ("requirements.txt", ["*", "chapters/one.md", "chapters/two.md"]),
        ("_config.yml", ["*"]),
        ("chapters/one.md", []),
    ],
)
def test_what_a_change_outdates(house, name, expected):
    assert changed_by(house, name) == expected


def test_a_chapter_never_seen_is_outdated():
    assert freshness.outdated({}, {"chapters/new.md": "1"}) == ["chapters/new.md"]


def test_dropping_forgets_outputs_and_pages(tmp_path, monkeypatch):
    monkeypatch.setattr(freshness, "CACHE", tmp_path / "cache")
    monkeypatch.setattr(freshness, "DOCTREES", tmp_path / "doctrees")
    cache = get_cache(tmp_path / "cache")
    for name in ("one", "two"):
        path = tmp_path / f"{name}.ipynb"
        cell = v4.new_code_cell(f"'{name}'", execution_count=1)
        path.write_text(nbformat.writes(v4.new_notebook(cells=[cell])))
        cache.cache_notebook_file(path, check_validity=False)
        (tmp_path / "doctrees/chapters").mkdir(parents=True, exist_ok=True)
        (tmp_path / f"doctrees/chapters/{name}.doctree").write_text("")
    freshness.drop(["chapters/one.ipynb"])
    assert [record.uri.endswith("two.ipynb") for record in cache.list_cache_records()] == [True]
    assert [path.stem for path in (tmp_path / "doctrees/chapters").iterdir()] == ["two"]
    freshness.drop(["*"])
    assert not list((tmp_path / "doctrees").rglob("*.doctree"))


def test_generated_and_cached_files_do_not_count():
    paths = {str(path.relative_to(ROOT)) for path in freshness.files_below(ROOT / "lib")}
    assert not any("__pycache__" in path for path in paths)
    assert "lib/__init__.py" in paths
