"""From an LMS's archives, Colab's names and odd folders to one notebook a learner."""

from __future__ import annotations

import os
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import small_course

from lib.grading.collect import check_archive, collect, is_meant, whose
from lib.grading.course import Course, CourseError

NAME = small_course.NAME


@pytest.fixture
def course(tmp_path: Path) -> Course:
    return Course(small_course.make_course(tmp_path / "course"))


@pytest.fixture
def notebook(tmp_path: Path) -> bytes:
    return small_course.hand_in(small_course.make_course(tmp_path / "other"), "x").read_bytes()


@pytest.fixture
def bring(course: Course, tmp_path: Path) -> Callable[..., tuple[list[str], list[str]]]:
    """Collect one archive made of these entries."""

    def doing(entries: dict[str, bytes | str]) -> tuple[list[str], list[str]]:
        with zipfile.ZipFile(tmp_path / "class.zip", "w") as archive:
            for name, content in entries.items():
                archive.writestr(name, content)
        return collect(course, NAME, [tmp_path / "class.zip"])

    return doing


@pytest.mark.parametrize(
    ("path", "learner", "name"),
    [
        (f"Ada Lovelace_1234567_assignsubmission_file/{NAME}.ipynb", "1234567", NAME),
        (f"x/Bo_77_assignsubmission_file_/Copy of {NAME}.ipynb", "77", NAME),
        (f"Cy Li_78_assignsubmission_file_{NAME}.ipynb", "78", NAME),
        (f"lovelaceada_1234_56789_{NAME}-1.ipynb", "1234", NAME),
        (f"lovelaceada_LATE_1234_56789_Copy+of+{NAME}.ipynb", "1234", NAME),
        ("class/ada@uni.edu/01_small (1).ipynb", "ada@uni.edu", NAME),
        (f"ada_{NAME}.ipynb", "ada", NAME),
        ("ada/essay.ipynb", "ada", "essay"),
    ],
)
def test_names_as_systems_write_them(path: str, learner: str, name: str) -> None:
    found, file = whose([path])[path]
    assert found == learner and is_meant(file, name)


def test_another_assignments_notebook_keeps_its_name() -> None:
    assert not is_meant("02-small", NAME)
    assert not is_meant("01-small-notes", NAME)
    assert is_meant("week-3 (1).ipynb", "week-3")


def test_an_archive_and_a_single_notebook(course: Course, tmp_path: Path, notebook: bytes) -> None:
    with zipfile.ZipFile(tmp_path / "class.zip", "w") as archive:
        archive.writestr(f"Ada L_11_assignsubmission_file/Copy of {NAME}.ipynb", notebook)
        archive.writestr(f"Bo M_12_assignsubmission_file/{NAME}.ipynb", notebook)
        archive.writestr(f"__MACOSX/Bo M_12_assignsubmission_file/._{NAME}.ipynb", b"x")
        archive.writestr("Bo M_12_assignsubmission_file/readme.txt", "hello")
    single = tmp_path / f"cy_{NAME}.ipynb"
    single.write_bytes(notebook)
    collected, [said] = collect(course, NAME, [tmp_path / "class.zip", single])
    assert collected == course.learners(NAME) == ["11", "12", "cy"]
    assert said == "left out: 'Bo M_12_assignsubmission_file/readme.txt' is not a notebook."
    for learner in course.learners(NAME):
        assert course.submission(learner, NAME, 1).content == notebook
    assert sorted(os.listdir(course.root)) == ["nbgrader_config.py", "source", "submitted"]


def test_downloading_the_class_again_replaces_what_it_holds(course: Course, bring) -> None:
    bring({f"ada/{NAME}.ipynb": "1", f"bo/{NAME}.ipynb": "1"})
    (course.root / "submitted" / "ada" / NAME / "timestamp.txt").write_text("2025-01-01 00:00:00")
    assert bring({f"ada/{NAME}.ipynb": "2"}) == (["ada"], [])
    assert [course.submission(one, NAME, 1).content for one in ("ada", "bo")] == [b"2", b"1"]
    assert os.listdir(course.root / "submitted" / "ada" / NAME) == [f"{NAME}.ipynb"]


FOLDERS, FLAT = "_assignsubmission_file/", "_assignsubmission_file_"


@pytest.mark.parametrize(
    ("system", "chosen"),  # what the system writes, and what Eve named her file
    [
        ("eve_{}" + FOLDERS, "Bo_12" + FOLDERS),
        ("eve_{}" + FOLDERS, "Bo_12" + FLAT),
        ("eve_{}" + FLAT, "Bo_12" + FLAT),
        ("eve_{}_500_", "Bo_12" + FLAT),
        ("eve_{}_500_", "bo_12_501_"),
    ],
)
def test_no_file_name_hands_in_for_another(bring, system: str, chosen: str) -> None:
    honest = {f"{system.format(number)}{NAME}.ipynb": "{}" for number in (3, 4)}
    learners, _ = bring({**honest, f"{system.format(77)}{chosen}{NAME}.ipynb": "{}"})
    assert learners == ["3", "4", "77"]


def test_an_archive_within_an_archive_stays_closed(
    course: Course, tmp_path: Path, bring, notebook: bytes
) -> None:
    with zipfile.ZipFile(tmp_path / "inner.zip", "w") as archive:
        archive.writestr(f"Bo_12_assignsubmission_file/{NAME}.ipynb", b"not Bo's")
    learners, [said] = bring({
        f"Bo_12_assignsubmission_file/{NAME}.ipynb": notebook,
        "Eve_77_assignsubmission_file/x.zip": (tmp_path / "inner.zip").read_bytes(),
    })  # fmt: skip
    assert learners == ["12"] and "Eve_77_assignsubmission_file/x.zip" in said
    assert course.submission("12", NAME, 1).content == notebook


def test_two_files_of_one_learner_are_both_kept_and_a_person_says(course: Course, bring) -> None:
    bring({f"ada/a/{NAME}.ipynb": "1"})  # the innermost folder is the learner's
    assert course.learners(NAME) == ["a"]
    bring({f"Bo_12_assignsubmission_file/{NAME} (1).ipynb": "1",
           f"Bo_12_assignsubmission_file/Copy of {NAME}.ipynb": "2",
           f"Cy_13_assignsubmission_file/{NAME}.ipynb": "3",
           f"Cy_13_assignsubmission_file/Copy of {NAME}.ipynb": "4",
           f"Di_14_assignsubmission_file/a/{NAME}.ipynb": "5",
           f"Di_14_assignsubmission_file/b/{NAME}.ipynb": "6"})  # fmt: skip
    for learner, content in (("12", None), ("13", b"3"), ("14", None)):
        found = course.submission(learner, NAME, 1)
        assert (found.content, found.hands) == (content, content is None)


def test_a_damaged_entry_harms_no_other(course: Course, tmp_path: Path, bring) -> None:
    bring({f"ada/{NAME}.ipynb": "old"})
    path = tmp_path / "class.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"ada/{NAME}.ipynb", "damaged by the way")
        archive.writestr(f"bo/{NAME}.ipynb", "sound")
    path.write_bytes(path.read_bytes().replace(b"damaged", b"DAMAGED"))
    learners, [said] = collect(course, NAME, [path])
    assert learners == ["bo"] and "'ada'" in said
    assert course.submission("ada", NAME, 1).content == b"old"


def test_files_that_say_nothing_of_a_learner(course: Course, tmp_path: Path) -> None:
    (tmp_path / f"{NAME}.ipynb").write_text("{}")
    with pytest.raises(CourseError, match=f"such as ada_{NAME}.ipynb"):
        collect(course, NAME, [tmp_path / f"{NAME}.ipynb"])


def _entry(name: str, link: bool = False) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.external_attr = (stat.S_IFLNK if link else stat.S_IFREG) << 16
    return entry


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (_entry("../../x.ipynb"), "leads outside"),
        (_entry("/etc/x.ipynb"), "leads outside"),
        (_entry("ada/x.ipynb", link=True), "leads outside"),
    ],
)
def test_an_archive_that_leads_outside_is_refused(
    course: Course, tmp_path: Path, entry: zipfile.ZipInfo, said: str
) -> None:
    with zipfile.ZipFile(tmp_path / "bad.zip", "w") as archive:
        archive.writestr(entry, "x")
    with pytest.raises(CourseError, match=said):
        collect(course, NAME, [tmp_path / "bad.zip"])
    assert not (course.root / "submitted").exists() or not os.listdir(course.root / "submitted")


def test_a_broken_archive_and_a_bomb_are_refused(tmp_path: Path) -> None:
    (tmp_path / "broken.zip").write_bytes(b"PK\x03\x04 and no more")
    with pytest.raises(CourseError, match="not a sound zip"):
        check_archive(tmp_path / "broken.zip")
    with zipfile.ZipFile(tmp_path / "many.zip", "w") as archive:
        for number in range(20_001):
            archive.writestr(f"{number}", "")
    with pytest.raises(CourseError, match="20001 files"):
        check_archive(tmp_path / "many.zip")


def test_a_wrong_name_is_forgiven_and_said(course: Course) -> None:
    path = small_course.hand_in(course.root, "ada")
    path.rename(path.with_name("my work.ipynb"))
    found = course.submission("ada", NAME, 1)
    assert found.content and [flag.code for flag in found.flags] == ["file-name"]


def test_several_wrong_names_need_hands(course: Course) -> None:
    path = small_course.hand_in(course.root, "ada")
    path.rename(path.with_name("a.ipynb"))
    (path.parent / "b.ipynb").write_text("{}")
    found = course.submission("ada", NAME, 1)
    assert found.content is None and found.hands and "Which one counts?" in found.problem


@pytest.mark.parametrize("what", ["link", "pipe", "folder", "large", "nothing", "linked folder"])
def test_what_is_no_ordinary_file_is_not_read(course: Course, tmp_path: Path, what: str) -> None:
    secret = tmp_path / "secret.ipynb"
    secret.write_text('{"cells": []}')
    path = small_course.hand_in(course.root, "eve")
    path.unlink()
    if what == "link":
        path.symlink_to(secret)
    elif what == "pipe":
        os.mkfifo(path)
    elif what == "folder":
        path.mkdir()
    elif what == "large":
        path.write_bytes(b" " * (2**20 + 1))
    elif what == "linked folder":
        other = small_course.hand_in(course.root, "ada")
        path.parent.rmdir()
        path.parent.symlink_to(other.parent)
    found = course.submission("eve", NAME, 1)
    assert found.content is None
    assert found.problem.endswith(".")


def test_a_broken_timestamp_is_said_and_harms_nothing(course: Course) -> None:
    path = small_course.hand_in(course.root, "ada")
    path.with_name("timestamp.txt").write_text("yesterday, I think")
    found = course.submission("ada", NAME, 1)
    assert found.content and [flag.code for flag in found.flags] == ["timestamp"]
    path.with_name("timestamp.txt").write_text("2024-05-01 12:00:00+02:00")
    assert course.submission("ada", NAME, 1).timestamp.isoformat() == "2024-05-01T10:00:00"
