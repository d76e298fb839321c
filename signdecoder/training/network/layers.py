"""The Keras layers of the candidate-wise network that are not Keras's own.

Shapes: B logs, P plays, V slots for signals, C = V·V candidates, H and U units, O kinds of outcome.
"""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from signdecoder.training.network.initializers import count_others, count_sights

Tensor = Any  # a tensor of whichever backend Keras runs on


@keras.saving.register_keras_serializable("signdecoder")
class OpenCell(keras.layers.LSTMCell):  # type: ignore[misc]
    """An LSTM cell that also gives its cell state: the output is h and then c.

    h is squashed, so what it says of a count ends after a few plays; c goes on counting.
    """

    def __init__(self, units: int, **kwargs: Any) -> None:
        super().__init__(units, **kwargs)
        self.output_size = 2 * units

    def call(
        self, inputs: Tensor, states: list[Tensor], training: bool = False
    ) -> tuple[Tensor, list[Tensor]]:
        """One step: (B, X) and the states to (B, 2·H) and the states."""
        hidden, states = super().call(inputs, states, training=training)
        return ops.concatenate([hidden, states[1]], axis=-1), states


@keras.saving.register_keras_serializable("signdecoder")
class OutcomeConditionedDense(keras.layers.Layer):  # type: ignore[misc]
    """What a play and its outcome say of each candidate: a dense layer chosen by the outcome.

    It begins by counting for and against each sight: a called play speaks for what it shows and
    against what it does not, a play that was not called a little the other way.
    """

    def __init__(self, units: int, outcomes: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.units, self.outcomes = units, outcomes

    def build(self, sights_shape: tuple[int | None, ...], *_: Any) -> None:
        """Make the weights: one kernel and bias an outcome, and a shift for two flags."""
        width = sights_shape[-1]
        self.kernel = self.add_weight(
            shape=(self.outcomes, width, self.units), initializer=count_sights, name="kernel"
        )
        self.bias = self.add_weight(
            shape=(self.outcomes, self.units), initializer=count_others, name="bias"
        )
        self.flags = self.add_weight(
            shape=(2, self.units), initializer="glorot_uniform", name="flags"
        )

    def call(self, sights: Tensor, outcome: Tensor, same: Tensor, new_game: Tensor) -> Tensor:
        """(B, P, C, S) sights, (B, P, O) one-hot outcome, (C,) same, (B, P) new: (B, P, C, U)."""
        kernel = ops.einsum("bpo,ohu->bphu", outcome, self.kernel)
        shift = ops.matmul(outcome, self.bias) + new_game[..., None] * self.flags[1]
        return ops.matmul(sights, kernel) + shift[:, :, None, :] + same[:, None] * self.flags[0]


@keras.saving.register_keras_serializable("signdecoder")
class CandidateExchange(keras.layers.Layer):  # type: ignore[misc]
    """Lets candidates hear of each other, and of what concerns all: relu of one dense layer.

    Of the others each hears its mirror (l, k), what is best in the rows and columns of its k and
    its l and on their diagonal, and what is best and usual among all.
    """

    def __init__(self, pooled: int, units: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.project = keras.layers.Dense(pooled, activation="relu", name="project")
        self.own, self.of_k, self.of_l, self.of_all = (
            keras.layers.Dense(units, use_bias=name == "own", name=name)
            for name in ("own", "of_k", "of_l", "of_all")
        )

    def build(self, own_shape: Any, overall_shape: Any) -> None:
        """Make the kernels and the biases."""
        pooled = self.project.units
        self.project.build(own_shape)
        self.own.build((own_shape[-1] + pooled,))
        self.of_k.build((3 * pooled,))
        self.of_l.build((3 * pooled,))
        self.of_all.build((2 * pooled + overall_shape[-1],))

    def call(self, own: Tensor, overall: Tensor) -> Tensor:
        """(…, V, V, X) what each knows and sees, and (…, G) overall: (…, V, V, U)."""
        pooled = self.project(own)
        rows, columns = ops.max(pooled, axis=-2), ops.max(pooled, axis=-3)  # (…, V, pooled)
        signals = ops.concatenate([rows, columns, diagonal_of(pooled)], axis=-1)
        mean = ops.mean(pooled, axis=(-3, -2))
        everything = ops.concatenate([ops.max(rows, axis=-2), mean, overall], axis=-1)
        return ops.relu(
            self.own(ops.concatenate([own, ops.swapaxes(pooled, -3, -2)], axis=-1))
            + self.of_k(signals)[..., :, None, :]
            + self.of_l(signals)[..., None, :, :]
            + self.of_all(everything)[..., None, None, :]
        )


@keras.saving.register_keras_serializable("signdecoder")
class CandidateQuestion(keras.layers.Layer):  # type: ignore[misc]
    """Holds a sequence against what is known of each candidate: relu of one dense layer on both."""

    def __init__(self, units: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.belief = keras.layers.Dense(units, name="belief")
        self.play = keras.layers.Dense(units, use_bias=False, name="play")
        self.flags = keras.layers.Dense(units, use_bias=False, name="flags")

    def build(self, belief_shape: Any, sights_shape: Any, flags_shape: Any) -> None:
        """Make the three kernels and the bias."""
        self.belief.build(belief_shape)
        self.play.build(sights_shape)
        self.flags.build(flags_shape)

    def call(self, belief: Tensor, sights: Tensor, flags: Tensor) -> Tensor:
        """(…, C, B) belief, (…, C, S) sights and (…, C, 2) flags to (…, C, U)."""
        return ops.relu(self.belief(belief) + self.play(sights) + self.flags(flags))


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


def diagonal_of(grid: Tensor) -> Tensor:
    """(…, V, V, H) to (…, V, H): the candidates with k = l."""
    return ops.sum(grid * ops.eye(ops.shape(grid)[-2])[:, :, None], axis=-2)


def _glorot(fan_in: int | None, fan_out: int) -> keras.initializers.Initializer:
    """Glorot's range for one slice of a stack, which Keras would take for a convolution."""
    assert fan_in is not None
    limit = (6.0 / (fan_in + fan_out)) ** 0.5
    return keras.initializers.RandomUniform(-limit, limit)
