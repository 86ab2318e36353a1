"""How the desk writes states, counts and points, everywhere alike."""

from __future__ import annotations

from collections.abc import Mapping

STATES = {
    "graded": "graded",
    "flagged": "with flags",
    "failed": "failed",
    "needs-hands": "need hands",
}


def counts(states: Mapping[str, int]) -> str:
    """A count by state.

    Examples
    --------
    >>> counts({"graded": 2, "failed": 1})
    '2 graded, 0 with flags, 1 failed, 0 need hands'
    """
    return ", ".join(f"{states.get(state, 0)} {words}" for state, words in STATES.items())


def points(value: float) -> str:
    """A number of points without needless zeros.

    Examples
    --------
    >>> points(2.0), points(2 / 3)
    ('2', '0.67')
    """
    return f"{value:.2f}".rstrip("0").rstrip(".")
