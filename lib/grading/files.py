"""Writing that survives a kill: whole files or none, and lines that are never torn.

Knows the file system and nothing of grading.
"""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from pathlib import Path
from typing import Any


def write_atomically(path: Path, content: bytes, mode: int = 0o644) -> None:
    """Write ``content`` so that ``path`` holds all of it or what it held before.

    Parameters
    ----------
    path
        Where to. Its folder must exist.
    content
        The whole new content.
    mode
        Permission bits of the file.

    Raises
    ------
    OSError
        Where it can't be written (a full disk, say). Then nothing has changed.

    Examples
    --------
    >>> folder = Path(tempfile.mkdtemp())
    >>> write_atomically(folder / "a.txt", b"whole")
    >>> [file.name for file in folder.iterdir()]
    ['a.txt']
    """
    descriptor, temporary = tempfile.mkstemp(prefix=".new-", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise
    sync_folder(path.parent)


def write_json(path: Path, content: Any, mode: int = 0o644) -> None:
    """Write ``content`` as JSON with :func:`write_atomically`."""
    write_atomically(path, json.dumps(content, ensure_ascii=False).encode(), mode)


def append_line(path: Path, line: str, mode: int = 0o600) -> None:
    """Append one line, in one write, and wait until the disk has it."""
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, mode)
    try:
        content = (line + "\n").encode()
        if os.write(descriptor, content) != len(content):
            raise OSError(28, "No space left on device", str(path))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """Wait until the disk has the folder's list of names."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sweep(folder: Path) -> None:
    """Remove what a killed :func:`write_atomically` left behind in ``folder``."""
    for leftover in folder.glob(".new-*"):
        leftover.unlink(missing_ok=True)
