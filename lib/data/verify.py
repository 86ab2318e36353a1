"""Is this file what the registry says? Nothing unverified is ever handed out.

A plain file has its own sha256. An NLTK corpus comes as a zip or unpacked, and zips of the same
texts differ in bytes, so a corpus is known by its texts: the sha256 of the list
``sha256sum *`` prints for them, sorted by name.
"""

from __future__ import annotations

import hashlib
import lzma
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from .registry import Entry

_BLOCK = 1 << 20
# RuntimeError: encrypted, or a compression that Python does not know
_BROKEN_ZIP = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, RuntimeError, ValueError)


def problem(entry: Entry, path: Path) -> str:
    """What is wrong with the copy of `entry` at `path`; an empty string if nothing is."""
    try:
        if entry.members is not None:
            found = _listing_sha256(path, entry.members)
            return "" if found == entry.sha256 else "its texts are incomplete or changed"
        size = path.stat().st_size
        if size != entry.size:
            return f"it has {size:,} bytes instead of {entry.size:,}"
        with path.open("rb") as stream:
            same = _sha256(stream) == entry.sha256
        return "" if same else "its content is not the expected one (the sha256 differs)"
    except _BROKEN_ZIP:
        return "it is not a whole zip file"
    except OSError as error:
        return f"it can't be read ({error.strerror or error})"


def _sha256(stream: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while block := stream.read(_BLOCK):
        digest.update(block)
    return digest.hexdigest()


def _listing_sha256(path: Path, members: str) -> str:
    """sha256 of the lines ``HASH  NAME`` of the files in `path` whose names match `members`."""
    lines = sorted((name, digest) for name, digest in _hashes(path) if re.fullmatch(members, name))
    listing = "".join(f"{digest}  {name}\n" for name, digest in lines)
    return hashlib.sha256(listing.encode()).hexdigest()


def _hashes(path: Path) -> Iterator[tuple[str, str]]:
    if path.is_dir():
        for file in path.iterdir():
            if file.is_file():
                with file.open("rb") as stream:
                    yield file.name, _sha256(stream)
        return
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            folder, _, name = info.filename.rpartition("/")
            if name and folder == path.stem:
                with archive.open(info) as stream:
                    yield name, _sha256(stream)
