"""Positions in words."""

from __future__ import annotations

_ENDINGS = {1: "st", 2: "nd", 3: "rd"}


def ordinal(position: int) -> str:
    """Say a position in a sequence.

    Parameters
    ----------
    position : int
        A position from 1; -1 is the last.

    Returns
    -------
    str
        Such as "1st" or "last".

    Examples
    --------
    >>> [ordinal(n) for n in (1, 2, 3, 4, 11, -1)]
    ['1st', '2nd', '3rd', '4th', '11th', 'last']
    """
    if position == -1:
        return "last"
    teen = 10 <= position % 100 <= 20
    return f"{position}{'th' if teen else _ENDINGS.get(position % 10, 'th')}"
