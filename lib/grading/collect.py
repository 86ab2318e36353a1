"""Notebooks as a learning management system or Colab hands them out, into ``submitted/``.

`nbgrader zip_collect` does the work; here are the patterns of file names, and a look into each
archive before anything is unpacked.
"""

from __future__ import annotations

import re
import shutil
import stat
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from nbgrader.plugins import FileNameCollectorPlugin

from lib.grading.course import Course, CourseError

MOST_FILES = 20_000
MOST_MB = 4_000

# Each is tried in turn on the path below the folder of extracted files.
PATTERNS = (
    # Moodle: Ada Lovelace_1234567_assignsubmission_file/02-letters.ipynb
    re.compile(r"(?:.*/)?[^/]*_(?P<learner>\d+)_assignsubmission_file_?/(?:.*/)?(?P<name>[^/]+)$"),
    re.compile(r"(?:.*/)?[^/]*_(?P<learner>\d+)_assignsubmission_file_(?P<name>[^/]+)$"),
    # Canvas: lovelaceada_LATE_1234_56789_02-letters-1.ipynb
    re.compile(r"(?:.*/)?[^/_]+_(?:LATE_)?(?P<learner>\d+)_\d+_(?P<name>[^/]+)$"),
    # A folder a learner: ada/02-letters.ipynb, perhaps below an archive's own folder
    re.compile(r"(?:.*/)?(?P<learner>[^/]+)/(?P<name>[^/]+)$"),
    # Flat: ada_02-letters.ipynb
    re.compile(r"(?P<learner>[^/_]+)_(?P<name>[^/]+)$"),
)
# What browsers, Colab and Canvas add to a name: "Copy of X", "X (1)", "X-2".
_ADDED = re.compile(r"^(copy of |copie de |kopie von |copia de )+|( ?\(\d+\)|-\d{1,2})+$", re.I)


class LmsCollector(FileNameCollectorPlugin):
    """Tells ``nbgrader zip_collect`` whose file is whose."""

    def collect(self, submitted_file: str) -> dict[str, str] | None:
        """The learner and the notebook of one extracted file; None to skip it."""
        if not submitted_file.endswith(tuple(self.valid_ext)):
            return None
        assignment = self.parent.coursedir.assignment_id
        below = submitted_file.split("/extracted/", 1)[-1]
        found = whose(below, assignment)
        if found is None:
            return None
        return {"student_id": found[0], "file_id": found[1]}


def whose(path: str, assignment: str) -> tuple[str, str] | None:
    """The learner and the notebook's name that a path speaks of.

    Parameters
    ----------
    path
        Below the folder of extracted files, with ``/``.
    assignment
        What is collected.

    Examples
    --------
    >>> whose("Ada Lovelace_123_assignsubmission_file/Copy of 02-letters.ipynb", "02-letters")
    ('123', '02-letters')
    >>> whose("class/bo/02-letters (1).ipynb", "02-letters")
    ('bo', '02-letters')
    >>> whose("notes.ipynb", "02-letters") is None
    True
    """
    for pattern in PATTERNS:
        found = pattern.match(path)
        if found:
            name = PurePosixPath(found["name"]).stem
            return found["learner"], assignment if is_meant(name, assignment) else name
    return None


def is_meant(name: str, assignment: str) -> bool:
    """Is this notebook's name the assignment's, but for what programs add and change?

    Examples
    --------
    >>> is_meant("Copy of 02_letters-1 (2)", "02-letters")
    True
    """
    plain = re.sub(r"[\s_]+", "-", _ADDED.sub("", name.strip())).casefold()
    return plain.removesuffix(".ipynb") == assignment.casefold()


def collect(course: Course, assignment: str, files: Sequence[Path]) -> list[str]:
    """Bring archives and notebooks into ``submitted/``.

    Parameters
    ----------
    course, assignment
        Where to.
    files
        ``.zip`` archives or notebooks, as downloaded. They are copied into
        ``downloaded/ASSIGNMENT/archive``, which is what nbgrader unpacks.

    Returns
    -------
    list of str
        What nbgrader said of files it skipped.

    Raises
    ------
    CourseError
        If an archive is broken or not safe to unpack, or no notebook was found.
    """
    course.source(assignment)
    archive = course.root / "downloaded" / assignment / "archive"
    archive.mkdir(parents=True, exist_ok=True)
    for path in files:
        if not path.is_file():
            raise CourseError(f"there is no file {path}.")
        if path.suffix.lower() == ".zip":
            check_archive(path)
        elif path.suffix != ".ipynb":
            raise CourseError(f"{path} is neither a .zip nor an .ipynb.")
    for path in files:
        if path.resolve().parent != archive.resolve():
            shutil.copy(path, archive / path.name)
    if not any(archive.iterdir()):
        raise CourseError(f"name the files to collect, or put them into {archive}.")
    done = subprocess.run(
        [
            *(sys.executable, "-m", "nbgrader", "zip_collect", assignment, "--force"),
            "--collector=lib.grading.collect.LmsCollector",
        ],
        cwd=course.root,
        capture_output=True,
        text=True,
    )
    said = done.stderr.splitlines()
    if done.returncode:
        raise CourseError("nbgrader zip_collect failed:\n" + "\n".join(said[-5:]))
    return [line.split("] ", 1)[-1] for line in said if "Skipped" in line or "Invalid" in line]


def check_archive(path: Path) -> None:
    """Look into an archive before it is unpacked.

    Raises
    ------
    CourseError
        If it is broken, would fill the disk, or holds links or paths that lead outside.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (OSError, zipfile.BadZipFile) as error:
        raise CourseError(f"{path} is not a sound zip archive: {error}") from error
    size = sum(entry.file_size for entry in entries) / 2**20
    if len(entries) > MOST_FILES or size > MOST_MB:
        raise CourseError(
            f"{path} would unpack to {len(entries)} files of {size:.0f} MB in all; "
            f"{MOST_FILES} and {MOST_MB} are allowed."
        )
    for entry in entries:
        parts = PurePosixPath(entry.filename.replace("\\", "/")).parts
        link = stat.S_ISLNK(entry.external_attr >> 16)
        if link or ".." in parts or entry.filename.startswith(("/", "\\")):
            raise CourseError(f"{path} holds {entry.filename!r}, which leads outside. Take it out.")
