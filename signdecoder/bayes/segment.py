"""The posterior over rules within one segment: the plays since one hypothetical change of signs.

It weighs the rules that are listed one by one, those that are not (`wide`), and no rule at all.

Shapes: R listed rules, F contexts, C count pairs, N sequences.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from signdecoder.bayes.context_tables import Pairs
from signdecoder.bayes.counts import CountTable, Floats, Places
from signdecoder.bayes.hypotheses import Hypotheses, RuleIds
from signdecoder.bayes.listed import ListedRules
from signdecoder.bayes.other_plays import OtherPlayCounts, log_beta_binomial
from signdecoder.bayes.partly_shown import PartlyShown
from signdecoder.bayes.shown import Shown, ShownOfEach
from signdecoder.bayes.wide import WideSegment
from signdecoder.core.contexts import NOT_NOTED
from signdecoder.core.outcomes import Evidence

_NULL_RATE = (0.8, 1.6)  # beta parameters of the target's rate if the signals mean nothing
_NEGLIGIBLE = 1e-6  # probability of a rule of context below which it takes no part in predictions


class _LookAhead(NamedTuple):
    """What predictions are made of, until the next play.

    The probability of the target if no listed rule called it; what a listed rule that does adds, by
    count pair (C,); the likelihood of each context (F,); and the weights of sets.
    """

    base: float
    gains: Floats
    contexts: Floats
    wide: list[Floats]


@dataclass(slots=True, eq=False)
class RuleSegment:
    """The plays since a change of signs, and how likely each rule is by them.

    Attributes
    ----------
    listed : ListedRules
        The rules that are listed.
    start : int
        The first play of the segment, from 0.
    before : tuple of int
        Where the earlier segments started.
    log_prior : float
        Log probability of all plays before the segment, and of a change here.
    null_prior : float
        P(no rule) in this segment. Carried over from the previous segment, because a coach without
        a rule usually stays without one.
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
    """

    listed: ListedRules
    start: int
    before: tuple[int, ...]
    log_prior: float
    null_prior: float
    other_plays: OtherPlayCounts
    wide: WideSegment
    returns: tuple[tuple[int, int], ...] = ()
    n_run: int = 0
    n_not_run: int = 0
    log_likelihood: float = field(init=False)
    _ahead: _LookAhead | None = field(init=False)
    _log_rest: float = field(init=False)  # log likelihood without the rules of context
    _log_scale: float = field(init=False)  # what weights of these other rules are relative to
    _log_wide: list[Floats] = field(init=False)  # log weights of the structures of sets
    _log_contexts: Floats = field(init=False)  # (F,) log likelihood of the other plays

    def __post_init__(self) -> None:
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
        listed = ListedRules(hypotheses, counts, no_counts, by_context=False)
        wide = WideSegment.begin(hypotheses.wide, all_sets)
        return cls(listed, start, before, log_prior, null_prior, other_plays, wide)

    @property
    def hypotheses(self) -> Hypotheses:
        """All rules and their prior."""
        return self.listed.hypotheses

    @property
    def log_weight(self) -> float:
        """Log probability of all plays so far, and of the last change being here."""
        return self.log_prior + self.log_likelihood

    def observe(
        self, shown: Shown | PartlyShown, evidence: Evidence, context: tuple[int, ...] = ()
    ) -> None:
        """Learn from one play.

        If signals were missed, what the play shows of the target and where it lets other plays
        stand are taken as independent.

        Parameters
        ----------
        shown : Shown or PartlyShown
            What its sequence shows, or may show if signals were missed.
        evidence : Evidence
            What its outcome says about the target.
        context : tuple of int
            The value of each kind of context, -1 where it is not known; may be empty.
        """
        run, log_before = evidence is Evidence.CALLED, self._log_outcomes
        if isinstance(shown, PartlyShown):
            self.listed.observe_partly(shown.calls, run, self.n_run, self.n_not_run)
            self.wide.observe_partly(shown.sets, run)
        else:
            self.listed.observe(shown.called, run)
            self.wide.observe(shown.wide, run)
        self.n_run, self.n_not_run = self.n_run + run, self.n_not_run + (not run)
        if evidence in (Evidence.OTHER, Evidence.NOTHING):
            self._count_other_play(shown, evidence is Evidence.OTHER)
        self._update_rest()
        log_p = self._log_outcomes - log_before
        if isinstance(shown, PartlyShown):
            pairs, p_pairs = shown.pairs, shown.p_pairs
        else:
            pairs, p_pairs = shown.wide.pairs, None
        self.wide.contexts.observe(pairs, run, context, log_before, log_p, p_pairs)
        self._weigh_contexts()
        self._log_wide = self.wide.prune(self._log_wide)

    def _count_other_play(self, shown: Shown | PartlyShown, other: bool) -> None:
        """Count a play that was not the target, by whether it was another play."""
        if isinstance(shown, PartlyShown):
            self.other_plays.count_partly(shown.other_plays, other)
        else:
            self.other_plays.count(shown.other_plays, other)
        if self.other_plays.n_others:
            self.listed.split_by_context()

    @property
    def _log_outcomes(self) -> float:
        """Log likelihood without the rules of context, which weigh other plays by themselves."""
        return self._log_rest - float(self._log_contexts[0])

    def _update_likelihood(self) -> None:
        """Recompute what follows from the counts."""
        self._update_rest()
        self._weigh_contexts()

    def _update_rest(self) -> None:
        """Recompute the likelihood without the rules of context."""
        self.listed.weigh(self.n_run, self.n_not_run)
        self._log_contexts = self.other_plays.log_likelihood()
        self._log_wide = self.wide.log_weights(self._log_contexts)
        log_wide = [_log_sum(log_weights) for log_weights in self._log_wide]
        with_set = float(np.logaddexp.reduce(log_wide) + np.log1p(-self.null_prior))
        log_p_rules = self.listed.log_likelihood(self._log_contexts) + np.log(self._rule_factor)
        listed = float(np.logaddexp(log_p_rules, self._log_p_null()))
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
        p_joint = p_min / self._rule_factor
        return self.listed.above_threshold(p_joint, self._log_contexts, self._log_scale)

    def renumber(self, counts: CountTable, number: Places) -> None:
        """Switch to another table of count pairs.

        Parameters
        ----------
        counts : CountTable
            The new table.
        number : ndarray of int
            (C,) the new number of each pair; see `ListedRules.renumber`.
        """
        self.listed.renumber(counts, number)
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
        bases = larger.bases
        places = self._context_places(larger)
        self.other_plays = self.other_plays.grow(bases.n_contexts, bases.n_live_max, places)
        self.listed.grow(larger, origins)
        self.wide.grow(larger.wide)
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
        ahead = self._look_ahead()
        gain = self.listed.gains(shown.called, ahead.gains, ahead.contexts)
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
            by_context, gains = self.listed.look_ahead(self.n_run, self.n_not_run, self._log_scale)
            contexts = np.exp(self._log_contexts[: len(by_context)]) * self._rule_factor
            base = float(contexts @ by_context) + self.p_no_rule * self.rate
            self._ahead = _LookAhead(base, gains, contexts, self.wide_weights())
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
        if_called, if_not = self.listed.p_run_with(
            rules, self.n_run, self.n_not_run, self._log_contexts, self._log_scale
        )
        return if_called * self._rule_factor, if_not * self._rule_factor

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
        probs = self.listed.probs(self._log_contexts, self._log_scale)
        probs *= self._rule_factor
        return probs


def _log_sum(log_weights: Floats) -> float:
    """Return the log of the sum of exponentials."""
    top = log_weights.max(initial=-np.inf)
    if top == -np.inf:
        return -np.inf
    return float(top + np.log(np.exp(log_weights - top).sum()))
