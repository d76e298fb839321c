"""Signals that were given and not seen: how a sequence says that somebody missed them."""

from __future__ import annotations

import re
from collections.abc import Iterable

MISSED = "?"
"""One signal that was given and not seen."""
SOME_MISSED = "\N{HORIZONTAL ELLIPSIS}"
"""Any number of signals in a row that were not seen, perhaps none."""
PLACEHOLDERS = frozenset({MISSED, SOME_MISSED})

_WIDE_MARK = "\N{FULLWIDTH QUESTION MARK}"
_DOTS = re.compile(rf"\.{{3,}}|{SOME_MISSED}+")


def spell_missed(text: str) -> str:
    """Write the dots of a text as `SOME_MISSED`, and full-width question marks as `MISSED`.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    str
        The text, with one character for each placeholder.

    Examples
    --------
    >>> spell_missed("b...h")
    'b…h'
    """
    return _DOTS.sub(SOME_MISSED, text).replace(_WIDE_MARK, MISSED)


def split_missed(text: str) -> list[str]:
    """Split a text at its dots: these are never part of a name, even without a space before them.

    Parameters
    ----------
    text : str
        A part of a sequence.

    Returns
    -------
    list of str
        Names and placeholders. A text of nothing but question marks is as many missed signals.

    Examples
    --------
    >>> split_missed("cap...belt"), split_missed("??"), split_missed("ear?")
    (['cap', '…', 'belt'], ['?', '?'], ['ear?'])
    """
    parts: list[str] = []
    for at, part in enumerate(_DOTS.split(text)):
        if at:
            parts.append(SOME_MISSED)
        marks = "".join(part.split())
        if marks and not marks.strip(MISSED + _WIDE_MARK):
            parts += [MISSED] * len(marks)
        elif marks or part == text:
            parts.append(part)
    return parts


def names_in(signals: Iterable[str]) -> list[str]:
    """Return the signals of a sequence that were seen.

    Parameters
    ----------
    signals : iterable of str
        The sequence.

    Returns
    -------
    list of str
        The sequence without its placeholders.
    """
    return [signal for signal in signals if signal not in PLACEHOLDERS]


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
