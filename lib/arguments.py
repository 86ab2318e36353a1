"""What an argument must be, said by name. Serves all floors above; knows nothing of them."""

from __future__ import annotations


def whole(value: object, name: str, least: int) -> int:
    """Return an integer that is large enough.

    Parameters
    ----------
    value
        A Python or numpy integer, or a tensor that holds one.
    name
        Of the argument, for the message.
    least
        The smallest that will do.

    Raises
    ------
    TypeError
        If it is no integer (True and False are none).
    ValueError
        If it is below `least`.

    Examples
    --------
    >>> whole(3, "pairs", least=1)
    3
    """
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        raise TypeError(f"{name}: expected an integer, got {value!r}")
    number = value.__index__()
    if number < least:
        raise ValueError(f"{name}: expected at least {least}, got {number}")
    return number
