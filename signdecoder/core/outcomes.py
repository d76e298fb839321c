"""Outcomes of plays: their names, and what an outcome can say about the called play."""

import re
from collections.abc import Collection
from enum import IntEnum

from signdecoder.core.errors import SigndecoderError
from signdecoder.core.names import fold, parse_name, quote
from signdecoder.core.outcome_codes import read_code, suggest_outcome

STEAL, NONE, UNKNOWN, NOT_STEAL = "steal", "none", "unknown", "not_steal"
OUTCOMES: tuple[str, ...] = (
    *(STEAL, NONE, UNKNOWN, NOT_STEAL, "bunt", "hit_and_run", "squeeze", "take"),
    *("delayed_steal", "double_steal", "caught_stealing", "fake_steal", "slap", "swing", "other"),
)
# Kinds of steals. One sign calls all of them unless a coach is known to tell them apart.
STEALS: tuple[str, ...] = (STEAL, "double_steal", "delayed_steal", "caught_stealing")
# Plays that cannot happen while nobody is on base.
NEEDS_RUNNER = frozenset({*STEALS, "fake_steal", "hit_and_run", "squeeze"})

_STEAL_CELLS = {"1": STEAL, "yes": STEAL, "y": STEAL, "true": STEAL, "t": STEAL} | {
    "0": NOT_STEAL, "no": NOT_STEAL, "n": NOT_STEAL, "false": NOT_STEAL, "f": NOT_STEAL
}  # fmt: skip
_JOINTS = re.compile(r"[\s_\-\u2010\u2011\u2013]+")


class Evidence(IntEnum):
    """What an outcome says about the called play, which is the target of a prediction."""

    CALLED = 0
    OTHER = 1  # another play, by name
    NOTHING = 2  # no play at all
    NOT_CALLED = 3  # another play or none
    SILENT = 4


def normalize_outcome(text: str) -> str:
    """Normalize an outcome, known or not: lower case, with ``_`` between words.

    Parameters
    ----------
    text : str
        The outcome as written.

    Returns
    -------
    str
        Its name.

    Raises
    ------
    SigndecoderError
        If it has no letters.

    Examples
    --------
    >>> normalize_outcome("Hit and-Run")
    'hit_and_run'
    """
    name = _JOINTS.sub("_", fold(parse_name(text, "outcome"))).strip("_")
    if not name:
        raise SigndecoderError(f"the outcome {quote(text)} has no letters", "write a name")
    known = {outcome.replace("_", ""): outcome for outcome in OUTCOMES}
    return known.get(name.replace("_", ""), name)


def parse_outcome(text: str, declared: Collection[str] = ()) -> str:
    """Parse an outcome.

    Parameters
    ----------
    text : str
        The outcome as written, by name or as a code of a scorebook. Case, spaces and hyphens do
        not matter.
    declared : collection of str, optional
        Outcomes to accept besides OUTCOMES.

    Returns
    -------
    str
        Its name.

    Raises
    ------
    SigndecoderError
        If it is empty or not known.

    Examples
    --------
    >>> parse_outcome("Hit-and-run"), parse_outcome("CS2(26)")
    ('hit_and_run', 'caught_stealing')
    """
    if not text.strip():
        raise SigndecoderError("the outcome is empty", "write unknown if nobody could tell")
    known = find_outcome(text, declared)
    if known is None:
        raise SigndecoderError(f"the outcome {quote(text.strip())} is not known", _advise(text))
    return known


def find_outcome(text: str, declared: Collection[str] = ()) -> str | None:
    """Find the outcome that a text names, by its name or by a code of `CODES`.

    Parameters
    ----------
    text : str
        The outcome as written.
    declared : collection of str, optional
        Outcomes to accept besides OUTCOMES. They come before the codes.

    Returns
    -------
    str or None
        Its name, or None if it is not known.

    Raises
    ------
    SigndecoderError
        If the text cannot be a name, for example because it is too long.

    Examples
    --------
    >>> find_outcome("SB"), find_outcome("SB", declared=["sb"]), find_outcome("XX")
    ('steal', 'sb', None)
    """
    plain = fold(parse_name(text, "outcome"))
    squeezed = _JOINTS.sub("", plain)
    for known in (*OUTCOMES, *map(normalize_outcome, declared)):
        if squeezed and known.replace("_", "") == squeezed:
            return known
    return read_code(plain)


def _advise(text: str) -> str:
    """Return what to write instead. A near miss is never advised to become a play of its own."""
    meant = suggest_outcome(text)
    if meant is not None:
        return f"it probably means {meant}: write that"
    return f"use {', '.join(OUTCOMES)}, or accept it with --outcomes {normalize_outcome(text)}"


def parse_steal(text: str) -> str:
    """Parse a cell of the column ``steal``.

    Parameters
    ----------
    text : str
        1 or 0, yes or no, true or false, or their first letters.

    Returns
    -------
    str
        ``steal`` or ``not_steal``.

    Raises
    ------
    SigndecoderError
        If it is none of these.

    Examples
    --------
    >>> parse_steal("Yes"), parse_steal("0")
    ('steal', 'not_steal')
    """
    try:
        return _STEAL_CELLS[fold(text)]
    except KeyError:
        raise SigndecoderError(
            f"the steal cell {quote(text)} is neither yes nor no",
            "use 1 or 0, yes or no, true or false",
        ) from None
