"""The candidate-wise network in NumPy: all that a query needs.

``network.py`` is the same network in Keras, for training; a test holds the two together. Running
it needs no TensorFlow, so an answer takes milliseconds.

Shapes: N plays, T signals a play, V slots, C = V·V candidates (k, l), H units. The last two slots
of every grid are *unseen*: they stand for any signal that has not come yet, so that a new signal
needs no second reading of the log, only a copy of what is known of the unseen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from signdecoder.lstm import LSTM, Floats, State
from signdecoder.weights import Arrays, Weights

UNSEEN = 2  # slots that every grid keeps for signals that have not come yet


@dataclass(frozen=True, slots=True)
class Belief:
    """What is known of a coach: the states of the two belief LSTMs, a row a candidate (C, H).

    A value: observing makes a new one. ``slots`` counts the unseen ones too.
    """

    slots: int
    alone: State
    together: State


@dataclass(frozen=True, slots=True)
class Readings:
    """N sequences read by the play LSTM, each in the slots of its own signals and an absent one.

    A signal that a sequence lacks looks the same to it as any other that it lacks, so a play of d
    different signals needs (d + 1)² rows, not V². ``hidden`` (N, D·D, H); ``signals`` are the
    signals of each sequence in their local order.
    """

    hidden: Floats
    signals: tuple[tuple[int, ...], ...]
    slots: int

    def spread(self, play: int, slots: int) -> Floats:
        """The hidden values of one play for all candidates of a grid of ``slots``: (C, H)."""
        local = np.full(slots, self.slots - 1)
        for place, signal in enumerate(self.signals[play]):
            if 0 <= signal < slots - UNSEEN:
                local[signal] = place
        rows = local[:, None] * self.slots + local[None, :]
        return np.asarray(self.hidden[play][rows.ravel()])


class CandidateLSTM:
    """The candidate-wise network, run with NumPy on trained weights."""

    def __init__(self, weights: Weights) -> None:
        self._arrays: Arrays = weights.arrays
        self.size = weights.size
        self.play, self.alone, self.together = (
            self._lstm(n) for n in ("play", "alone", "together")
        )

    def start(self, known: int) -> Belief:
        """The belief before the first play, with slots for ``known`` signals."""
        slots = known + UNSEEN
        return Belief(slots, self.alone.start(slots * slots), self.together.start(slots * slots))

    def grow(self, belief: Belief, known: int) -> Belief:
        """The same belief with slots for ``known`` signals: new ones know what the unseen know."""
        old, slots = belief.slots, known + UNSEEN
        if slots <= old:
            return belief
        seen = old - UNSEEN
        # Every new or unseen signal was the first unseen one.
        came_from = np.minimum(np.arange(slots), seen)
        rows = came_from[:, None] * old + came_from[None, :]
        fresh = np.arange(slots) >= seen
        # Two different signals that were both unseen were two different unseen ones.
        rows[fresh[:, None] & fresh[None, :] & ~np.eye(slots, dtype=bool)] = seen * old + seen + 1
        flat = rows.ravel()
        return Belief(slots, _take(belief.alone, flat), _take(belief.together, flat))

    def read(self, sequences: Sequence[Sequence[int]]) -> Readings:
        """Run the play LSTM over N sequences of numbers (negative: a signal without a slot)."""
        signals = tuple(tuple(dict.fromkeys(sequence)) for sequence in sequences)
        slots = max(map(len, signals)) + 1
        width = max(map(len, sequences))
        local = np.full((len(sequences), width), -1)
        for n, sequence in enumerate(sequences):
            place = {signal: p for p, signal in enumerate(signals[n])}
            local[n, : len(sequence)] = [place[signal] for signal in sequence]
        state = self.play.start(len(sequences) * slots * slots)
        for t in range(width):
            after = self.play.step(_candidate_features(local, t, slots), state)
            going = np.repeat(local[:, t] >= 0, slots * slots)[:, None]
            state = State(np.where(going, after.h, state.h), np.where(going, after.c, state.c))
        hidden = state.h.reshape(len(sequences), slots * slots, self.size.play_units)
        return Readings(hidden, signals, slots)

    def observe(self, belief: Belief, hidden: Floats, evidence: int, new_game: bool) -> Belief:
        """The belief after one more play, from its ``hidden`` (C, H) and what its outcome says."""
        a, slots = self._arrays, belief.slots
        shift = a["evidence/bias"][evidence] + np.float32(new_game) * a["evidence/flags"][1]
        seen = hidden @ a["evidence/kernel"][evidence] + shift
        seen[:: slots + 1] += a["evidence/flags"][0]  # the candidates with k = l
        seen = np.maximum(seen, 0)
        alone = self.alone.step(seen, belief.alone)
        pooled = self._pool(alone.h, slots)
        together = self.together.step(
            np.concatenate([alone.h, seen, pooled], axis=1), belief.together
        )
        return Belief(slots, alone, together)

    def asks(self, belief: Belief) -> Floats:
        """What the belief brings to every question until the next play: (C, Q)."""
        return self._dense("ask_belief", belief.together.h)

    def answer(self, asks: Floats, hidden: Floats, complete: bool) -> NDArray[np.float64]:
        """Chances (3,) of called, another and nothing, for a play read to ``hidden`` (…, C, H)."""
        a = self._arrays
        slots = int(np.sqrt(hidden.shape[-2]))
        asked = asks + hidden @ a["ask_play/kernel"]
        asked[..., :: slots + 1, :] += a["ask_flags/kernel"][0]
        if complete:
            asked += a["ask_flags/kernel"][1]
        asked = np.maximum(asked, 0)
        attention = _softmax(asked @ a["attention/score"], axis=-2)
        pooled = np.swapaxes(attention, -2, -1) @ asked  # (…, heads, Q)
        values = np.einsum("...hq,hqu->...hu", pooled, a["attention/value"])
        values = values.reshape(*values.shape[:-2], -1)
        logits = self._dense("outcome", np.maximum(self._dense("answer", values), 0))
        return _softmax(logits.astype(np.float64), axis=-1)

    def key_chances(self, belief: Belief) -> NDArray[np.float64]:
        """Chance of each slot to be the key sign, and last that no single one is: (V + 1,)."""
        grid = belief.together.h.reshape(belief.slots, belief.slots, -1)
        best, mean = grid.max(axis=1), grid.mean(axis=1)
        diagonal = grid[np.arange(belief.slots), np.arange(belief.slots)]
        signals = np.concatenate([best, mean, diagonal], axis=-1)
        overall = np.concatenate([best.max(axis=0), mean.mean(axis=0)])
        logits = [
            self._dense("key", np.maximum(self._dense("key_hidden", signals), 0))[:, 0],
            self._dense("no_key", np.maximum(self._dense("no_key_hidden", overall), 0)),
        ]
        return _softmax(np.concatenate(logits).astype(np.float64), axis=-1)

    def _pool(self, hidden: Floats, slots: int) -> Floats:
        own = self._dense("pooling/project", hidden).reshape(slots, slots, -1)
        rows, columns = own.max(axis=1, keepdims=True), own.max(axis=0, keepdims=True)
        diagonal = own[np.arange(slots), np.arange(slots)]
        parts = [
            own.swapaxes(0, 1),
            rows,
            columns,
            diagonal[:, None],
            diagonal[None, :],
            rows.max(axis=0, keepdims=True),
            own.mean(axis=(0, 1), keepdims=True),
        ]
        return np.concatenate([np.broadcast_to(p, own.shape) for p in parts], axis=-1).reshape(
            slots * slots, -1
        )

    def _lstm(self, name: str) -> LSTM:
        a = self._arrays
        return LSTM(a[f"{name}/kernel"], a[f"{name}/recurrent_kernel"], a[f"{name}/bias"])

    def _dense(self, name: str, x: Floats) -> Floats:
        return x @ self._arrays[f"{name}/kernel"] + self._arrays[f"{name}/bias"]


def _candidate_features(local: NDArray[np.int64], t: int, slots: int) -> Floats:
    """(N·C, 4) of one signal: is it k, is it l, is it the one before, is it the one two before."""
    now = local[:, t]
    x = np.zeros((len(local), slots, slots, 4), np.float32)
    everyone, there = np.arange(len(local)), now >= 0
    x[everyone[there], now[there], :, 0] = 1
    x[everyone[there], :, now[there], 1] = 1
    for steps in (1, 2):
        if t >= steps:
            x[there & (now == local[:, t - steps]), :, :, 1 + steps] = 1
    return x.reshape(-1, 4)


def _take(state: State, rows: NDArray[np.int64]) -> State:
    return State(state.h[rows], state.c[rows])


def _softmax(x: NDArray[np.float32] | NDArray[np.float64], axis: int) -> NDArray[np.float64]:
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return np.asarray(e / e.sum(axis=axis, keepdims=True))
