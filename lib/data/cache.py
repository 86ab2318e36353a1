"""Where downloads are kept, and how a file gets there whole or not at all.

A download is written in a private workroom inside the cache and renamed into place once it is
verified. The workroom belongs to the process that holds the file's lock, so what a killed
process left behind is swept out by the next one.
"""

from __future__ import annotations

import atexit
import functools
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pooch
from filelock import FileLock, Timeout

from .notices import tell

CACHE_VARIABLE = "COURSE_CACHE"
_WORKROOMS = ".unfinished"


def folder() -> Path:
    """The user's cache folder for the course; the variable COURSE_CACHE overrides it."""
    chosen = os.environ.get(CACHE_VARIABLE, "")
    base = Path(chosen or pooch.os_cache("one-word-at-a-time"))
    return base.expanduser().absolute()


@functools.cache
def standby() -> Path:
    """A temporary folder for this process, for when the cache can't be written."""
    made = Path(tempfile.mkdtemp(prefix="one-word-at-a-time-"))
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    return made


def folders() -> list[Path]:
    """Where a cached file may lie: the cache, and the standby once it exists."""
    return [folder()] + ([standby()] if standby.cache_info().currsize else [])


@contextmanager
def workroom(base: Path, name: str, patience: float) -> Iterator[Path]:
    """Lend an empty folder inside `base` in which to build the file called `name`.

    While one process works, others that want the same file wait, at most `patience` seconds.
    On a file system without locks everyone works in a room of their own.

    Raises
    ------
    OSError
        If `base` can't be written.
    """
    rooms = base / _WORKROOMS
    rooms.mkdir(parents=True, exist_ok=True)
    lock = FileLock(rooms / f"{name}.lock", timeout=patience)
    try:
        _acquire(lock, name)
        for left_behind in rooms.glob(f"{name}~*"):
            shutil.rmtree(left_behind, ignore_errors=True)
    except (Timeout, NotImplementedError):
        pass
    try:
        with tempfile.TemporaryDirectory(
            prefix=f"{name}~", dir=rooms, ignore_cleanup_errors=True
        ) as room:
            yield Path(room)
    finally:
        lock.release()


def _acquire(lock: FileLock, name: str) -> None:
    try:
        lock.acquire(timeout=0)
    except Timeout:
        tell(f"Another process is fetching {name}; waiting for it.")
        lock.acquire(poll_interval=0.1)
