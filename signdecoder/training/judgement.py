"""Whether a fine-tuning can be judged, and whether its result is better than what was there.

Both are decided from games: plays of one game share signs and circumstances, so they are not
independent of each other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from signdecoder.analysis.holdout import FEWEST_GAMES, Scores
from signdecoder.core.evidence import evidence_in
from signdecoder.core.names import fold
from signdecoder.core.outcomes import Evidence
from signdecoder.core.play import Play
from signdecoder.core.same_plays import SAME_PLAYS, SamePlays
from signdecoder.core.text import count, printable

FEWEST_CALLS = 20  # ten in each half of the games; chosen, not measured
_NAMED = 3  # coaches who are named, if none has enough plays


def can_be_judged(plays: Sequence[Play], play: str, same_plays: SamePlays = SAME_PLAYS) -> bool:
    """Return whether tuned weights can be compared on a coach's games.

    Parameters
    ----------
    plays : sequence of Play
        One coach's plays.
    play : str
        The called play.
    same_plays : SamePlays, optional
        The outcomes that count as the same play.

    Returns
    -------
    bool
        True if there are FEWEST_GAMES games with a call each, and FEWEST_CALLS calls in all.
    """
    games, calls = _games_and_calls(plays, play, same_plays)
    return games >= FEWEST_GAMES and calls >= FEWEST_CALLS


def what_is_missing(
    coaches: Mapping[str, Sequence[Play]], play: str, same_plays: Mapping[str, SamePlays]
) -> str:
    """Say what it would take to judge a tuning, if no coach has enough.

    Parameters
    ----------
    coaches : mapping of str to sequence of Play
        Each coach's plays.
    play : str
        The called play.
    same_plays : mapping of str to SamePlays
        The outcomes that count as the same play, for coaches of whom something was said.

    Returns
    -------
    str
        A sentence with what tuning takes, and what the coaches with the most have.
    """
    have = {
        coach: _games_and_calls(plays, play, same_plays.get(coach, SAME_PLAYS))
        for coach, plays in coaches.items()
    }
    most = sorted(have, key=lambda coach: have[coach], reverse=True)
    parts = [
        f"{printable(coach)}: {count(have[coach][0], 'game')}, {have[coach][1]} in all"
        for coach in most[:_NAMED]
    ]
    if len(most) > _NAMED:
        parts.append("others have no more")
    return (
        f"Tuning takes a coach with {FEWEST_GAMES} games that have a {play} each, and"
        f" {FEWEST_CALLS} of them in all ({'; '.join(parts)})."
    )


@dataclass(frozen=True, slots=True)
class Comparison:
    """How much better tuned weights predict held-out games.

    Attributes
    ----------
    gain : float
        The fall of the log loss, in nats per play.
    error : float
        Its standard error, widened for few games; see `compare`.
    games : int
        The number of games.
    """

    gain: float
    error: float
    games: int

    @property
    def is_better(self) -> bool:
        """Whether the log loss fell by more than the error."""
        return self.gain > self.error

    @property
    def words(self) -> str:
        """What the log loss did."""
        change = "rose by" if self.gain < 0 else "fell by" if self.is_better else "fell by only"
        figures = f"{abs(self.gain):.3f} ± {self.error:.3f} nats per play"
        return f"log loss {change} {figures} on {self.games} held-out games"


def compare(before: Sequence[Scores], after: Sequence[Scores]) -> Comparison:
    """Compare the predictions of held-out games with and without tuning.

    Tuned weights are better if the log loss falls by more than its standard error. That is paired
    by game, because the same plays are predicted with and without tuning, and is widened for few
    games: it is multiplied by the quantile of Student's t that is exceeded as rarely as one
    standard error by a normal variable, in 16 of 100 cases. The factor is 1.19 for four games, 1.14
    for five and 1.04 for 13. So weights that are no better are kept as rarely with few games as
    with many. Plays, or blocks of plays, would be more units than games, but not independent ones:
    what the decoder believes in a game makes its predictions there right or wrong together. 16 of
    100 is strict enough, because the weights are used only for coaches they were compared on.

    Parameters
    ----------
    before, after : sequence of Scores
        The scores of each coach with the old weights, and with weights tuned on other games; at
        least two games in all.

    Returns
    -------
    Comparison
        The gain and its error.
    """
    falls = [b.loss_by_game() - a.loss_by_game() for b, a in zip(before, after, strict=True)]
    fall = np.concatenate(falls)
    plays = sum(len(scores.loss) for scores in before)
    error = _widening(len(fall) - 1) * fall.std(ddof=1) * np.sqrt(len(fall)) / plays
    return Comparison(float(fall.sum() / plays), float(error), len(fall))


def _widening(freedom: int) -> float:
    """Return Student's t where it is exceeded as rarely as 1 by a normal variable.

    The first terms of its expansion by degrees of freedom (Fisher and Cornish 1960), right within
    0.3% from 3 on.
    """
    return 1 + 1 / (2 * freedom) + 1 / (4 * freedom**2)


def _games_and_calls(plays: Sequence[Play], play: str, same_plays: SamePlays) -> tuple[int, int]:
    """Return the number of games with a called play, and of called plays."""
    calls = [fold(p.game) for p in plays if evidence_in(p, play, same_plays) is Evidence.CALLED]
    return len(set(calls)), len(calls)
