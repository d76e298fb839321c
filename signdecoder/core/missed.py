"""Signals that were given and not seen: how a sequence says that somebody missed them."""

from __future__ import annotations

from collections.abc import Iterable

MISSED = "?"
"""One signal that was given and not seen."""
SOME_MISSED = "\N{HORIZONTAL ELLIPSIS}"
"""Any number of signals in a row that were not seen, perhaps none."""
PLACEHOLDERS = frozenset({MISSED, SOME_MISSED})


def has_missed(signals: Iterable[str]) -> bool:
    """Return whether somebody missed a part of a sequence.

    Parameters
    ----------
    signals : iterable of str
        The sequence.

    Returns
    -------
    bool
        True if it holds `MISSED` or `SOME_MISSED`.

    Examples
    --------
    >>> has_missed(["cap", "?", "belt"]), has_missed(["cap", "belt"])
    (True, False)
    """
    return not PLACEHOLDERS.isdisjoint(signals)
