"""What the called plays that a rule does not explain have in common.

Where a rule explains only some of the steals, a pair of signals may tell the others from the plays
that were nothing: perhaps a second sign.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import combinations, pairwise
from typing import NamedTuple

from signdecoder.core.missed import PLACEHOLDERS

_LEAST_PLAYS = 2  # with a pair, or it is no pattern
_LEAST_SHARE = 0.75  # of the plays with a pair that were called, or it tells nothing
_MOST_LEADS = 2

Pair = tuple[str, str]


class Lead(NamedTuple):
    """A pair of signals that would explain called plays that the rule does not.

    Attributes
    ----------
    first, second : str
        The signals.
    is_adjacent : bool
        True if the second comes right after the first; False if anything may stand between.
    explained : int
        How many of the called plays that the rule does not explain show it.
    others : int
        How many plays that were not called show it.
    """

    first: str
    second: str
    is_adjacent: bool
    explained: int
    others: int


def find_leads(
    unexplained: Iterable[Sequence[str]], not_called: Iterable[Sequence[str]]
) -> tuple[Lead, ...]:
    """Find pairs of signals that would explain called plays which a rule does not.

    The best pair is taken first, then the best for what it leaves.

    Parameters
    ----------
    unexplained : iterable of sequences of str
        The signals of called plays that the rule does not call.
    not_called : iterable of sequences of str
        The signals of plays that were not called.

    Returns
    -------
    tuple of Lead
        At most two, best first; empty if no pair tells these plays from others.

    Examples
    --------
    >>> steals = [("leg", "front", "cap"), ("ear", "leg", "front")]
    >>> lead = find_leads(steals, [("front", "leg"), ("cap", "ear")])[0]
    >>> lead.first, lead.second, lead.is_adjacent, lead.explained
    ('leg', 'front', True, 2)
    """
    left = [_pairs(signals) for signals in unexplained]
    elsewhere = Counter(pair for signals in not_called for pair in _pairs(signals))
    leads: list[Lead] = []
    while len(leads) < _MOST_LEADS:
        found = Counter(pair for pairs in left for pair in pairs)
        fitting = [
            (n / (n + elsewhere[pair]), n, pair)
            for pair, n in found.items()
            if n >= _LEAST_PLAYS and n >= _LEAST_SHARE * (n + elsewhere[pair])
        ]
        if not fitting:
            break
        # The pair that explains most; among equals the purest, then the adjacent one.
        _, n, pair = max(fitting, key=lambda each: (each[1], each[0], each[2][1]))
        (first, second), is_adjacent = pair
        leads.append(Lead(first, second, is_adjacent, n, elsewhere[pair]))
        left = [pairs for pairs in left if pair not in pairs]
    return tuple(leads)


def _pairs(signals: Sequence[str]) -> set[tuple[Pair, bool]]:
    """Return the ordered pairs of a play, each with whether it stands right after each other.

    Signals that were missed are in none.
    """
    seen = [signal for signal in signals if signal not in PLACEHOLDERS]
    return {(pair, False) for pair in combinations(seen, 2)} | {
        (pair, True) for pair in pairwise(signals) if PLACEHOLDERS.isdisjoint(pair)
    }
