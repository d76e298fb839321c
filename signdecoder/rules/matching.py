"""Which play each sequence calls under a rule."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from signdecoder.core.contexts import NOT_NOTED
from signdecoder.rules.by_context import AnyRule, ContextRule
from signdecoder.rules.registry import FAMILIES
from signdecoder.rules.rule import BLANK, NO_SIGNAL, NOTHING, Mask, Rule, Sequences
from signdecoder.rules.sequence_ops import at_position

Contexts = Sequence[tuple[int, ...]]
"""The value of each of CONTEXT_KINDS at each of N plays; empty where nothing is known."""


def plays_called(
    rule: AnyRule, sequences: Sequences, contexts: Contexts | None = None
) -> NDArray[np.int8]:
    """Find what each sequence calls.

    Parameters
    ----------
    rule : Rule or ContextRule
        The coach's rule.
    sequences : numpy.ndarray of int16, shape (N, T)
        Signals, padded with BLANK.
    contexts : sequence of tuple of int, optional
        For a rule that depends on a context, the value of each of CONTEXT_KINDS at each of the N
        sequences; nothing is known if None. Where the value is not known, a sequence calls what it
        calls at every value.

    Returns
    -------
    numpy.ndarray of int8, shape (N,)
        NOTHING, CALLED or the number of another play. A sequence that shows several plays calls
        the one that comes first in `rule.calls`.

    Examples
    --------
    >>> from signdecoder.rules.rule import pad_sequences
    >>> plays_called(Rule("next", (7,), indicator=4), pad_sequences([(2, 4, 7), (7, 4)])).tolist()
    [1, 0]
    """
    if isinstance(rule, ContextRule):
        return _called_by_context(rule, sequences, contexts)
    live = live_part(sequences, rule.wipe_off, rule.wipes_anywhere)
    family = FAMILIES[rule.family]
    called = np.zeros(len(sequences), np.int8)
    readings = rule.readings
    for place in range(len(rule.calls), 0, -1):
        for reading in readings:
            called[family.matches(reading, live, reading.calls[place - 1])] = place
    return np.where(_is_confirmed(rule, live), called, np.int8(NOTHING))


def _called_by_context(
    rule: ContextRule, sequences: Sequences, contexts: Contexts | None
) -> NDArray[np.int8]:
    """Return (N,) what each sequence calls at the value of its moment."""
    at_each = np.stack([plays_called(one, sequences) for one in rule.rules])
    agreed = np.where((at_each == at_each[0]).all(axis=0), at_each[0], np.int8(NOTHING))
    if contexts is None:
        return agreed
    values = np.array([rule.value_in(context) for context in contexts], np.int64)
    at_own = at_each[np.maximum(values, 0), np.arange(len(sequences))]
    return np.where(values == NOT_NOTED, agreed, at_own)


def live_part(sequences: Sequences, wipe_off: int, anywhere: bool) -> Sequences:
    """Blank out all that a wipe-off cancels.

    Parameters
    ----------
    sequences : numpy.ndarray of int16, shape (N, T)
        Signals, padded with BLANK.
    wipe_off : int
        The signal that cancels, or NO_SIGNAL.
    anywhere : bool
        True if it cancels the whole sequence, False if only what comes before it.

    Returns
    -------
    numpy.ndarray of int16, shape (N, T)
        The sequences, with BLANK for what is canceled.
    """
    if wipe_off == NO_SIGNAL:
        return sequences
    wiped = sequences == wipe_off
    if not anywhere:
        # A signal is canceled if a wipe-off stands at its place or later.
        wiped = np.logical_or.accumulate(wiped[:, ::-1], axis=1)[:, ::-1]
    else:
        wiped = np.broadcast_to(wiped.any(axis=1, keepdims=True), sequences.shape)
    return np.where(wiped, np.int16(BLANK), sequences)


def _is_confirmed(rule: Rule, live: Sequences) -> Mask:
    """Return (N,) whether the activator, if there is one, comes last."""
    if rule.activator == NO_SIGNAL:
        return np.ones(len(live), np.bool_)
    return np.asarray(at_position(live, -1) == rule.activator)
