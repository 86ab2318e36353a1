"""From an assignment's source folder to what the desk executes, kept until something changes.

Preparing runs the reference solution, which takes seconds; the result lies in the desk's folder,
under a digest of all that it was made from.
"""

from __future__ import annotations

import hashlib
import importlib
import json
from collections.abc import Callable
from pathlib import Path

from lib.grading.course import Course, CourseError
from lib.grading.files import write_json
from lib.grading.model import Assignment
from lib.grading.sandbox import SandboxError
from lib.grading.worker import environment, look_again

PREPARE = "lib.grading.prepare:prepare"
TRIES = 3
IGNORED = {".md", ".ipynb", ".pyc"}


def prepared(course: Course, name: str, sandbox: str, prepare: str = PREPARE) -> Assignment:
    """The assignment, ready to grade.

    Parameters
    ----------
    course, name
        Which.
    sandbox
        What the reference solution runs in.
    prepare
        ``MODULE:FUNCTION`` with the signature of `lib.grading.prepare.prepare`.

    Raises
    ------
    CourseError
        If there is no such assignment, or its source can't be graded as it is; names the cell.
    """
    folder = course.source(name)
    text, files = _notebook(course, folder), _files(folder)
    kept = course.desk / name / "assignment.json"
    digest = _digest(text, files, prepare)
    found = _kept(kept, digest)
    if found is not None:
        return found
    module, _, function = prepare.partition(":")
    make = getattr(importlib.import_module(module), function)
    try:
        assignment = _tried(lambda: make(text, name=name, files=files, sandbox=sandbox))
    except ValueError as error:
        raise CourseError(f"{name} can't be graded as it is: {error}") from error
    kept.parent.mkdir(parents=True, exist_ok=True)
    write_json(kept, {"digest": digest, "assignment": assignment.to_json()}, 0o600)
    return assignment


def _tried(make: Callable[[], Assignment]) -> Assignment:
    """Try again where the sandbox failed: what ran in it may have been killed from outside."""
    for _ in range(TRIES - 1):
        try:
            return make()
        except SandboxError:
            look_again()
    return make()


def last_prepared(course: Course, name: str) -> Assignment:
    """The assignment as it was last graded.

    Raises
    ------
    CourseError
        If there is no such assignment, or it was never graded.
    """
    course.source(name)
    found = _kept(course.desk / name / "assignment.json", "")
    if found is None:
        raise CourseError(f"{name} has not been graded yet: `python -m lib.grading run {name}`.")
    return found


def _notebook(course: Course, folder: Path) -> str:
    """The source notebook's JSON text; made from the ``.md`` where that is the source."""
    path = folder / f"{folder.name}.ipynb"
    if path.is_file():
        return path.read_text(encoding="utf-8")
    from lib.project import exercises

    if folder.resolve() == (exercises.SOURCE / folder.name).resolve():
        return json.dumps(exercises.source_notebook(folder.name))
    raise CourseError(f"{folder} holds no {path.name}.")


def _files(folder: Path) -> list[tuple[str, bytes]]:
    """The instructor's files that belong beside the notebook."""
    found = []
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        hidden = any(part.startswith((".", "__")) for part in inside.parts)
        if path.is_file() and path.suffix not in IGNORED and not hidden:
            found.append((inside.as_posix(), path.read_bytes()))
    return found


def _digest(text: str, files: list[tuple[str, bytes]], prepare: str) -> str:
    digest = hashlib.sha256(f"{environment()} {prepare}\n{text}".encode())
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        digest.update(path.read_bytes())
    for name, content in files:
        digest.update(name.encode() + hashlib.sha256(content).digest())
    return digest.hexdigest()


def _kept(path: Path, digest: str) -> Assignment | None:
    """What is kept, if it was made from this; an empty digest stands for any."""
    try:
        kept = json.loads(path.read_bytes())
        if digest and kept["digest"] != digest:
            return None
        return Assignment.from_json(kept["assignment"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
