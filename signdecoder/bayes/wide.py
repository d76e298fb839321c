"""Wide rules: those that are not listed one by one, within one segment of a log.

They are rules about unknown sets of signals, with one or two indicators; rules whose key sign or
live signal depends on the moment of the game; and any unknown set of pairs of signals, which is no
rule that anybody would give, but learns what has no rule of its own.

Shapes: V signals, A structures that are still possible, N settings.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from signdecoder.bayes.base_rules import BaseRules
from signdecoder.bayes.context_tables import (
    VARYING,
    ContextTables,
    Pairs,
    adjacent_pairs,
)
from signdecoder.bayes.counts import Floats, Places
from signdecoder.bayes.memberships import Candidates, MembershipFilter, Settings
from signdecoder.bayes.noise_levels import LOG_P_NOISE, MISSED, OWN
from signdecoder.bayes.partial_memberships import WeighedCandidates, observe_partly
from signdecoder.bayes.set_structures import (
    RELATIONS,
    IndicatorPairs,
    PairSets,
    SetStructures,
)

# How probable it is that a signal is a member, and how common that is. The largest stands for half
# of all signals: skin, one hand.
SET_SIZES = ((0.15, 0.45), (0.3, 0.35), (0.5, 0.2))
PAIR_SIZES = ((0.02, 0.4), (0.06, 0.35), (0.15, 0.25))
_P_INDICATOR_READING = 0.8  # "l right after k1 or k2", not "l1 or l2 right before k"
_LOG_ZERO = -1e300


def _settings(sizes: Sequence[tuple[float, float]]) -> Settings:
    rows = [
        (missed, own, size, log_p + np.log(share))
        for (missed, own, log_p), (size, share) in product(
            zip(MISSED, OWN, LOG_P_NOISE, strict=True), sizes
        )
    ]
    return Settings(*(np.array(column) for column in zip(*rows, strict=True)))


_SET_SETTINGS, _PAIR_SETTINGS = _settings(SET_SIZES), _settings(PAIR_SIZES)


@dataclass(frozen=True, slots=True)
class WidePrior:
    """How common wide rules are.

    Attributes
    ----------
    sets : float
        Probability of a set with one indicator, or of several indicators with one live signal,
        among coaches who have a rule.
    indicators : float
        The same of a set of live signals with two indicators.
    pairs : float
        The same of any set of pairs.
    context : float
        Probability of a rule that depends on one kind of context, for key and live signal each.
    """

    sets: float = 0.22
    indicators: float = 0.03
    pairs: float = 0.04
    context: float = 0.0125

    @property
    def p_set(self) -> float:
        """Probability of sets of any kind, among coaches who have a rule."""
        return self.sets + self.indicators + self.pairs


NO_WIDE_RULES = WidePrior(0.0, 0.0, 0.0, 0.0)
"""The prior of coaches whose rules are all listed."""


class WideShown(NamedTuple):
    """What a sequence shows of all wide rules.

    Attributes
    ----------
    candidates : tuple of Candidates
        The candidates of sets, of two indicators, and of pairs.
    pairs : Pairs
        The signals right after each other.
    """

    candidates: tuple[Candidates, Candidates, Candidates]
    pairs: Pairs


class WideHypotheses:
    """The wide rules about V signals, shared by all segments.

    Parameters
    ----------
    bases : BaseRules
        The listed rules, whose contexts the coach's other plays share.
    prior : WidePrior
        How common wide rules are.

    Attributes
    ----------
    prior : WidePrior
        How common wide rules are.
    structures : SetStructures
        The structures of sets.
    indicators : IndicatorPairs
        Those with two indicators.
    pair_sets : PairSets
        Those of pairs.
    """

    def __init__(self, bases: BaseRules, prior: WidePrior) -> None:
        self.prior = prior
        v = self.n_signals = bases.n_signals
        self.structures, self.indicators = SetStructures(v), IndicatorPairs(v)
        self.pair_sets = PairSets(v)
        self._other_play_context = self._number_contexts(bases)

    def shown(self, sequence: tuple[int, ...]) -> WideShown:
        """Return what a sequence shows.

        Parameters
        ----------
        sequence : tuple of int
            Signals; those below zero or from V on have no role.

        Returns
        -------
        WideShown
            The candidates of each kind of set, and the adjacent pairs.
        """
        candidates = (
            self.structures.candidates(sequence),
            self.indicators.candidates(sequence),
            self.pair_sets.candidates(sequence),
        )
        return WideShown(candidates, adjacent_pairs(sequence, self.n_signals))

    def log_other_plays(self, log_contexts: Floats, structures: Places) -> Floats:
        """Return how well the coach's other plays agree with some structures of sets.

        Parameters
        ----------
        log_contexts : ndarray of float
            (F,) log likelihood of the other plays in each context of the listed rules.
        structures : ndarray of int
            (A,) structures.

        Returns
        -------
        ndarray of float
            (A,) log likelihoods.
        """
        context, is_reversed = (column[structures] for column in self._other_play_context)
        log_p = log_contexts[context]
        as_indicators = np.log(_P_INDICATOR_READING) + log_contexts[0]
        either = np.logaddexp(as_indicators, np.log1p(-_P_INDICATOR_READING) + log_p)
        return np.where(is_reversed, either, log_p)

    def _number_contexts(self, bases: BaseRules) -> tuple[Places, NDArray[np.bool_]]:
        """Return (n,) the context of each structure, and whether its candidates come first."""
        v, n = self.n_signals, self.structures.n
        context, is_reversed = np.zeros(n, np.int64), np.zeros(n, np.bool_)
        for number, relation in enumerate(RELATIONS):
            where = self.structures.in_relation(number)
            is_reversed[where] = relation.candidate_first
            if relation.layout:
                start = bases.starts[relation.layout]
                own = bases.context[start : start + v * v : v]  # by indicator
                context[where] = np.tile(own, 1 + v)
        return context, is_reversed


@dataclass(slots=True)
class WideSegment:
    """The plays since a change of signs, and how likely each wide rule is by them.

    Attributes
    ----------
    hypotheses : WideHypotheses
        The wide rules.
    filters : tuple of MembershipFilter
        The sets, the sets with two indicators, and the sets of pairs.
    contexts : ContextTables
        The rules that depend on the moment of the game.
    all_sets : bool
        False if only the sets with one indicator and without a wipe-off are tracked.
    """

    hypotheses: WideHypotheses
    filters: tuple[MembershipFilter, MembershipFilter, MembershipFilter]
    contexts: ContextTables
    all_sets: bool

    @classmethod
    def begin(cls, hypotheses: WideHypotheses, all_sets: bool = True) -> Self:
        """Return a segment before its first play.

        Parameters
        ----------
        hypotheses : WideHypotheses
            The wide rules.
        all_sets : bool
            False for sets with one indicator and without a wipe-off alone, which are fast.

        Returns
        -------
        WideSegment
            The segment.
        """
        prior = hypotheses.prior
        sets = hypotheses.structures
        ids = np.arange(sets.n) if all_sets else np.flatnonzero(sets.without_wipe_off)
        none = np.zeros(0, np.int64)
        return cls._with(
            hypotheses,
            all_sets,
            ids if prior.sets else none,
            np.arange(hypotheses.indicators.n) if prior.indicators and all_sets else none,
            np.arange(hypotheses.pair_sets.n) if prior.pairs and all_sets else none,
        )

    @classmethod
    def empty(cls, hypotheses: WideHypotheses, all_sets: bool) -> Self:
        """Return a segment without structures, to be filled with saved ones.

        Parameters
        ----------
        hypotheses : WideHypotheses
            The wide rules.
        all_sets : bool
            As in `begin`.

        Returns
        -------
        WideSegment
            The segment.
        """
        none = np.zeros(0, np.int64)
        return cls._with(hypotheses, all_sets, none, none, none)

    @classmethod
    def _with(
        cls,
        hypotheses: WideHypotheses,
        all_sets: bool,
        sets: Places,
        indicators: Places,
        pairs: Places,
    ) -> Self:
        """Return a segment that tracks these structures of each kind."""
        v = hypotheses.n_signals
        filters = (
            MembershipFilter(_SET_SETTINGS, hypotheses.structures.n, v, sets),
            MembershipFilter(_SET_SETTINGS, hypotheses.indicators.n, v, indicators),
            MembershipFilter(_PAIR_SETTINGS, hypotheses.pair_sets.n, v * v, pairs),
        )
        return cls(hypotheses, filters, ContextTables(v), all_sets)

    def _keep_tracked(self) -> None:
        """Drop the structures that this segment does not track."""
        sets, prior = self.filters[0], self.hypotheses.prior
        if not self.all_sets:
            sets.keep(self.hypotheses.structures.without_wipe_off[sets.ids])
        p_each = (prior.sets, prior.indicators * self.all_sets, prior.pairs * self.all_sets)
        for each, p in zip(self.filters, p_each, strict=True):
            if not p:
                each.keep(np.zeros(len(each.ids), np.bool_))

    def observe_partly(self, sets: Sequence[WeighedCandidates], run: bool) -> None:
        """Learn from a play whose signals were missed in part, as `observe` does from others.

        Parameters
        ----------
        sets : sequence of WeighedCandidates
            The candidates of each kind of set that it may have shown.
        run : bool
            Whether it was the target.
        """
        for each, candidates in zip(self.filters, sets, strict=True):
            observe_partly(each, candidates, run)

    def observe(self, shown: WideShown, run: bool) -> None:
        """Learn from one play; rules of context learn through `contexts.observe`.

        Parameters
        ----------
        shown : WideShown
            What its sequence shows.
        run : bool
            Whether it was the target.
        """
        for each, candidates in zip(self.filters, shown.candidates, strict=True):
            each.observe(candidates, run)

    def log_weights(self, log_contexts: Floats) -> list[Floats]:
        """Return the log of how likely the plays and each structure are together.

        Parameters
        ----------
        log_contexts : ndarray of float
            (F,) log likelihood of the other plays in each context of the listed rules.

        Returns
        -------
        list of ndarray of float
            (A, N) for each of the filters.
        """
        sets, indicators, pairs = self.filters
        wide = self.hypotheses
        prior = wide.prior
        of_sets = wide.structures.log_prior[sets.ids] + _log(prior.sets)
        of_sets = of_sets + wide.log_other_plays(log_contexts, sets.ids)
        of_two = wide.indicators.log_prior[indicators.ids] + (
            _log(prior.indicators) + log_contexts[0]
        )
        of_pairs = wide.pair_sets.log_prior[pairs.ids] + (_log(prior.pairs) + log_contexts[0])
        log_priors = (of_sets, of_two, of_pairs)
        return [each.log_weights(p) for each, p in zip(self.filters, log_priors, strict=True)]

    def prune(self, log_weights: Sequence[Floats]) -> list[Floats]:
        """Drop structures that are next to impossible.

        Parameters
        ----------
        log_weights : sequence of ndarray of float
            What `log_weights` returned.

        Returns
        -------
        list of ndarray of float
            The same of the structures that are left.
        """
        return [each.prune(own) for each, own in zip(self.filters, log_weights, strict=True)]

    def context_rules(self) -> Iterator[tuple[int, int]]:
        """List the kinds of rule of context that the plays can tell about.

        Yields
        ------
        tuple of int
            The kind of context, and what varies, an index into VARYING.
        """
        if self.hypotheses.prior.context:
            yield from product(self.contexts.used, range(len(VARYING)))

    @property
    def p_context(self) -> float:
        """The prior probability of all rules of context that the plays can tell about."""
        return self.hypotheses.prior.context * len(VARYING) * len(self.contexts.used)

    def grow(self, larger: WideHypotheses) -> None:
        """Switch to the rules about more signals.

        Parameters
        ----------
        larger : WideHypotheses
            The wide rules about more signals.
        """
        old, new = self.hypotheses.n_signals, larger.n_signals
        signals = np.arange(old)
        pairs = (signals[:, None] * new + signals).ravel()
        sets, indicators, pair_sets = self.filters
        # With an indicator that never came, two indicators have been one so far.
        alone = self.hypotheses.structures.right_after(larger.indicators.older(old))
        pairs_of_indicators = [(indicators, larger.indicators.origins(old)), (sets, alone)]
        indicators.grow(larger.indicators.n, new, pairs_of_indicators, signals)
        sets.grow(larger.structures.n, new, [(sets, larger.structures.origins(old))], signals)
        same = np.arange(larger.pair_sets.n)
        pair_sets.grow(larger.pair_sets.n, new * new, [(pair_sets, same)], pairs)
        self.contexts.grow(new)
        self.hypotheses = larger
        self._keep_tracked()


def _log(p: float) -> float:
    """Return the log of a probability; what is impossible has no structures to weigh."""
    return float(np.log(p)) if p else 0.0
