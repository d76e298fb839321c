"""Sequences of signals as the play LSTM reads them, from every pair's point of view at once.

Shapes: N sequences, T signals each, C = D·D pairs of a sequence's own signals and an absent one, H
units, S sights.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from signdecoder.lstm.cell import LSTM, Floats, Gates, State, sigmoid
from signdecoder.lstm.weights import Arrays, Weights

Places = NDArray[np.int64]

UNSEEN = 2  # slots that every grid keeps for signals that have not come yet

# (17, 4) what a pair is told of a signal: is it k, is it l, is it the one before, the one two
# before. The last row is of no signal: the sequence has ended.
_ENDED = 16
_TOLD = np.array(
    [[n >> bit & 1 for bit in range(4)] for n in range(_ENDED)] + [[0] * 4], np.float32
)


@dataclass(frozen=True, slots=True)
class EncoderTrace:
    """One sequence as the play LSTM read it from one pair's point of view, signal by signal.

    ``inputs`` (T, X) are what it was told of each signal, ``sights`` (T, S) what the pair showed
    after it; the arrays of ``gates`` are (T, H).
    """

    inputs: Floats
    gates: Gates
    sights: Floats


@dataclass(frozen=True, slots=True)
class _Step:
    """One step of the play LSTM over N sequences, for every pair.

    ``row`` (N·C,) tells where each pair of each sequence stands among P points of view: ``inputs``
    (P, X), the ``gates`` and the ``state``. Where a sequence has ended its state stays, and the
    gates mean nothing.
    """

    row: Places
    inputs: Floats
    gates: Gates
    state: State


@dataclass(frozen=True, slots=True)
class _PrefixCache:
    """One sequence that was read, in ``slots`` of its own, and the last step of that."""

    sequence: tuple[int, ...]
    slots: int
    step: _Step

    def begins(self, sequence: tuple[int, ...]) -> bool:
        """Is it the beginning of another?"""
        length = len(self.sequence)
        return length < len(sequence) and self.sequence == sequence[:length]

    def rows(self, slots: int) -> Places:
        """(C,) where each pair stands among so many slots: signals that are new were absent."""
        came_from = np.minimum(np.arange(slots), self.slots - 1)
        grid = self.step.row.reshape(self.slots, self.slots)
        return np.asarray(grid[np.ix_(came_from, came_from)].ravel())


@dataclass(frozen=True, slots=True)
class SequenceFeatures:
    """N sequences read by the play LSTM, each in the slots of its own signals and an absent one.

    A signal that a sequence lacks looks the same to it as any other that it lacks, so a play of d
    different signals needs (d + 1)² rows, not V². ``sights`` (N, D·D, S); ``signals`` are the
    signals of each sequence that have slots, in their local order.
    """

    sights: Floats
    signals: tuple[tuple[int, ...], ...]
    slots: int

    def spread(self, play: int, slots: int) -> Floats:
        """What one play shows of all candidates of a grid of ``slots``: (C, S)."""
        local = np.full(slots, self.slots - 1)
        for place, signal in enumerate(self.signals[play]):
            if signal < slots - UNSEEN:
                local[signal] = place
        rows = local[:, None] * self.slots + local[None, :]
        return np.asarray(self.sights[play][rows.ravel()])


class SequenceEncoder:
    """The play LSTM, and what it shows of each pair, run with NumPy on trained weights."""

    def __init__(self, weights: Weights) -> None:
        a: Arrays = weights.arrays
        self.lstm = LSTM(a["play/kernel"], a["play/recurrent_kernel"], a["play/bias"])
        self._kernel, self._bias = (
            np.concatenate([a[f"sight/{part}"], a[f"free_sight/{part}"]], axis=-1)
            for part in ("kernel", "bias")
        )
        self._begun: _PrefixCache | None = None  # what was last read alone

    def read(self, sequences: Sequence[Sequence[int]]) -> SequenceFeatures:
        """Run the play LSTM over N sequences of numbers (negative: a signal without a slot).

        One alone that goes on from the one read alone before takes only the steps that are new.
        """
        signals = tuple(
            tuple(signal for signal in dict.fromkeys(sequence) if signal >= 0)
            for sequence in sequences
        )
        slots = max(map(len, signals)) + 1
        local = np.full((len(sequences), max(map(len, sequences))), -1)
        for n, sequence in enumerate(sequences):
            place = {signal: p for p, signal in enumerate(signals[n])}
            # Nobody asks about a signal without a slot: it needs a place, but no rows of its own.
            local[n, : len(sequence)] = [place.get(s, slots - 1 - s) for s in sequence]
        alone = tuple(sequences[0]) if len(sequences) == 1 else None
        begun = self._begun if alone and self._begun and self._begun.begins(alone) else None
        *_, step = self._steps(local, slots, begun)
        if alone:
            self._begun = _PrefixCache(alone, slots, step)
        sights = self._sights(step.state.h)[step.row]
        return SequenceFeatures(sights.reshape(len(sequences), slots * slots, -1), signals, slots)

    def trace(self, sequence: Sequence[int], key: int, live: int) -> EncoderTrace:
        """Read one sequence and keep every step of it, from the point of view of (key, live).

        The very steps of ``read``: the last hidden values are those that its sights are made of.
        """
        places = {signal: place for place, signal in enumerate(dict.fromkeys(sequence))}
        absent = len(places)
        local = np.array([[places[signal] for signal in sequence]])
        row = places.get(key, absent) * (absent + 1) + places.get(live, absent)
        steps = [(step, step.row[row]) for step in self._steps(local, absent + 1)]
        taken = {
            name: np.array([getattr(step.gates, name)[at] for step, at in steps])
            for name in Gates.__slots__
        }
        inputs = np.array([step.inputs[at] for step, at in steps])
        return EncoderTrace(inputs, Gates(**taken), self._sights(taken["hidden"]))

    def _steps(
        self, local: Places, slots: int, begun: _PrefixCache | None = None
    ) -> Iterator[_Step]:
        """The play LSTM over (N, T) places of signals among ``slots``, for each pair of them.

        A place past ``slots`` is that of a signal without rows, -1 is past the end of a sequence.
        What was ``begun`` is gone on from.
        """
        if begun:
            first, row, state = len(begun.sequence), begun.rows(slots), begun.step.state
        else:  # at first nobody has been told anything
            first, row, state = 0, np.zeros(len(local) * slots**2, np.int64), self.lstm.start(1)
        for t in range(first, local.shape[1]):
            row, before, told = _merge(row, _hear(local, t, slots))
            state = take_rows(state, before)
            inputs = _TOLD[told]
            gates = self.lstm.gates(inputs, state)
            ended = told == _ENDED
            after = State(gates.hidden, gates.cell)
            if ended.any():
                after.h[ended], after.c[ended] = state.h[ended], state.c[ended]
            state = after
            yield _Step(row, inputs, gates, state)

    def _sights(self, hidden: Floats) -> Floats:
        """What the play LSTM's hidden values (…, H) show of a pair: (…, S)."""
        return sigmoid(hidden @ self._kernel + self._bias)


def _hear(local: Places, t: int, slots: int) -> Places:
    """(N·C,) what each pair is told of one signal, a row of ``_TOLD``; ``_ENDED`` if none came."""
    now = local[:, t]
    told = np.zeros((len(local), slots, slots), np.int64)
    there = now >= 0
    asked = np.flatnonzero(there & (now < slots))
    told[asked, now[asked], :] += 1
    told[asked, :, now[asked]] += 2
    for steps in (1, 2):
        if t >= steps:
            told[there & (now == local[:, t - steps])] += 2 << steps
    told[~there] = _ENDED
    return told.ravel()


def _merge(row: Places, told: Places) -> tuple[Places, Places, Places]:
    """Pairs that have been told the same so far as one point of view, of P.

    From (N·C,) the points of view before, and what each pair is told now: (N·C,) those after it,
    and for each (P,) the one that it comes from and what it is told.
    """
    heard = row * len(_TOLD) + told
    there = np.bincount(heard) > 0
    before, told = np.divmod(np.flatnonzero(there), len(_TOLD))
    return (np.cumsum(there) - 1)[heard], before, told


def take_rows(state: State, rows: Places) -> State:
    """The state of these rows alone, in this order."""
    return State(state.h[rows], state.c[rows])
