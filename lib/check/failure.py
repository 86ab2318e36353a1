"""The one exception that checks raise, and how its text is laid out for a learner."""

from __future__ import annotations

import textwrap

WIDTH = 84  # nbgrader's Validate cuts lines at 90
PREFIX = "Not right yet: "
LONGEST_LINE = 400


class CheckFailed(AssertionError):
    """An answer is not right yet.

    Parameters
    ----------
    what : str
        One sentence: what is wrong.
    *hints : str
        Where to look, one sentence or two each. Empty ones are left out.

    Examples
    --------
    >>> print(CheckFailed("P has shape (3,).", "It should be (27,)."))
    P has shape (3,).
      -> It should be (27,).
    """

    def __init__(self, what: str, *hints: str) -> None:
        lines = textwrap.wrap(PREFIX + _tame(what), WIDTH, subsequent_indent="  ")
        for hint in hints:
            if hint:
                wrapped = textwrap.wrap(
                    _tame(hint), WIDTH, initial_indent="  -> ", subsequent_indent="     "
                )
                lines.extend(wrapped)
        super().__init__("\n".join(lines).removeprefix(PREFIX))

    def _render_traceback_(self) -> list[str]:
        """IPython asks for this: the message alone, without the checks' own source."""
        first, *rest = str(self).split("\n")
        return [f"\x1b[1;31m{PREFIX}\x1b[0m{first}", *rest]


def _tame(sentence: str) -> str:
    """Cut what a learner's value may have made endless; keep it on one line."""
    sentence = sentence.replace("\n", " ").strip()
    return sentence if len(sentence) <= LONGEST_LINE else sentence[:LONGEST_LINE] + " ..."
