"""Notebooks as a learning management system or Colab hands them out, into ``submitted/``.

Archives are read entry by entry: nothing is unpacked but notebooks, and archives within archives
stay closed. Whose file is whose is read from the outermost part of its path, which the system
wrote; what a learner chose as a file's name decides nothing.
"""

from __future__ import annotations

import re
import stat
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from lib.grading.course import Course, CourseError
from lib.grading.files import write_atomically
from lib.grading.limits import Limits

MOST_FILES = 20_000
MOST_MB = 4_000
MOST_BYTES = Limits().submission_mb * 2**20 + 1  # one more than allowed: the desk says so

# Paths below an archive's top. The first that fits at least half of an archive holds for all of it.
PATTERNS = (
    # Moodle: Ada Lovelace_1234567_assignsubmission_file/02-letters.ipynb
    re.compile(
        r"(?:[^/]+/)*?[^/]*_(?P<learner>\d+)_assignsubmission_file_?/(?:.*/)?(?P<name>[^/]+)"
    ),
    re.compile(r"(?:[^/]+/)*?[^/]*?_(?P<learner>\d+)_assignsubmission_file_(?P<name>[^/]+)"),
    # Canvas: lovelaceada_LATE_1234_56789_02-letters-1.ipynb
    re.compile(r"(?:[^/]+/)*?[^/_]+_(?:LATE_)?(?P<learner>\d+)_\d+_(?P<name>[^/]+)"),
    # A folder a learner: ada/02-letters.ipynb, perhaps below an archive's own folder
    re.compile(r"(?:.*/)?(?P<learner>[^/]+)/(?P<name>[^/]+)"),
    # Flat: ada_02-letters.ipynb
    re.compile(r"(?P<learner>[^/_]+)_(?P<name>[^/]+)"),
)
# What browsers, Colab and Canvas add to a name: "Copy of X", "X (1)", "X-2".
_BEFORE = r"((copy-of|copie-de|kopie-von|copia-de)-)*"
_BEHIND = r"(-?\(\d+\)|-\d{1,2})*"


@dataclass(frozen=True)
class Found:
    """One notebook: in which file, and as which entry of it if that is an archive."""

    file: Path
    entry: str
    learner: str
    name: str

    def read(self) -> bytes:
        """Its bytes, or one more than are allowed."""
        if not self.entry:
            with self.file.open("rb") as file:
                return file.read(MOST_BYTES)
        with zipfile.ZipFile(self.file) as archive, archive.open(self.entry) as file:
            return file.read(MOST_BYTES)


def whose(paths: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Learner and file name that each path speaks of; paths that don't say are left out.

    Parameters
    ----------
    paths
        Of one archive's notebooks, below its top, with ``/``; or a single file's name.

    Examples
    --------
    >>> whose(["Ada Lovelace_123_assignsubmission_file/Copy of 02-letters.ipynb"])
    {'Ada Lovelace_123_assignsubmission_file/Copy of 02-letters.ipynb': \
('123', 'Copy of 02-letters.ipynb')}
    >>> list(whose(["class/bo/02-letters (1).ipynb"]).values())
    [('bo', '02-letters (1).ipynb')]
    >>> whose(["notes.ipynb"])
    {}
    """
    for pattern in PATTERNS:
        found = {path: match for path in paths if (match := pattern.fullmatch(path))}
        if found and 2 * len(found) >= len(paths):
            return {path: (match["learner"], match["name"]) for path, match in found.items()}
    return {}


def is_meant(name: str, assignment: str) -> bool:
    """Is this notebook's name the assignment's, but for what programs add and change?

    Examples
    --------
    >>> is_meant("Copy of 02_letters-1 (2).ipynb", "02-letters")
    True
    """
    stem = re.sub(r"[\s_+]+", "-", name.strip().removesuffix(".ipynb"))
    return bool(re.fullmatch(_BEFORE + re.escape(assignment) + _BEHIND, stem, re.I))


def collect(course: Course, assignment: str, files: Sequence[Path]) -> tuple[list[str], list[str]]:
    """Bring archives and notebooks into ``submitted/``.

    What these learners handed in before is replaced.

    Parameters
    ----------
    course, assignment
        Where to.
    files
        ``.zip`` archives or notebooks, as downloaded.

    Returns
    -------
    list of str, list of str
        The learners, and what was left out, in words.

    Raises
    ------
    CourseError
        If an archive is broken or not safe to read, or no notebook was found.
    """
    course.source(assignment)
    found: dict[str, list[Found]] = {}
    left_out: list[str] = []
    for path in files:
        for one in _notebooks(path, left_out):
            found.setdefault(one.learner, []).append(one)
    if not found:
        told = "".join(f"\n  {line}" for line in left_out[:5])
        raise CourseError(
            "there is no notebook of a learner in what was named. Single files need a name such "
            f"as ada_{assignment}.ipynb.{told}"
        )
    collected = []
    for learner, own in sorted(found.items()):
        try:
            contents = {name: one.read() for name, one in _named(own, assignment).items()}
        except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError) as error:
            left_out.append(f"left out: {learner!a}, since the archive can't be read: {error}.")
            continue
        _hand_in(course.folder("submitted", learner, assignment), contents)
        collected.append(learner)
    return collected, left_out


def _notebooks(path: Path, left_out: list[str]) -> list[Found]:
    """The notebooks of one file, by learner."""
    if not path.is_file():
        raise CourseError(f"there is no file {path}.")
    if path.suffix.lower() == ".zip":
        entries = {_below(entry): entry for entry in check_archive(path)}
    elif path.suffix.lower() == ".ipynb":
        entries = {path.name: ""}
    else:
        raise CourseError(f"{path} is neither a .zip nor an .ipynb.")
    shown = [one for one in entries if not re.search(r"(^|/)(\.|__MACOSX/)", one)]
    named = whose([one for one in shown if one.lower().endswith(".ipynb")])
    for one in shown:
        if not one.lower().endswith(".ipynb"):
            left_out.append(f"left out: {one!a} is not a notebook.")
        elif one not in named:
            left_out.append(f"left out: {one!a} does not say whose it is.")
    return [Found(path, entries[one], *named[one]) for one in named]


def _below(entry: str) -> str:
    return PurePosixPath(entry.replace("\\", "/")).as_posix()


def _named(own: list[Found], assignment: str) -> dict[str, Found]:
    """The name under which each of a learner's notebooks is kept.

    The assignment's own name goes to the one that has it, or to the only one that means it. Where
    several do, none gets it, and a person must say which one counts.
    """
    right = f"{assignment}.ipynb"
    meant = [one for one in own if one.name == right]
    if len(meant) != 1:
        meant = [one for one in own if is_meant(one.name, assignment)]
    kept = {right: meant[0]} if len(meant) == 1 else {}
    for number, one in enumerate(own, start=1):
        if one not in kept.values():
            taken = one.name in kept or one.name == right
            name = f"{number} {one.name}" if taken else one.name
            kept[name[-100:]] = one
    return kept


def _hand_in(folder: Path, contents: dict[str, bytes]) -> None:
    """Make these the files of a folder. What was there before goes when all is written."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in contents.items():
        write_atomically(folder / name, content)
    for old in folder.iterdir():
        if old.name not in contents and (old.is_symlink() or not old.is_dir()):
            old.unlink()


def check_archive(path: Path) -> list[str]:
    """Look into an archive before anything is read from it.

    Returns
    -------
    list of str
        Its entries that are files.

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
            raise CourseError(f"{path} holds {entry.filename!a}, which leads outside. Take it out.")
    return [entry.filename for entry in entries if not entry.is_dir()]
