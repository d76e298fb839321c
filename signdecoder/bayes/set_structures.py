"""The structures of rules about unknown sets: which signals of a sequence are candidates.

A structure is a *relation* to an *anchor*, after the last of a *wipe-off* or without one: "right
after the ear, knee wipes off". The candidates of "right after" are live signals of the anchor.
Those of "right before" are either indicators that the anchor, a live signal, comes right after, or
live signals of an anchor that comes later.

Shapes: V signals, E candidates of a sequence.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from signdecoder.bayes.counts import Floats, Places
from signdecoder.bayes.memberships import Candidates
from signdecoder.rules.finders import distinct, ordered_pairs
from signdecoder.rules.prior import WIPE_OFF

Mask = NDArray[np.bool_]

_KEPT = 1024  # sequences whose candidates are remembered


class Relation(NamedTuple):
    """How a candidate stands to the anchor.

    Attributes
    ----------
    layout : str
        The layout of single rules with this relation, whose contexts the coach's other plays share.
    family : str
        The family of these rules.
    step : int
        Their `Rule.step`: how many places apart both stand; 0 for any distance.
    candidate_first : bool
        True if the candidate comes before the anchor.
    share : float
        Prior probability among all relations.
    """

    layout: str
    family: str
    step: int
    candidate_first: bool
    share: float


# Of sets of indicators before one live signal, "right before" is by far the commonest in books.
RELATIONS = (
    Relation("next", "next", 1, False, 0.45),
    Relation("second", "kth", 2, False, 0.05),
    Relation("third", "kth", 3, False, 0.03),
    Relation("anywhere", "anywhere", 0, False, 0.12),
    Relation("before", "next", 1, True, 0.17),
    Relation("", "kth", 2, True, 0.03),
    Relation("", "kth", 3, True, 0.02),
    Relation("", "anywhere", 0, True, 0.05),
)
PAIR_STEPS = (1, 2, 0)
"""How many places apart the pairs of `PairSets` stand, by structure; 0 for any distance."""
HOT_SHARE = 0.08
"""Prior probability of sets that call by themselves, without an anchor."""


class _Structures(ABC):
    """Structures about V signals, and what sequences show of them."""

    def __init__(self, n_signals: int) -> None:
        self.n_signals = n_signals
        self._candidates: dict[tuple[int, ...], Candidates] = {}

    def candidates(self, sequence: tuple[int, ...]) -> Candidates:
        """Return the candidates of every structure in a sequence.

        Each sequence is searched once; the last `_KEPT` are kept.

        Parameters
        ----------
        sequence : tuple of int
            Signals; those below zero or from V on have no role.

        Returns
        -------
        Candidates
            The candidates.
        """
        kept = self._candidates
        if sequence not in kept:
            kept[sequence] = self._find(sequence)
            if len(kept) > _KEPT:
                del kept[next(iter(kept))]
        return kept[sequence]

    @abstractmethod
    def _find(self, sequence: tuple[int, ...]) -> Candidates:
        """Search a sequence."""


class SetStructures(_Structures):
    """The structures about V signals, numbered: relation by relation, then wipe-off, then anchor.

    Structure ``(relation * (1 + V) + wipe_off) * V + anchor``, where wipe-off 0 is none and w + 1
    is the signal w; after all of them, for each wipe-off, that of sets without an anchor.

    Parameters
    ----------
    n_signals : int
        The number V of signals.

    Attributes
    ----------
    n : int
        The number of structures.
    log_prior : ndarray of float
        (n,) log prior of each.
    """

    def __init__(self, n_signals: int) -> None:
        super().__init__(n_signals)
        v = n_signals
        self._hot = len(RELATIONS) * (1 + v) * v
        self.n = self._hot + 1 + v
        wipe = np.concatenate([[1 - WIPE_OFF], np.full(v, WIPE_OFF / v)])
        shares = np.array([relation.share for relation in RELATIONS]) / v
        anchored = shares[:, None, None] * wipe[:, None] * np.ones(v)
        self.log_prior: Floats = np.log(np.concatenate([anchored.ravel(), HOT_SHARE * wipe]))

    def parts(self, structure: int) -> tuple[Relation | None, int, int]:
        """Return what a structure is made of.

        Parameters
        ----------
        structure : int
            Its number.

        Returns
        -------
        tuple of Relation or None, int and int
            The relation, None without an anchor; the wipe-off, -1 for none; the anchor, or -1.
        """
        if structure >= self._hot:
            return None, structure - self._hot - 1, -1
        rest, anchor = divmod(structure, self.n_signals)
        relation, wipe_off = divmod(rest, 1 + self.n_signals)
        return RELATIONS[relation], wipe_off - 1, anchor

    @property
    def without_wipe_off(self) -> Mask:
        """(n,) True for the structures without a wipe-off."""
        v = self.n_signals
        anchored = np.tile(np.arange((1 + v) * v) < v, len(RELATIONS))
        return np.concatenate([anchored, np.arange(1 + v) == 0])

    def in_relation(self, number: int) -> slice:
        """Return the structures of a relation, which are (1 + V, V) by wipe-off and anchor.

        Parameters
        ----------
        number : int
            The number of the relation.

        Returns
        -------
        slice
            The range of structures.
        """
        size = (1 + self.n_signals) * self.n_signals
        return slice(number * size, (number + 1) * size)

    def right_after(self, anchor: Places) -> Places:
        """Return the structures "right after an anchor" without a wipe-off.

        Parameters
        ----------
        anchor : ndarray of int
            Any number of anchors; -1 for none.

        Returns
        -------
        ndarray of int
            The structures, -1 for no anchor.
        """
        return anchor  # the first relation, and no wipe-off

    def origins(self, fewer: int) -> Places:
        """Return, for each structure, the one about fewer signals that no play can tell from it.

        Parameters
        ----------
        fewer : int
            The smaller number of signals; the others have not been shown yet.

        Returns
        -------
        ndarray of int
            (n,) numbers among the structures of fewer signals; -1 where the anchor is new.
        """
        v = self.n_signals
        # A wipe-off that was never shown has wiped off nothing.
        wipe = np.where(np.arange(1 + v) <= fewer, np.arange(1 + v), 0)
        relation = np.arange(len(RELATIONS))[:, None, None] * (1 + fewer)
        anchored = (relation + wipe[:, None]) * fewer + np.arange(v)
        anchored = np.where(np.arange(v) < fewer, anchored, -1)
        return np.concatenate([anchored.ravel(), len(RELATIONS) * (1 + fewer) * fewer + wipe])

    def _find(self, sequence: tuple[int, ...]) -> Candidates:
        v = self.n_signals
        signals = np.array(sequence, np.int64)
        place = np.flatnonzero((signals >= 0) & (signals < v))
        code, since = _codes(signals, place, v)
        # Each candidate once, with the latest place from which on it is still there.
        order = np.lexsort((since, code))
        code, since = code[order], since[order]
        is_last = np.append(code[1:] != code[:-1], True)[: len(code)]
        code, since = code[is_last], since[is_last]
        end = np.full(1 + v, -1)
        end[1 + signals[place]] = place  # the last place of each signal: it wipes off until there
        wipe_off, left = np.nonzero(since > end[:, None])
        relation, rest = np.divmod(code[left], v * v)
        anchored = (relation * (1 + v) + wipe_off) * v * v + rest
        alone = (self._hot + wipe_off) * v + rest
        cells = np.where(relation < len(RELATIONS), anchored, alone)
        cells.sort()
        return Candidates(*np.divmod(cells, v))


def _codes(signals: Places, place: Places, v: int) -> tuple[Places, Places]:
    """Return a number for each candidate of each relation, and the earliest place it depends on.

    The number is ``(relation * V + anchor) * V + member``. After all relations comes the member
    alone.
    """
    i, j = (place[each] for each in ordered_pairs(len(place)))
    apart, first, later = j - i, signals[i], signals[j]
    forward, backward = first * v + later, later * v + first
    codes, since = [len(RELATIONS) * v * v + signals[place]], [place]
    for number, relation in enumerate(RELATIONS):
        pair = number * v * v + (backward if relation.candidate_first else forward)
        fits = apart == relation.step if relation.step else slice(None)
        codes.append(pair[fits])
        since.append(i[fits])
    return np.concatenate(codes), np.concatenate(since)


class IndicatorPairs(_Structures):
    """Structures with two indicators: the signals right after either of them are candidates.

    Parameters
    ----------
    n_signals : int
        The number V of signals.

    Attributes
    ----------
    pairs : ndarray of int
        (V (V - 1) / 2, 2) the indicators of each structure.
    """

    def __init__(self, n_signals: int) -> None:
        super().__init__(n_signals)
        # By the larger signal, so that the pairs of fewer signals come first.
        larger, smaller = np.tril_indices(n_signals, -1)
        self.pairs = np.stack([smaller, larger], axis=1)
        self.n = len(self.pairs)
        self.log_prior: Floats = np.full(self.n, -np.log(max(1, self.n)))

    def origins(self, fewer: int) -> Places:
        """Return (n,) each pair's number among the pairs of fewer signals; -1 if it is new.

        Parameters
        ----------
        fewer : int
            The smaller number of signals.

        Returns
        -------
        ndarray of int
            The numbers.
        """
        return np.where(self.pairs[:, 1] < fewer, np.arange(self.n), -1)

    def older(self, fewer: int) -> Places:
        """Return (n,) the indicator that was there before of pairs with one new signal, or -1.

        Parameters
        ----------
        fewer : int
            The smaller number of signals.

        Returns
        -------
        ndarray of int
            The indicators.
        """
        smaller, larger = self.pairs.T
        return np.where((smaller < fewer) & (larger >= fewer), smaller, -1)

    def _find(self, sequence: tuple[int, ...]) -> Candidates:
        v = self.n_signals
        key, member = np.array(list(pairwise(sequence)), np.int64).reshape(-1, 2).T
        inside = (key >= 0) & (key < v) & (member >= 0) & (member < v)
        key, member = key[inside][:, None], member[inside][:, None]
        other = np.arange(v)
        small, large = np.minimum(key, other), np.maximum(key, other)
        cells = (large * (large - 1) // 2 + small) * v + member
        return Candidates(*np.divmod(distinct(cells[key != other]), v))


class PairSets(_Structures):
    """Structures whose candidates are ordered pairs of signals: a learner for what has no rule.

    Its three structures are pairs right after each other, two places apart, and in order anywhere.
    Among V signals, a pair (a, b) is the candidate a V + b.
    """

    n = len(PAIR_STEPS)
    log_prior: Floats = np.full(n, -np.log(n))

    def _find(self, sequence: tuple[int, ...]) -> Candidates:
        v = self.n_signals
        signals = np.array(sequence, np.int64)
        place = np.flatnonzero((signals >= 0) & (signals < v))
        i, j = (place[each] for each in ordered_pairs(len(place)))
        pair = signals[i] * v + signals[j]
        cells = [
            number * v * v + (pair[j - i == step] if step else pair)
            for number, step in enumerate(PAIR_STEPS)
        ]
        return Candidates(*np.divmod(distinct(np.concatenate(cells)), v * v))
