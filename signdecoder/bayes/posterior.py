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
from signdecoder.rules.rule import (
    CALLED,
    Rule,
    Sequences,
)

_SEGMENTS = 6  # kept at once
_HOPELESS = 14.0  # nats that a segment may lack to the best
_YOUNG = 9  # plays for which a segment is kept whatever it weighs
_BIRTHS = 3  # plays between segments' starts, but for new games
_STAYS_NULL = 0.9  # chance that a coach whose signs carried nothing goes on so when they change
_NEAR = 6  # plays: changes as near as that are the same change
_CONSIDERED = 100  # rules that may be told of, the likeliest
_UNTOLD = 1e-5  # chance of a rule below which it is not told of
_SKETCHED = 64  # rules that answer for all where many sequences are asked about
_TALLIES = 300  # kept at once
_NEGLIGIBLE = 1e-12
_WEIGHTY = 1e-3  # chance of a segment from which it is asked


Heed = Callable[[list[Rule]], Floats]


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
        self.rules = Hypotheses(signals)
        self.hazards = hazards or Hazards()
        self.plays = 0
        self.tallies = CountTable(noise or NoiseRates())
        self.hazard = 0.0  # of a change since the last segment began
        self.began = False
        self._room = _TALLIES
        self._posterior: Floats | None = None
        self._sketch: _TopRules | None = None
        self._heavy: list[tuple[float, RuleSegment]] | None = None
        self.segments = [RuleSegment.begin(self.rules, self.tallies, 0)]

    # --- learning ---------------------------------------------------------------------------------

    def observe(self, sequence: Sequence[int], evidence: Evidence, new_game: bool = False) -> None:
        """Learn of one play; one whose outcome is unknown teaches nothing of the rule."""
        self.began |= new_game and self.plays > 0
        if evidence is not Evidence.SILENT:
            self._forget_answers()
            self._let_change()
            called = self.rules.matching_rules(tuple(sequence))
            shown = self.rules.contexts_shown(tuple(sequence))
            for segment in self.segments:
                segment.observe(called, shown, evidence)
            self._drop_segments()
            if len(self.tallies) > self._room:
                self.give_up()
                self._room = max(_TALLIES, 2 * len(self.tallies))
        self.plays += 1

    def changed(self) -> None:
        """The signs changed here for certain."""
        if self.segments[0].start == self.plays:
            return
        self._forget_answers()
        self.segments = [self._restart(self._log_total)]
        self.hazard, self.began = 0.0, False

    def _forget_answers(self) -> None:
        self._posterior = self._sketch = self._heavy = None

    def _let_change(self) -> None:
        """Begin a segment if one is due: every few plays, and where a game begins."""
        hazard = self.hazards.game if self.began else self.hazards.play if self.plays else 0.0
        self.hazard = 1 - (1 - self.hazard) * (1 - hazard)
        due = self.began or self.plays % _BIRTHS == 0
        if not self.hazard or not due or self.segments[-1].start == self.plays:
            return
        fresh = self._restart(self._log_total + np.log(self.hazard))
        for segment in self.segments:
            segment.log_birth += np.log1p(-self.hazard)
        self.segments.append(fresh)
        self.hazard, self.began = 0.0, False

    def _restart(self, log_birth: float) -> RuleSegment:
        """A segment that begins here, after the likeliest of the others."""
        last = max(self.segments, key=lambda s: s.log_weight)
        before = (*last.before, last.start)
        null = _STAYS_NULL * self.no_rule_chance() + (1 - _STAYS_NULL) * self.rules.null_prior
        return RuleSegment.begin(self.rules, self.tallies, self.plays, before, log_birth, null)

    def _drop_segments(self) -> None:
        """Keep the segments that weigh most, and the young, who have not had their say."""
        top = max(s.log_weight for s in self.segments)
        kept = [
            s
            for s in self.segments
            if s.log_weight > top - _HOPELESS or self.plays - s.start < _YOUNG
        ]
        while len(kept) > _SEGMENTS:
            old = [s for s in kept if self.plays - s.start >= _YOUNG] or kept
            kept.remove(min(old, key=lambda s: s.log_weight))
        self.segments = kept

    def grow(self, signals: int) -> None:
        """Know more signals: rules about the new ones come in as if they had been there."""
        self._forget_answers()
        larger = Hypotheses(signals)
        place = self.rules.places_in(larger)
        for segment in self.segments:
            segment.grow(larger, place)
        self.rules = larger

    def resume(self, plays: int, hazard: float, began: bool, segments: list[RuleSegment]) -> None:
        """Go on from what was kept of a posterior over the same rules."""
        self.plays, self.hazard, self.began, self.segments = plays, hazard, began, segments
        self._forget_answers()

    def give_up(self) -> None:
        """Give up the tallies whose rules are all next to impossible, and these rules with them."""
        self._forget_answers()
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

    def chance(self, sequence: Sequence[int]) -> float:
        """The chance that the called play is run after this sequence."""
        return self.chances([sequence])[0]

    def chances(self, sequences: Sequence[Sequence[int]]) -> list[float]:
        """The same for many sequences at once, which takes less than one by one."""
        chances = [
            sum(weight * segment.chance(called) for weight, segment in self._weighty())
            for called in self.rules.matching_rules_of_each(list(map(tuple, sequences)))
        ]
        return [min(max(chance, 0.0), 1.0) for chance in chances]

    def rough_chances(self, sequences: Sequences) -> Floats:
        """(N,) the same for (N, T) sequences padded with BLANK, by the likeliest rules alone.

        What weight they lack is given to the rate so far.
        """
        if self._sketch is None:
            self._sketch = self._draw_sketch()
        sketch = self._sketch
        total = np.full(len(sequences), sketch.rest)
        for rule, called, uncalled in zip(
            sketch.rules, sketch.called, sketch.uncalled, strict=True
        ):
            total += np.where(plays_called(rule, sequences) == CALLED, called, uncalled)
        return np.asarray(np.clip(total, 0.0, 1.0))

    def posterior(self) -> Floats:
        """(R,) the chance of each rule; what they lack to 1 is the null rule's."""
        if self._posterior is None:
            self._posterior = np.zeros(len(self.rules))
            for weight, segment in self._weighty():
                self._posterior += weight * segment.posterior()
        return self._posterior

    def _weighty(self) -> list[tuple[float, RuleSegment]]:
        """The segments that weigh something, with their chances."""
        if self._heavy is None:
            weights = self._weights()
            kept = weights >= min(_WEIGHTY, weights.max())
            shares = (weights / weights[kept].sum()).tolist()
            pairs = zip(shares, self.segments, kept, strict=True)
            self._heavy = [(share, segment) for share, segment, heavy in pairs if heavy]
        return self._heavy

    def entropy(self) -> float:
        """Bits that are open about the base of the rule, or there being none."""
        by_base = self.posterior().reshape(self.rules.n_variants, -1).sum(axis=0)
        chances = np.append(by_base, self.no_rule_chance())
        chances = chances[chances > 0]
        return float(-(chances * np.log2(chances)).sum())

    def no_rule_chance(self) -> float:
        """The chance that the signals mean nothing."""
        return float(self._weights() @ [segment.no_rule for segment in self.segments])

    def changes(self) -> list[int]:
        """The plays, from 0, right before which the signs changed, where that is likely."""
        best = max(self.segments, key=lambda s: s.log_weight)
        weights = self._weights()
        chain = [start for start in (*best.before, best.start) if start]
        return [
            start
            for start in chain
            if sum(w for w, s in zip(weights, self.segments, strict=True) if s.knows(start, _NEAR))
            > 0.5
        ]

    def _draw_sketch(self) -> _TopRules:
        chances = self.posterior()
        most = min(_SKETCHED, len(chances) - 1)
        best = np.argpartition(-chances, most)[:most].astype(np.int32)
        called, uncalled = np.zeros(most), np.zeros(most)
        for weight, segment in self._weighty():
            more = segment.run_chances(best)
            called, uncalled = called + weight * more[0], uncalled + weight * more[1]
        newest = max(self.segments, key=lambda s: s.log_weight)
        rest = max(0.0, 1 - float(chances[best].sum())) * newest.rate
        return _TopRules([self.rules.rule(r) for r in best], called, uncalled, rest)

    def ranking(self, most: int = 5, heed: Heed | None = None) -> list[RankedRule]:
        """The likeliest rules, best first; those that call the very same sequences are one.

        ``heed`` tells by how many nats something beside the plays speaks for each of some rules.
        What it says moves chances from rule to rule, not between all of them and none.
        """
        chances = self.posterior()
        count = min(_CONSIDERED, len(chances) - 1)
        best = np.argpartition(-chances, count)[:count]
        best = best[chances[best] >= _UNTOLD]
        if heed is not None and len(best):
            heeded = heed([self.rules.rule(rule) for rule in best])
            pooled = chances[best] * np.exp(heeded - heeded.max())
            shares = pooled * (chances[best].sum() / pooled.sum())
            chances = chances.copy()
            chances[best] = shares
        ranked: dict[int, RankedRule] = {}
        for rule in best[np.argsort(-chances[best], kind="stable")].tolist():
            same = self.rules.equivalent_rule(rule)
            if same not in ranked:
                joint = chances[rule] + (chances[same] if same != rule else 0.0)
                ranked[rule] = RankedRule(self.rules.rule(rule), float(joint))
        return list(ranked.values())[:most]

    def key_chances(self) -> Floats:
        """(V + 1,) the chance of each signal to be the key sign, and last that none is."""
        by_base = self.posterior().reshape(self.rules.n_variants, -1).sum(axis=0)
        keys = np.zeros(self.rules.n_signals + 1)
        for key in self.rules.bases.key_signs:
            keys += np.bincount(key, by_base / 2, minlength=len(keys))
        keys[-1] += max(0.0, 1 - by_base.sum())
        return keys
