"""The posterior over rules within one segment: the plays since one hypothetical change of signs.

Shapes: R rules, B base rules, F contexts, C count pairs.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Self

import numpy as np
from numpy.typing import NDArray

from signdecoder.bayes.counts import DEAD, CountTable, Floats, Places
from signdecoder.bayes.hypotheses import Hypotheses, RuleIds
from signdecoder.bayes.other_plays import OtherPlayCounts, Showings, log_beta_binomial
from signdecoder.core.outcomes import Evidence

_NULL_RATE = (0.8, 1.6)  # beta parameters of the target's rate if the signals mean nothing
_MAX_LOG = 600.0  # a count pair that no rule has may be likelier than a float can hold


@dataclass(slots=True)
class RuleSegment:
    """The plays since a change of signs, and how likely each rule is by them.

    Attributes
    ----------
    hypotheses : Hypotheses
        All rules and their prior.
    counts : CountTable
        The count pairs that occur.
    start : int
        The first play of the segment, from 0.
    before : tuple of int
        Where the earlier segments started.
    log_prior : float
        Log probability of all plays before the segment, and of a change here.
    null_prior : float
        P(no rule) in this segment. Carried over from the previous segment, because a coach without
        a rule usually stays without one.
    count_ids : ndarray of uint16
        (R,) the number of each rule's count pair.
    other_plays : OtherPlayCounts
        Where the coach's other plays occurred.
    n_run : int
        How many plays of the segment were the target.
    n_not_run : int
        How many were not.
    log_likelihood : float
        Log probability of the outcomes of the segment.
    mass : ndarray of float
        (F, C) prior of all rules by context and count pair; (1, C) as long as there are no other
        plays.
    """

    hypotheses: Hypotheses
    counts: CountTable
    start: int
    before: tuple[int, ...]
    log_prior: float
    null_prior: float
    count_ids: NDArray[np.uint16]
    other_plays: OtherPlayCounts
    n_run: int = 0
    n_not_run: int = 0
    log_likelihood: float = field(init=False)
    mass: Floats = field(init=False)
    _ahead: tuple[float, Floats, Floats] | None = field(init=False)
    _log_counts: Floats = field(init=False)  # (C,) log likelihood of each count pair
    _log_contexts: Floats = field(init=False)  # (F,) log likelihood of the other plays

    def __post_init__(self) -> None:
        self._sum_mass()
        self._update_likelihood()

    @classmethod
    def begin(
        cls,
        hypotheses: Hypotheses,
        counts: CountTable,
        start: int,
        before: tuple[int, ...] = (),
        log_prior: float = 0.0,
        null_prior: float | None = None,
    ) -> Self:
        """Return a segment before its first play.

        Parameters
        ----------
        hypotheses : Hypotheses
            All rules and their prior.
        counts : CountTable
            The table of count pairs, shared by all segments.
        start : int
            The first play of the segment, from 0.
        before : tuple of int
            Where the earlier segments started.
        log_prior : float
            Log probability of all plays before, and of a change here.
        null_prior : float, optional
            P(no rule); by default the one of a new coach.

        Returns
        -------
        RuleSegment
            The segment.
        """
        null_prior = hypotheses.null_prior if null_prior is None else null_prior
        bases = hypotheses.bases
        other_plays = OtherPlayCounts.begin(bases.n_contexts, bases.n_live_max)
        no_counts = np.zeros(len(hypotheses), np.uint16)
        return cls(hypotheses, counts, start, before, log_prior, null_prior, no_counts, other_plays)

    @property
    def log_weight(self) -> float:
        """Log probability of all plays so far, and of the last change being here."""
        return self.log_prior + self.log_likelihood

    def observe(self, called: RuleIds, shown: Showings, evidence: Evidence) -> None:
        """Learn from one play.

        Parameters
        ----------
        called : ndarray of int32
            The rules that call the target in its sequence.
        shown : ndarray of int
            (F,) what the sequence shows of each context.
        evidence : Evidence
            What its outcome says about the target.
        """
        run = evidence is Evidence.CALLED
        old = self.count_ids[called].astype(np.int64)
        new = self.counts.after(old, run)[old]
        self._move_mass(called, old, new)
        self.n_run, self.n_not_run = self.n_run + run, self.n_not_run + (not run)
        if evidence in (Evidence.OTHER, Evidence.NOTHING):
            self.other_plays.count(shown, evidence is Evidence.OTHER)
            if self.other_plays.n_others and len(self.mass) == 1:
                self._sum_mass()  # from now on it matters which context a rule has
        self._update_likelihood()

    def _context_of(self, rules: RuleIds) -> Places:
        """Return the context of each of some rules."""
        return self.hypotheses.bases.context[rules % self.hypotheses.n_bases]

    def _move_mass(self, called: RuleIds, old: Places, new: Places) -> None:
        """Move some rules from their old count pairs to new ones."""
        self._widen()
        context = self._context_of(called) if len(self.mass) > 1 else 0
        prior, width = self.hypotheses.prior[called], self.mass.shape[1]
        flat = self.mass.ravel()  # a view, row by row
        np.subtract.at(flat, context * width + old, prior)
        np.add.at(flat, context * width + new, prior)
        self.count_ids[called] = new

    def _widen(self) -> None:
        missing = len(self.counts) - self.mass.shape[1]
        if missing > 0:
            self.mass = np.pad(self.mass, ((0, 0), (0, missing + len(self.counts) // 2)))

    def _sum_mass(self) -> None:
        """Sum the prior by count pair, and by context if there are other plays."""
        width = len(self.counts)
        height = self.hypotheses.bases.n_contexts if self.other_plays.n_others else 1
        place = self.count_ids.astype(np.int64)
        if height > 1:
            place += np.tile(self.hypotheses.bases.context, self.hypotheses.n_variants) * width
        summed = np.bincount(place, self.hypotheses.prior, minlength=height * width)
        self.mass = summed.astype(np.float64).reshape(height, width)

    def _update_likelihood(self) -> None:
        """Recompute what follows from the counts."""
        self._widen()
        self._ahead = None
        self._log_counts = self.counts.log_likelihood(self.n_run, self.n_not_run)
        self._log_contexts = self.other_plays.log_likelihood()
        self.log_likelihood = float(np.logaddexp(self._log_p_rules(), self._log_p_null()))

    def _log_p_rules(self) -> float:
        """Return the log probability of these plays and of there being a rule."""
        mass = self.mass[:, : len(self.counts)]
        held = mass.any(axis=0)
        top = self._log_counts.max(initial=-np.inf, where=held)
        if top == -np.inf:  # every rule was pruned
            return -np.inf
        by_context = mass[:, held] @ np.exp(self._log_counts[held] - top)
        contexts = self._log_contexts if len(by_context) > 1 else self._log_contexts[:1]
        peak = contexts.max()
        with np.errstate(divide="ignore"):
            p = max(0.0, by_context @ np.exp(contexts - peak)) * self._rule_factor
            return float(top + peak + np.log(p))

    @property
    def _rule_factor(self) -> float:
        """What the prior of each rule is multiplied by, given this segment's P(no rule)."""
        return (1 - self.null_prior) / (1 - self.hypotheses.null_prior)

    def _log_p_null(self) -> float:
        """Return the log probability of these plays and of the signals meaning nothing."""
        n_plays = np.array([self.n_run + self.n_not_run])
        log_p = log_beta_binomial(_NULL_RATE, np.array([self.n_run]), n_plays)[0]
        with np.errstate(divide="ignore"):
            return float(np.log(self.null_prior) + log_p + self._log_contexts[0])

    # --- pruning and growing ----------------------------------------------------------------------

    def above_threshold(self, p_min: float) -> NDArray[np.bool_]:
        """Return the count pairs that matter.

        Parameters
        ----------
        p_min : float
            A probability of one rule.

        Returns
        -------
        ndarray of bool
            (C,) True for pairs under which some rule may be at least that likely.
        """
        self._widen()
        known = len(self._log_counts)  # later ones belong to another segment
        weights = np.exp(np.minimum(self._log_counts - self.log_likelihood, _MAX_LOG))
        contexts = np.exp(self._log_contexts[: len(self.mass)])
        best = np.where(self.mass[:, :known] > 0, contexts[:, None], 0.0).max(axis=0)
        largest = self._rule_factor * self.hypotheses.prior.max()
        above = np.zeros(len(self.counts), np.bool_)
        above[:known] = best * weights * largest >= p_min
        return above

    def renumber(self, counts: CountTable, number: Places) -> None:
        """Switch to another table of count pairs.

        Parameters
        ----------
        counts : CountTable
            The new table.
        number : ndarray of int
            (C,) the new number of each pair. Rules whose pair becomes DEAD are pruned; they come
            back with the next segment.
        """
        self._widen()
        old, alive = self.mass[:, : len(number)], number != DEAD
        self.mass = np.zeros((len(old), len(counts)))
        self.mass[:, number[alive]] = old[:, alive]
        self.mass[:, DEAD] = old[:, ~alive].sum(axis=1)  # sums of priors are exact
        self.counts, self.count_ids = counts, number.astype(np.uint16)[self.count_ids]
        self._update_likelihood()

    def grow(self, larger: Hypotheses, place: Places) -> None:
        """Switch to the rules about more signals.

        Parameters
        ----------
        larger : Hypotheses
            The rules about more signals.
        place : ndarray of int
            (R,) the number that each rule has among them.
        """
        count_ids = np.zeros(len(larger), np.uint16)
        count_ids[place] = self.count_ids
        bases = larger.bases
        places = self._context_places(larger, place)
        self.other_plays = self.other_plays.grow(bases.n_contexts, bases.n_live_max, places)
        self.hypotheses, self.count_ids = larger, count_ids
        self._sum_mass()
        self._update_likelihood()

    def _context_places(self, larger: Hypotheses, place: Places) -> Places:
        """Return (F,) the number of each context among those of more signals."""
        bases, n_bases = self.hypotheses.bases, self.hypotheses.n_bases
        places = np.zeros(bases.n_contexts, np.int64)
        places[bases.context] = larger.bases.context[place[:n_bases] % larger.n_bases]
        return places

    # --- predictions ------------------------------------------------------------------------------

    def predict(self, called: RuleIds) -> float:
        """Return the probability that the next play is the target.

        Parameters
        ----------
        called : ndarray of int32
            The rules that call the target in its sequence.

        Returns
        -------
        float
            The probability.
        """
        if self._ahead is None:
            self._ahead = self._look_ahead()
        base, gains, contexts = self._ahead
        gain = self.hypotheses.prior[called] * gains[self.count_ids[called]]
        if len(contexts) == 1:
            return base + float(contexts[0] * gain.sum())
        return base + float(contexts[self._context_of(called)] @ gain)

    def _look_ahead(self) -> tuple[float, Floats, Floats]:
        """Return what predictions are made of.

        The probability of the target if no rule called it; what a rule that does adds, by count
        pair (C,); and the likelihood of each context (F,).
        """
        self._widen()
        uncalled, called = (
            np.exp(np.minimum(log_p - self.log_likelihood, _MAX_LOG))
            for log_p in self.counts.log_likelihood_if_run(self.n_run, self.n_not_run)
        )
        contexts = np.exp(self._log_contexts[: len(self.mass)]) * self._rule_factor
        null = self.p_no_rule * self.rate
        by_context = self.mass[:, : len(self.counts)] @ uncalled
        return float(contexts @ by_context) + null, called - uncalled, contexts

    def p_run_with(self, rules: RuleIds) -> tuple[Floats, Floats]:
        """Return the joint probability of each of some rules and of the next play being the target.

        Parameters
        ----------
        rules : ndarray of int32
            (N,) rules.

        Returns
        -------
        tuple of ndarray of float
            (N,) joint probabilities if the rule calls the play, and (N,) if it does not.
        """
        uncalled, called = self.counts.log_likelihood_if_run(self.n_run, self.n_not_run)
        count_ids = self.count_ids[rules]
        contexts = self._log_contexts[self._context_of(rules)]
        if len(self.mass) == 1:
            contexts = self._log_contexts[:1]
        base = contexts - self.log_likelihood
        prior = self.hypotheses.prior[rules] * self._rule_factor
        return prior * np.exp(called[count_ids] + base), prior * np.exp(uncalled[count_ids] + base)

    @property
    def rate(self) -> float:
        """The expected rate of the target if the signals mean nothing."""
        return (_NULL_RATE[0] + self.n_run) / (sum(_NULL_RATE) + self.n_run + self.n_not_run)

    @property
    def p_no_rule(self) -> float:
        """The probability that the signals mean nothing."""
        return float(np.exp(self._log_p_null() - self.log_likelihood))

    def has_changepoint_near(self, change: int, tolerance: int) -> bool:
        """Return whether this segment assumes a change of signs near a play.

        Parameters
        ----------
        change : int
            The play, from 0.
        tolerance : int
            How many plays the change may be away.

        Returns
        -------
        bool
            True if this segment or an earlier one starts there.
        """
        starts = (*self.before, self.start)
        return any(abs(start - change) <= tolerance for start in starts if start)

    def rule_probs(self) -> Floats:
        """Return the posterior probability of each rule.

        Returns
        -------
        ndarray of float
            (R,) probabilities; what they lack to 1 is the probability of no rule.
        """
        contexts = np.exp(self._log_contexts)
        weights = np.exp(np.minimum(self._log_counts - self.log_likelihood, _MAX_LOG))
        probs = self.hypotheses.prior * (self._rule_factor * weights[self.count_ids])
        if len(self.mass) > 1:
            probs *= np.tile(contexts[self.hypotheses.bases.context], self.hypotheses.n_variants)
        return probs
