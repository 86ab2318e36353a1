"""From a registry entry to a verified file: mirror folder, NLTK's folders, cache, network."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from . import cache, download, registry
from .notices import DataUnavailable, forget_notices, note, tell
from .registry import Entry
from .verify import problem

MIRROR_VARIABLE = "COURSE_DATA_MIRROR"


@dataclass(frozen=True)
class Found:
    """A verified copy: its path, the kind of place (`source`), and the place in words."""

    path: Path
    source: str
    why: str


def fetch(name: str, *, retry: bool = False) -> Path:
    """A verified copy of a file of the registry, downloaded if need be.

    Looks in the folder COURSE_DATA_MIRROR, in NLTK's folders (for a corpus), in the cache, then
    asks the addresses one after the other. Every copy is checked against its sha256.

    Parameters
    ----------
    name : str
        A name from the table that ``python -m lib.data`` prints.
    retry : bool
        Ask again the hosts that did not answer earlier in this session.

    Returns
    -------
    pathlib.Path
        The file. For a corpus, the zip or the unpacked folder.

    Raises
    ------
    ValueError
        If `name` is not in the registry.
    DataUnavailable
        If no place has it. The message names each place, why it failed, and what to do.

    Examples
    --------
    >>> from lib.data import fetch
    >>> fetch("names").read_text().split()[:3]  # doctest: +SKIP
    ['emma', 'olivia', 'ava']
    """
    found = obtain(registry.entry(name), retry=retry)
    note(name, found.why)
    return found.path


def obtain(entry: Entry, *, retry: bool = False) -> Found:
    """`fetch` for any entry; says where the copy was found."""
    if retry:
        download.forget_silent_hosts()
        forget_notices()
    attempts: list[tuple[str, str]] = []
    found = _at_hand(entry, attempts) or _from_network(entry, attempts)
    if found is None:
        raise DataUnavailable(_advice(entry, attempts), tuple(attempts))
    return found


def at_hand(entry: Entry) -> Found | None:
    """A verified copy that needs no network, or None."""
    return _at_hand(entry, [])


def _at_hand(entry: Entry, attempts: list[tuple[str, str]]) -> Found | None:
    for source, path in _places(entry):
        if not os.path.exists(path):
            if source == "mirror":
                attempts.append((str(path), f"not in the mirror folder ({MIRROR_VARIABLE})"))
            continue
        wrong = problem(entry, path)
        if not wrong:
            return Found(path, source, _WORDS[source])
        attempts.append((str(path), wrong))
        if source == "cache":
            _discard(path)
        tell(f"{path} is not used: {wrong}.")
    return None


_WORDS = {
    "mirror": f"a copy in the mirror folder ({MIRROR_VARIABLE})",
    "nltk": "NLTK's copy on this computer",
    "cache": "downloaded earlier",
}


def _places(entry: Entry) -> Iterator[tuple[str, Path]]:
    """Where a copy may lie, in the order in which they are tried."""
    mirror = os.environ.get(MIRROR_VARIABLE, "")
    if mirror:
        at = Path(mirror).expanduser().absolute() / entry.path
        unpacked = at.with_suffix("")
        yield "mirror", unpacked if entry.members is not None and unpacked.is_dir() else at
    if entry.members is not None:
        for base in nltk_folders():
            at = base / Path(entry.path).relative_to("nltk_data")
            yield "nltk", at.with_suffix("")
            yield "nltk", at
    for base in cache.folders():
        yield "cache", base / entry.path


def nltk_folders() -> list[Path]:
    """NLTK's search path: the variable NLTK_DATA first, then its usual folders."""
    import nltk.data  # slow to import, and only the corpora need it

    named = os.environ.get("NLTK_DATA", "").split(os.pathsep)
    return [Path(base) for base in dict.fromkeys([*filter(None, named), *nltk.data.path])]


def _discard(path: Path) -> None:
    """Delete a damaged file, if we may; it is not used in any case."""
    with contextlib.suppress(OSError):
        path.unlink()


def _from_network(entry: Entry, attempts: list[tuple[str, str]]) -> Found | None:
    try:
        return _download_into(cache.folder(), entry, attempts)
    except OSError as error:
        reason = error.strerror or str(error)
        attempts.append((f"writing to the cache {cache.folder()}", reason))
    tell(
        f"The cache {cache.folder()} can't take {entry.name} ({reason}); using a temporary folder."
    )
    try:
        return _download_into(cache.standby(), entry, attempts)
    except OSError as error:
        attempts.append(("writing to a temporary folder", error.strerror or str(error)))
    return None


def _download_into(base: Path, entry: Entry, attempts: list[tuple[str, str]]) -> Found | None:
    target = base / entry.path
    longest = len(entry.urls) * download.budget(entry)
    with cache.workroom(base, entry.name, longest) as room:
        if target.exists() and not problem(entry, target):
            return Found(target, "cache", "downloaded by another process")
        for url in entry.urls:
            try:
                made = download.download(entry, url, room)
                wrong = problem(entry, made)
                if wrong:
                    made.unlink()
                    raise download.SourceFailed(wrong)
            except download.SourceFailed as failure:
                attempts.append((url, str(failure)))
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            os.replace(made, target)
            return Found(target, "download", f"downloaded from {url}")
    return None


def _advice(entry: Entry, attempts: list[tuple[str, str]]) -> str:
    tried = "\n".join(f"  - {place}: {reason}" for place, reason in dict.fromkeys(attempts))
    return (
        f"{entry.name} ({entry.title}, {entry.size:,} bytes) is not available. Tried:\n"
        f"{tried}\n"
        f'What to do: go online and call fetch("{entry.name}", retry=True); or get the file from '
        f"one of the addresses yourself and save it as {cache.folder() / entry.path}; or set "
        f"{MIRROR_VARIABLE} to a folder that holds {entry.path}."
    )
