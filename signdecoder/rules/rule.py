"""The grammar of sign systems: does this sequence call a play?

Signals are numbers from 0; a sequence is a row of an integer array, padded with ``BLANK`` on the
right. Everything here is vectorised over the rows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

BLANK = -1
NO_SIGNAL = -1
NOTHING, CALLED = 0, 1
"""What a sequence calls: nothing, the called play, or (2, 3, ...) another play by its place."""

Sequences = NDArray[np.int16]
Truth = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Rule:
    """A hidden rule: which sequences call which play.

    ``calls`` holds what tells the plays apart, the called play first: a signal in most families,
    a number in those that count. A role that a system lacks is ``NO_SIGNAL``; a call of
    ``NO_SIGNAL`` means any signal. ``step`` is the k of the k-th signal after the indicator, or the
    place in the sequence (from 1; -1 is the last).
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
        """The key sign, or two where they are equal, or none: the contract's words."""
        return FAMILIES[self.family].key_signs(self)

    @property
    def plain(self) -> Rule:
        """This system without a wipe-off or an activator."""
        return replace(self, wipe_off=NO_SIGNAL, wipes_anywhere=False, activator=NO_SIGNAL)

    @property
    def roles(self) -> tuple[int, ...]:
        """Every signal that means something in this system."""
        named = (self.indicator, self.second, self.wipe_off, self.activator)
        live = () if FAMILIES[self.family].counts else self.calls
        return tuple(s for s in (*named, *live) if s != NO_SIGNAL)


def pad_sequences(sequences: Sequence[Sequence[int]]) -> Sequences:
    """Sequences of signals as the rows of one array."""
    rows = np.full((len(sequences), max(map(len, sequences), default=0)), BLANK, np.int16)
    for row, sequence in zip(rows, sequences, strict=True):
        row[: len(sequence)] = sequence
    return rows


def plays_called(system: Rule, sequences: Sequences) -> NDArray[np.int8]:
    """What each sequence calls: (N, T) signals to (N,) of NOTHING, CALLED or another's place.

    A sequence that shows several plays at once calls the one that stands first in ``calls``.
    """
    live = _live_part(system, sequences)
    shown = FAMILIES[system.family].shown
    called = np.zeros(len(sequences), np.int8)
    for place in range(len(system.calls), 0, -1):
        called[shown(system, live, system.calls[place - 1])] = place
    return np.where(_confirmed(system, live), called, np.int8(NOTHING))


def _live_part(system: Rule, sequences: Sequences) -> Sequences:
    """The sequences with all that a wipe-off cancels blanked out."""
    if system.wipe_off == NO_SIGNAL:
        return sequences
    wiped = sequences == system.wipe_off
    if not system.wipes_anywhere:
        # A signal is cancelled if a wipe-off stands at its place or later.
        wiped = np.logical_or.accumulate(wiped[:, ::-1], axis=1)[:, ::-1]
    else:
        wiped = np.broadcast_to(wiped.any(axis=1, keepdims=True), sequences.shape)
    return np.where(wiped, np.int16(BLANK), sequences)


def _confirmed(system: Rule, live: Sequences) -> Truth:
    if system.activator == NO_SIGNAL:
        return np.ones(len(live), np.bool_)
    return np.asarray(_at_place(live, -1) == system.activator)


def _at_place(live: Sequences, place: int) -> Sequences:
    """The signal at a place of each live part, from 1, or -1 for the last; BLANK where none is."""
    there = live != BLANK
    width = live.shape[1]
    if place < 0:
        index = width - 1 - np.argmax(there[:, ::-1], axis=1)
    else:
        index = np.argmax(there, axis=1) + place - 1
    inside = index < width
    return np.where(inside, live[np.arange(len(live)), np.where(inside, index, 0)], np.int16(BLANK))


def _any(places: Truth) -> Truth:
    """(N, T) to (N,): is there such a place in the sequence?"""
    return np.asarray(places.any(axis=1))


def _followed(live: Sequences, first: int, then: int, steps: int) -> Truth:
    if live.shape[1] <= steps:
        return np.zeros(len(live), np.bool_)
    return _any((live[:, :-steps] == first) & (live[:, steps:] == then))


def _after_first(live: Sequences, signal: int) -> Truth:
    """(N, T): does this place come after the first occurrence of the signal?"""
    seen = np.logical_or.accumulate(live == signal, axis=1)
    after = np.zeros_like(seen)
    after[:, 1:] = seen[:, :-1]
    return after


def _shows_kth(system: Rule, live: Sequences, call: int) -> Truth:
    return _followed(live, system.indicator, call, system.step)


def _shows_before(system: Rule, live: Sequences, call: int) -> Truth:
    return _followed(live, call, system.indicator, 1)


def _shows_anywhere(system: Rule, live: Sequences, call: int) -> Truth:
    return _any((live == call) & _after_first(live, system.indicator))


def _shows_hot(system: Rule, live: Sequences, call: int) -> Truth:
    if system.second != NO_SIGNAL and call == system.calls[0]:
        return _any((live == call) | (live == system.second))
    return _any(live == call)


def _shows_count_after(system: Rule, live: Sequences, call: int) -> Truth:
    counted = _after_first(live, system.indicator) & (live != BLANK)
    if system.second != NO_SIGNAL:  # counting ends at the stop signal, which must come
        stop = counted & (live == system.second)
        ended = np.logical_or.accumulate(stop, axis=1)
        counted &= ~ended
        return np.asarray(_any(stop) & (counted.sum(axis=1) == call))
    return np.asarray(counted.sum(axis=1) == call)


def _shows_count_of(system: Rule, live: Sequences, call: int) -> Truth:
    return np.asarray((live == system.indicator).sum(axis=1) == call)


def _shows_position(system: Rule, live: Sequences, call: int) -> Truth:
    return np.asarray(_at_place(live, system.step) == call)


def _shows_both(system: Rule, live: Sequences, call: int) -> Truth:
    return _any(live == system.indicator) & _any(live == call)


def _shows_two_after(system: Rule, live: Sequences, call: int) -> Truth:
    if live.shape[1] < 3:
        return np.zeros(len(live), np.bool_)
    key, first, then = live[:, :-2], live[:, 1:-1], live[:, 2:]
    return _any((key == system.indicator) & (first == system.second) & (then == call))


def _shows_between(system: Rule, live: Sequences, call: int) -> Truth:
    inside = (live == call) & _after_first(live, system.indicator)
    closing = live == system.second
    later = np.zeros_like(closing)
    later[:, :-1] = np.logical_or.accumulate(closing[:, ::-1], axis=1)[:, ::-1][:, 1:]
    return _any(inside & later)


def _shows_again(system: Rule, live: Sequences, call: int) -> Truth:
    if live.shape[1] <= system.step:
        return np.zeros(len(live), np.bool_)
    first = live[:, : -system.step]
    again = (first == live[:, system.step :]) & (first != BLANK)
    if call != NO_SIGNAL:
        again &= first == call
    return _any(again)


def _shows_nothing(system: Rule, live: Sequences, call: int) -> Truth:
    return np.zeros(len(live), np.bool_)


def _key_is_indicator(system: Rule) -> tuple[int, ...]:
    return (system.indicator,)


def _key_is_live(system: Rule) -> tuple[int, ...]:
    equal = (system.calls[0], system.second)
    return tuple(s for s in equal if s != NO_SIGNAL)


def _key_is_either(system: Rule) -> tuple[int, ...]:
    return (system.indicator, system.calls[0])


@dataclass(frozen=True, slots=True)
class Family:
    """A kind of sign system: when it shows a play, which signal is its key, and its words."""

    shown: Callable[[Rule, Sequences, int], Truth]
    key_signs: Callable[[Rule], tuple[int, ...]]
    words: str
    counts: bool = False


FAMILIES = {
    "next": Family(
        _shows_kth, _key_is_indicator, "The signal right after the {indicator} counts; {call}"
    ),
    "kth": Family(
        _shows_kth, _key_is_indicator, "The {ordinal} signal after the {indicator} counts; {call}"
    ),
    "anywhere": Family(
        _shows_anywhere, _key_is_indicator, "Any signal after the {indicator} counts; {call}"
    ),
    # The sign comes first and the key confirms it: the earlier signal is the key sign.
    "before": Family(
        _shows_before, _key_is_live, "The signal right before the {indicator} counts; {call}"
    ),
    "hot": Family(_shows_hot, _key_is_live, "No indicator: {call}, wherever it comes"),
    "count_after": Family(
        _shows_count_after,
        _key_is_indicator,
        "The number of signals after the first {indicator}{stop} counts; {call}",
        counts=True,
    ),
    "count_of": Family(
        _shows_count_of,
        _key_is_indicator,
        "The number of times the {indicator} comes counts; {call}",
        counts=True,
    ),
    "position": Family(_shows_position, _key_is_live, "The {place} signal counts; {call}"),
    "both": Family(
        _shows_both, _key_is_either, "The {indicator} somewhere, before or after; {call}"
    ),
    "two_after": Family(
        _shows_two_after,
        _key_is_indicator,
        "Right after the {indicator} {a_second}, and the signal after that counts; {call}",
    ),
    "between": Family(
        _shows_between,
        _key_is_indicator,
        "A signal between the {indicator} and a later {second} counts; {call}",
    ),
    "twice": Family(_shows_again, _key_is_live, "The same signal twice running counts; {call}"),
    "sandwich": Family(
        _shows_again, _key_is_live, "A signal that comes back two places later counts; {call}"
    ),
    "null": Family(_shows_nothing, lambda _: (), "The signals mean nothing"),
}
