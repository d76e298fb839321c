"""The candidate-wise Keras LSTM: one small network shared by all ordered pairs of signals (k, l).

Signals are arbitrary names, so the network never sees one: for each candidate pair it sees only
where its k and its l stand. What it learns of a coach is kept in the cells of two LSTMs that read
his log play by play, not in its weights. ``lstm.py`` runs the same network without Keras.

Shapes: B logs, P plays, T signals a play, V slots for signals, C = V·V candidates.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

from signdecoder.weights import NetworkSize

Tensor = Any  # a tensor of whichever backend Keras runs on


@keras.saving.register_keras_serializable("signdecoder")
class Evidence(keras.layers.Layer):  # type: ignore[misc]
    """What a play and its outcome say of each candidate: a dense layer chosen by the outcome."""

    def __init__(self, units: int, outcomes: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.units, self.outcomes = units, outcomes

    def build(self, hidden_shape: tuple[int | None, ...], *_: Any) -> None:
        """Make the weights: one kernel and bias an outcome, and a shift for two flags."""
        width = hidden_shape[-1]
        self.kernel = self.add_weight(
            shape=(self.outcomes, width, self.units),
            initializer=_glorot(width, self.units),
            name="kernel",
        )
        self.bias = self.add_weight(
            shape=(self.outcomes, self.units), initializer="zeros", name="bias"
        )
        self.flags = self.add_weight(
            shape=(2, self.units), initializer="glorot_uniform", name="flags"
        )

    def call(self, hidden: Tensor, outcome: Tensor, same: Tensor, new_game: Tensor) -> Tensor:
        """(B, P, C, H) hidden, (B, P, O) one-hot outcome, (C,) same, (B, P) new: (B, P, C, U)."""
        kernel = ops.einsum("bpo,ohu->bphu", outcome, self.kernel)
        shift = ops.matmul(outcome, self.bias) + new_game[..., None] * self.flags[1]
        return ops.relu(
            ops.matmul(hidden, kernel) + shift[:, :, None, :] + same[:, None] * self.flags[0]
        )


@keras.saving.register_keras_serializable("signdecoder")
class CandidatePooling(keras.layers.Layer):  # type: ignore[misc]
    """Lets candidates hear of each other: (…, V, V, H) to (…, V, V, 7·U)."""

    def __init__(self, units: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.project = keras.layers.Dense(units, name="project")

    def build(self, shape: tuple[int | None, ...]) -> None:
        """Make the projection's weights."""
        self.project.build(shape)

    def call(self, hidden: Tensor) -> Tensor:
        """Mirror (l, k), best of k's row and l's column, (k, k), (l, l), best and mean of all."""
        own = self.project(hidden)
        rows = ops.max(own, axis=-2, keepdims=True)
        columns = ops.max(own, axis=-3, keepdims=True)
        diagonal = _diagonal(own)
        parts = [
            ops.swapaxes(own, -3, -2),
            rows,
            columns,
            diagonal[..., :, None, :],
            diagonal[..., None, :, :],
            ops.max(rows, axis=-3, keepdims=True),
            ops.mean(own, axis=(-3, -2), keepdims=True),
        ]
        return ops.concatenate([ops.broadcast_to(part, ops.shape(own)) for part in parts], axis=-1)


@keras.saving.register_keras_serializable("signdecoder")
class CandidateAttention(keras.layers.Layer):  # type: ignore[misc]
    """Heads that each pick the candidates that matter: (…, C, H) to (…, heads·U)."""

    def __init__(self, heads: int, units: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.heads, self.units = heads, units

    def build(self, shape: tuple[int | None, ...]) -> None:
        """Make the score kernel and one value kernel a head."""
        width = shape[-1]
        self.score = self.add_weight(
            shape=(width, self.heads), initializer="glorot_uniform", name="score"
        )
        self.value = self.add_weight(
            shape=(self.heads, width, self.units),
            initializer=_glorot(width, self.units),
            name="value",
        )

    def call(self, hidden: Tensor) -> Tensor:
        """Softmax over candidates, one a head; values come after pooling, which is linear."""
        attention = ops.softmax(ops.matmul(hidden, self.score), axis=-2)
        pooled = ops.einsum("...ch,...cw->...hw", attention, hidden)
        values = ops.einsum("...hw,hwu->...hu", pooled, self.value)
        return ops.reshape(values, (*ops.shape(values)[:-2], self.heads * self.units))


@keras.saving.register_keras_serializable("signdecoder")
class CandidateNetwork(keras.Model):  # type: ignore[misc]
    """Reads logs of plays and predicts each next one; see the module's text for the shapes.

    Inputs: ``shown`` (B, P, T, V) one-hot signals, all zero past a sequence's end; ``outcome``
    (B, P, 5) one-hot evidence; ``new_game`` (B, P); ``cut`` (B, P, 2, T) one-hot of the last signal
    read in each of the two questions asked of a play: the whole sequence and a prefix.
    Outputs: ``outcome`` (B, P, 2, 3) logits of called / another / nothing, each given only the
    plays before; ``key`` (B, P, V + 1) logits of the key sign, the last for "no single key",
    given the plays up to and including this one.
    """

    def __init__(self, size: NetworkSize, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.size = size
        lstm, dense = keras.layers.LSTM, keras.layers.Dense
        # XLA compiles the whole step, so cuDNN's own kernel must not be asked for.
        recurrent = {"return_sequences": True, "use_cudnn": False}
        self.play = lstm(size.play_units, name="play", **recurrent)
        self.evidence = Evidence(size.evidence_units, size.outcomes, name="evidence")
        self.alone = lstm(size.belief_units, name="alone", **recurrent)
        self.pooling = CandidatePooling(size.pooled_units, name="pooling")
        self.together = lstm(size.belief_units, name="together", **recurrent)
        self.ask_belief = dense(size.query_units, name="ask_belief")
        self.ask_play = dense(size.query_units, use_bias=False, name="ask_play")
        self.ask_flags = dense(size.query_units, use_bias=False, name="ask_flags")
        self.attention = CandidateAttention(size.heads, size.head_units, name="attention")
        self.answer = dense(size.query_units, activation="relu", name="answer")
        self.outcome = dense(3, name="outcome")
        self.key_hidden = dense(size.key_units, activation="relu", name="key_hidden")
        self.key = dense(1, name="key")
        self.no_key_hidden = dense(size.key_units, activation="relu", name="no_key_hidden")
        self.no_key = dense(1, name="no_key")

    def call(self, inputs: dict[str, Tensor]) -> dict[str, Tensor]:
        """Logits of outcomes and key signs for every play of every log."""
        shown, outcome = inputs["shown"], inputs["outcome"]
        batch, plays, width, slots = ops.shape(shown)
        candidates, units = slots * slots, self.size.belief_units
        same = ops.reshape(ops.eye(slots), (candidates,))

        x = candidate_features(shown)  # (B, P, C, T, 4)
        h = self.play(ops.reshape(x, (batch * plays * candidates, width, 4)))
        h = ops.reshape(h, (batch, plays, candidates, width, self.size.play_units))
        h = ops.einsum("bpcth,bpqt->bpqch", h, inputs["cut"])  # (B, P, 2, C, H)

        seen = self.evidence(h[:, :, 0], outcome, same, inputs["new_game"])
        alone = self._over_plays(self.alone, seen)
        grid = ops.reshape(alone, (batch, plays, slots, slots, units))
        pooled = ops.reshape(self.pooling(grid), (batch, plays, candidates, -1))
        known = self._over_plays(self.together, ops.concatenate([alone, seen, pooled], axis=-1))

        before = ops.pad(known[:, :-1], [[0, 0], [1, 0], [0, 0], [0, 0]])  # before this play
        flags = ops.stack(  # (2, C, 2): k is l; the sequence is complete
            [ops.stack([same, ops.full_like(same, whole)], axis=-1) for whole in (1.0, 0.0)]
        )
        asked = self.ask_belief(before)[:, :, None] + self.ask_play(h) + self.ask_flags(flags)
        answer = self.answer(self.attention(ops.relu(asked)))
        return {"outcome": self.outcome(answer), "key": self._key_logits(known, slots)}

    def _over_plays(self, cell: keras.layers.LSTM, x: Tensor) -> Tensor:
        """Run an LSTM over the plays of every candidate alone: (B, P, C, X) to (B, P, C, H)."""
        batch, plays, candidates, width = ops.shape(x)
        rows = ops.reshape(ops.transpose(x, (0, 2, 1, 3)), (batch * candidates, plays, width))
        states = ops.reshape(cell(rows), (batch, candidates, plays, cell.units))
        return ops.transpose(states, (0, 2, 1, 3))

    def _key_logits(self, known: Tensor, slots: int) -> Tensor:
        batch, plays = ops.shape(known)[:2]
        grid = ops.reshape(known, (batch, plays, slots, slots, self.size.belief_units))
        best, mean = ops.max(grid, axis=3), ops.mean(grid, axis=3)
        signals = self.key_hidden(ops.concatenate([best, mean, _diagonal(grid)], axis=-1))
        overall = ops.concatenate([ops.max(best, axis=2), ops.mean(mean, axis=2)], axis=-1)
        none = self.no_key(self.no_key_hidden(overall))
        return ops.concatenate([self.key(signals)[..., 0], none], axis=-1)

    def parameters(self) -> dict[str, NDArray[np.float32]]:
        """The weights as named arrays, such as ``play/kernel``: all that inference needs."""
        return {_name(v): np.array(ops.convert_to_numpy(v)) for v in self.trainable_variables}

    def set_parameters(self, arrays: Mapping[str, NDArray[np.float32]]) -> None:
        """Put named arrays back; names and shapes must be this network's own."""
        for variable in self.trainable_variables:
            variable.assign(arrays[_name(variable)])


def candidate_features(shown: Tensor) -> Tensor:
    """Each play from each candidate's point of view: (B, P, T, V) to (B, P, C, T, 4).

    Per signal: is it k, is it l, is it the same as the one before, as the one two before.
    """
    batch, plays, width, slots = ops.shape(shown)
    grid = (batch, plays, slots, slots, width)
    signals = ops.transpose(shown, (0, 1, 3, 2))  # (B, P, V, T)
    parts = [
        ops.broadcast_to(signals[:, :, :, None], grid),
        ops.broadcast_to(signals[:, :, None, :], grid),
    ]
    for steps in (1, 2):
        again = ops.sum(shown[:, :, steps:] * shown[:, :, :-steps], axis=-1)
        again = ops.pad(again, [[0, 0], [0, 0], [steps, 0]])
        parts.append(ops.broadcast_to(again[:, :, None, None], grid))
    return ops.reshape(ops.stack(parts, axis=-1), (batch, plays, slots * slots, width, 4))


def build_network(
    size: NetworkSize, arrays: Mapping[str, NDArray[np.float32]] | None = None
) -> CandidateNetwork:
    """A network with fresh weights, or with those given."""
    network = CandidateNetwork(size)
    network(
        {
            "shown": np.zeros((1, 2, 3, 2), np.float32),
            "outcome": np.zeros((1, 2, size.outcomes), np.float32),
            "new_game": np.zeros((1, 2), np.float32),
            "cut": np.zeros((1, 2, 2, 3), np.float32),
        }
    )
    if arrays is not None:
        network.set_parameters(arrays)
    return network


def _diagonal(grid: Tensor) -> Tensor:
    """(…, V, V, H) to (…, V, H)."""
    return ops.sum(grid * ops.eye(ops.shape(grid)[-2])[:, :, None], axis=-2)


def _glorot(fan_in: int | None, fan_out: int) -> keras.initializers.Initializer:
    """Glorot's range for one slice of a stack, which Keras would take for a convolution."""
    assert fan_in is not None
    limit = (6.0 / (fan_in + fan_out)) ** 0.5
    return keras.initializers.RandomUniform(-limit, limit)


def _name(variable: Any) -> str:
    """``candidate_network/play/lstm_cell/kernel`` to ``play/kernel``."""
    parts = [p for p in variable.path.split("/")[1:] if p != "lstm_cell"]
    return "/".join(parts)
