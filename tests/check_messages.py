"""What the tests of lib.check share: the message of a check that fails."""

from __future__ import annotations

import pytest

from lib import check


def message(function, *args, **kwargs) -> str:
    """The text of the failure that a check must end in, on one line."""
    with pytest.raises(check.CheckFailed) as caught:
        function(*args, **kwargs)
    return " ".join(str(caught.value).split())
