"""An nbgrader course folder as the desk sees it: its settings, and what learners handed in.

Reads files and runs nothing of theirs. What a learner put into a folder is taken as data: links are
not followed, and only one regular file of bounded size is read.
"""

from __future__ import annotations

import errno
import os
import re
import stat
import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from lib.grading.model import Flag

FORBIDDEN = '\\*?[]<>"&'  # these mean something in nbgrader's paths and in Formgrader's pages


class CourseError(RuntimeError):
    """Something about the course folder keeps the desk from working; the text says what to do."""


@dataclass(frozen=True)
class Submission:
    """What one learner handed in, as bytes.

    ``content`` is None where ``problem`` says why nothing can be graded; ``hands`` is true where a
    person can sort it out.
    """

    learner: str
    content: bytes | None
    timestamp: datetime | None = None
    problem: str = ""
    hands: bool = False
    flags: tuple[Flag, ...] = ()


class Course:
    """Paths and settings of one course.

    Parameters
    ----------
    root
        The folder with ``nbgrader_config.py``, ``source``, ``submitted`` and so on.
    db_url
        The gradebook, in place of the configured one.

    Raises
    ------
    CourseError
        If there is no such folder, or its settings can't be read.
    """

    def __init__(self, root: Path, db_url: str = "") -> None:
        self.root = Path(root).resolve()
        if not self.root.is_dir():
            raise CourseError(f"there is no course folder {self.root}. Name it with --course.")
        self.config = _settings(self.root)
        from nbgrader.coursedir import CourseDirectory

        self._directory = CourseDirectory(config=self.config, root=str(self.root))
        self.db_url: str = db_url or self._directory.db_url
        self.course_id: str = self._directory.course_id or "default_course"
        self.desk = self.root / "desk"

    def folder(self, step: str, learner: str, assignment: str) -> Path:
        """The folder of a step (``submitted``, ``autograded``, ...) of one learner."""
        name = getattr(self._directory, f"{step}_directory")
        return Path(self._directory.format_path(name, learner, assignment))

    def assignments(self) -> list[str]:
        """Names of the assignments that have a source."""
        folder = self.folder("source", ".", ".")
        return sorted(path.name for path in folder.glob("*") if path.is_dir())

    def source(self, assignment: str) -> Path:
        """The source folder of an assignment.

        Raises
        ------
        CourseError
            If there is none; names those there are.
        """
        known = self.assignments()
        if assignment not in known:
            there = ", ".join(known) or "none"
            raise CourseError(
                f"there is no assignment {assignment!r} in {self.folder('source', '.', '.')}. "
                f"There are: {there}."
            )
        return self.folder("source", ".", assignment)

    def learners(self, assignment: str) -> list[str]:
        """Who handed in a folder for this assignment, by name.

        Raises
        ------
        CourseError
            If nobody did; says where was looked.
        """
        marker = "\0"  # stands for any learner in the configured pattern
        before, _, after = str(self.folder("submitted", marker, assignment)).partition(marker)
        parent = Path(before)
        names = os.listdir(parent) if parent.is_dir() else []
        found = sorted(name for name in names if os.path.isdir(parent / (name + after)))
        if not found:
            raise CourseError(
                f"nobody has handed in {assignment!r}: there is no folder "
                f"{before}LEARNER{after}. `python -m lib.grading collect` fills them."
            )
        return found

    def submission(self, learner: str, assignment: str, limit_mb: int) -> Submission:
        """Read what a learner handed in. Never raises for what is in the folder."""
        folder = self.folder("submitted", learner, assignment)
        if not _is_id(learner):
            problem = f"The folder's name {learner!a} can't be a learner's id. Rename it."
            return Submission(learner_id(learner), None, None, problem, hands=True)
        if folder.is_symlink() or folder.parent.is_symlink():
            problem = "The folder is a link to another folder."
            return Submission(learner, None, None, problem, hands=True)
        timestamp, flags = _timestamp(folder)
        path, found, problem = _choose(folder, assignment)
        flags += found
        if path is not None:
            content, problem = _read(path, limit_mb)
            return Submission(learner, content, timestamp, problem, False, flags)
        return Submission(learner, None, timestamp, problem, "Several" in problem, flags)


def read_small(path: Path) -> bytes | None:
    """The bytes of a small ordinary file; None if there is none, or it is a link, or large."""
    if not os.path.lexists(path):
        return None
    content, _ = _read(path, 1)
    return content


def _settings(root: Path) -> Config:
    if str(root) not in sys.path:  # for the instructor's own plugins; last, so it shadows nothing
        sys.path.append(str(root))
    path = root / "nbgrader_config.py"
    if not path.exists():
        return Config()
    try:
        return PyFileConfigLoader(path.name, path=str(root)).load_config()
    except Exception as error:  # whatever the instructor's own file raises
        raise CourseError(f"{path} can't be read: {type(error).__name__}: {error}") from error


def _choose(folder: Path, assignment: str) -> tuple[Path | None, tuple[Flag, ...], str]:
    """The notebook to grade; or None and why. Other names than the right one are forgiven."""
    right = folder / f"{assignment}.ipynb"
    if os.path.lexists(right):
        return right, (), ""
    try:
        names = sorted(name for name in os.listdir(folder) if name.lower().endswith(".ipynb"))
    except OSError as error:
        return None, (), f"The folder can't be read: {error.strerror}."
    if len(names) == 1:
        told = f"The file is named {names[0]!a}, not {right.name!r}. It was graded all the same."
        return folder / names[0], (Flag("file-name", told),), ""
    if not names:
        return None, (), f"There is no notebook. It should be named {right.name!r}."
    listed = ", ".join(ascii(name) for name in names[:5])
    return None, (), f"Several notebooks, none named {right.name!r}: {listed}. Which one counts?"


def _read(path: Path, limit_mb: int) -> tuple[bytes | None, str]:
    """The bytes of a regular file; or None and why not. Never follows a link, never waits."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        if error.errno == errno.ELOOP:
            return None, "The notebook is a link to another file. Hand in the file itself."
        return None, f"The notebook can't be read: {error.strerror}."
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            return None, "The notebook is not an ordinary file."
        if status.st_size > limit_mb * 2**20:
            size = status.st_size / 2**20
            return None, (
                f"The notebook has {size:.0f} MB; {limit_mb} MB are allowed. Clear its outputs, "
                "save it and hand it in again."
            )
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            return file.read(limit_mb * 2**20 + 1), ""
    except OSError as error:
        return None, f"The notebook can't be read: {error.strerror}."
    finally:
        os.close(descriptor)


def _timestamp(folder: Path) -> tuple[datetime | None, tuple[Flag, ...]]:
    """When it was handed in, from ``timestamp.txt`` as nbgrader writes it."""
    from nbgrader.utils import parse_utc

    path = folder / "timestamp.txt"
    if not os.path.lexists(path):
        return None, ()
    try:
        content, problem = _read(path, 1)
        if content is None:
            raise ValueError(problem)
        text = content.decode().strip()
        return (parse_utc(text) if text else None), ()
    except (ValueError, OverflowError) as error:
        told = f"timestamp.txt can't be read ({str(error)[:100]!a}), so lateness is not known."
        return None, (Flag("timestamp", told),)


def learner_id(folder: str) -> str:
    """The id that stands for a learner's folder: its name, or a printable form of it.

    Examples
    --------
    >>> learner_id("ada"), learner_id("a\\tb")
    ('ada', 'a\\\\tb')
    """
    if _is_id(folder):
        return folder
    return re.sub('[<>"&]', lambda sign: f"\\x{ord(sign[0]):02x}", ascii(folder)[1:-1])


def _is_id(folder: str) -> bool:
    return all(sign.isprintable() and sign not in FORBIDDEN for sign in folder)
