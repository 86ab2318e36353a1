"""The audit log of the grading desk: who did what, when, with which version, sandbox or not.

One JSON object a line in ``desk/audit.jsonl``. Lines are only ever appended. Each carries the hash
of the line before it, so a line that was changed or removed later shows.
"""

from __future__ import annotations

import getpass
import hashlib
import json
import socket
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from lib.grading.files import append_line

FIRST = "0" * 64


class AuditLog:
    """The append-only log in one file.

    Parameters
    ----------
    path
        The file. It is made by the first :meth:`add`.

    Examples
    --------
    >>> import tempfile
    >>> log = AuditLog(Path(tempfile.mkdtemp()) / "audit.jsonl")
    >>> log.add("run", assignment="01-letters", sandbox="bubblewrap")
    >>> [entry["what"] for entry in log.entries()], log.check()
    (['run'], [])
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._last: str | None = None

    def add(self, what: str, **details: Any) -> None:
        """Append one entry. Time, person and machine are filled in here."""
        if self._last is None:
            self._last = self._resume()
        entry = {
            "when": datetime.now(timezone.utc).isoformat(timespec="milliseconds"),
            "who": f"{_user()}@{socket.gethostname()}",
            "what": what,
            **details,
            "after": self._last,
        }
        line = json.dumps(entry, ensure_ascii=False)
        append_line(self.path, line)
        self._last = _digest(line)

    def entries(self) -> list[dict[str, Any]]:
        """All entries, oldest first. A line torn by a crash is left out."""
        return [entry for _, entry in self._lines() if entry is not None]

    def check(self) -> list[int]:
        """Numbers (from 1) of the lines that do not follow from the line before them."""
        broken = []
        before = FIRST
        for number, (line, entry) in enumerate(self._lines(), start=1):
            if entry is None or entry.get("after") != before:
                broken.append(number)
            before = _digest(line)
        return broken

    def _lines(self) -> list[tuple[str, dict[str, Any] | None]]:
        if not self.path.exists():
            return []
        lines = self.path.read_text(encoding="utf-8", errors="replace").splitlines()
        return [(line, _parse(line)) for line in lines]

    def _resume(self) -> str:
        """The hash to chain to. Ends a line that a crash left without its end."""
        if not self.path.exists():
            return FIRST
        content = self.path.read_bytes()
        if content and not content.endswith(b"\n"):
            append_line(self.path, "")
        lines = content.decode(errors="replace").splitlines()
        return _digest(lines[-1]) if lines else FIRST


def _digest(line: str) -> str:
    return hashlib.sha256(line.encode(errors="replace")).hexdigest()


def _parse(line: str) -> dict[str, Any] | None:
    try:
        entry = json.loads(line)
    except ValueError:
        return None
    return entry if isinstance(entry, dict) else None


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container's user without a name
        return "unknown"
