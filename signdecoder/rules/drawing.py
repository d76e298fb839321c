"""Draw the signals of a random rule, and the pattern that shows a rule in sequences."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from signdecoder.rules.layout import Ints
from signdecoder.rules.rule import NO_SIGNAL, Sequences


@dataclass(slots=True)
class SignalDraw:
    """Draws the signals of a random rule, each at most once.

    Attributes
    ----------
    rng : numpy.random.Generator
        Source of randomness.
    vocabulary : int
        Number of signals that the coach uses.
    left : list of int
        Signals not yet taken, in random order.
    """

    rng: np.random.Generator
    vocabulary: int
    left: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self.left = [int(s) for s in self.rng.permutation(self.vocabulary)]

    def take(self) -> int:
        """Take a signal.

        Returns
        -------
        int
            The signal, or NO_SIGNAL if none is left.
        """
        return self.left.pop() if self.left else NO_SIGNAL

    def take_calls(self, n_others: int) -> tuple[int, ...]:
        """Take a live signal for the called play, and for other plays if there is room.

        Parameters
        ----------
        n_others : int
            Number of other plays.

        Returns
        -------
        tuple of int
            The live signals; two signals are left over for a wipe-off and an activator.
        """
        room = max(0, len(self.left) - 2)
        return tuple(self.take() for _ in range(1 + min(n_others, room)))

    def take_more(self, count: int) -> tuple[int, ...]:
        """Take further signals for a role.

        Parameters
        ----------
        count : int
            Number of signals.

        Returns
        -------
        tuple of int
            The signals; fewer if not so many are left.
        """
        return tuple(self.take() for _ in range(min(count, len(self.left))))

    def take_numbers(self, numbers: tuple[int, ...], n_others: int) -> tuple[int, ...]:
        """Draw a number for the called play and, while numbers last, for each other play.

        Parameters
        ----------
        numbers : tuple of int
            The numbers that the family counts to.
        n_others : int
            Number of other plays.

        Returns
        -------
        tuple of int
            The numbers, each at most once.
        """
        return tuple(int(n) for n in self.rng.permutation(numbers)[: 1 + n_others])

    def choose(self, probabilities: Mapping[int, float]) -> int:
        """Draw one of some numbers.

        Parameters
        ----------
        probabilities : mapping of int to float
            The numbers with their probabilities, which sum to 1.

        Returns
        -------
        int
            One of the numbers.
        """
        return int(self.rng.choice(list(probabilities), p=list(probabilities.values())))

    def happens(self, probability: float) -> bool:
        """Draw whether something happens.

        Parameters
        ----------
        probability : float
            Its probability.

        Returns
        -------
        bool
            True if it happens.
        """
        return bool(self.rng.random() < probability)


class PatternDraw(NamedTuple):
    """What the pattern of a rule may depend on when it is inserted into N sequences.

    Attributes
    ----------
    rng : numpy.random.Generator
        Source of randomness.
    sequences : numpy.ndarray of int16
        All sequences, those that stay as they are included.
    swapped : numpy.ndarray of bool, shape (N,)
        A coin flip for each sequence, for families that leave a choice.
    """

    rng: np.random.Generator
    sequences: Sequences
    swapped: NDArray[np.bool_]


class Pattern(NamedTuple):
    """The signals that show a call, in order, and where in the sequence they may stand.

    Attributes
    ----------
    signals : tuple of int or numpy.ndarray of int16, shape (N,)
        The signals in order, one for all N sequences or one for each. NO_SIGNAL leaves what is
        there.
    adjacent : bool
        True if they stand together, False if others may come between.
    first : callable, optional
        Takes the (N,) lengths, returns the place of the first signal; a negative place means that
        the pattern does not fit. None: any place.
    clears : tuple of int
        Signals that must not stand elsewhere in the sequence: they are replaced first.
    """

    signals: tuple[int | NDArray[np.int16], ...]
    adjacent: bool = True
    first: Callable[[Ints], Ints] | None = None
    clears: tuple[int, ...] = ()
