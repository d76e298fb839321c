"""The posterior over rules within one segment: the plays since one hypothetical change of signs.

It weighs the rules that are listed one by one, those that are not (`wide`), and no rule at all.

Shapes: R listed rules, B base rules, F contexts, C count pairs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from signdecoder.bayes.context_tables import Pairs
from signdecoder.bayes.counts import DEAD, CountTable, Floats, Places
from signdecoder.bayes.hypotheses import Hypotheses, RuleIds
from signdecoder.bayes.memberships import CandidatesOfEach
from signdecoder.bayes.other_plays import OtherPlayCounts, Showings, log_beta_binomial
from signdecoder.bayes.wide import WideSegment, WideShown
from signdecoder.core.contexts import NOT_NOTED
from signdecoder.core.outcomes import Evidence

_NULL_RATE = (0.8, 1.6)  # beta parameters of the target's rate if the signals mean nothing
_NEGLIGIBLE = 1e-6  # probability of a rule of context below which it takes no part in predictions
_MAX_LOG = 600.0  # a count pair that no rule has may be likelier than a float can hold


class Shown(NamedTuple):
    """What a sequence shows of all rules.

    Attributes
    ----------
    called : ndarray of int32
        The listed rules that call the target.
    other_plays : ndarray of int
        (F,) what it shows of each context, as evidence where other plays occur.
    wide : WideShown
        What it shows of the rules that are not listed.
    """

    called: RuleIds
    other_plays: Showings
    wide: WideShown


@dataclass(frozen=True, slots=True)
class ShownOfEach:
    """What each of N sequences shows of all rules.

    Attributes
    ----------
    called : ndarray of int32
        (L,) the listed rules that call the target, sequence by sequence.
    sequence : ndarray of int
        (L,) the sequence of each.
    sets : tuple of CandidatesOfEach
        The candidates of sets, of two indicators, and of pairs.
    pairs : tuple of Pairs
        For each sequence, the signals right after each other.
    """

    called: RuleIds
    sequence: Places
    sets: tuple[CandidatesOfEach, ...]
    pairs: tuple[Pairs, ...]

    @classmethod
    def join(cls, called: Sequence[RuleIds], wide: Sequence[WideShown]) -> Self:
        """Return what some sequences show.

        Parameters
        ----------
        called : sequence of ndarray of int32
            For each of N sequences, the listed rules that call the target.
        wide : sequence of WideShown
            For each, what it shows of the rules that are not listed.

        Returns
        -------
        ShownOfEach
            All of it; N is at least 1.
        """
        sequence = np.repeat(np.arange(len(called)), [len(rules) for rules in called])
        sets = zip(*(each.candidates for each in wide), strict=True)
        return cls(
            np.concatenate(called),
            sequence,
            tuple(map(CandidatesOfEach.join, sets)),
            tuple(each.pairs for each in wide),
        )


class _LookAhead(NamedTuple):
    """What predictions are made of, until the next play.

    The probability of the target if no listed rule called it; what a listed rule that does adds, by
    count pair (C,); the likelihood of each context (F,); and the weights of sets.
    """

    base: float
    gains: Floats
    contexts: Floats
    wide: list[Floats]


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
    wide : WideSegment
        The rules that are not listed.
    returns : tuple of (int, int)
        Changes to signs that the coach had used before: the play of each, and where the earlier
        plays with these signs began.
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
    wide: WideSegment
    returns: tuple[tuple[int, int], ...] = ()
    n_run: int = 0
    n_not_run: int = 0
    log_likelihood: float = field(init=False)
    mass: Floats = field(init=False)
    _ahead: _LookAhead | None = field(init=False)
    _log_rest: float = field(init=False)  # log likelihood without the rules of context
    _log_scale: float = field(init=False)  # what weights of these other rules are relative to
    _log_wide: list[Floats] = field(init=False)  # log weights of the structures of sets
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
        all_sets: bool = True,
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
        all_sets : bool
            Whether all rules that are not listed are weighed, or only the simplest of them.

        Returns
        -------
        RuleSegment
            The segment.
        """
        null_prior = hypotheses.null_prior if null_prior is None else null_prior
        bases = hypotheses.bases
        other_plays = OtherPlayCounts.begin(bases.n_contexts, bases.n_live_max)
        no_counts = np.zeros(len(hypotheses), np.uint16)
        wide = WideSegment.begin(hypotheses.wide, all_sets)
        return cls(
            hypotheses, counts, start, before, log_prior, null_prior, no_counts, other_plays, wide
        )

    @property
    def log_weight(self) -> float:
        """Log probability of all plays so far, and of the last change being here."""
        return self.log_prior + self.log_likelihood

    def observe(self, shown: Shown, evidence: Evidence, context: tuple[int, ...] = ()) -> None:
        """Learn from one play.

        Parameters
        ----------
        shown : Shown
            What its sequence shows.
        evidence : Evidence
            What its outcome says about the target.
        context : tuple of int
            The value of each kind of context, -1 where it is not known; may be empty.
        """
        called, run, log_before = shown.called, evidence is Evidence.CALLED, self._log_outcomes
        old = self.count_ids[called].astype(np.int64)
        new = self.counts.after(old, run)[old]
        self._move_mass(called, old, new)
        self.n_run, self.n_not_run = self.n_run + run, self.n_not_run + (not run)
        if evidence in (Evidence.OTHER, Evidence.NOTHING):
            self.other_plays.count(shown.other_plays, evidence is Evidence.OTHER)
            if self.other_plays.n_others and len(self.mass) == 1:
                self._sum_mass()  # from now on it matters which context a rule has
        self.wide.observe(shown.wide, run)
        self._update_rest()
        log_p = self._log_outcomes - log_before
        self.wide.contexts.observe(shown.wide.pairs, run, context, log_before, log_p)
        self._weigh_contexts()
        self._log_wide = self.wide.prune(self._log_wide)

    @property
    def _log_outcomes(self) -> float:
        """Log likelihood without the rules of context, which weigh other plays by themselves."""
        return self._log_rest - float(self._log_contexts[0])

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
        self._update_rest()
        self._weigh_contexts()

    def _update_rest(self) -> None:
        """Recompute the likelihood without the rules of context."""
        self._widen()
        self._log_counts = self.counts.log_likelihood(self.n_run, self.n_not_run)
        self._log_contexts = self.other_plays.log_likelihood()
        self._log_wide = self.wide.log_weights(self._log_contexts)
        log_wide = [_log_sum(log_weights) for log_weights in self._log_wide]
        with_set = float(np.logaddexp.reduce(log_wide) + np.log1p(-self.null_prior))
        listed = float(np.logaddexp(self._log_p_rules(), self._log_p_null()))
        self._log_rest = float(np.logaddexp(listed, with_set))

    def _weigh_contexts(self) -> None:
        """Recompute the likelihood of all rules, those of context included."""
        self._ahead = None
        log_share = np.log1p(-self.wide.p_context)
        log_contexts = [self._log_p_context(*which) for which in self.wide.context_rules()]
        log_p = [self._log_rest + log_share, *log_contexts]
        self.log_likelihood = float(np.logaddexp.reduce(log_p))
        self._log_scale = self.log_likelihood - log_share

    def _log_p_context(self, kind: int, varying: int) -> float:
        """Return the log probability of these plays and of a rule of one kind of context."""
        log_evidence = self.wide.contexts.posterior(kind, varying).log_evidence
        return float(
            np.log(self.hypotheses.wide.prior.context) + log_evidence + self._log_contexts[0]
        )

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
        is_listed = 1 - self.hypotheses.wide.prior.p_set
        return is_listed * (1 - self.null_prior) / (1 - self.hypotheses.null_prior)

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
        weights = np.exp(np.minimum(self._log_counts - self._log_scale, _MAX_LOG))
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

    def grow(self, larger: Hypotheses, origins: Places) -> None:
        """Switch to the rules about more signals.

        Parameters
        ----------
        larger : Hypotheses
            The rules about more signals.
        origins : ndarray of int
            (R,) for each of them, the rule so far that no play could tell from it; -1 for none.
        """
        no_counts = np.uint16(0)
        count_ids = np.where(origins >= 0, self.count_ids[origins], no_counts)
        bases = larger.bases
        places = self._context_places(larger)
        self.other_plays = self.other_plays.grow(bases.n_contexts, bases.n_live_max, places)
        self.hypotheses, self.count_ids = larger, count_ids
        self.wide.grow(larger.wide)
        self._sum_mass()
        self._update_likelihood()

    def _context_places(self, larger: Hypotheses) -> Places:
        """Return (F,) the number of each context among those of more signals."""
        bases = self.hypotheses.bases
        places = np.zeros(bases.n_contexts, np.int64)
        places[bases.context] = larger.bases.context[bases.places_in(larger.bases)]
        return places

    # --- predictions ------------------------------------------------------------------------------

    def predict(self, shown: ShownOfEach, contexts: Sequence[tuple[int, ...]]) -> Floats:
        """Return the probability that the next play is the target, for each of some sequences.

        Parameters
        ----------
        shown : ShownOfEach
            What N sequences show.
        contexts : sequence of tuple of int
            For each, the value of each kind of context, -1 where it is not known; may be empty.

        Returns
        -------
        ndarray of float
            (N,) probabilities.
        """
        called, ahead = shown.called, self._look_ahead()
        gain = self.hypotheses.prior[called] * ahead.gains[self.count_ids[called]]
        gain *= ahead.contexts[self._context_of(called) if len(ahead.contexts) > 1 else 0]
        p = ahead.base + np.bincount(shown.sequence, gain, len(contexts))
        of_sets = zip(self.wide.filters, shown.sets, ahead.wide, strict=True)
        for each, candidates, weights in of_sets:
            p += each.p_run(candidates, weights)
        return np.asarray(p + self._p_run_by_context(shown.pairs, contexts))

    def _p_run_by_context(
        self, shown: Sequence[Pairs], contexts: Sequence[tuple[int, ...]]
    ) -> Floats:
        """Return (N,) the joint probability of the rules of context and of the target."""
        p = np.zeros(len(contexts))
        for kind, varying in self.wide.context_rules():
            if (weight := self.context_weight(kind, varying)) > _NEGLIGIBLE:
                values = [c[kind] if kind < len(c) else NOT_NOTED for c in contexts]
                p_run = self.wide.contexts.p_run
                rows = zip(shown, values, strict=True)
                p += [weight * p_run(pairs, value, kind, varying) for pairs, value in rows]
        return p

    def context_weight(self, kind: int, varying: int) -> float:
        """Return the probability of a rule of one kind of context.

        Parameters
        ----------
        kind : int
            The kind of context.
        varying : int
            What varies, an index into VARYING.

        Returns
        -------
        float
            The posterior probability.
        """
        return float(np.exp(self._log_p_context(kind, varying) - self.log_likelihood))

    def p_wide(self) -> float:
        """Return the probability of all rules that are not listed.

        Returns
        -------
        float
            The posterior probability.
        """
        of_sets = sum(float(weights.sum()) for weights in self._look_ahead().wide)
        return of_sets + sum(self.context_weight(*which) for which in self.wide.context_rules())

    def wide_weights(self) -> list[Floats]:
        """Return the posterior probability of each structure of sets and setting.

        Returns
        -------
        list of ndarray of float
            (A, N) for sets, two indicators and pairs.
        """
        log_scale = self._log_scale - np.log1p(-self.null_prior)
        return [np.exp(log_weights - log_scale) for log_weights in self._log_wide]

    def _look_ahead(self) -> _LookAhead:
        if self._ahead is None:
            self._widen()
            uncalled, called = (
                np.exp(np.minimum(log_p - self._log_scale, _MAX_LOG))
                for log_p in self.counts.log_likelihood_if_run(self.n_run, self.n_not_run)
            )
            contexts = np.exp(self._log_contexts[: len(self.mass)]) * self._rule_factor
            by_context = self.mass[:, : len(self.counts)] @ uncalled
            base = float(contexts @ by_context) + self.p_no_rule * self.rate
            self._ahead = _LookAhead(base, called - uncalled, contexts, self.wide_weights())
        return self._ahead

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
        base = contexts - self._log_scale
        prior = self.hypotheses.prior[rules] * self._rule_factor
        return prior * np.exp(called[count_ids] + base), prior * np.exp(uncalled[count_ids] + base)

    @property
    def rate(self) -> float:
        """The expected rate of the target if the signals mean nothing."""
        return (_NULL_RATE[0] + self.n_run) / (sum(_NULL_RATE) + self.n_run + self.n_not_run)

    @property
    def p_no_rule(self) -> float:
        """The probability that the signals mean nothing."""
        return float(np.exp(self._log_p_null() - self._log_scale))

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
        weights = np.exp(np.minimum(self._log_counts - self._log_scale, _MAX_LOG))
        probs = self.hypotheses.prior * (self._rule_factor * weights[self.count_ids])
        if len(self.mass) > 1:
            probs *= np.tile(contexts[self.hypotheses.bases.context], self.hypotheses.n_variants)
        return probs


def _log_sum(log_weights: Floats) -> float:
    """Return the log of the sum of exponentials."""
    top = log_weights.max(initial=-np.inf)
    if top == -np.inf:
        return -np.inf
    return float(top + np.log(np.exp(log_weights - top).sum()))
