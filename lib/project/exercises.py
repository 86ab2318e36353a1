"""An assignment's notebooks, made from its `.md`: the source for graders, the release for learners.

`exercises/source/NN-name/NN-name.md` is the one source. nbgrader makes the release from it, in
a temporary course folder, so that the result depends on the source alone.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import jupytext
import nbformat
from traitlets.config import Config, PyFileConfigLoader

from lib.project import ROOT
from lib.project.notebooks import citations, colab_cell, plain_markdown

EXERCISES = ROOT / "exercises"
SOURCE = EXERCISES / "source"
RELEASE = EXERCISES / "release"
CONFIG = EXERCISES / "nbgrader_config.py"


def assignments() -> list[str]:
    """The names of all assignments: ``["02-letters", ...]``."""
    return sorted(path.stem for path in SOURCE.glob("*/*.md") if path.stem == path.parent.name)


def source_notebook(name: str) -> nbformat.NotebookNode:
    """The notebook with solutions and hidden tests, without outputs.

    A graded cell's id is its grade_id, any other's is its position: the same source gives
    the same notebook.

    Raises
    ------
    ValueError
        If there is no such assignment, or two cells share a grade_id.
    """
    path = SOURCE / name / f"{name}.md"
    if not path.exists():
        raise ValueError(f"name is {name!r}; the assignments are {assignments()}")
    book = jupytext.read(path)
    cited = citations()
    for cell in book.cells:
        if cell.cell_type == "markdown":
            cell.source = plain_markdown(cell.source, cited)
    setup = colab_cell()
    setup.metadata |= {"jupyter": {"source_hidden": True}, "cellView": "form"}
    book.cells.insert(1, setup)  # right after the title
    for position, cell in enumerate(book.cells):
        graded = cell.metadata.get("nbgrader")
        cell.id = graded["grade_id"] if graded else f"cell-{position:03d}"
    twice = [cell_id for cell_id, count in Counter(c.id for c in book.cells).items() if count > 1]
    if twice:
        raise ValueError(f"{path.name}: grade_id {twice} occurs more than once")
    book.metadata = {"kernelspec": book.metadata["kernelspec"]}
    nbformat.validate(book)
    return book


def prepare_course(folder: Path, names: Iterable[str] | None = None) -> Path:
    """Lay out an nbgrader course folder: the settings, and each assignment's source notebook.

    `nbgrader generate_assignment` and `nbgrader autograde` can be run in it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(CONFIG, folder / CONFIG.name)
    for name in assignments() if names is None else names:
        place = folder / "source" / name
        place.mkdir(parents=True, exist_ok=True)
        nbformat.write(source_notebook(name), place / f"{name}.ipynb")
    return folder


def course_config(folder: Path) -> Config:
    """nbgrader's settings for a course folder, to pass to nbgrader's own classes."""
    config = PyFileConfigLoader(CONFIG.name, path=str(folder)).load_config()
    config.CourseDirectory.root = str(folder)
    return config


def release_text(name: str) -> str:
    """What a learner opens, made by nbgrader: solutions and hidden tests taken out.

    Raises
    ------
    RuntimeError
        If nbgrader refuses the source; the message is nbgrader's.
    """
    from nbgrader.converters import GenerateAssignment
    from nbgrader.coursedir import CourseDirectory
    from nbgrader.preprocessors import SaveCells
    from nbgrader.utils import capture_log

    with tempfile.TemporaryDirectory() as temporary:
        folder = prepare_course(Path(temporary).resolve(), [name])
        config = course_config(folder)
        config.CourseDirectory.assignment_id = name
        converter = GenerateAssignment(coursedir=CourseDirectory(config=config), config=config)
        converter.no_database = True
        converter.preprocessors = [p for p in converter.preprocessors if p is not SaveCells]
        result = capture_log(converter)
        if not result["success"]:
            raise RuntimeError(f"nbgrader could not release {name}:\n{result['log']}")
        made = folder / "release" / name / f"{name}.ipynb"
        return nbformat.writes(nbformat.read(made, as_version=4)) + "\n"


def release_path(name: str) -> Path:
    """Where the release of an assignment lies in the repository."""
    return RELEASE / name / f"{name}.ipynb"


def stale(names: Iterable[str] | None = None) -> list[str]:
    """The assignments whose release is missing or differs from what the source makes."""
    found = []
    for name in assignments() if names is None else names:
        path = release_path(name)
        if not path.exists() or path.read_text("utf-8") != release_text(name):
            found.append(name)
    return found


def release(names: Iterable[str] | None = None) -> list[Path]:
    """Write the release of each assignment that is stale; return the paths written."""
    written = []
    for name in assignments() if names is None else names:
        path, text = release_path(name), release_text(name)
        if not path.exists() or path.read_text("utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
            written.append(path)
    return written


def main(argv: list[str] | None = None) -> int:
    """``release [--check] [NAME ...]``: write stale releases, or only name them."""
    arguments = list(argv or [])
    check_only = "--check" in arguments
    names = [argument for argument in arguments if argument != "--check"] or None
    unknown = sorted(set(names or ()) - set(assignments()))
    if unknown:
        print(f"There is no assignment {unknown}. There are: {assignments()}.", file=sys.stderr)
        return 2
    if check_only:
        behind = stale(names)
        for name in behind:
            print(f"exercises/release/{name} is stale: run `make release`", file=sys.stderr)
        return int(bool(behind))
    for path in release(names):
        print(f"{path.relative_to(ROOT)} written anew", file=sys.stderr)
    return 0
