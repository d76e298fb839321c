"""The exact posterior over the grammar: Bayes over every rule, any noise, and changes of signs.

It reads outcomes alone: what a sequence would call by each rule, and what the team then did. It
is the bound to measure the LSTM against, the second opinion, and it tells the rule in words.
Changes of signs follow Adams and MacKay (2007): the plays since the last change make a segment, and
the segments are weighed by how likely they make the log.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from signdecoder.bayes.counts import DEAD, CountTable, Floats, NoiseRates
from signdecoder.bayes.hypotheses import Hypotheses
from signdecoder.bayes.segment import RuleSegment
from signdecoder.core.outcomes import Evidence
from signdecoder.rules.matching import plays_called
from signdecoder.rules.rule import CALLED, Rule, Sequences

_SEGMENTS = 6  # kept at once
_PRUNE_LOG_RATIO = 14.0  # nats that a segment may lack to the best
_MIN_SEGMENT_AGE = 9  # plays for which a segment is kept whatever it weighs
_BIRTHS = 3  # plays between segments' starts, but for new games
_STAYS_NULL = 0.9  # chance that a coach whose signs carried nothing goes on so when they change
_NEAR = 6  # plays: changes as near as that are the same change
_CONSIDERED = 100  # rules that may be told of, the likeliest
_UNTOLD = 1e-5  # chance of a rule below which it is not told of
_SKETCHED = 64  # rules that answer for all where many sequences are asked about
_TALLIES = 300  # kept at once
_NEGLIGIBLE = 1e-12
_WEIGHTY = 1e-3  # chance of a segment from which it is asked


LogScore = Callable[[list[Rule]], Floats]


@dataclass(frozen=True, slots=True)
class Hazards:
    """The chance that the signs changed before a play, within a game and where one begins."""

    play: float = 1 / 250
    game: float = 1 / 20


@dataclass(frozen=True, slots=True)
class RankedRule:
    """A rule and its chance, together with rules that call the very same sequences."""

    rule: Rule
    probability: float


@dataclass(frozen=True, slots=True)
class _TopRules:
    """The likeliest rules, with the chance of each and of a run, if it calls the play or not."""

    rules: list[Rule]
    called: Floats
    uncalled: Floats
    rest: float


class RulePosterior:
    """What the rules of a grammar make of one coach's plays, as signal numbers below ``signals``.

    Numbers below zero or from ``signals`` on are signals that no rule is about. ``hazard`` is the
    chance of a change since the last segment began, ``began`` whether a game has begun since.
    """

    def __init__(
        self, signals: int, noise: NoiseRates | None = None, hazards: Hazards | None = None
    ) -> None:
        self.hypotheses = Hypotheses(signals)
        self.hazards = hazards or Hazards()
        self.n_plays = 0
        self.tallies = CountTable(noise or NoiseRates())
        self.hazard = 0.0  # of a change since the last segment began
        self.began = False
        self._room = _TALLIES
        self._rule_probs: Floats | None = None
        self._top_rules: _TopRules | None = None
        self._weighty: list[tuple[float, RuleSegment]] | None = None
        self.segments = [RuleSegment.begin(self.hypotheses, self.tallies, 0)]

    # --- learning ---------------------------------------------------------------------------------

    def observe(self, sequence: Sequence[int], evidence: Evidence, new_game: bool = False) -> None:
        """Learn of one play; one whose outcome is unknown teaches nothing of the rule."""
        self.began |= new_game and self.n_plays > 0
        if evidence is not Evidence.SILENT:
            self._clear_cache()
            self._spawn_segment()
            called = self.hypotheses.matching_rules(tuple(sequence))
            shown = self.hypotheses.contexts_shown(tuple(sequence))
            for segment in self.segments:
                segment.observe(called, shown, evidence)
            self._drop_segments()
            if len(self.tallies) > self._room:
                self.prune()
                self._room = max(_TALLIES, 2 * len(self.tallies))
        self.n_plays += 1

    def restart(self) -> None:
        """The signs changed here for certain."""
        if self.segments[0].start == self.n_plays:
            return
        self._clear_cache()
        self.segments = [self._new_segment(self._log_total)]
        self.hazard, self.began = 0.0, False

    def _clear_cache(self) -> None:
        self._rule_probs = self._top_rules = self._weighty = None

    def _spawn_segment(self) -> None:
        """Begin a segment if one is due: every few plays, and where a game begins."""
        hazard = self.hazards.game if self.began else self.hazards.play if self.n_plays else 0.0
        self.hazard = 1 - (1 - self.hazard) * (1 - hazard)
        due = self.began or self.n_plays % _BIRTHS == 0
        if not self.hazard or not due or self.segments[-1].start == self.n_plays:
            return
        fresh = self._new_segment(self._log_total + np.log(self.hazard))
        for segment in self.segments:
            segment.log_birth += np.log1p(-self.hazard)
        self.segments.append(fresh)
        self.hazard, self.began = 0.0, False

    def _new_segment(self, log_birth: float) -> RuleSegment:
        """A segment that begins here, after the likeliest of the others."""
        last = max(self.segments, key=lambda s: s.log_weight)
        before = (*last.before, last.start)
        null = _STAYS_NULL * self.p_no_rule() + (1 - _STAYS_NULL) * self.hypotheses.null_prior
        return RuleSegment.begin(
            self.hypotheses, self.tallies, self.n_plays, before, log_birth, null
        )

    def _drop_segments(self) -> None:
        """Keep the segments that weigh most, and the young, who have not had their say."""
        top = max(s.log_weight for s in self.segments)
        kept = [
            s
            for s in self.segments
            if s.log_weight > top - _PRUNE_LOG_RATIO or self.n_plays - s.start < _MIN_SEGMENT_AGE
        ]
        while len(kept) > _SEGMENTS:
            old = [s for s in kept if self.n_plays - s.start >= _MIN_SEGMENT_AGE] or kept
            kept.remove(min(old, key=lambda s: s.log_weight))
        self.segments = kept

    def grow(self, signals: int) -> None:
        """Know more signals: rules about the new ones come in as if they had been there."""
        self._clear_cache()
        larger = Hypotheses(signals)
        place = self.hypotheses.places_in(larger)
        for segment in self.segments:
            segment.grow(larger, place)
        self.hypotheses = larger

    def resume(self, plays: int, hazard: float, began: bool, segments: list[RuleSegment]) -> None:
        """Go on from what was kept of a posterior over the same rules."""
        self.n_plays, self.hazard, self.began, self.segments = plays, hazard, began, segments
        self._clear_cache()

    def prune(self) -> None:
        """Give up the tallies whose rules are all next to impossible, and these rules with them."""
        self._clear_cache()
        kept = [segment.kept(_NEGLIGIBLE) for segment in self.segments]
        fewer, number = self.tallies.keep(np.flatnonzero(np.any(kept, axis=0)))
        for segment, own in zip(self.segments, kept, strict=True):
            segment.renumber(fewer, np.where(own, number, DEAD))
        self.tallies = fewer

    # --- answers ----------------------------------------------------------------------------------

    @property
    def _log_total(self) -> float:
        return float(np.logaddexp.reduce([s.log_weight for s in self.segments]))

    def _weights(self) -> Floats:
        """The chance of each segment."""
        weights = np.array([s.log_weight for s in self.segments])
        return np.exp(weights - self._log_total)

    def predict(self, sequence: Sequence[int]) -> float:
        """The chance that the called play is run after this sequence."""
        return self.predict_many([sequence])[0]

    def predict_many(self, sequences: Sequence[Sequence[int]]) -> list[float]:
        """The same for many sequences at once, which takes less than one by one."""
        chances = [
            sum(weight * segment.chance(called) for weight, segment in self._weighty_segments())
            for called in self.hypotheses.matching_rules_of_each(list(map(tuple, sequences)))
        ]
        return [min(max(chance, 0.0), 1.0) for chance in chances]

    def predict_approx(self, sequences: Sequences) -> Floats:
        """(N,) the same for (N, T) sequences padded with BLANK, by the likeliest rules alone.

        What weight they lack is given to the rate so far.
        """
        if self._top_rules is None:
            self._top_rules = self._find_top_rules()
        sketch = self._top_rules
        total = np.full(len(sequences), sketch.rest)
        for rule, called, uncalled in zip(
            sketch.rules, sketch.called, sketch.uncalled, strict=True
        ):
            total += np.where(plays_called(rule, sequences) == CALLED, called, uncalled)
        return np.asarray(np.clip(total, 0.0, 1.0))

    def rule_probs(self) -> Floats:
        """(R,) the chance of each rule; what they lack to 1 is the null rule's."""
        if self._rule_probs is None:
            self._rule_probs = np.zeros(len(self.hypotheses))
            for weight, segment in self._weighty_segments():
                self._rule_probs += weight * segment.rule_probs()
        return self._rule_probs

    def _weighty_segments(self) -> list[tuple[float, RuleSegment]]:
        """The segments that weigh something, with their chances."""
        if self._weighty is None:
            weights = self._weights()
            kept = weights >= min(_WEIGHTY, weights.max())
            shares = (weights / weights[kept].sum()).tolist()
            pairs = zip(shares, self.segments, kept, strict=True)
            self._weighty = [(share, segment) for share, segment, heavy in pairs if heavy]
        return self._weighty

    def entropy(self) -> float:
        """Bits that are open about the base of the rule, or there being none."""
        by_base = self.rule_probs().reshape(self.hypotheses.n_variants, -1).sum(axis=0)
        chances = np.append(by_base, self.p_no_rule())
        chances = chances[chances > 0]
        return float(-(chances * np.log2(chances)).sum())

    def p_no_rule(self) -> float:
        """The chance that the signals mean nothing."""
        return float(self._weights() @ [segment.no_rule for segment in self.segments])

    def change_points(self) -> list[int]:
        """The plays, from 0, right before which the signs changed, where that is likely."""
        best = max(self.segments, key=lambda s: s.log_weight)
        weights = self._weights()
        chain = [start for start in (*best.before, best.start) if start]
        return [
            start
            for start in chain
            if sum(
                w
                for w, s in zip(weights, self.segments, strict=True)
                if s.has_changepoint_near(start, _NEAR)
            )
            > 0.5
        ]

    def _find_top_rules(self) -> _TopRules:
        chances = self.rule_probs()
        most = min(_SKETCHED, len(chances) - 1)
        best = np.argpartition(-chances, most)[:most].astype(np.int32)
        called, uncalled = np.zeros(most), np.zeros(most)
        for weight, segment in self._weighty_segments():
            more = segment.run_chances(best)
            called, uncalled = called + weight * more[0], uncalled + weight * more[1]
        newest = max(self.segments, key=lambda s: s.log_weight)
        rest = max(0.0, 1 - float(chances[best].sum())) * newest.rate
        return _TopRules([self.hypotheses.rule(r) for r in best], called, uncalled, rest)

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
        chances = self.rule_probs()
        count = min(_CONSIDERED, len(chances) - 1)
        best = np.argpartition(-chances, count)[:count]
        best = best[chances[best] >= _UNTOLD]
        if external_log_score is not None and len(best):
            scores = external_log_score([self.hypotheses.rule(rule) for rule in best])
            pooled = chances[best] * np.exp(scores - scores.max())
            shares = pooled * (chances[best].sum() / pooled.sum())
            chances = chances.copy()
            chances[best] = shares
        ranked: dict[int, RankedRule] = {}
        for rule in best[np.argsort(-chances[best], kind="stable")].tolist():
            same = self.hypotheses.equivalent_rule(rule)
            if same not in ranked:
                joint = chances[rule] + (chances[same] if same != rule else 0.0)
                ranked[rule] = RankedRule(self.hypotheses.rule(rule), float(joint))
        return list(ranked.values())[:most]

    def key_sign_probs(self) -> Floats:
        """(V + 1,) the chance of each signal to be the key sign, and last that none is."""
        by_base = self.rule_probs().reshape(self.hypotheses.n_variants, -1).sum(axis=0)
        keys = np.zeros(self.hypotheses.n_signals + 1)
        for key in self.hypotheses.bases.key_signs:
            keys += np.bincount(key, by_base / 2, minlength=len(keys))
        keys[-1] += max(0.0, 1 - by_base.sum())
        return keys
