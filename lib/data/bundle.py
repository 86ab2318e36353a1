"""The files that come with the course: originals and counts that need no network.

In a checkout they lie in the top-level folder `data/`; in an installed package, in
`lib/_shipped`. Both are found from this file, never from the current directory.
"""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from .notices import DataUnavailable, note

_LIB = Path(__file__).resolve().parents[1]
TEXTS = ("cats", "dogs", "reader")
SHIPPED_LICENSES = {
    "texts": "CC BY 4.0, written for the course",
    "counts": "numbers counted in the named corpus",
    "checkpoints": "CC BY 4.0, trained for the course",
    "results": "CC BY 4.0, measured for the course",
}


def shipped_folder() -> Path:
    """The folder with the shipped files."""
    installed = _LIB / "_shipped"
    return installed if installed.is_dir() else _LIB.parent / "data"


def shipped(name: str) -> Path:
    """A file that comes with the course.

    Parameters
    ----------
    name : str
        Path below `data/`, with forward slashes: ``"texts/cats.txt"``.

    Returns
    -------
    pathlib.Path

    Raises
    ------
    ValueError
        If `name` leaves the folder.
    DataUnavailable
        If the file is not there.

    Examples
    --------
    >>> from lib.data import shipped
    >>> shipped("README.md").name
    'README.md'
    """
    inside = PurePosixPath(name)
    if not name or inside.is_absolute() or ".." in inside.parts or "\\" in name:
        raise ValueError(f"name must be a path below data/, such as 'texts/cats.txt', not {name!r}")
    path = shipped_folder() / inside
    if not path.is_file():
        folder = path.parent
        there = sorted(file.name for file in folder.iterdir()) if folder.is_dir() else []
        raise DataUnavailable(
            f"{name} should come with the course but is not in {shipped_folder()} "
            f"(in {folder.name}/: {', '.join(there) or 'nothing'}). Restore it with "
            f"`git checkout data`, or install the package again; data/README.md says "
            f"how each file is made."
        )
    return path


def text(name: str) -> str:
    """One of the course's own texts, in full.

    Parameters
    ----------
    name : {"cats", "dogs", "reader"}

    Returns
    -------
    str

    Raises
    ------
    ValueError
        If there is no such text.
    DataUnavailable
        If the file is missing from the checkout or the package.

    Examples
    --------
    >>> from lib.data import text
    >>> text("cats")[:20]  # doctest: +SKIP
    """
    if name not in TEXTS:
        raise ValueError(f"name must be one of {', '.join(TEXTS)}, not {name!r}")
    content = shipped(f"texts/{name}.txt").read_text(encoding="utf-8")
    note(name, "the course's own text, shipped with it")
    return content
