"""``python -m lib.data``: what is at hand. ``python -m lib.data fetch NAME ...``: get it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from . import cache
from .bundle import SHIPPED_LICENSES, shipped_folder
from .download import PATIENCE_VARIABLE
from .notices import DataUnavailable
from .registry import ENTRIES
from .store import MIRROR_VARIABLE, at_hand, fetch


def table() -> str:
    """Every file of the registry and every shipped one: where it is, its size, its license."""
    rows = [("name", "where", "bytes", "license", "what for")]
    for entry in ENTRIES.values():
        found = at_hand(entry)
        where = found.source if found else "-"
        rows.append((entry.name, where, f"{entry.size:,}", entry.license, entry.purpose))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["Downloads (where: mirror, nltk, cache, or - for not on this computer)"]
    for name, where, size, *rest in rows:
        cells = [name.ljust(widths[0]), where.ljust(widths[1]), size.rjust(widths[2])]
        cells += [text.ljust(width) for text, width in zip(rest, widths[3:], strict=True)]
        lines.append("  ".join(cells).rstrip())
    lines += ["", f"Cache: {cache.folder()}", "", f"Shipped in {shipped_folder()}"]
    shipped_files = sorted(path for path in shipped_folder().rglob("*") if path.is_file())
    lines += [_shipped_line(path) for path in shipped_files] or ["nothing"]
    return "\n".join(lines)


def _shipped_line(path: Path) -> str:
    name = path.relative_to(shipped_folder()).as_posix()
    license_text = SHIPPED_LICENSES.get(name.partition("/")[0], "")
    return f"{name:30}{path.stat().st_size:>12,}  {license_text}".rstrip()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; 0 if all went well."""
    parser = argparse.ArgumentParser(
        prog="python -m lib.data",
        description="The course's data. Without a command: a table of what is at hand.",
        epilog=f"Variables: {MIRROR_VARIABLE} (a folder with copies), {cache.CACHE_VARIABLE} (the "
        f"cache folder), {PATIENCE_VARIABLE} (seconds to wait for an answer).",
    )
    commands = parser.add_subparsers(dest="command")
    getter = commands.add_parser("fetch", help="download files and check them")
    getter.add_argument("names", nargs="+", metavar="NAME", help="from the table, or 'all'")
    options = parser.parse_args(arguments)
    if options.command is None:
        print(table())
        return 0
    names = list(ENTRIES) if options.names == ["all"] else options.names
    unknown = [name for name in names if name not in ENTRIES]
    if unknown:
        parser.error(f"no such data: {', '.join(unknown)}; there is {', '.join(ENTRIES)}")
    failed = False
    for name in names:
        try:
            print(f"{name}: {fetch(name)}")
        except DataUnavailable as error:
            failed = True
            print(error, file=sys.stderr)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
