"""The exact posterior over all rules: any rule, any noise, and changes of signs.

It uses outcomes alone: what a sequence would call under each rule, and what the team then did. It
is the bound to measure the LSTM against, the second expert, and the source of the rule in words.

Changes of signs follow Bayesian online change-point detection (Adams and MacKay 2007): the plays
since the last change form a segment, and segments are weighed by how likely they make the log.

References
----------
R. P. Adams and D. J. C. MacKay (2007), Bayesian online changepoint detection. arXiv:0710.3742.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from signdecoder.bayes.class_rules import SignalClasses
from signdecoder.bayes.counts import DEAD, CountTable, Floats, NoiseRates
from signdecoder.bayes.hypotheses import Hypotheses
from signdecoder.bayes.ranking import LogScore, RankedRule, TopRules, rank_rules
from signdecoder.bayes.segment import RuleSegment
from signdecoder.bayes.shown import Shown, ShownOfEach
from signdecoder.bayes.wide import WidePrior
from signdecoder.bayes.wide_rules import WideRule, likeliest_wide_rules
from signdecoder.core.contexts import CONTEXT_KINDS
from signdecoder.core.outcomes import Evidence
from signdecoder.rules.rule import Sequences

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
_N_TOP_RULES = 64  # rules that approximate predictions
_MAX_COUNT_PAIRS = 300
_NEGLIGIBLE = 1e-12  # probability of a rule below which it is pruned
_BATCH = 64  # sequences predicted at once, which bounds memory
_DEPENDS = 0.5  # probability from which on the rule is said to depend on a context
_SIGNIFICANT = 1e-3  # weight below which a segment does not take part in predictions


@dataclass(frozen=True, slots=True)
class Hazards:
    """The prior probability that the signs change right before a play.

    Attributes
    ----------
    play : float
        Within a game.
    game : float
        Where a game begins.
    """

    play: float = 1 / 250
    game: float = 1 / 20


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
    """

    sequence: tuple[int, ...]
    evidence: Evidence
    context: tuple[int, ...]


class RulePosterior:
    """Track the posterior over all rules about V signals, play by play.

    Signals are numbers from 0; a number below zero or from V on is a signal that no rule is about.

    Parameters
    ----------
    n_signals : int
        The number V of signals that rules are about.
    noise : NoiseRates, optional
        The prior over noise.
    hazards : Hazards, optional
        The prior over changes of signs.
    wide : WidePrior, optional
        How common rules are that are not listed one by one, such as those about sets of signals.
    classes : tuple of frozenset of int
        Classes of signals that rules may be about. Signals that are added later belong to none.

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
    history : list of PastPlay
        The plays observed, which tell what signs a coach may come back to.
    """

    def __init__(
        self,
        n_signals: int,
        noise: NoiseRates | None = None,
        hazards: Hazards | None = None,
        wide: WidePrior | None = None,
        classes: SignalClasses = (),
    ) -> None:
        self.hypotheses = Hypotheses(n_signals, wide, classes)
        self.hazards = hazards or Hazards()
        self.n_plays = 0
        self.counts = CountTable(noise or NoiseRates())
        self.hazard = 0.0
        self.game_began = False
        self.history: list[PastPlay] = []
        self._max_counts = _MAX_COUNT_PAIRS
        self.segments = [RuleSegment.begin(self.hypotheses, self.counts, 0)]
        self._clear_cache()

    def _clear_cache(self) -> None:
        self._rule_probs: Floats | None = None
        self._top_rules: TopRules | None = None
        self._top_wide: list[WideRule] | None = None
        self._significant: list[tuple[float, RuleSegment]] | None = None

    # --- learning ---------------------------------------------------------------------------------

    def observe(
        self,
        sequence: Sequence[int],
        evidence: Evidence,
        new_game: bool = False,
        context: tuple[int, ...] = (),
    ) -> None:
        """Learn from one play. A play with unknown outcome is no evidence about the rule.

        Parameters
        ----------
        sequence : sequence of int
            Its signals.
        evidence : Evidence
            What its outcome says about the target.
        new_game : bool
            Whether a game begins with it.
        context : tuple of int
            The value of each of `CONTEXT_KINDS`, -1 where it is not known; empty if none is.
        """
        self.game_began |= new_game and self.n_plays > 0
        self.history.append(PastPlay(tuple(sequence), evidence, context))
        if evidence is not Evidence.SILENT:
            self._clear_cache()
            self._spawn_segments()
            shown = self._shown(tuple(sequence))
            for segment in self.segments:
                segment.observe(shown, evidence, context)
            self._drop_segments()
            if len(self.counts) > self._max_counts:
                self.prune()
                self._max_counts = max(_MAX_COUNT_PAIRS, 2 * len(self.counts))
        self.n_plays += 1

    def _shown(self, sequence: tuple[int, ...]) -> Shown:
        """Return what a sequence shows of all rules."""
        called = self.hypotheses.matching_rules(sequence)
        other_plays = self.hypotheses.contexts_shown(sequence)
        return Shown(called, other_plays, self.hypotheses.wide.shown(sequence))

    def restart(self) -> None:
        """Begin a new segment: the signs are known to have changed here."""
        if self.segments[0].start == self.n_plays:
            return
        self._clear_cache()
        self.segments = [self._new_segment(self._log_total, all_sets=True)]
        self.hazard, self.game_began = 0.0, False

    def _spawn_segments(self) -> None:
        """Begin segments if they are due: every few plays, and where a game begins."""
        hazard = self._game_hazard() if self.game_began else self.hazards.play
        hazard = hazard if self.n_plays else 0.0
        self.hazard = 1 - (1 - self.hazard) * (1 - hazard)
        due = self.game_began or self.n_plays % _SPAWN_EVERY == 0
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
        n_changes = len(self._heaviest.before)
        prior = self.hazards.game
        return prior * (1 + n_changes) / (1 + prior * n_changes)

    def _earlier_signs(self) -> list[tuple[int, int]]:
        """List the plays, from and up to, of signs that the coach may come back to."""
        best = self._heaviest
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
                segment.observe(self._shown(play.sequence), play.evidence, play.context)
        segment.log_prior = log_prior - segment.log_likelihood
        segment.returns = (*segment.returns, (self.n_plays, begin))
        return segment

    def _new_segment(self, log_prior: float, all_sets: bool) -> RuleSegment:
        """Return a segment that begins here, after the likeliest of the others."""
        last = self._heaviest
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

        least = self._heaviest.log_weight - _PRUNE_LOG_RATIO
        kept = [s for s in self.segments if s.log_weight > least or is_young(s)]
        while len(kept) > _MAX_SEGMENTS:
            old = [s for s in kept if not is_young(s)] or kept
            kept.remove(min(old, key=lambda s: s.log_weight))
        self.segments = kept

    def grow(self, n_signals: int) -> None:
        """Add signals, as if rules about them had been weighed from the start.

        Parameters
        ----------
        n_signals : int
            The new number of signals.
        """
        self._clear_cache()
        larger = Hypotheses(n_signals, self.hypotheses.wide.prior, self.hypotheses.bases.classes)
        origins = larger.origins(self.hypotheses)
        for segment in self.segments:
            segment.grow(larger, origins)
        self.hypotheses = larger

    def prune(self) -> None:
        """Drop rules that are next to impossible, together with their count pairs."""
        self._clear_cache()
        kept = [segment.above_threshold(_NEGLIGIBLE) for segment in self.segments]
        fewer, number = self.counts.keep(np.flatnonzero(np.any(kept, axis=0)))
        for segment, own in zip(self.segments, kept, strict=True):
            segment.renumber(fewer, np.where(own, number, DEAD))
        self.counts = fewer

    def resume(
        self, n_plays: int, hazard: float, game_began: bool, segments: list[RuleSegment]
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
        segments : list of RuleSegment
            The segments, over the same rules and the same table of count pairs.
        """
        self.n_plays, self.hazard, self.game_began = n_plays, hazard, game_began
        self.segments = segments
        self._clear_cache()

    # --- predictions ------------------------------------------------------------------------------

    def predict(self, sequence: Sequence[int], context: tuple[int, ...] = ()) -> float:
        """Return the probability of the target after one sequence.

        Parameters
        ----------
        sequence : sequence of int
            Its signals.
        context : tuple of int
            The value of each of `CONTEXT_KINDS`, -1 where it is not known; empty if none is.

        Returns
        -------
        float
            The probability.
        """
        return self.predict_many([sequence], [context])[0]

    def predict_many(
        self,
        sequences: Sequence[Sequence[int]],
        contexts: Sequence[tuple[int, ...]] | None = None,
    ) -> list[float]:
        """Return the probability of the target after each of some sequences.

        Takes less time than one by one.

        Parameters
        ----------
        sequences : sequence of sequences of int
            The signals of N sequences.
        contexts : sequence of tuple of int, optional
            For each, the value of each of `CONTEXT_KINDS`; by default none is known.

        Returns
        -------
        list of float
            N probabilities.
        """
        predictions: list[float] = []
        for begin in range(0, len(sequences), _BATCH):
            rows = list(map(tuple, sequences[begin : begin + _BATCH]))
            rest = contexts[begin : begin + _BATCH] if contexts else [()] * len(rows)
            called = self.hypotheses.matching_rules_of_each(rows)
            shown = ShownOfEach.join(called, list(map(self.hypotheses.wide.shown, rows)))
            p = np.zeros(len(rows))
            for weight, segment in self._significant_segments:
                p += weight * segment.predict(shown, rest)
            predictions += np.clip(p, 0.0, 1.0).tolist()
        return predictions

    def predict_approx(
        self, sequences: Sequences, contexts: Sequence[tuple[int, ...]] | None = None
    ) -> Floats:
        """Return the probability of the target by the likeliest rules alone.

        All other rules are taken to predict the rate so far.

        Parameters
        ----------
        sequences : ndarray of int16
            (N, T) sequences padded with BLANK.
        contexts : sequence of tuple of int, optional
            For each, the value of each of `CONTEXT_KINDS`; by default none is known.

        Returns
        -------
        ndarray of float
            (N,) probabilities.
        """
        if self._top_rules is None:
            self._top_rules = self._find_top_rules()
        return self._top_rules.predict(sequences, contexts)

    def _find_top_rules(self) -> TopRules:
        probs = self.rule_probs()
        most = min(_N_TOP_RULES, len(probs) - 1)
        best = np.argpartition(-probs, most)[:most].astype(np.int32)
        called, uncalled = np.zeros(most), np.zeros(most)
        for weight, segment in self._significant_segments:
            if_called, if_not = segment.p_run_with(best)
            called, uncalled = called + weight * if_called, uncalled + weight * if_not
        wide = self._wide_rules()
        left = 1 - float(probs[best].sum()) - sum(rule.probability for rule in wide)
        rest = max(0.0, left) * self._heaviest.rate
        return TopRules([self.hypotheses.rule(r) for r in best], called, uncalled, wide, rest)

    def _wide_rules(self) -> list[WideRule]:
        """Return the rules that are not listed and likely enough to matter."""
        if self._top_wide is None:
            self._top_wide = [
                rule.scaled(weight)
                for weight, segment in self._significant_segments
                for rule in likeliest_wide_rules(segment)
            ]
        return self._top_wide

    def context_kind(self) -> int | None:
        """Return which context the coach's rule depends on.

        Returns
        -------
        int or None
            An index into CONTEXT_KINDS, or None if the rule is likelier to depend on none.
        """
        by_kind = np.zeros(len(CONTEXT_KINDS))
        for weight, segment in self._significant_segments:
            for kind, varying in segment.wide.context_rules():
                by_kind[kind] += weight * segment.context_weight(kind, varying)
        return int(by_kind.argmax()) if by_kind.max() > _DEPENDS else None

    # --- segments ---------------------------------------------------------------------------------

    @property
    def _heaviest(self) -> RuleSegment:
        return max(self.segments, key=lambda s: s.log_weight)

    @property
    def _log_total(self) -> float:
        return float(np.logaddexp.reduce([s.log_weight for s in self.segments]))

    def _weights(self) -> Floats:
        """Return the probability of each segment."""
        weights = np.array([s.log_weight for s in self.segments])
        return np.exp(weights - self._log_total)

    @property
    def _significant_segments(self) -> list[tuple[float, RuleSegment]]:
        """The segments that take part in predictions, with weights that sum to 1."""
        if self._significant is None:
            weights = self._weights()
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
        best = self._heaviest
        starts = [start for start in (*best.before, best.start) if start]
        return [start for start in starts if self._p_change_near(start) > 0.5]

    def returns(self) -> dict[int, int]:
        """Return the changes to signs that the coach had used before.

        Returns
        -------
        dict of int to int
            For each such change, the play from 0, where the earlier plays with its signs began.
        """
        return dict(self._heaviest.returns)

    def _p_change_near(self, play: int) -> float:
        """Return the probability that the signs changed near a play."""
        weights: list[float] = self._weights().tolist()
        pairs = zip(weights, self.segments, strict=True)
        return sum(w for w, s in pairs if s.has_changepoint_near(play, _TOLERANCE))

    # --- rules ------------------------------------------------------------------------------------

    def rule_probs(self) -> Floats:
        """Return the posterior probability of each rule.

        Returns
        -------
        ndarray of float
            (R,) probabilities; what they lack to 1 is the probability of no rule.
        """
        if self._rule_probs is None:
            self._rule_probs = np.zeros(len(self.hypotheses))
            for weight, segment in self._significant_segments:
                self._rule_probs += weight * segment.rule_probs()
        return self._rule_probs

    def _base_probs(self) -> Floats:
        """Return (B,) probabilities of base rules, with any wipe-off or activator."""
        return np.asarray(self.rule_probs().reshape(self.hypotheses.n_variants, -1).sum(axis=0))

    def p_no_rule(self) -> float:
        """Return the probability that the signals mean nothing.

        Returns
        -------
        float
            The probability.
        """
        return float(self._weights() @ [segment.p_no_rule for segment in self.segments])

    def p_wide(self) -> float:
        """Return the probability of rules about sets of signals, and of those of context.

        Returns
        -------
        float
            The probability.
        """
        return float(sum(weight * s.p_wide() for weight, s in self._significant_segments))

    def entropy(self) -> float:
        """Compute the uncertainty about the rule, its wipe-off and activator left out.

        Returns
        -------
        float
            The entropy in bits.
        """
        wide = [rule.probability for rule in self._wide_rules()]
        probs = np.concatenate([self._base_probs(), [self.p_no_rule()], wide])
        probs = probs[probs > 0]
        return float(-(probs * np.log2(probs)).sum())

    def ranking(
        self, most: int = 5, external_log_score: LogScore | None = None
    ) -> list[RankedRule]:
        """Return the likeliest rules, best first; rules that call the same sequences are one.

        Parameters
        ----------
        most : int
            The number of rules to return, at most.
        external_log_score : callable, optional
            Takes a list of n rules and returns (n,) extra log-likelihood of each. The result is
            renormalised over the ranked rules; the probability of no rule stays.

        Returns
        -------
        list of RankedRule
            The rules with their probabilities.
        """
        probs, wide = self.rule_probs(), self._wide_rules()
        return rank_rules(self.hypotheses, probs, wide, most, external_log_score)

    def key_sign_probs(self) -> Floats:
        """Return the probability of each signal to be the key sign.

        Returns
        -------
        ndarray of float
            (V + 1,) probabilities; the last one is that no single signal is the key sign.
        """
        by_base = self._base_probs()
        keys = np.zeros(self.hypotheses.n_signals + 1)
        for key in self.hypotheses.bases.key_signs:
            keys += np.bincount(key, by_base / 2, minlength=len(keys))
        for rule in self._wide_rules():
            keys[: self.hypotheses.n_signals] += rule.key_sign_probs(self.hypotheses.n_signals)
        keys[-1] += max(0.0, 1 - keys.sum())
        return keys
