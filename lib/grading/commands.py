"""What each command of the desk does and says. Each takes parsed options, gives an exit code."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys

from tqdm import tqdm

from lib.grading.course import Course, learner_id
from lib.grading.words import STATES, counts


def run(options: argparse.Namespace) -> int:
    """Grade a class, or go on with it."""
    from lib.grading import desk
    from lib.grading.cluster import Where

    where = Where(
        workers=options.workers,
        scheduler=options.scheduler,
        ca=options.tls_ca,
        cert=options.tls_cert,
        key=options.tls_key,
        patience=options.patience,
    )
    how = desk.Options(
        where=where,
        sandbox=options.sandbox,
        again=frozenset(options.again),
        everyone_again=options.all_again,
    )
    if options.sandbox == "unsafe":
        _say("WITHOUT A SANDBOX: learners' code can read and change all that you can.")
    with contextlib.ExitStack() as stack:
        bars: list[tqdm] = []  # none until there is something to count

        def progress(tally: desk.Tally) -> None:
            if not bars:
                about = {"desc": options.assignment, "unit": " submissions"}
                bars.append(tqdm(total=tally.total, disable=options.quiet, **about))
                stack.callback(bars[0].close)
            bars[0].set_postfix_str(counts(tally.states), refresh=False)
            bars[0].update(sum(tally.states.values()) - bars[0].n)

        tally = desk.run(_course(options), options.assignment, how, progress)
    _tell(options.assignment, tally)
    return 0


def _tell(assignment: str, tally) -> None:
    print(f"{assignment}: {tally.total} submissions; {counts(tally.states)}.")
    print(f"{tally.executed} executed in this run; report: {tally.report}")
    if tally.changed:
        print("Marks that changed:")
    for learner, changes in sorted(tally.changed.items()):
        told = ", ".join(f"{cell} {old} -> {new}" for cell, (old, new) in changes.items())
        print(f"  {learner}: {told}")
    for note in tally.notes:
        print(f"Please look at {note}")


def status(options: argparse.Namespace) -> int:
    """Say in which state each submission is."""
    from lib.grading.journal import Journal

    course = _course(options)
    course.source(options.assignment)
    notes = {note["learner"]: note for note in Journal(course.desk, options.assignment).learners()}
    handed_in = map(learner_id, course.learners(options.assignment))
    for learner in sorted({*handed_in, *notes}):
        note = notes.get(learner)
        told = [STATES[note["state"]] if note else "not graded yet"]
        if note:
            told += [note["reason"]] if note["reason"] else []
            told += [flag["text"] for flag in note["flags"]]
        print(f"{learner}: {'; '.join(told)}")
    return 0


def collect(options: argparse.Namespace) -> int:
    """Bring downloaded notebooks into ``submitted/``."""
    from lib.grading.collect import collect as bring

    course = _course(options)
    collected, left_out = bring(course, options.assignment, options.files)
    for line in left_out:
        print(line)
    there = len(course.learners(options.assignment))
    print(f"{options.assignment}: {len(collected)} collected; submissions of {there} are there.")
    return 0


def report(options: argparse.Namespace) -> int:
    """Write the instructor's report anew."""
    from lib.grading.afterwards import opened, write_report

    with opened(_course(options), options.assignment) as graded:
        print(write_report(graded))
    return 0


def feedback(options: argparse.Namespace) -> int:
    """Write the learners' pages anew, with what people have marked."""
    from lib.grading.afterwards import opened, write_feedback

    with opened(_course(options), options.assignment) as graded:
        print(f"{write_feedback(graded)} pages written.")
    return 0


def export(options: argparse.Namespace) -> int:
    """Write marks as a table."""
    from lib.grading.afterwards import opened, write_table

    with opened(_course(options), options.assignment) as graded:
        missing = write_table(graded, options.format, options.to, options.roster)
    if missing:
        _say(f"The roster has no row for: {', '.join(missing)}.")
        return 1
    return 0


def log(options: argparse.Namespace) -> int:
    """Print the audit log of an assignment; say where it was changed."""
    from lib.grading.audit import AuditLog

    audit = AuditLog(_course(options).desk / "audit.jsonl")
    for entry in audit.entries():
        if entry.get("assignment") == options.assignment:
            details = {key: value for key, value in entry.items() if key not in ("after", "key")}
            print("  ".join(f"{key}={value}" for key, value in details.items()))
    broken = audit.check()
    if broken:
        _say(f"Lines {broken} of {audit.path} do not follow from the line before them.")
    return int(bool(broken))


def _course(options: argparse.Namespace) -> Course:
    return Course(options.course, options.db_url or os.environ.get("GRADING_DB_URL", ""))


def _say(words: str) -> None:
    print(f"grading: {words}", file=sys.stderr)
