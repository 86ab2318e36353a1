"""The grading desk's command line: what the instructor types, and clear words when it can't be.

Exit codes: 0 done; 1 it can't be done, with the reason; 2 wrong usage; 130 stopped by hand.
"""

from __future__ import annotations

import argparse
import errno
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from lib.grading import commands

ROOT = Path(__file__).resolve().parents[2]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    options = _parser().parse_args(arguments)
    # nbgrader calls alembic by name, so the environment's programs must be found.
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    try:
        return options.command(options)
    except KeyboardInterrupt:
        return _say("Stopped. What was graded is in the journal; the same command goes on.", 130)
    except OSError as error:
        return _say(_disk(error))
    except ValueError as error:
        return _say(str(error), 2)
    except RuntimeError as error:
        if type(error).__module__.startswith("lib.grading"):
            return _say(str(error))
        raise


def _say(words: str, code: int = 1) -> int:
    print(f"grading: {words}", file=sys.stderr)
    return code


def _disk(error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return (
            "the disk is full. What was graded so far is in the journal. Make room, then give "
            "the same command again."
        )
    place = f" ({error.filename})" if error.filename else ""
    return f"{error.strerror or error}{place}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m lib.grading",
        description="The instructor's grading desk. exercises/README.md is its guide.",
    )
    parsers = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(
        name: str, does: Callable[[argparse.Namespace], int], words: str
    ) -> argparse.ArgumentParser:
        own = parsers.add_parser(name, help=words, description=words)
        own.set_defaults(command=does)
        own.add_argument("assignment", metavar="ASSIGNMENT", help="such as 02-letters")
        own.add_argument("--course", type=Path, default=ROOT / "exercises", metavar="FOLDER",
                         help="nbgrader's course folder (default: exercises/)")  # fmt: skip
        own.add_argument("--db-url", default="", metavar="URL",
                         help="the gradebook (default: as nbgrader_config.py says)")  # fmt: skip
        return own

    _run_options(command("run", commands.run, "grade what was handed in, or go on with it"))
    command("status", commands.status, "say in which state each submission is")
    files = command("collect", commands.collect, "bring downloaded notebooks into submitted/")
    files.add_argument("files", nargs="+", type=Path, metavar="FILE", help=".zip or .ipynb")
    command("feedback", commands.feedback, "write the learners' pages anew")
    command("report", commands.report, "write the instructor's report anew")
    table = command("export", commands.export, "write marks as a table")
    table.add_argument("--format", choices=("csv", "checks", "canvas", "moodle"), default="csv")
    table.add_argument("--roster", type=Path, metavar="CSV", help="as Canvas or Moodle exports it")
    table.add_argument("--to", type=Path, metavar="FILE", help="default: print it")
    command("log", commands.log, "print the audit log")
    return parser


def _run_options(own: argparse.ArgumentParser) -> None:
    where = own.add_mutually_exclusive_group()
    where.add_argument("--workers", type=int, default=0, metavar="N", help="default: one a core")
    where.add_argument("--scheduler", default="", metavar="ADDRESS", help="tls://HOST:PORT")
    for option in ("ca", "cert", "key"):
        own.add_argument(f"--tls-{option}", default="", metavar="PEM",
                         help="default: as dask is configured")  # fmt: skip
    own.add_argument("--patience", type=float, default=30.0, metavar="SECONDS",
                     help="to wait for the scheduler and its first worker")  # fmt: skip
    own.add_argument("--again", action="append", default=[], metavar="LEARNER",
                     help="grade this learner anew; may be repeated")  # fmt: skip
    own.add_argument("--all-again", action="store_true", help="grade everybody anew")
    own.add_argument("--sandbox", choices=("bubblewrap", "container", "unsafe"),
                     default="bubblewrap", help="`unsafe` is for your own code only")  # fmt: skip
    own.add_argument("--quiet", action="store_true", help="no progress bar")
