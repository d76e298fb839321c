"""A rule: which sequences of signals call which play.

Signals are numbers from 0. A sequence is a row of an integer array, padded with `BLANK` on the
right.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from signdecoder.rules.registry import FAMILIES

BLANK = -1
"""Fills the end of a row after the last signal of its sequence."""
NO_SIGNAL = -1
"""Stands for a role that a rule does not have, or for a call by any signal."""
NOTHING, CALLED = 0, 1
"""What a sequence calls: nothing, the called play, or (2, 3, ...) another play of the rule."""
NULL = "null"
"""The family of coaches whose signals are meaningless."""

Sequences = NDArray[np.int16]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Rule:
    """A hidden rule: which sequences call which play.

    Attributes
    ----------
    family : str
        Name of its family; see `signdecoder.rules.families`.
    calls : tuple of int
        What distinguishes the plays, the called play first: a signal in most families, a number in
        families that count. NO_SIGNAL means any signal.
    indicator : int
        The indicator, or NO_SIGNAL.
    second : int
        A second signal that the family needs, such as the end of a bracket, or NO_SIGNAL.
    step : int
        The k of the k-th signal after the indicator, or the position in the sequence, from 1; -1
        is the last.
    wipe_off : int
        The signal that cancels, or NO_SIGNAL.
    wipes_anywhere : bool
        True if the wipe-off cancels the whole sequence, False if only what comes before it.
    activator : int
        The signal that must come last to confirm, or NO_SIGNAL.
    more_live : tuple of int
        Further signals that call the called play just like `calls[0]`, in families that take sets.
    more_indicators : tuple of int
        Further indicators that count just like `indicator`, in families that take sets.

    Raises
    ------
    ValueError
        If the family takes no further signals.
    """

    family: str
    calls: tuple[int, ...]
    indicator: int = NO_SIGNAL
    second: int = NO_SIGNAL
    step: int = 1
    wipe_off: int = NO_SIGNAL
    wipes_anywhere: bool = False
    activator: int = NO_SIGNAL
    more_live: tuple[int, ...] = ()
    more_indicators: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if self.takes_any and not FAMILIES[self.family].takes_sets:
            raise ValueError(f"rules of the family {self.family} take one signal in each role")

    @property
    def key_signs(self) -> tuple[int, ...]:
        """The key sign; several if any of them will do; none if the rule has none."""
        return self._of_readings(lambda one: FAMILIES[one.family].key_signs(one))

    @property
    def live_signals(self) -> tuple[int, ...]:
        """The signals that call the called play; NO_SIGNAL for any; empty if the rule counts."""
        return self._of_readings(lambda one: FAMILIES[one.family].live_signals(one))

    @property
    def indicators(self) -> tuple[int, ...]:
        """The indicator, and those that count just like it."""
        return (self.indicator, *self.more_indicators)

    @property
    def takes_any(self) -> bool:
        """True if any of several signals will do as the indicator or as the live signal."""
        return bool(self.more_live or self.more_indicators)

    @property
    def readings(self) -> tuple[Rule, ...]:
        """The rules with one indicator and one live signal that this rule unites.

        The called play is called where any of them calls it. A rule without further signals is its
        own only reading.
        """
        if not self.takes_any:
            return (self,)
        return tuple(
            replace(
                self,
                indicator=indicator,
                calls=(live, *self.calls[1:]),
                more_live=(),
                more_indicators=(),
            )
            for indicator in self.indicators
            for live in (self.calls[0], *self.more_live)
        )

    @property
    def plain(self) -> Rule:
        """The rule without its wipe-off or activator."""
        return replace(self, wipe_off=NO_SIGNAL, wipes_anywhere=False, activator=NO_SIGNAL)

    @property
    def roles(self) -> tuple[int, ...]:
        """Every signal that has a role in this rule."""
        return tuple(s for group in self.role_groups for s in group)

    @property
    def role_groups(self) -> tuple[tuple[int, ...], ...]:
        """The signals of each role: any signal of a group will do."""
        groups = [self.indicators, (self.second,), (self.wipe_off,), (self.activator,)]
        if not self.counts:
            groups += [(self.calls[0], *self.more_live), *((call,) for call in self.calls[1:])]
        return tuple(group for group in groups if group != (NO_SIGNAL,))

    @property
    def counts(self) -> bool:
        """True if the calls are numbers, not signals."""
        return FAMILIES[self.family].counts

    @property
    def is_null(self) -> bool:
        """True if the signals are meaningless."""
        return self.family == NULL

    def _of_readings(self, signals: Callable[[Rule], tuple[int, ...]]) -> tuple[int, ...]:
        """Return the signals of all readings, each once."""
        return tuple(dict.fromkeys(s for reading in self.readings for s in signals(reading)))


def pad_sequences(sequences: Sequence[Sequence[int]]) -> Sequences:
    """Put sequences of different lengths into the rows of one array.

    Parameters
    ----------
    sequences : sequence of sequences of int
        N sequences of at most T signals.

    Returns
    -------
    numpy.ndarray of int16, shape (N, T)
        The sequences, filled up with BLANK.

    Examples
    --------
    >>> pad_sequences([(4, 7), (2,)]).tolist()
    [[4, 7], [2, -1]]
    """
    rows = np.full((len(sequences), max(map(len, sequences), default=0)), BLANK, np.int16)
    for row, sequence in zip(rows, sequences, strict=True):
        row[: len(sequence)] = sequence
    return rows
