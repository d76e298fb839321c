"""The rules under one change of signs: how likely each is by the plays since then.

Shapes: R rules, B bases, F frames, C tallies.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Self

import numpy as np
from numpy.typing import NDArray

from signdecoder.bayes.counts import DEAD, CountTable, Floats, Places
from signdecoder.bayes.hypotheses import Hypotheses, RuleIds
from signdecoder.bayes.other_plays import OtherPlayCounts, Showings, log_beta
from signdecoder.core.outcomes import Evidence

_NULL = (0.8, 1.6)  # Beta's parameters of the called play's rate, where signals mean nothing
_HIGHEST = 600.0  # a tally that no rule has may be likelier than a number can say


@dataclass(slots=True)
class RuleSegment:
    """Plays since a change of signs, at play ``start``; ``before`` are the earlier changes' starts.

    ``log_birth`` is the log chance of all plays before and of a change here; ``tally`` (R,) numbers
    the tally of each rule; ``mass`` (F, C) sums the prior of rules by frame (one row while there
    are no other plays) and tally. ``null`` is the chance, at the start, that signals mean nothing:
    a coach whose signs carried nothing changes to others that carry nothing.
    """

    rules: Hypotheses
    tallies: CountTable
    start: int
    before: tuple[int, ...]
    log_birth: float
    null: float
    tally: NDArray[np.uint16]
    frames: OtherPlayCounts
    run: int = 0
    not_run: int = 0
    log_chance: float = field(init=False)
    mass: Floats = field(init=False)
    _ahead: tuple[float, Floats, Floats] | None = field(init=False)
    _log_tallies: Floats = field(init=False)
    _log_frames: Floats = field(init=False)

    def __post_init__(self) -> None:
        self._sum_up()
        self._weigh()

    @classmethod
    def begin(
        cls,
        rules: Hypotheses,
        tallies: CountTable,
        start: int,
        before: tuple[int, ...] = (),
        birth: float = 0.0,
        null: float | None = None,
    ) -> Self:
        """A segment before its first play."""
        null = rules.null_prior if null is None else null
        frames = OtherPlayCounts.begin(rules.bases.n_contexts, rules.bases.n_live_max)
        untried = np.zeros(len(rules), np.uint16)
        return cls(rules, tallies, start, before, birth, null, untried, frames)

    @property
    def log_weight(self) -> float:
        """Log chance of all plays so far, and of the last change being here."""
        return self.log_birth + self.log_chance

    def observe(self, called: RuleIds, shown: Showings, evidence: Evidence) -> None:
        """Learn of a play: the rules by which it was called, the frames it shows, what came."""
        run = evidence is Evidence.CALLED
        old = self.tally[called].astype(np.int64)
        new = self.tallies.after(old, run)[old]
        self._move(called, old, new)
        self.run, self.not_run = self.run + run, self.not_run + (not run)
        if evidence in (Evidence.OTHER, Evidence.NOTHING):
            self.frames.count(shown, evidence is Evidence.OTHER)
            if self.frames.others and len(self.mass) == 1:
                self._sum_up()  # from now on it matters which frame a rule has
        self._weigh()

    def _move(self, called: RuleIds, old: Places, new: Places) -> None:
        self._widen()
        frame = self.rules.bases.context[called % self.rules.n_bases] if len(self.mass) > 1 else 0
        worth, width = self.rules.prior[called], self.mass.shape[1]
        flat = self.mass.ravel()  # the mass itself, row by row
        np.subtract.at(flat, frame * width + old, worth)
        np.add.at(flat, frame * width + new, worth)
        self.tally[called] = new

    def _widen(self) -> None:
        missing = len(self.tallies) - self.mass.shape[1]
        if missing > 0:
            self.mass = np.pad(self.mass, ((0, 0), (0, missing + len(self.tallies) // 2)))

    def _sum_up(self) -> None:
        """Sum the prior anew by tally, and by frame where there are other plays."""
        width, height = (
            len(self.tallies),
            self.rules.bases.n_contexts if self.frames.others else 1,
        )
        place = self.tally.astype(np.int64)
        if height > 1:
            place += np.tile(self.rules.bases.context, self.rules.n_variants) * width
        summed = np.bincount(place, self.rules.prior, minlength=height * width)
        self.mass = summed.astype(np.float64).reshape(height, width)

    def _weigh(self) -> None:
        """Bring what follows from the counts up to date."""
        self._widen()
        self._ahead = None
        self._log_tallies = self.tallies.log_chances(self.run, self.not_run)
        self._log_frames = self.frames.log_chances()
        self.log_chance = float(np.logaddexp(self._log_rules(), self._log_null()))

    def _log_rules(self) -> float:
        """Log chance of these plays and of there being a rule."""
        mass = self.mass[:, : len(self.tallies)]
        held = mass.any(axis=0)
        top = self._log_tallies.max(initial=-np.inf, where=held)
        if top == -np.inf:  # every rule was given up
            return -np.inf
        by_frame = mass[:, held] @ np.exp(self._log_tallies[held] - top)
        frames = self._log_frames if len(by_frame) > 1 else self._log_frames[:1]
        peak = frames.max()
        with np.errstate(divide="ignore"):
            chance = max(0.0, by_frame @ np.exp(frames - peak)) * self._ruled
            return float(top + peak + np.log(chance))

    @property
    def _ruled(self) -> float:
        """What the prior of a rule is worth here, if there may be none."""
        return (1 - self.null) / (1 - self.rules.null_prior)

    def _log_null(self) -> float:
        """Log chance of these plays and of the signals meaning nothing."""
        plays = np.array([self.run + self.not_run])
        chance = log_beta(_NULL, np.array([self.run]), plays)[0]
        with np.errstate(divide="ignore"):
            return float(np.log(self.null) + chance + self._log_frames[0])

    # --- keeping ----------------------------------------------------------------------------------

    def kept(self, negligible: float) -> NDArray[np.bool_]:
        """(C,) the tallies of which some rule may have at least this chance."""
        self._widen()
        known = len(self._log_tallies)  # those that came later are another segment's
        weights = np.exp(np.minimum(self._log_tallies - self.log_chance, _HIGHEST))
        frames = np.exp(self._log_frames[: len(self.mass)])
        best = np.where(self.mass[:, :known] > 0, frames[:, None], 0.0).max(axis=0)
        kept = np.zeros(len(self.tallies), np.bool_)
        kept[:known] = best * weights * (self._ruled * self.rules.prior.max()) >= negligible
        return kept

    def renumber(self, tallies: CountTable, number: Places) -> None:
        """Take other numbers for the tallies: (C,) the new number of each, DEAD for given up.

        RuleIds that are given up come back with the next segment.
        """
        self._widen()
        old, alive = self.mass[:, : len(number)], number != DEAD
        self.mass = np.zeros((len(old), len(tallies)))
        self.mass[:, number[alive]] = old[:, alive]
        self.mass[:, DEAD] = old[:, ~alive].sum(axis=1)  # sums of priors are exact
        self.tallies, self.tally = tallies, number.astype(np.uint16)[self.tally]
        self._weigh()

    def grow(self, rules: Hypotheses, place: Places) -> None:
        """Know more signals: (R,) the place of each rule among those for more signals."""
        tally = np.zeros(len(rules), np.uint16)
        tally[place] = self.tally
        places = self._frame_places(rules, place)
        self.frames = self.frames.grow(rules.bases.n_contexts, rules.bases.n_live_max, places)
        self.rules, self.tally = rules, tally
        self._sum_up()
        self._weigh()

    def _frame_places(self, rules: Hypotheses, place: Places) -> Places:
        """(F,) the number of each frame among those of ``rules``."""
        places = np.zeros(self.rules.bases.n_contexts, np.int64)
        places[self.rules.bases.context] = rules.bases.context[
            place[: self.rules.n_bases] % rules.n_bases
        ]
        return places

    # --- answers ----------------------------------------------------------------------------------

    def chance(self, called: RuleIds) -> float:
        """The chance that the called play is run, after a sequence that calls it by these rules."""
        if self._ahead is None:
            self._ahead = self._look_ahead()
        base, gains, frames = self._ahead
        gain = self.rules.prior[called] * gains[self.tally[called]]
        if len(frames) == 1:
            return base + float(frames[0] * gain.sum())
        return base + float(frames[self.rules.bases.context[called % self.rules.n_bases]] @ gain)

    def run_chances(self, rules: RuleIds) -> tuple[Floats, Floats]:
        """(N,) the chance of each of these rules and of a run, if it calls the play; and if not."""
        uncalled, called = self.tallies.log_chances_if_run(self.run, self.not_run)
        tally = self.tally[rules]
        frames = self._log_frames[self.rules.bases.context[rules % self.rules.n_bases]]
        if len(self.mass) == 1:
            frames = self._log_frames[:1]
        base = frames - self.log_chance
        prior = self.rules.prior[rules] * self._ruled
        return prior * np.exp(called[tally] + base), prior * np.exp(uncalled[tally] + base)

    @property
    def rate(self) -> float:
        """How often the called play is run, if the signals mean nothing."""
        return (_NULL[0] + self.run) / (sum(_NULL) + self.run + self.not_run)

    def has_changepoint_near(self, change: int, near: int) -> bool:
        """Do these plays follow a change of signs about there?"""
        return any(abs(start - change) <= near for start in (*self.before, self.start) if start)

    @property
    def no_rule(self) -> float:
        """The chance that signals mean nothing."""
        return float(np.exp(self._log_null() - self.log_chance))

    def _look_ahead(self) -> tuple[float, Floats, Floats]:
        """The chance if no rule called it; what one that does adds, by tally; frames' weights."""
        self._widen()
        uncalled, called = (
            np.exp(np.minimum(log_chances - self.log_chance, _HIGHEST))
            for log_chances in self.tallies.log_chances_if_run(self.run, self.not_run)
        )
        frames = np.exp(self._log_frames[: len(self.mass)]) * self._ruled
        null = self.no_rule * self.rate
        width = len(self.tallies)
        return float(frames @ (self.mass[:, :width] @ uncalled)) + null, called - uncalled, frames

    def rule_probs(self) -> Floats:
        """(R,) the chance of each rule; what they lack to 1 is the null rule's."""
        frames = np.exp(self._log_frames)
        weights = np.exp(np.minimum(self._log_tallies - self.log_chance, _HIGHEST))
        by_rule = self.rules.prior * (self._ruled * weights[self.tally])
        if len(self.mass) > 1:
            by_rule *= np.tile(frames[self.rules.bases.context], self.rules.n_variants)
        return by_rule
