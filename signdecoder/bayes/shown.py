"""What sequences show of all rules: of the listed ones, of the others, and of other plays.

Shapes: F contexts, N sequences, L listed rules that call some sequence.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Self

import numpy as np

from signdecoder.bayes.context_tables import Pairs
from signdecoder.bayes.counts import Places
from signdecoder.bayes.hypotheses import RuleIds
from signdecoder.bayes.memberships import CandidatesOfEach
from signdecoder.bayes.other_plays import Showings
from signdecoder.bayes.wide import WideShown


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


class ShownOfEach(NamedTuple):
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
