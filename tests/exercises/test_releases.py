"""Every assignment's release: fresh, free of solutions, and made the same way each time."""

from __future__ import annotations

import json
import re

import nbformat
import pytest

from lib.project import exercises
from lib.project.notebooks import LEFTOVER

NAMES = exercises.assignments()


@pytest.fixture(scope="module", params=NAMES)
def name(request) -> str:
    return request.param


def released(name: str) -> nbformat.NotebookNode:
    return nbformat.read(exercises.release_path(name), as_version=4)


def test_the_release_in_the_repository_is_what_the_source_makes(name):
    path = exercises.release_path(name)
    made = exercises.release_text(name)
    assert path.read_text("utf-8") == made, f"exercises/release/{name} is stale: run `make release`"
    assert made == exercises.release_text(name)


def test_a_release_gives_nothing_away(name):
    text = exercises.release_path(name).read_text("utf-8")
    for marker in ("SOLUTION", "HIDDEN", "MARK SCHEME"):
        assert marker not in text
    assert [path.name for path in exercises.release_path(name).parent.iterdir()] == [
        f"{name}.ipynb"
    ]
    assert all(not cell.get("outputs") for cell in released(name).cells)


def test_cells_are_identified_and_locked(name):
    book = released(name)
    ids = [cell.metadata.nbgrader.grade_id for cell in book.cells if "nbgrader" in cell.metadata]
    assert len(ids) == len(set(ids))
    assert len({cell.id for cell in book.cells}) == len(book.cells)
    for cell in book.cells:
        about = cell.metadata.get("nbgrader")
        if about:
            assert about.schema_version == 3
            assert re.fullmatch(r"[a-z0-9-]+", about.grade_id)
            assert cell.id == about.grade_id
            assert cell.metadata.deletable is False
            if about.locked:
                assert cell.metadata.editable is False


def test_points_in_the_text_are_the_points_given(name):
    """The table at the top, the line under each heading and the test cells agree."""
    book = exercises.source_notebook(name)
    table = re.findall(r"^\| (\d) \|.*\| (\d+) \|$", book.cells[0].source, re.M)
    promised = {int(task): int(points) for task, points in table}
    given, task = dict.fromkeys(promised, 0), None
    for cell in book.cells:
        heading = re.match(r"## (\d)\. .*?(\d+) points", cell.source, re.S)
        if heading:
            task = int(heading[1])
            assert int(heading[2]) == promised[task]
        points = cell.metadata.get("nbgrader", {}).get("points")
        if points:
            given[task] += points
            if cell.cell_type == "code":
                assert f"({points} point" in cell.source
    assert given == promised


def test_only_plain_markdown_reaches_learners(name):
    for cell in released(name).cells:
        if cell.cell_type == "markdown":
            assert not LEFTOVER.search(cell.source)
            assert cell.source.count("<details>") == cell.source.count("</details>")


def test_a_stale_or_missing_release_is_found_and_written(name, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(exercises, "RELEASE", tmp_path)
    monkeypatch.setattr(exercises, "ROOT", tmp_path)
    assert exercises.stale([name]) == [name]
    assert exercises.main(["--check", name]) == 1
    assert "run `make release`" in capsys.readouterr().err
    assert exercises.main([name]) == 0
    assert exercises.main(["--check", name]) == 0
    assert exercises.release([name]) == []
    path = exercises.release_path(name)
    book = json.loads(path.read_text("utf-8"))
    book["cells"][0]["source"] = ["edited by hand"]
    path.write_text(json.dumps(book), "utf-8")
    assert exercises.stale([name]) == [name]


def test_a_wrong_name_or_a_repeated_grade_id_is_refused(tmp_path, monkeypatch):
    with pytest.raises(ValueError, match="name is '99-nothing'; the assignments are"):
        exercises.source_notebook("99-nothing")
    place = tmp_path / "01-twice"
    place.mkdir()
    source = (exercises.SOURCE / NAMES[0] / f"{NAMES[0]}.md").read_text("utf-8")
    first = re.search(r"grade_id: ([\w-]+)", source)[1]
    doubled = re.sub(r"grade_id: [\w-]+", f"grade_id: {first}", source, count=2)
    (place / "01-twice.md").write_text(doubled, "utf-8")
    monkeypatch.setattr(exercises, "SOURCE", tmp_path)
    with pytest.raises(ValueError, match="occurs more than once"):
        exercises.source_notebook("01-twice")
