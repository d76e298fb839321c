"""What a sequence shows of all rules if some of its signals were missed.

It may have been any of its completions. So it calls the target by a rule with some probability, the
weight of the completions that do.

Shapes: F contexts, L listed rules that some completion calls, P pairs of signals.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Self

import numpy as np

from signdecoder.bayes.context_tables import Pairs
from signdecoder.bayes.counts import Floats, Places
from signdecoder.bayes.hypotheses import RuleIds
from signdecoder.bayes.other_plays import ALONE, Showings
from signdecoder.bayes.partial_memberships import WeighedCandidates


class PartialCalls(NamedTuple):
    """The listed rules that a play may have been called by.

    Attributes
    ----------
    rules : ndarray of int
        (L,) the rules that some completion calls.
    share : ndarray of float
        (L,) the weight of these completions.
    p_other : float
        The probability that the play was called by any other rule: 0 where all completions are
        listed, not drawn.
    """

    rules: Places
    share: Floats
    p_other: float

    @classmethod
    def join(cls, called: Sequence[RuleIds], weights: Floats, p_other: float) -> Self:
        """Return the rules that call some completions.

        Parameters
        ----------
        called : sequence of ndarray of int32
            The rules that call each of them.
        weights : ndarray of float
            The probability of each; they sum to 1.
        p_other : float
            How much each probability may be off.

        Returns
        -------
        PartialCalls
            The rules.
        """
        each = np.repeat(weights, [len(rules) for rules in called])
        total = np.bincount(np.concatenate(called), each)
        rules = np.flatnonzero(total)
        share: Floats = total[rules].astype(np.float64)
        share[share > 1 - 1e-9] = 1.0  # weights do not sum to 1 exactly
        return cls(rules, p_other + (1 - 2 * p_other) * share, p_other)

    def of_all(self, n_rules: int) -> tuple[Places, Floats]:
        """Return the rules that may have called the play, and with which probability.

        Parameters
        ----------
        n_rules : int
            The number of all listed rules.

        Returns
        -------
        tuple of ndarray
            Rules, and as many probabilities.
        """
        if not self.p_other:
            return self.rules, self.share
        share = np.full(n_rules, self.p_other)
        share[self.rules] = self.share
        return np.arange(n_rules), share


class PartlyShown(NamedTuple):
    """What a sequence with missed signals shows of all rules; the counterpart of `Shown`.

    Attributes
    ----------
    calls : PartialCalls
        The listed rules that may call the target.
    other_plays : ndarray of float
        (F, K) how probably it shows what of each context, as evidence where other plays occur.
    sets : tuple of WeighedCandidates
        The candidates of sets, of two indicators, and of pairs.
    pairs : Pairs
        The signals that may stand right after each other.
    p_pairs : ndarray of float
        (P,) how probably they do.
    """

    calls: PartialCalls
    other_plays: Floats
    sets: tuple[WeighedCandidates, ...]
    pairs: Pairs
    p_pairs: Floats


def weigh_showings(shown: Sequence[Showings], weights: Floats, n_live: int) -> Floats:
    """Return how probably a play shows what of each context.

    Parameters
    ----------
    shown : sequence of ndarray of int
        What each completion shows of the F contexts.
    weights : ndarray of float
        The probability of each completion.
    n_live : int
        How many live signals, or numbers, a context may have at most.

    Returns
    -------
    ndarray of float
        (F, K) probabilities.
    """
    p = np.zeros((len(shown[0]), ALONE + n_live))
    every = np.arange(len(p))
    for showings, weight in zip(shown, weights.tolist(), strict=True):
        p[every, showings] += weight
    return p


def weigh_pairs(shown: Sequence[Pairs], weights: Floats, n_signals: int) -> tuple[Pairs, Floats]:
    """Return the pairs that a play may show, and how probably it does.

    Parameters
    ----------
    shown : sequence of Pairs
        The pairs of each completion, each once.
    weights : ndarray of float
        The probability of each completion.
    n_signals : int
        The number V of signals.

    Returns
    -------
    tuple of Pairs and ndarray of float
        Each pair once, and (P,) probabilities.
    """
    cells = np.concatenate([pairs.key * n_signals + pairs.live for pairs in shown])
    each = np.repeat(weights, [len(pairs.key) for pairs in shown])
    total = np.bincount(cells, each, n_signals**2).astype(np.float64)
    cells = np.flatnonzero(total)
    return Pairs(*np.divmod(cells, n_signals)), np.minimum(total[cells], 1.0)
