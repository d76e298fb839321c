"""What a logged play says about the called play: its outcome, and whether it could follow."""

from __future__ import annotations

from collections.abc import Iterable

from signdecoder.core.moments import moment_of
from signdecoder.core.outcomes import NEEDS_RUNNER, Evidence, evidence_of
from signdecoder.core.play import Play


def evidence_in(play: Play, target: str) -> Evidence:
    """Return what a play says about the called play.

    While nobody is on base, no runner can go: such a play says nothing about a steal. If its
    outcome needs a runner all the same, the cell of runners is wrong, and the outcome counts.

    Parameters
    ----------
    play : Play
        The play.
    target : str
        The called play.

    Returns
    -------
    Evidence
        What it says.

    Examples
    --------
    >>> empty = {"runners": "bases empty"}
    >>> evidence_in(Play(("cap",), "none", context=empty), "steal").name
    'SILENT'
    >>> evidence_in(Play(("cap",), "none", context=empty), "bunt").name
    'NOTHING'
    """
    return Evidence.SILENT if is_left_out(play, target) else evidence_of(play.outcome, target)


def is_left_out(play: Play, target: str) -> bool:
    """Return whether a play says nothing about the called play because nobody was on base.

    Parameters
    ----------
    play : Play
        The play.
    target : str
        The called play.

    Returns
    -------
    bool
        True if the called play needs a runner and there was none.
    """
    could_follow = target not in NEEDS_RUNNER or play.outcome in NEEDS_RUNNER
    return not could_follow and moment_of(play).nobody_on is True


def count_left_out(plays: Iterable[Play], target: str) -> int:
    """Count the plays that would be evidence about the called play if anybody had been on base.

    Parameters
    ----------
    plays : iterable of Play
        The plays.
    target : str
        The called play.

    Returns
    -------
    int
        How many there are.
    """
    return sum(
        is_left_out(play, target) and evidence_of(play.outcome, target) is not Evidence.SILENT
        for play in plays
    )
