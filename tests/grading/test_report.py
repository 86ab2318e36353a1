"""What comes back: the learner's page, the instructor's report, tables, pairs to look at."""

from __future__ import annotations

import csv
import io
import json
import math
import re
from dataclasses import replace
from pathlib import Path

import kill_rounds
import pytest
import small_course
from nbgrader.api import Gradebook

from lib.grading.afterwards import opened, write_feedback, write_report, write_table
from lib.grading.course import Course, CourseError
from lib.grading.drawings import histogram, shares
from lib.grading.feedback import Guard, page
from lib.grading.findings import discrimination, gather
from lib.grading.lesson import hidden_names, parts
from lib.grading.model import Assignment, Flag, Outcome, Score
from lib.grading.similarity import every_run, fingerprints, normalized_tokens, similar_pairs
from lib.grading.sources import prepared

NAME = small_course.NAME
LONG = """def total(values):
    result = 0
    for position in range(len(values)):
        if values[position] is not None and values[position] == values[position]:
            result = result + float(values[position]) * 1
        elif position > 3 and result < 0:
            result = abs(result) - min(values[:position])
    return result
"""
OTHER = """def total(values):
    left, right = values[::2], values[1::2]
    while len(left) > 1:
        left = [a + b for a, b in zip(left[::2], left[1::2])] + left[len(left) // 2 * 2 :]
    while len(right) > 1:
        right = [right[0] + right[1], *right[2:]]
    return (left or [0])[0] + (right or [0])[0]
"""


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A class of six, graded by the stand-in: ada and bo share code, one failed, one flagged."""
    root = small_course.make_course(tmp_path_factory.mktemp("course"))
    small_course.hand_in(root, "ada", total=LONG)
    renamed = LONG.replace("result", "sum_so_far").replace("position", "i") + "# my own work\n"
    small_course.hand_in(root, "bo", total=renamed, words="HALF")
    small_course.hand_in(root, "cy", total=OTHER, words="WRONG HALF")
    small_course.hand_in(root, "di", words="<script>alert('x')</script> ODD")
    small_course.hand_in(root, "ed", words="WRONG")
    small_course.hand_in(root, "fy").write_text("no notebook")
    kill_rounds.one_run(root)
    return Course(root)


def feedback_of(course: Course, learner: str) -> str:
    return (course.root / "feedback" / learner / NAME / f"{NAME}.html").read_text()


def test_a_page_says_what_was_checked_what_was_expected_and_a_hint(course: Course) -> None:
    text = feedback_of(course, "ed")
    assert "double(2) should be 4" in text and "Two times, not two plus." in text
    assert "1a. Twice a number" in text and "0 / 2" in text
    assert "assert double(2) == 4" in text
    assert "4 of 9 points" in text and "1 answer waits" in text


def test_hidden_checks_are_named_and_never_shown(course: Course) -> None:
    for learner in ("ada", "cy", "ed", "fy"):
        text = feedback_of(course, learner)
        assert ("Hidden check: odd numbers and lists." in text) == (learner != "fy")
        for secret in ("double(7)", "[1, 1]", "seven doubled", "HIDDEN"):
            assert secret not in text


def test_a_message_that_quotes_a_hidden_check_is_withheld(course: Course) -> None:
    assignment = prepared(course, NAME, "", kill_rounds.PREPARE)
    leak = 'I saw:  assert double(7)\n == 14, "seven doubled"'
    score = Score(0.0, 2.0, message=leak)
    outcome = Outcome("eve", NAME, "", "graded", {"double-test": score})
    empty = {"grades": {}, "comments": {}, "penalty": 0.0, "score": 0.0}
    text = page(assignment, outcome, empty)
    assert "withheld" in text and "seven" not in text
    assert Guard(assignment).clean("double(2) should be 4, assert double(2) == 4") != ""
    assert "withheld" not in Guard(assignment).clean('assert double(2) == 4, "double(2) should')


def test_what_a_learner_wrote_is_text_on_every_page(course: Course) -> None:
    with opened(course, NAME) as graded:
        report = write_report(graded).read_text()
    for text in (feedback_of(course, "di"), report):
        assert "<script" not in text
    assert "&lt;script&gt;alert" in feedback_of(course, "di")


def test_a_learner_is_told_of_form_and_not_of_suspicions(course: Course) -> None:
    assignment = prepared(course, NAME, "", kill_rounds.PREPARE)
    flags = (Flag("canary", "A check that must fail passed."), Flag("file-name", "Odd name."))
    outcome = Outcome("eve", NAME, "", "flagged", {}, flags)
    text = page(assignment, outcome, {"grades": {}, "comments": {}, "penalty": 0, "score": 0})
    assert "Odd name." in text and "must fail" not in text


def test_feedback_anew_shows_what_a_person_marked(course: Course) -> None:
    with Gradebook(course.db_url) as gradebook:
        grade = gradebook.find_grade("words", NAME, NAME, "ada")
        grade.manual_score, grade.needs_manual_grade = 2.5, False
        gradebook.find_comment("words", NAME, NAME, "ada").manual_comment = "Say <why>."
        gradebook.db.commit()
    with opened(course, NAME) as graded:
        assert write_feedback(graded) == 6
    text = feedback_of(course, "ada")
    assert "8.5 of 9 points" in text and "Say &lt;why&gt;." in text and "waits" not in text
    assert "This is not a notebook." in feedback_of(course, "fy")


def test_the_report_stands_alone_and_tells_all(course: Course) -> None:
    with opened(course, NAME) as graded:
        text = write_report(graded).read_text()
    assert "6 submissions: 4 graded, 1 with flags, 1 failed, 0 need hands." in text
    assert not re.search(r"(src|href)=|https?:|@import|url\(", text)
    assert text.count('<svg role="img" aria-label="') == 3
    assert "ada, bo" in text and "cy, di" not in text
    assert "2 × double(2) should be 4" in text
    assert "This is not a notebook." in text and "(canary)" in text


def test_item_statistics(course: Course) -> None:
    with opened(course, NAME) as graded:
        found = gather(graded.book.assignment, graded.journal, graded.book)
    items = {item.check.cell: item for item in found.items}
    double = items["double-test"]  # of ada, bo, cy, di, ed: 2, 2, 0, 2, 0
    assert (double.full, double.none, double.difficulty) == (3, 2, pytest.approx(0.6))
    rest = [4 + 2.5, 2, 2, 4, 4]
    mean, center = 1.2, math.fsum(rest) / 5
    own = [2, 2, 0, 2, 0]
    upper = sum((a - mean) * (b - center) for a, b in zip(own, rest, strict=True))
    lower = sum((a - mean) ** 2 for a in own) * sum((b - center) ** 2 for b in rest)
    assert double.discrimination == pytest.approx(upper / math.sqrt(lower))
    assert (items["words"].mean, items["words"].discrimination) == (2.5, None)


def test_discrimination_without_spread_is_none() -> None:
    assert discrimination([], []) is None
    assert discrimination([0.1 + 0.2, 0.3], [1, 2]) is None
    assert discrimination([0, 1], [2, 1]) == -1


def test_parts_and_names_of_an_assignment(course: Course) -> None:
    found = parts(prepared(course, NAME, "", kill_rounds.PREPARE))
    assert [part.title for part in found] == ["1. Double", "2. Total", "3. In words"]
    assert [check.title for part in found for check in part.checks][:2] == [
        "1a. Twice a number",
        "2a. The sum, half of it for an empty list",
    ]
    long = source_with("# 1a. Twice a number. Here only its form is checked. (2 points)")
    assert parts(long)[0].checks[0].title == "1a. Twice a number"
    assert hidden_names("x\n    ### BEGIN HIDDEN TESTS\n    # edge cases.\n") == ("edge cases",)
    assert hidden_names("x") == ()


def source_with(title: str) -> Assignment:
    """The small assignment with another first line in its first test."""
    test = title + "\n" + small_course.DOUBLE_TEST.split("\n", 1)[1]
    return Assignment(NAME, json.dumps(small_course.source_notebook(test)), "v")


def table(course: Course, tmp_path: Path, kind: str, roster: Path | None = None):
    to = tmp_path / "out.csv"
    with opened(course, NAME) as graded:
        missing = write_table(graded, kind, to, roster)
    return list(csv.DictReader(io.StringIO(to.read_text()))), missing


def test_tables_of_every_kind(course: Course, tmp_path: Path) -> None:
    own, _ = table(course, tmp_path, "csv")
    assert {row["student_id"]: row["score"] for row in own}["ed"] == "4.0"
    checks, _ = table(course, tmp_path, "checks")
    assert [row["double-test"] for row in checks] == ["2", "2", "0", "2", "0", "0"]
    assert (checks[3]["flags"], checks[5]["reason"]) == ("canary", "This is not a notebook.")


def test_canvas_keeps_its_own_rows_and_gets_a_column(course: Course, tmp_path: Path) -> None:
    roster = tmp_path / "canvas.csv"
    roster.write_text(
        "Student,ID,SIS User ID,SIS Login ID,Section\n"
        "    Points Possible,,,,\n"
        '"Lovelace, Ada",501,u1,ADA,A\n"Mayer, Bo",502,bo,other,A\n"Zed, Zoe",503,u3,zoe,A\n'
    )
    rows, missing = table(course, tmp_path, "canvas", roster)
    assert [row["Student"].strip() for row in rows] == [
        "Points Possible", "Lovelace, Ada", "Mayer, Bo", "Zed, Zoe",
    ]  # fmt: skip
    assert [row[NAME] for row in rows[::1]][0] == "9"
    assert rows[2][NAME] == "4" and rows[3][NAME] == ""
    assert missing == ["cy", "di", "ed", "fy"]


def test_canvas_columns_and_special_rows_are_left_as_they_were(
    course: Course, tmp_path: Path
) -> None:
    roster = tmp_path / "canvas.csv"
    roster.write_text(
        f"Student,ID,SIS Login ID,{NAME}-bonus (6),{NAME} (7),Final\n,,,,Manual Posting,\n"
        '    Points Possible,,,5,9,(read only)\n"Lovelace, Ada",501,ada,3,,\n'
    )
    rows, _ = table(course, tmp_path, "canvas", roster)
    assert [row[f"{NAME} (7)"] for row in rows] == ["Manual Posting", "9", rows[2][f"{NAME} (7)"]]
    assert rows[2][f"{NAME} (7)"] and rows[2][f"{NAME}-bonus (6)"] == "3"
    assert rows[1]["Final"] == "(read only)"


def test_moodles_worksheet(course: Course, tmp_path: Path) -> None:
    roster = tmp_path / "moodle.csv"
    roster.write_text("\ufeffIdentifier,Full name,Status,Grade\nParticipant ed,Ed W,Submitted,\n")
    rows, missing = table(course, tmp_path, "moodle", roster)
    assert (rows[0]["Grade"], rows[0]["Maximum Grade"], rows[0]["Status"]) == (
        "4",
        "9",
        "Submitted",
    )
    assert "ed" not in missing
    (tmp_path / "empty.csv").write_text("")
    with pytest.raises(CourseError, match="holds no rows"):
        table(course, tmp_path, "moodle", tmp_path / "empty.csv")


def test_renaming_and_layout_hide_nothing_and_the_release_does_not_count() -> None:
    renamed = LONG.replace("values", "v").replace("    ", "  ").replace("result", "\\\n r") + "#x"
    assert normalized_tokens(renamed) == normalized_tokens(LONG)
    prints = {"ada": fingerprints(LONG), "bo": fingerprints(renamed), "cy": fingerprints(OTHER)}
    [pair] = similar_pairs(prints)
    assert (pair.first, pair.second, pair.share) == ("ada", "bo", 1.0)
    assert similar_pairs(prints, every_run(LONG)) == []


def test_a_shared_run_is_found_wherever_it_stands() -> None:
    lines = LONG.splitlines()[2:7]
    block = "\n".join(["if True:", *lines])
    one = fingerprints(f"{OTHER}\n{block}")
    other = fingerprints(f"x = [1, 2]\nprint(x)\n{block}\n" + "print({'a': 2}, x[0])\n" * 5)
    assert len(one & other) >= 5


def test_what_most_wrote_is_no_sign() -> None:
    prints = {f"l{number}": fingerprints(LONG) for number in range(10)}
    assert similar_pairs(prints) == []


def test_broken_code_is_compared_too() -> None:
    broken = LONG.replace("float(", "float((") + "'''"
    assert len(fingerprints(broken) & fingerprints(LONG)) >= 3


def test_pictures_of_nothing_and_of_one_value() -> None:
    assert "no values" in histogram([], 10)
    assert "1 from 9 to 10" in histogram([10], 10)
    assert "no spread" in shares([("a", None)], "x")
    assert "a &lt; b" in shares([("a < b", -0.5)], "x", low=-1.0)


def test_labels_stay_inside_the_picture(browser) -> None:
    """Also wide letters: text that is cut off at the left can't be read."""
    page = browser.new_page()
    page.set_content(shares([("Contexts of many words and more " * 3, 0.5), ("W" * 9, 1.0)], "x"))
    boxes = "[...document.querySelectorAll('text')].map(text => text.getBBox())"
    script = f"{boxes}.map(box => [box.x, box.x + box.width])"
    ends = page.evaluate(script)
    page.close()
    assert min(left for left, _ in ends) >= 0 and max(right for _, right in ends) <= 640


def test_a_page_of_what_was_not_executed_gives_the_reason_once(course: Course) -> None:
    text = feedback_of(course, "fy")
    assert text.count("This is not a notebook.") == 1
    assert "What was checked" not in text and "Hidden check" not in text
    assert "1a. Twice a number" in text and "0 / 2" in text


def test_a_hidden_check_that_failed_is_told_as_such(course: Course) -> None:
    assignment = prepared(course, NAME, "", kill_rounds.PREPARE)
    empty = {"grades": {}, "comments": {}, "penalty": 0.0, "score": 0.0}
    for hidden in (True, False):
        score = Score(0.0, 2.0, message="double(7) is wrong", hidden=hidden)
        text = page(assignment, Outcome("eve", NAME, "", "graded", {"double-test": score}), empty)
        assert ("a hidden check failed:\nodd numbers and lists." in text) == hidden
        assert ("Hidden check: odd numbers" in text) != hidden


def test_what_a_check_says_that_is_judged_outside_is_not_withheld(course: Course) -> None:
    assignment = prepared(course, NAME, "", kill_rounds.PREPARE)
    quote = 'double(7) == 14, "seven doubled"'
    outside = replace(assignment, outside=("double-test", "total-test"))
    assert "withheld" in Guard(assignment).clean(quote)
    assert Guard(outside).clean(quote) == quote


def test_state_of_a_page_follows_the_outcome(course: Course) -> None:
    assignment = prepared(course, NAME, "", kill_rounds.PREPARE)
    empty = {"grades": {}, "comments": {}, "penalty": 0.0, "score": 0.0}
    outcome = Outcome("eve", NAME, "", "needs-hands", {}, reason="The time ran out.")
    assert "A person will look" in page(assignment, outcome, empty)
    assert "could not be graded" in page(assignment, replace(outcome, state="failed"), empty)
