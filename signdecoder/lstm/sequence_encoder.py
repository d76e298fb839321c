"""The sequence LSTM, run over a sequence from the point of view of every pair of its signals.

Shapes: N sequences, T signals each, C = D·D pairs of a sequence's own signals and an absent one, H
units, S pair features.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from signdecoder.lstm.cell import LSTM, Floats, Gates, State, sigmoid
from signdecoder.lstm.weights import Arrays, Weights

Places = NDArray[np.int64]

UNSEEN = 2  # slots that every grid keeps for signals that have not appeared yet

# (17, 4) the input of a pair for one signal: is it k, is it l, is it the signal before, the one two
# before. The last row is for no signal: the sequence has ended.
_ENDED = 16
_INPUT_TABLE = np.array(
    [[n >> bit & 1 for bit in range(4)] for n in range(_ENDED)] + [[0] * 4], np.float32
)


@dataclass(frozen=True, slots=True)
class EncoderTrace:
    """Every step of the sequence LSTM over one sequence, from one pair's point of view.

    Attributes
    ----------
    inputs : ndarray of float32
        (T, X) the input at each signal.
    gates : Gates
        The gates and states at each signal, each (T, H).
    features : ndarray of float32
        (T, S) the pair features after each signal.
    """

    inputs: Floats
    gates: Gates
    features: Floats


@dataclass(frozen=True, slots=True)
class _Step:
    """One step of the sequence LSTM over N sequences, for every pair.

    Pairs whose inputs were identical so far share one of P rows of ``inputs`` (P, X), ``gates`` and
    ``state``; ``row`` (N·C,) is the row of each pair of each sequence. Once a sequence has ended
    its state stays, and the gates mean nothing.
    """

    row: Places
    inputs: Floats
    gates: Gates
    state: State


@dataclass(frozen=True, slots=True)
class _PrefixCache:
    """The last sequence that was encoded alone, in ``slots`` of its own, and its last step."""

    sequence: tuple[int, ...]
    slots: int
    step: _Step

    def is_prefix_of(self, sequence: tuple[int, ...]) -> bool:
        """Return whether another sequence continues this one."""
        length = len(self.sequence)
        return length < len(sequence) and self.sequence == sequence[:length]

    def rows(self, slots: int) -> Places:
        """Return (C,) the row of each pair of more slots: new signals were absent so far."""
        came_from = np.minimum(np.arange(slots), self.slots - 1)
        grid = self.step.row.reshape(self.slots, self.slots)
        return np.asarray(grid[np.ix_(came_from, came_from)].ravel())


@dataclass(frozen=True, slots=True)
class SequenceFeatures:
    """The pair features of N sequences, each in the slots of its own signals and an absent one.

    All signals that a sequence lacks look the same to it, so a play with d different signals needs
    (d + 1)² rows, not V².

    Attributes
    ----------
    features : ndarray of float32
        (N, D·D, S) features of each pair of local slots.
    signals : tuple of tuple of int
        For each sequence, its signals that have slots, in local order.
    slots : int
        The number D of local slots.
    """

    features: Floats
    signals: tuple[tuple[int, ...], ...]
    slots: int

    def to_grid(self, row: int, slots: int) -> Floats:
        """Return the features of one sequence for all pairs of a coach's slots.

        Parameters
        ----------
        row : int
            The number of the sequence.
        slots : int
            The number V of slots, including the unseen ones.

        Returns
        -------
        ndarray of float32
            (V·V, S) features.
        """
        local = np.full(slots, self.slots - 1)
        for place, signal in enumerate(self.signals[row]):
            if signal < slots - UNSEEN:
                local[signal] = place
        rows = local[:, None] * self.slots + local[None, :]
        return np.asarray(self.features[row][rows.ravel()])


class SequenceEncoder:
    """Run the sequence LSTM with NumPy on trained weights.

    Parameters
    ----------
    weights : Weights
        The trained network.

    Attributes
    ----------
    lstm : LSTM
        The cell.
    """

    def __init__(self, weights: Weights) -> None:
        a: Arrays = weights.arrays
        self.lstm = LSTM(a["play/kernel"], a["play/recurrent_kernel"], a["play/bias"])
        self._kernel, self._bias = (
            np.concatenate([a[f"sight/{part}"], a[f"free_sight/{part}"]], axis=-1)
            for part in ("kernel", "bias")
        )
        self._prefix: _PrefixCache | None = None

    def encode(self, sequences: Sequence[Sequence[int]]) -> SequenceFeatures:
        """Compute the pair features of some sequences.

        A single sequence that continues the last single one takes only the new steps.

        Parameters
        ----------
        sequences : sequence of sequences of int
            N sequences of slots; a negative number is a signal without a slot.

        Returns
        -------
        SequenceFeatures
            Their features.
        """
        signals = tuple(
            tuple(signal for signal in dict.fromkeys(sequence) if signal >= 0)
            for sequence in sequences
        )
        slots = max(map(len, signals)) + 1
        local = np.full((len(sequences), max(map(len, sequences))), -1)
        for n, sequence in enumerate(sequences):
            place = {signal: p for p, signal in enumerate(signals[n])}
            # No rule is about a signal without a slot: it needs a place, but no rows of its own.
            local[n, : len(sequence)] = [place.get(s, slots - 1 - s) for s in sequence]
        single = tuple(sequences[0]) if len(sequences) == 1 else None
        prefix = self._prefix
        if prefix and not (single and prefix.is_prefix_of(single)):
            prefix = None
        *_, step = self._steps(local, slots, prefix)
        if single:
            self._prefix = _PrefixCache(single, slots, step)
        features = self._features(step.state.h)[step.row]
        shape = (len(sequences), slots * slots, -1)
        return SequenceFeatures(features.reshape(shape), signals, slots)

    def trace(self, sequence: Sequence[int], key: int, live: int) -> EncoderTrace:
        """Encode one sequence and keep every step, from the point of view of one pair.

        These are the very steps of `encode`: its features are made of the last hidden values here.

        Parameters
        ----------
        sequence : sequence of int
            T slots; a negative number is a signal without a slot.
        key : int
            The slot of k, the first signal of the pair.
        live : int
            The slot of l, the second signal of the pair.

        Returns
        -------
        EncoderTrace
            Inputs, gates and features after each signal.
        """
        places = {signal: place for place, signal in enumerate(dict.fromkeys(sequence))}
        absent = len(places)
        local = np.array([[places[signal] for signal in sequence]])
        row = places.get(key, absent) * (absent + 1) + places.get(live, absent)
        steps = [(step, step.row[row]) for step in self._steps(local, absent + 1)]
        gates = {
            name: np.array([getattr(step.gates, name)[at] for step, at in steps])
            for name in Gates.__slots__
        }
        inputs = np.array([step.inputs[at] for step, at in steps])
        return EncoderTrace(inputs, Gates(**gates), self._features(gates["hidden"]))

    def _steps(
        self, local: Places, slots: int, prefix: _PrefixCache | None = None
    ) -> Iterator[_Step]:
        """Run the LSTM over (N, T) local places, for each pair of ``slots``, after a prefix.

        A place past ``slots`` is a signal without rows, -1 is past the end of a sequence.
        """
        if prefix:
            first, row, state = len(prefix.sequence), prefix.rows(slots), prefix.step.state
        else:  # at first the inputs of all pairs are identical
            first, row, state = 0, np.zeros(len(local) * slots**2, np.int64), self.lstm.start(1)
        for t in range(first, local.shape[1]):
            row, parent, code = _merge(row, _input_codes(local, t, slots))
            state = take_rows(state, parent)
            inputs = _INPUT_TABLE[code]
            gates = self.lstm.gates(inputs, state)
            ended = code == _ENDED
            after = State(gates.hidden, gates.cell)
            if ended.any():
                after.h[ended], after.c[ended] = state.h[ended], state.c[ended]
            state = after
            yield _Step(row, inputs, gates, state)

    def _features(self, hidden: Floats) -> Floats:
        """Compute pair features (…, S) from hidden values (…, H)."""
        return sigmoid(hidden @ self._kernel + self._bias)


def _input_codes(local: Places, t: int, slots: int) -> Places:
    """Return (N·C,) the row of `_INPUT_TABLE` for each pair at signal t."""
    now = local[:, t]
    codes = np.zeros((len(local), slots, slots), np.int64)
    there = now >= 0
    with_rows = np.flatnonzero(there & (now < slots))
    codes[with_rows, now[with_rows], :] += 1
    codes[with_rows, :, now[with_rows]] += 2
    for steps in (1, 2):
        if t >= steps:
            codes[there & (now == local[:, t - steps])] += 2 << steps
    codes[~there] = _ENDED
    return codes.ravel()


def _merge(row: Places, codes: Places) -> tuple[Places, Places, Places]:
    """Deduplicate pairs whose inputs were identical so far: they share one LSTM row.

    From the row (N·C,) and input code (N·C,) of each pair; returns its new row (N·C,), and the
    parent row (P,) and input code (P,) of each new row.
    """
    history = row * len(_INPUT_TABLE) + codes
    there = np.bincount(history) > 0
    parent, code = np.divmod(np.flatnonzero(there), len(_INPUT_TABLE))
    return (np.cumsum(there) - 1)[history], parent, code


def take_rows(state: State, rows: Places) -> State:
    """Return the given rows of a state, in this order.

    Parameters
    ----------
    state : State
        States (R, H).
    rows : ndarray of int
        (P,) rows, any number of times each.

    Returns
    -------
    State
        States (P, H).
    """
    return State(state.h[rows], state.c[rows])
