"""The grading desk's command line: what the instructor types, and clear words when it can't be.

Exit codes: 0 done; 1 it can't be done, with the reason; 2 wrong usage; 130 stopped by hand.
"""

from __future__ import annotations

import argparse
import contextlib
import errno
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lib.grading.course import Course
    from lib.grading.desk import Options, Tally

ROOT = Path(__file__).resolve().parents[2]
SHOWN = (("graded", "graded"), ("flagged", "with flags"), ("failed", "failed"))
HANDS = ("needs-hands", "need hands")


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
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return _say(
                f"The disk is full ({error.filename or 'while writing'}). What was graded so far "
                "is in the journal. Make room, then give the same command again."
            )
        return _say(f"{error.strerror or error}: {error.filename or ''}".rstrip(": "))
    except RuntimeError as error:
        if type(error).__module__.startswith("lib.grading"):
            return _say(f"{error}"[:1].upper() + f"{error}"[1:])
        raise
    except ValueError as error:
        return _say(str(error), 2)


def _say(words: str, code: int = 1) -> int:
    print(f"grading: {words}", file=sys.stderr)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m lib.grading",
        description="The instructor's grading desk. exercises/README.md is its guide.",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(
        name: str, does: Callable[[argparse.Namespace], int], words: str
    ) -> argparse.ArgumentParser:
        own = commands.add_parser(name, help=words, description=words)
        own.set_defaults(command=does)
        own.add_argument("assignment", metavar="ASSIGNMENT", help="such as 02-letters")
        own.add_argument("--course", type=Path, default=ROOT / "exercises", metavar="FOLDER")
        own.add_argument("--db-url", default="", help="the gradebook, if not the configured one")
        return own

    grade = command("run", _run, "grade what was handed in, or go on with it")
    _run_options(grade)
    command("status", _status, "say in which state each submission is")
    return parser


def _run_options(grade: argparse.ArgumentParser) -> None:
    where = grade.add_mutually_exclusive_group()
    where.add_argument(
        "--workers", type=int, default=0, metavar="N", help="one a core if not given"
    )
    where.add_argument("--scheduler", default="", metavar="ADDRESS", help="tls://HOST:PORT")
    for option in ("ca", "cert", "key"):
        grade.add_argument(f"--tls-{option}", default="", metavar="PEM")
    grade.add_argument("--patience", type=float, default=30.0, metavar="SECONDS",
                       help="how long to wait for the scheduler and its first worker")  # fmt: skip
    grade.add_argument("--again", action="append", default=[], metavar="LEARNER",
                       help="grade this learner anew; may be repeated")  # fmt: skip
    grade.add_argument("--all-again", action="store_true", help="grade everybody anew")
    grade.add_argument("--sandbox", default="bubblewrap",
                       choices=("bubblewrap", "container", "unsafe"))  # fmt: skip
    grade.add_argument("--quiet", action="store_true", help="no progress bar")


def _run(options: argparse.Namespace) -> int:
    from lib.grading.cluster import Where
    from lib.grading.course import Course
    from lib.grading.desk import Options

    where = Where(
        workers=options.workers,
        scheduler=options.scheduler,
        ca=options.tls_ca,
        cert=options.tls_cert,
        key=options.tls_key,
        patience=options.patience,
    )
    course = Course(options.course, options.db_url)
    how = Options(
        where=where,
        sandbox=options.sandbox,
        again=frozenset(options.again),
        everyone_again=options.all_again,
    )
    return grade_and_tell(course, options.assignment, how, quiet=options.quiet)


def grade_and_tell(course: Course, assignment: str, how: Options, quiet: bool = False) -> int:
    """Run with a progress bar, then say what came out."""
    from tqdm import tqdm

    from lib.grading.desk import run

    with contextlib.closing(
        tqdm(desc=assignment, unit=" submissions", disable=quiet, file=sys.stderr)
    ) as bar:

        def progress(tally: Tally) -> None:
            bar.total = tally.total
            bar.set_postfix_str(counts(tally.states), refresh=False)
            bar.update(sum(tally.states.values()) - bar.n)

        tally = run(course, assignment, how, progress)
    print(f"{assignment}: {tally.total} submissions; {counts(tally.states)}.")
    print(f"{tally.executed} were executed in this run.")
    if tally.changed:
        print("Marks that changed:")
        for learner, changes in sorted(tally.changed.items()):
            told = ", ".join(f"{cell} {old} -> {new}" for cell, (old, new) in changes.items())
            print(f"  {learner}: {told}")
    for note in tally.notes:
        print(f"Please look at {note}")
    return 0


def counts(states: Mapping[str, int]) -> str:
    """The live count by state, in words."""
    told = [f"{states.get(state, 0)} {words}" for state, words in (*SHOWN, HANDS)]
    return ", ".join(told)


def _status(options: argparse.Namespace) -> int:
    from lib.grading.course import Course
    from lib.grading.journal import Journal

    course = Course(options.course, options.db_url)
    course.source(options.assignment)
    notes = {note["learner"]: note for note in Journal(course.desk, options.assignment).learners()}
    for learner in course.learners(options.assignment):
        note = notes.get(learner)
        state = note["state"] if note else "not graded yet"
        reason = f": {note['reason']}" if note and note["reason"] else ""
        print(f"{learner}: {state}{reason}")
    return 0
