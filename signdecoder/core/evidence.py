"""What a logged play says about the called play: its outcome, and whether it could follow."""

from __future__ import annotations

from collections.abc import Iterable

from signdecoder.core.moments import moment_of
from signdecoder.core.outcomes import NEEDS_RUNNER, NONE, NOT_STEAL, STEAL, UNKNOWN, Evidence
from signdecoder.core.play import Play
from signdecoder.core.same_plays import SAME_PLAYS, SamePlays


def evidence_of(outcome: str, target: str, same_plays: SamePlays = SAME_PLAYS) -> Evidence:
    """Return what an outcome says about the called play.

    Parameters
    ----------
    outcome : str
        Outcome of a play.
    target : str
        The called play.
    same_plays : SamePlays, optional
        The outcomes that count as the same play of this coach.

    Returns
    -------
    Evidence
        What it says.

    Examples
    --------
    >>> evidence_of("bunt", "steal").name, evidence_of("unknown", "steal").name
    ('OTHER', 'SILENT')
    >>> evidence_of("double_steal", "steal").name, evidence_of("steal", "double_steal").name
    ('CALLED', 'OTHER')
    """
    if outcome == UNKNOWN or (outcome == NOT_STEAL and target != STEAL):
        return Evidence.SILENT
    if same_plays.is_called(outcome, target):
        return Evidence.CALLED
    if outcome == NOT_STEAL:
        return Evidence.NOT_CALLED
    return Evidence.NOTHING if outcome == NONE else Evidence.OTHER


def evidence_in(play: Play, target: str, same_plays: SamePlays = SAME_PLAYS) -> Evidence:
    """Return what a play says about the called play.

    While nobody is on base, no runner can go: such a play says nothing about a steal. If its
    outcome needs a runner all the same, the cell of runners is wrong, and the outcome counts.

    Parameters
    ----------
    play : Play
        The play.
    target : str
        The called play.
    same_plays : SamePlays, optional
        The outcomes that count as the same play of this coach.

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
    if is_left_out(play, target, same_plays):
        return Evidence.SILENT
    return evidence_of(play.outcome, target, same_plays)


def is_left_out(play: Play, target: str, same_plays: SamePlays = SAME_PLAYS) -> bool:
    """Return whether a play says nothing about the called play because nobody was on base.

    Parameters
    ----------
    play : Play
        The play.
    target : str
        The called play.
    same_plays : SamePlays, optional
        The outcomes that count as the same play of this coach.

    Returns
    -------
    bool
        True if the called play needs a runner and there was none.
    """
    could_follow = play.outcome in NEEDS_RUNNER or not same_plays.needs_runner(target)
    return not could_follow and moment_of(play).nobody_on is True


def count_left_out(plays: Iterable[Play], target: str, same_plays: SamePlays = SAME_PLAYS) -> int:
    """Count the plays that would be evidence about the called play if anybody had been on base.

    Parameters
    ----------
    plays : iterable of Play
        The plays.
    target : str
        The called play.
    same_plays : SamePlays, optional
        The outcomes that count as the same play of this coach.

    Returns
    -------
    int
        How many there are.
    """
    return sum(
        is_left_out(play, target, same_plays)
        and evidence_of(play.outcome, target, same_plays) is not Evidence.SILENT
        for play in plays
    )
