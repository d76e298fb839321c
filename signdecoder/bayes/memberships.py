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

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from signdecoder.bayes.counts import Floats, Places

MAX_LOG_ODDS = 16.0  # a membership is never taken for certain
_PRUNE_LOG_RATIO = 16.0  # nats below the best at which a structure is dropped
_NEGLIGIBLE = 1e-9  # weight below which a structure takes no part in predictions
_GONE = -1

Singles = NDArray[np.float32]
Origins = Sequence[tuple["MembershipFilter", Places]]


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
class CandidatesOfEach:
    """The candidates that each of N sequences shows, sorted by sequence, then by structure.

    Attributes
    ----------
    n : int
        The number N of sequences.
    sequence : ndarray of int
        (E,) the sequence of each candidate.
    structure : ndarray of int
        (E,) its structure.
    member : ndarray of int
        (E,) the signal.
    """

    n: int
    sequence: Places
    structure: Places
    member: Places

    @classmethod
    def join(cls, shown: Sequence[Candidates]) -> Self:
        """Return the candidates of some sequences together.

        Parameters
        ----------
        shown : sequence of Candidates
            Those of each sequence; there is at least one sequence.

        Returns
        -------
        CandidatesOfEach
            All of them.
        """
        structure, member = (np.concatenate(column) for column in zip(*shown, strict=True))
        sizes = [len(each.structure) for each in shown]
        return cls(len(shown), np.repeat(np.arange(len(shown)), sizes), structure, member)


@dataclass(frozen=True)
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

    @cached_property
    def called(self) -> Singles:
        """(N,) the rate of the target if a play is called."""
        return (1 - self.missed).astype(np.float32)

    @cached_property
    def gap(self) -> Singles:
        """(N,) how much higher it is than if the play is not called."""
        return (1 - self.missed - self.own).astype(np.float32)


class _Look(NamedTuple):
    """What the candidates of a sequence say about the structures that they belong to.

    For E candidates: the place of the structure among those that are possible, the signal, its log
    odds (E, N) and log probability not to be a member. For P structures: the log probability (P, N)
    that none of their candidates is, and where each begins. The number (E,) of each candidate's
    structure.
    """

    place: Places
    member: Places
    log_odds: Singles
    log_not: Singles
    log_none: Singles
    begins: Places
    entry: Places


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
    ids : ndarray of int, optional
        The structures that are possible; by default all are.

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

    def __init__(
        self, settings: Settings, n_structures: int, n_members: int, ids: Places | None = None
    ) -> None:
        self.settings, self.n_structures = settings, n_structures
        self.ids: Places = np.arange(n_structures) if ids is None else ids
        prior = np.log(settings.member) - np.log1p(-settings.member)
        shape = (len(self.ids), len(settings), n_members)
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
        own = self.settings.own
        log_uncalled = np.log(own) if run else np.log1p(-own)
        self.base = self.base + log_uncalled
        if not len(self.ids):
            return
        look = self._look_at(shown)
        if not len(look.place):
            return
        # The probability that no other candidate is a member, and that none at all is.
        no_other = np.exp(look.log_none[look.entry] - look.log_not)
        called, gap = self.settings.called, self.settings.gap
        if run:
            p, if_not = called - gap * np.exp(look.log_none), called - gap * no_other
        else:
            p, if_not = 1 - called + gap * np.exp(look.log_none), 1 - called + gap * no_other
        if_member = called if run else 1 - called
        updated = look.log_odds + (np.log(if_member) - np.log(if_not))
        updated = np.clip(updated, -MAX_LOG_ODDS, MAX_LOG_ODDS)
        self.log_odds[look.place, :, look.member] = updated
        self.log_ratio[look.place[look.begins]] += np.log(p) - log_uncalled

    def places_of(self, structures: Places) -> Places:
        """Return where some structures are among those that are still possible.

        Parameters
        ----------
        structures : ndarray of int
            Structures.

        Returns
        -------
        ndarray of int
            Places in `ids`; -1 for structures that were dropped.
        """
        return self._place[structures]

    def _look_at(self, shown: Candidates) -> _Look:
        """Return what the candidates of a sequence say, without pruned structures."""
        place = self._place[shown.structure]
        kept = place != _GONE
        place, member = place[kept], shown.member[kept]
        log_odds = self.log_odds[place, :, member]
        log_not = -np.log1p(np.exp(log_odds))  # log odds are too small to overflow
        is_first = np.ones(len(place), np.bool_)
        np.not_equal(place[1:], place[:-1], out=is_first[1:])
        begins = np.flatnonzero(is_first)
        log_none = np.add.reduceat(log_not, begins, axis=0) if len(place) else log_not
        return _Look(place, member, log_odds, log_not, log_none, begins, np.cumsum(is_first) - 1)

    def prune(self, log_weights: Floats) -> Floats:
        """Drop structures that are next to impossible.

        Parameters
        ----------
        log_weights : ndarray of float
            (A, N) log of the posterior weight of each, from `log_weights`.

        Returns
        -------
        ndarray of float
            (A, N) the same of those that are left.
        """
        by_structure = log_weights.max(axis=1, initial=-np.inf)
        kept = by_structure > by_structure.max(initial=-np.inf) - _PRUNE_LOG_RATIO
        if kept.sum() > 0.75 * len(kept):
            return log_weights
        self.keep(kept)
        left: Floats = log_weights[kept]
        return left

    def keep(self, kept: NDArray[np.bool_]) -> None:
        """Drop some structures.

        Parameters
        ----------
        kept : ndarray of bool
            (A,) True for those to keep.
        """
        self.ids, self.log_odds = self.ids[kept], self.log_odds[kept]
        self.log_ratio = self.log_ratio[kept]
        self._index()

    def grow(self, n_structures: int, n_members: int, origin: Origins, member: Places) -> None:
        """Add signals, as if they had been tracked from the start.

        Parameters
        ----------
        n_structures : int
            The new number of structures.
        n_members : int
            The new number of signals.
        origin : sequence of (MembershipFilter, ndarray of int)
            Filters with these settings, and for each (n_structures,) the structure of it that the
            plays so far could not tell from each new one, or -1. A structure without any has never
            been shown.
        member : ndarray of int
            (M,) the new number of each old signal.
        """
        fresh = MembershipFilter(self.settings, n_structures, n_members)
        gone = np.zeros(n_structures, np.bool_)
        every_setting = np.arange(len(self.settings))
        for source, came_from in origin:
            there = np.flatnonzero(came_from >= 0)
            place = source._place[came_from[there]]
            gone[there[place == _GONE]] = True
            there, place = there[place != _GONE], place[place != _GONE]
            fresh.log_odds[np.ix_(there, every_setting, member)] = source.log_odds[place]
            fresh.log_ratio[there] = source.log_ratio[place]
        self.n_structures = n_structures
        self.ids = np.flatnonzero(~gone)
        self.log_odds, self.log_ratio = fresh.log_odds[self.ids], fresh.log_ratio[self.ids]
        self._index()

    def resume(self, ids: Places, log_odds: Singles, log_ratio: Floats, base: Floats) -> None:
        """Continue from saved values.

        Parameters
        ----------
        ids : ndarray of int
            (A,) the structures that are still possible.
        log_odds : ndarray of float32
            (A, N, M) log odds of each membership.
        log_ratio : ndarray of float
            (A, N) log likelihood of the plays, relative to `base`.
        base : ndarray of float
            (N,) log likelihood of the plays if none of them was called.
        """
        self.ids, self.log_odds, self.log_ratio, self.base = ids, log_odds, log_ratio, base
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

    def p_run(self, shown: CandidatesOfEach, weights: Floats) -> Floats:
        """Return the probability of the target after each sequence, summed over structures.

        Parameters
        ----------
        shown : CandidatesOfEach
            The candidates of N sequences.
        weights : ndarray of float
            (A, N) the weight of each structure and setting.

        Returns
        -------
        ndarray of float
            (N,) sums of weight times probability.
        """
        p = np.full(shown.n, float(weights.sum(axis=0) @ self.settings.own))
        places = np.flatnonzero(weights.sum(axis=1) > _NEGLIGIBLE)
        place_of = np.full(self.n_structures, _GONE)
        place_of[self.ids[places]] = places
        place = place_of[shown.structure]
        kept = np.flatnonzero(place != _GONE)
        if not len(kept):
            return p
        place, sequence = place[kept], shown.sequence[kept]
        log_not = -np.log1p(np.exp(self.log_odds[place, :, shown.member[kept]]))
        is_first = np.ones(len(place), np.bool_)
        is_first[1:] = (place[1:] != place[:-1]) | (sequence[1:] != sequence[:-1])
        begins = np.flatnonzero(is_first)
        called = 1 - np.exp(np.add.reduceat(log_not, begins, axis=0))
        gains = (weights[place[begins]] * self.settings.gap * called).sum(axis=1)
        return np.asarray(p + np.bincount(sequence[begins], gains, shown.n))
