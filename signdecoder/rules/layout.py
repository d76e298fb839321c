"""How the base rules of a family are laid out in one array, and what sequences match of them.

A base rule is a rule for the called play alone, without a wipe-off or an activator. The exact
posterior numbers all base rules: layout after layout, and within a layout by number, then by the
signal in each role.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from math import prod
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


class RuleMatches(NamedTuple):
    """E matches of base rules of one layout in N sequences of one length; they may repeat.

    Attributes
    ----------
    row : numpy.ndarray of int64, shape (E,)
        The sequence of each match.
    roles : tuple of numpy.ndarray of int64, shape (E,)
        The signal in each role of the layout, in its order; last, where the layout has numbers, the
        index of the number.
    first : numpy.ndarray of int64, shape (E,)
        The sequence, cut off before any place from `first` to `last`, still matches: 0 is the whole
        sequence. This is what a wipe-off at the place before leaves.
    last : numpy.ndarray of int64, shape (E,)
        The last such place.
    """

    row: Ints
    roles: tuple[Ints, ...]
    first: Ints
    last: Ints


@dataclass(frozen=True, slots=True)
class FamilyLayout:
    """Base rules of one kind, laid out as an array (numbers, V, ..., V) for V signals.

    Attributes
    ----------
    name : str
        Name of the layout, unique over all families.
    roles : str
        A letter for each axis of V signals: k the indicator, s the second signal, l the live one.
    find : callable
        Takes (N, T) sequences and V, returns their RuleMatches. Negative signals, and those from V
        on, have no role, but equal ones are equal.
    share : float
        Prior probability of this layout within its family.
    numbers : tuple of int
        What is counted, or positions; empty if the layout has no numbers.
    odds : tuple of float
        Prior odds of each number.
    step : int
        `Rule.step` of these rules.
    context : str
        The roles that the coach's other plays share with the called play; empty if none.
    interchangeable : str
        Roles whose signals can be swapped: only their ascending order is possible.
    key_roles : str
        The roles that are the key sign; two if either will do.
    context_of : str
        Name of an earlier layout whose contexts these rules share, by their one role.
    continues : str
        Name of an earlier layout whose rules match wherever these do, with the second signal as
        their live one; empty if none. A coach may have both, and then the longer call counts.
    mirror : str
        Name of a layout whose rules match the same sequences with k and l swapped; empty if none.
    without_second : str
        Name of a layout with the other roles alone, whose rules match the same sequences as long as
        the second signal is not shown; empty if none.
    """

    name: str
    roles: str
    find: Callable[[Ints, int], RuleMatches]
    share: float = 1.0
    numbers: tuple[int, ...] = ()
    odds: tuple[float, ...] = (1.0,)
    step: int = 1
    context: str = ""
    interchangeable: str = ""
    key_roles: str = "k"
    mirror: str = ""
    without_second: str = ""
    context_of: str = ""
    continues: str = ""

    def shape(self, n_signals: int) -> tuple[int, ...]:
        """Return the shape of the array of base rules.

        Parameters
        ----------
        n_signals : int
            The number V of signals.

        Returns
        -------
        tuple of int
            The number of numbers, at least 1, then V for each role.
        """
        return (max(1, len(self.numbers)), *(n_signals,) * len(self.roles))

    def size(self, n_signals: int) -> int:
        """Return how many base rules the layout has.

        Parameters
        ----------
        n_signals : int
            The number V of signals.

        Returns
        -------
        int
            The number B of base rules, impossible ones included.
        """
        return prod(self.shape(n_signals))

    def signals_by_role(self, n_signals: int) -> dict[str, Ints]:
        """List the signal that each base rule has in each role.

        Parameters
        ----------
        n_signals : int
            The number V of signals.

        Returns
        -------
        dict of str to numpy.ndarray of int64, shape (B,)
            Signals by the letter of the role; not to be changed.
        """
        return dict(zip(self.roles, _signals(self.shape(n_signals)), strict=True))

    def base_odds(self, n_signals: int) -> Floats:
        """Compute the prior odds of each base rule.

        Parameters
        ----------
        n_signals : int
            The number V of signals.

        Returns
        -------
        numpy.ndarray of float64, shape (B,)
            Odds; 0 where one signal would have two roles.
        """
        odds = np.repeat(self.odds, n_signals ** len(self.roles))
        for (a, one), (b, other) in combinations(self.signals_by_role(n_signals).items(), 2):
            swappable = a in self.interchangeable and b in self.interchangeable
            odds = np.where((one < other) if swappable else (one != other), odds, 0.0)
        return odds

    def key_signs(self, n_signals: int) -> tuple[Ints, Ints]:
        """List the key signs of each base rule.

        Parameters
        ----------
        n_signals : int
            The number V of signals.

        Returns
        -------
        tuple of two numpy.ndarray of int64, shape (B,)
            The key sign, and the other one where either will do, else the same again; V for none.
        """
        if not self.key_roles:
            none = np.full(self.size(n_signals), n_signals)
            return none, none
        role = self.signals_by_role(n_signals)
        return role[self.key_roles[0]], role[self.key_roles[-1]]


@lru_cache(maxsize=32)
def _signals(shape: tuple[int, ...]) -> Ints:
    """Return the signal in each role of every base rule of an array of this shape."""
    signals = np.indices(shape).reshape(len(shape), -1)[1:]
    signals.flags.writeable = False
    return signals
