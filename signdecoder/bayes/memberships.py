"""Unknown sets of signals under many structures at once, without listing the sets.

A *structure*, such as "right after the ear", says which signals of a sequence are candidates. The
called play is called if one of the candidates is a *member* of an unknown set. Given the structure
and the noise, the memberships are independent as long as each play shows one candidate: the update
is exact then. A play with several candidates is replaced by its exact marginals (assumed-density
filtering, Minka 2001), which is what keeps the memberships independent.

Rational Rules (Goodman et al. 2008) put a prior on disjunctions by their length. Here a prior
probability of membership does the same: each further member costs its log odds.

Shapes: A structures that are still possible, N settings, M signals, E candidates of a sequence.

References
----------
T. P. Minka (2001), Expectation propagation for approximate Bayesian inference. UAI.

N. D. Goodman, J. B. Tenenbaum, J. Feldman and T. L. Griffiths (2008), A rational analysis of
rule-based concept learning. Cognitive Science 32.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from signdecoder.bayes.counts import Floats, Places

_MAX_LOG_ODDS = 16.0  # a membership is never taken for certain
_PRUNE_LOG_RATIO = 16.0  # nats below the best at which a structure is dropped
_GONE = -1

Singles = NDArray[np.float32]


class Candidates(NamedTuple):
    """The candidates that a sequence shows, sorted by structure, each once.

    Attributes
    ----------
    structure : ndarray of int
        (E,) the structure of each.
    member : ndarray of int
        (E,) the signal.
    """

    structure: Places
    member: Places


@dataclass(frozen=True, slots=True)
class Settings:
    """What is unknown besides structure and memberships: noise rates, and how large sets are.

    Attributes
    ----------
    missed : ndarray of float
        (N,) the rate at which called plays are not run.
    own : ndarray of float
        (N,) the rate at which the target is run without a call.
    member : ndarray of float
        (N,) the prior probability that a signal is a member.
    log_prior : ndarray of float
        (N,) log prior probability of each setting.
    """

    missed: Floats
    own: Floats
    member: Floats
    log_prior: Floats

    def __len__(self) -> int:
        """Return the number of settings."""
        return len(self.missed)


class MembershipFilter:
    """Track the memberships under each structure, and how likely each structure is.

    Parameters
    ----------
    settings : Settings
        The settings, each of which is tracked.
    n_structures : int
        The number of structures.
    n_members : int
        The number M of signals.

    Attributes
    ----------
    ids : ndarray of int
        (A,) the structures that are still possible, in order.
    log_odds : ndarray of float32
        (A, N, M) log odds of each membership.
    log_ratio : ndarray of float
        (A, N) log likelihood of the plays, relative to `base`.
    base : ndarray of float
        (N,) log likelihood of the plays if none of them was called.
    """

    def __init__(self, settings: Settings, n_structures: int, n_members: int) -> None:
        self.settings, self.n_structures = settings, n_structures
        self.ids: Places = np.arange(n_structures)
        prior = np.log(settings.member) - np.log1p(-settings.member)
        shape = (n_structures, len(settings), n_members)
        self.log_odds: Singles = np.empty(shape, np.float32)
        self.log_odds[:] = prior[:, None]
        self.log_ratio: Floats = np.zeros(shape[:2])
        self.base: Floats = np.zeros(len(settings))
        self._index()

    def _index(self) -> None:
        self._place = np.full(self.n_structures, _GONE)
        self._place[self.ids] = np.arange(len(self.ids))

    # --- learning ---------------------------------------------------------------------------------

    def observe(self, shown: Candidates, run: bool) -> None:
        """Learn from one play.

        Parameters
        ----------
        shown : Candidates
            The candidates of its sequence.
        run : bool
            Whether it was the target.
        """
        missed, own = self.settings.missed, self.settings.own
        log_uncalled = np.log(own) if run else np.log1p(-own)
        self.base = self.base + log_uncalled
        place, member = self._possible(shown)
        if not len(place):
            return
        log_odds, log_none, begins, entry = self._none_of(place, member)
        # The probability that no other candidate is a member, and that none at all is.
        no_other = np.exp(log_none[entry] + _softplus(log_odds))
        none = np.exp(log_none)
        spread = (1 - missed - own).astype(np.float32)
        if run:
            p, if_not, if_member = 1 - missed - spread * none, 1 - missed - spread * no_other, 1 - missed
        else:
            p, if_not, if_member = missed + spread * none, missed + spread * no_other, missed
        updated = log_odds + (np.log(if_member) - np.log(if_not))
        self.log_odds[place, :, member] = np.clip(updated, -_MAX_LOG_ODDS, _MAX_LOG_ODDS)
        self.log_ratio[place[begins]] += np.log(p) - log_uncalled

    def _possible(self, shown: Candidates) -> tuple[Places, Places]:
        """Return the place (E,) of each candidate's structure, and its signal, without pruned ones."""
        place = self._place[shown.structure]
        kept = place != _GONE
        return place[kept], shown.member[kept]

    def _none_of(
        self, place: Places, member: Places
    ) -> tuple[Singles, Singles, Places, Places]:
        """Return what the candidates say about each structure that they belong to.

        The log odds (E, N) of the candidates; the log probability (P, N) that none of a structure's
        candidates is a member; where each structure begins among the candidates, (P,), and the
        number (E,) of each candidate's structure.
        """
        log_odds = self.log_odds[place, :, member]
        is_first = np.empty(len(place), np.bool_)
        is_first[0] = True
        np.not_equal(place[1:], place[:-1], out=is_first[1:])
        begins = np.flatnonzero(is_first)
        log_none = -np.add.reduceat(_softplus(log_odds), begins, axis=0)
        return log_odds, log_none, begins, np.cumsum(is_first) - 1

    def prune(self, log_weight: Floats) -> None:
        """Drop structures that are next to impossible.

        Parameters
        ----------
        log_weight : ndarray of float
            (A,) log of the posterior weight of each.
        """
        kept = log_weight > log_weight.max(initial=-np.inf) - _PRUNE_LOG_RATIO
        if kept.sum() < 0.75 * len(kept):
            self.ids, self.log_odds = self.ids[kept], self.log_odds[kept]
            self.log_ratio = self.log_ratio[kept]
            self._index()

    def grow(self, n_structures: int, n_members: int, came_from: Places, member: Places) -> None:
        """Add signals, as if they had been tracked from the start.

        Parameters
        ----------
        n_structures : int
            The new number of structures.
        n_members : int
            The new number of signals.
        came_from : ndarray of int
            (n_structures,) the old structure that the plays so far could not tell from each new
            one; -1 if they showed no candidate of it.
        member : ndarray of int
            (M,) the new number of each old signal.
        """
        source = np.where(came_from >= 0, self._place[came_from], _GONE)
        fresh = MembershipFilter(self.settings, n_structures, n_members)
        alive = (came_from < 0) | (source != _GONE)
        fresh.ids = np.flatnonzero(alive)
        source = source[alive]
        fresh.log_odds, fresh.log_ratio = fresh.log_odds[alive], fresh.log_ratio[alive]
        old = np.flatnonzero(source != _GONE)
        fresh.log_odds[np.ix_(old, np.arange(len(self.settings)), member)] = self.log_odds[source[old]]
        fresh.log_ratio[old] = self.log_ratio[source[old]]
        self.n_structures, self.ids = n_structures, fresh.ids
        self.log_odds, self.log_ratio = fresh.log_odds, fresh.log_ratio
        self._index()

    # --- what is believed -------------------------------------------------------------------------

    def log_weights(self, log_prior: Floats) -> Floats:
        """Return the log of how likely the plays and each structure are together.

        Parameters
        ----------
        log_prior : ndarray of float
            (A,) log prior of each structure.

        Returns
        -------
        ndarray of float
            (A, N) log weights.
        """
        return self.log_ratio + (self.base + self.settings.log_prior) + log_prior[:, None]

    def p_run(self, shown: Candidates, weights: Floats) -> float:
        """Return the probability of the target after a sequence, summed over structures.

        Parameters
        ----------
        shown : Candidates
            The candidates of the sequence.
        weights : ndarray of float
            (A, N) the weight of each structure and setting.

        Returns
        -------
        float
            The sum of weight times probability.
        """
        missed, own = self.settings.missed, self.settings.own
        total = float(weights.sum(axis=0) @ own)
        place, member = self._possible(shown)
        if not len(place):
            return total
        _, log_none, begins, _ = self._none_of(place, member)
        called = (1 - np.exp(log_none)) * (1 - missed - own)
        return total + float((weights[place[begins]] * called).sum())


def _softplus(x: Singles) -> Singles:
    """Return log(1 + exp(x)) for numbers between -88 and 88, where nothing overflows."""
    return np.log1p(np.exp(x))
