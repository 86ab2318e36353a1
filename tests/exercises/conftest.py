"""What the tests of exercises share: a graded course."""

from __future__ import annotations

import pytest
from exercise_course import Course, graded_course


@pytest.fixture(scope="session")
def course(tmp_path_factory) -> Course:
    """Three submissions, graded once by plain nbgrader for all tests."""
    return graded_course(tmp_path_factory.mktemp("course"))
