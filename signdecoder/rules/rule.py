"""A rule: which sequences of signals call which play.

Signals are numbers from 0. A sequence is a row of an integer array, padded with `BLANK` on the
right.
"""

from __future__ import annotations

from collections.abc import Sequence
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
    """

    family: str
    calls: tuple[int, ...]
    indicator: int = NO_SIGNAL
    second: int = NO_SIGNAL
    step: int = 1
    wipe_off: int = NO_SIGNAL
    wipes_anywhere: bool = False
    activator: int = NO_SIGNAL

    @property
    def key_signs(self) -> tuple[int, ...]:
        """The key sign; two if either will do; none if the rule has none."""
        return FAMILIES[self.family].key_signs(self)

    @property
    def plain(self) -> Rule:
        """The rule without its wipe-off or activator."""
        return replace(self, wipe_off=NO_SIGNAL, wipes_anywhere=False, activator=NO_SIGNAL)

    @property
    def roles(self) -> tuple[int, ...]:
        """Every signal that has a role in this rule."""
        named = (self.indicator, self.second, self.wipe_off, self.activator)
        live = () if self.counts else self.calls
        return tuple(s for s in (*named, *live) if s != NO_SIGNAL)

    @property
    def counts(self) -> bool:
        """True if the calls are numbers, not signals."""
        return FAMILIES[self.family].counts

    @property
    def is_null(self) -> bool:
        """True if the signals are meaningless."""
        return self.family == NULL


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
