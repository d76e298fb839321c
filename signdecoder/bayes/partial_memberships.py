"""Learn unknown sets of signals from plays whose signals were not all seen.

Such a play showed the candidates of one of its completions. Its outcome is as likely as their mean
makes it, and the memberships become their exact marginals: assumed-density filtering (Minka 2001),
as for a play with several candidates.

Shapes: S structures that the play may show, N settings, E candidates, G groups of them, U
memberships that the play tells about.

References
----------
T. P. Minka (2001), Expectation propagation for approximate Bayesian inference. UAI.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Self

import numpy as np

from signdecoder.bayes.counts import Floats, Places
from signdecoder.bayes.memberships import (
    MAX_LOG_ODDS,
    Candidates,
    CandidatesOfEach,
    MembershipFilter,
)

_LEAST_P = 1e-9  # rounding errors make no outcome impossible
_MIX = np.uint64(0x9E3779B97F4A7C15)  # Fibonacci hashing (Knuth)


class WeighedCandidates(NamedTuple):
    """The candidates of a set that a play may have shown, sorted by structure, then by group.

    A group is what a structure has for candidates in some completions.

    Attributes
    ----------
    structure : ndarray of int
        (E,) the structure of each candidate.
    member : ndarray of int
        (E,) the signal.
    group : ndarray of int
        (E,) its group, from 0 to G - 1.
    weight : ndarray of float
        (G,) the probability that the play showed the candidates of the group and no others.
    """

    structure: Places
    member: Places
    group: Places
    weight: Floats

    @classmethod
    def join(cls, shown: Sequence[Candidates], weights: Floats) -> Self:
        """Return the candidates that some completions show.

        Parameters
        ----------
        shown : sequence of Candidates
            Those of each completion.
        weights : ndarray of float
            The probability of each completion.

        Returns
        -------
        WeighedCandidates
            All of them; equal groups of different completions are one.
        """
        each = CandidatesOfEach.join(shown)
        if not len(each.structure):
            return cls(each.structure, each.member, each.sequence, np.zeros(0))
        is_first = np.ones(len(each.structure), np.bool_)
        is_first[1:] = np.diff(each.structure).astype(bool) | np.diff(each.sequence).astype(bool)
        begins = np.flatnonzero(is_first)
        # A hash of the members of each group, whatever their order.
        hashed = (each.member.astype(np.uint64) + np.uint64(1)) * _MIX
        hashed = (hashed ^ (hashed >> np.uint64(29))) * _MIX
        members = np.add.reduceat(hashed, begins)
        order = np.lexsort((members, each.structure[begins]))
        structure, members = each.structure[begins][order], members[order]
        is_new = np.ones(len(order), np.bool_)
        is_new[1:] = (structure[1:] != structure[:-1]) | (members[1:] != members[:-1])
        weight = np.add.reduceat(weights[each.sequence[begins]][order], np.flatnonzero(is_new))
        sizes = np.diff(np.append(begins, len(is_first)))[order][is_new]
        ends = np.cumsum(sizes)
        group = np.repeat(np.arange(len(sizes)), sizes)
        at = np.arange(ends[-1]) - (ends - sizes)[group] + begins[order][is_new][group]
        return cls(each.structure[at], each.member[at], group, weight)


def observe_partly(filtered: MembershipFilter, shown: WeighedCandidates, run: bool) -> None:
    """Learn from one play.

    Parameters
    ----------
    filtered : MembershipFilter
        The memberships under each structure.
    shown : WeighedCandidates
        The candidates that the play may have shown.
    run : bool
        Whether it was the target.
    """
    settings = filtered.settings
    p_uncalled = settings.own if run else 1 - settings.own
    filtered.base = filtered.base + np.log(p_uncalled)
    place = filtered.places_of(shown.structure)
    kept = place >= 0
    if not kept.any():
        return
    place, member, group = place[kept], shown.member[kept], shown.group[kept]
    begins = _begins(group)
    log_odds = filtered.log_odds[place, :, member].astype(np.float64)  # (E, N)
    log_not = -np.log1p(np.exp(log_odds))
    log_none = np.add.reduceat(log_not, begins, axis=0)  # (G, N) that no candidate is a member
    none = np.exp(log_none)
    in_group = np.repeat(np.arange(len(begins)), np.diff(np.append(begins, len(group))))
    no_other = np.exp(log_none[in_group] - log_not)
    weight = shown.weight[group[begins]][:, None]
    if_member = settings.called if run else 1 - settings.called
    gap = settings.gap if run else -settings.gap
    p_group, p_if_not = if_member - gap * none, if_member - gap * no_other
    # The outcome under each structure: the mean over groups; without a group it is not called.
    of_structure = _begins(place[begins])
    gains = np.add.reduceat(weight * (p_group - p_uncalled), of_structure, axis=0)
    p = p_uncalled + gains  # (S, N)
    filtered.log_ratio[place[begins][of_structure]] += np.log(p) - np.log(p_uncalled)
    # Each membership: where the signal is no candidate, the play says nothing about it.
    cell = place * filtered.log_odds.shape[2] + member
    order = np.argsort(cell, kind="stable")
    of_cell = _begins(cell[order])
    first = order[of_cell]
    of_each, p_here = weight[in_group], p_group[in_group]
    with_it = np.add.reduceat((of_each * (if_member - p_here))[order], of_cell, axis=0)
    without = np.add.reduceat((of_each * (p_if_not - p_here))[order], of_cell, axis=0)
    p_cell = p[np.searchsorted(place[begins][of_structure], place[first])]
    change = np.log(np.maximum(p_cell + with_it, _LEAST_P))
    change -= np.log(np.maximum(p_cell + without, _LEAST_P))
    updated = np.clip(log_odds[first] + change, -MAX_LOG_ODDS, MAX_LOG_ODDS)
    filtered.log_odds[place[first], :, member[first]] = updated


def _begins(numbers: Places) -> Places:
    """Return where each run of equal numbers begins."""
    is_first = np.ones(len(numbers), np.bool_)
    np.not_equal(numbers[1:], numbers[:-1], out=is_first[1:])
    return np.flatnonzero(is_first)
