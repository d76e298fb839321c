"""Changes of signs in a log: Bayesian online change-point detection (Adams and MacKay 2007).

The plays since the last change form a segment, and segments are weighed by how likely they make the
log. A change may bring back signs that the coach has used before.

References
----------
R. P. Adams and D. J. C. MacKay (2007), Bayesian online changepoint detection. arXiv:0710.3742.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from signdecoder.bayes.counts import DEAD, CountTable, Floats, NoiseRates
from signdecoder.bayes.hypotheses import Hypotheses
from signdecoder.bayes.partial_memberships import WeighedCandidates
from signdecoder.bayes.partly_shown import (
    PartialCalls,
    PartlyShown,
    weigh_pairs,
    weigh_showings,
)
from signdecoder.bayes.segment import RuleSegment
from signdecoder.bayes.shown import Shown
from signdecoder.core.outcomes import Evidence

_MAX_SEGMENTS = 6
_PRUNE_LOG_RATIO = 14.0  # nats below the best at which a segment is dropped
_MIN_SEGMENT_AGE = 9  # plays before a segment may be dropped
_SPAWN_EVERY = 3  # plays between the starts of segments, except where a game begins
_P_STAYS_NULL = 0.9  # probability that a coach without a rule still has none after a change
_P_RETURNS = 0.5  # probability that a change brings back signs used before, if there are any
_MAX_PERIODS = 3  # sets of signs that a coach may come back to, the last ones
_MIN_PERIOD = 6  # plays: signs used for less are not known well enough to come back to
_PERIOD_PLAYS = 60  # the last plays with a set of signs that are read again
_TOLERANCE = 6  # plays: changes as near as that are the same change
_MAX_COUNT_PAIRS = 300
_NEGLIGIBLE = 1e-12  # probability of a rule below which it is pruned
_SIGNIFICANT = 1e-3  # weight below which a segment does not take part in predictions


@dataclass(frozen=True, slots=True)
class Hazards:
    """The prior probability that the signs change right before a play.

    Attributes
    ----------
    play : float
        Within a game.
    game : float
        Where a game begins after one of `game_plays` plays or more; after a shorter game, as much
        less as it was shorter. A log with a game for each play is no log of many changes.
    game_plays : int
        See `game`.
    """

    play: float = 1 / 250
    game: float = 1 / 20
    game_plays: int = 10


class PastPlay(NamedTuple):
    """A play that was observed.

    Attributes
    ----------
    sequence : tuple of int
        Its signals.
    evidence : Evidence
        What its outcome said about the target.
    context : tuple of int
        The value of each of `CONTEXT_KINDS`; empty if nothing was noted.
    completions : tuple of tuple of int, optional
        What the sequence may have been, if signals were missed.
    weights : tuple of float, optional
        The probability of each of these.
    p_other : float, optional
        How much each probability may be off.
    """

    sequence: tuple[int, ...]
    evidence: Evidence
    context: tuple[int, ...]
    completions: tuple[tuple[int, ...], ...] = ()
    weights: tuple[float, ...] = ()
    p_other: float = 0.0


class ChangePointPosterior:
    """Track the segments of a log, play by play.

    Parameters
    ----------
    hypotheses : Hypotheses
        All rules and their prior.
    noise : NoiseRates
        The prior over noise.
    hazards : Hazards
        The prior over changes of signs.

    Attributes
    ----------
    hypotheses : Hypotheses
        All rules and their prior.
    hazards : Hazards
        The prior over changes of signs.
    n_plays : int
        The number of plays observed.
    counts : CountTable
        The count pairs that occur, shared by all segments.
    segments : list of RuleSegment
        The segments, oldest first.
    hazard : float
        The probability of a change since the last segment began.
    game_began : bool
        Whether a game has begun since then.
    game_start : int
        The play, from 0, where the game hazard was last applied.
    history : list of PastPlay
        The plays observed, which tell what signs a coach may come back to.
    """

    def __init__(self, hypotheses: Hypotheses, noise: NoiseRates, hazards: Hazards) -> None:
        self.hypotheses, self.hazards = hypotheses, hazards
        self.n_plays = 0
        self.counts = CountTable(noise)
        self.hazard = 0.0
        self.game_began = False
        self.game_start = 0
        self.history: list[PastPlay] = []
        self._max_counts = _MAX_COUNT_PAIRS
        self.segments = [RuleSegment.begin(hypotheses, self.counts, 0)]
        self._significant: list[tuple[float, RuleSegment]] | None = None

    def observe(self, play: PastPlay, new_game: bool) -> None:
        """Learn from one play. A play with unknown outcome is no evidence about the rule.

        Parameters
        ----------
        play : PastPlay
            The play.
        new_game : bool
            Whether a game begins with it.
        """
        self.game_began |= new_game and self.n_plays > 0
        self.history.append(play)
        if play.evidence is not Evidence.SILENT:
            self._spawn_segments()
            shown = self._shown(play)
            for segment in self.segments:
                segment.observe(shown, play.evidence, play.context)
            self._significant = None
            self._drop_segments()
            if len(self.counts) > self._max_counts:
                self.prune()
                self._max_counts = max(_MAX_COUNT_PAIRS, 2 * len(self.counts))
        self.n_plays += 1

    def _shown(self, play: PastPlay) -> Shown | PartlyShown:
        """Return what the sequence of a play shows of all rules, or may show."""
        if play.completions:
            return self._partly_shown(play)
        called = self.hypotheses.matching_rules(play.sequence)
        other_plays = self.hypotheses.contexts_shown(play.sequence)
        return Shown(called, other_plays, self.hypotheses.wide.shown(play.sequence))

    def _partly_shown(self, play: PastPlay) -> PartlyShown:
        weights, wide = np.array(play.weights), map(self.hypotheses.wide.shown, play.completions)
        sets, pairs = zip(*wide, strict=True)
        bases = self.hypotheses.bases
        return PartlyShown(
            PartialCalls.join(
                self.hypotheses.matching_rules_of_each(play.completions), weights, play.p_other
            ),
            weigh_showings(
                self.hypotheses.contexts_shown_of_each(play.completions), weights, bases.n_live_max
            ),
            tuple(WeighedCandidates.join(each, weights) for each in zip(*sets, strict=True)),
            *weigh_pairs(pairs, weights, self.hypotheses.n_signals),
        )

    def restart(self) -> None:
        """Begin a new segment: the signs are known to have changed here."""
        if self.segments[0].start == self.n_plays:
            return
        self.segments = [self._new_segment(self._log_total, all_sets=True)]
        self._significant = None
        self.hazard, self.game_began = 0.0, False

    def _spawn_segments(self) -> None:
        """Begin segments if they are due: every few plays, and where a game begins."""
        hazard = self._game_hazard() if self.game_began else self.hazards.play
        hazard = hazard if self.n_plays else 0.0
        self.hazard = 1 - (1 - self.hazard) * (1 - hazard)
        # After shorter games the segments would be too young to be told apart.
        due = self.n_plays % _SPAWN_EVERY == 0
        if self.game_began:
            due |= self.n_plays - self.game_start >= _SPAWN_EVERY
            self.game_start = self.n_plays
        if not self.hazard or not due or self.segments[-1].start == self.n_plays:
            return
        # A change between games is far likelier than one within a game, which is only sketched.
        log_change = self._log_total + float(np.log(self.hazard))
        earlier = self._earlier_signs() if self.game_began else []
        p_new = 1 - _P_RETURNS if earlier else 1.0
        spawned = [self._new_segment(log_change + float(np.log(p_new)), self.game_began)]
        for begin, end in earlier:
            log_prior = log_change + float(np.log(_P_RETURNS / len(earlier)))
            spawned.append(self._returning_segment(log_prior, begin, end))
        for segment in self.segments:
            segment.log_prior += np.log1p(-self.hazard)
        self.segments += spawned
        self.hazard, self.game_began = 0.0, False

    def _game_hazard(self) -> float:
        """Return the probability of a change where a game begins: who has changed does so again."""
        n_changes = len(self.heaviest.before)
        length = (self.n_plays - self.game_start) / self.hazards.game_plays
        prior = self.hazards.game * min(1.0, length)
        return prior * (1 + n_changes) / (1 + prior * n_changes)

    def _earlier_signs(self) -> list[tuple[int, int]]:
        """List the plays, from and up to, of signs that the coach may come back to."""
        best = self.heaviest
        if self.n_plays - best.start < _MIN_PERIOD:
            return []
        periods = pairwise((*best.before, best.start))
        long = [(begin, end) for begin, end in periods if end - begin >= _MIN_PERIOD]
        return long[-_MAX_PERIODS:]

    def _returning_segment(self, log_prior: float, begin: int, end: int) -> RuleSegment:
        """Return a segment that begins here with signs that were used before."""
        segment = self._new_segment(0.0, all_sets=True)
        for play in self.history[max(begin, end - _PERIOD_PLAYS) : end]:
            if play.evidence is not Evidence.SILENT:
                segment.observe(self._shown(play), play.evidence, play.context)
        segment.log_prior = log_prior - segment.log_likelihood
        segment.returns = (*segment.returns, (self.n_plays, begin))
        return segment

    def _new_segment(self, log_prior: float, all_sets: bool) -> RuleSegment:
        """Return a segment that begins here, after the likeliest of the others."""
        last = self.heaviest
        before = (*last.before, last.start)
        null_prior = self.hypotheses.null_prior
        null_prior = _P_STAYS_NULL * self.p_no_rule() + (1 - _P_STAYS_NULL) * null_prior
        segment = RuleSegment.begin(
            self.hypotheses, self.counts, self.n_plays, before, log_prior, null_prior, all_sets
        )
        segment.returns = last.returns
        return segment

    def _drop_segments(self) -> None:
        """Keep the heaviest segments, and young ones, which have too little evidence yet."""

        def is_young(segment: RuleSegment) -> bool:
            return self.n_plays - segment.start < _MIN_SEGMENT_AGE

        heaviest = self.heaviest.log_weight
        least = heaviest - _PRUNE_LOG_RATIO
        kept = [s for s in self.segments if s.log_weight > least or is_young(s)]
        while len(kept) > _MAX_SEGMENTS:
            light = [s for s in kept if s.log_weight < heaviest]
            old = [s for s in light if not is_young(s)] or light
            kept.remove(min(old, key=lambda s: s.log_weight))
        self.segments = kept

    def grow(self, larger: Hypotheses) -> None:
        """Switch to the rules about more signals, as if they had been weighed from the start.

        Parameters
        ----------
        larger : Hypotheses
            The rules about more signals.
        """
        origins = larger.origins(self.hypotheses)
        for segment in self.segments:
            segment.grow(larger, origins)
        self.hypotheses, self._significant = larger, None

    def prune(self) -> None:
        """Drop rules that are next to impossible, together with their count pairs."""
        kept = [segment.above_threshold(_NEGLIGIBLE) for segment in self.segments]
        fewer, number = self.counts.keep(np.flatnonzero(np.any(kept, axis=0)))
        for segment, own in zip(self.segments, kept, strict=True):
            segment.renumber(fewer, np.where(own, number, DEAD))
        self.counts, self._significant = fewer, None

    def resume(
        self,
        n_plays: int,
        hazard: float,
        game_began: bool,
        game_start: int,
        segments: list[RuleSegment],
    ) -> None:
        """Continue from saved segments. Set `history` too: it is not saved.

        Parameters
        ----------
        n_plays : int
            The number of plays observed.
        hazard : float
            The probability of a change since the last segment began.
        game_began : bool
            Whether a game has begun since then.
        game_start : int
            The play, from 0, where the game hazard was last applied.
        segments : list of RuleSegment
            The segments, over the same rules and the same table of count pairs.
        """
        self.n_plays, self.hazard, self.game_began = n_plays, hazard, game_began
        self.game_start = game_start
        self.segments, self._significant = segments, None

    @property
    def heaviest(self) -> RuleSegment:
        """The likeliest segment."""
        return max(self.segments, key=lambda s: s.log_weight)

    @property
    def _log_total(self) -> float:
        return float(np.logaddexp.reduce([s.log_weight for s in self.segments]))

    def weights(self) -> Floats:
        """Return the probability of each segment.

        Returns
        -------
        ndarray of float
            Probabilities, in the order of `segments`.
        """
        weights = np.array([s.log_weight for s in self.segments])
        return np.exp(weights - self._log_total)

    @property
    def significant_segments(self) -> list[tuple[float, RuleSegment]]:
        """The segments that take part in predictions, with weights that sum to 1."""
        if self._significant is None:
            weights = self.weights()
            mask = weights >= min(_SIGNIFICANT, weights.max())
            shares = (weights / weights[mask].sum()).tolist()
            triples = zip(shares, self.segments, mask, strict=True)
            self._significant = [(share, segment) for share, segment, kept in triples if kept]
        return self._significant

    def change_points(self) -> list[int]:
        """Return the changes of signs that are likelier than not.

        Returns
        -------
        list of int
            The plays, from 0, right before which the signs changed, in order.
        """
        best = self.heaviest
        starts = [start for start in (*best.before, best.start) if start]
        return [start for start in starts if self._p_change_near(start) > 0.5]

    def returns(self) -> dict[int, int]:
        """Return the changes to signs that the coach had used before.

        Returns
        -------
        dict of int to int
            For each such change, the play from 0, where the earlier plays with its signs began.
        """
        return dict(self.heaviest.returns)

    def p_no_rule(self) -> float:
        """Return the probability that the signals mean nothing.

        Returns
        -------
        float
            The probability.
        """
        return float(self.weights() @ [segment.p_no_rule for segment in self.segments])

    def _p_change_near(self, play: int) -> float:
        """Return the probability that the signs changed near a play."""
        weights: list[float] = self.weights().tolist()
        pairs = zip(weights, self.segments, strict=True)
        return sum(w for w, s in pairs if s.has_changepoint_near(play, _TOLERANCE))
