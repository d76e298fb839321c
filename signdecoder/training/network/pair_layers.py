"""The layers that compare and combine pairs of signals.

Shapes: V slots for signals, C = V·V pairs, S pair features, H and U units.
"""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from signdecoder.training.network.layers import Tensor


@keras.saving.register_keras_serializable("signdecoder")
class PairExchange(keras.layers.Layer):  # type: ignore[misc]
    """Messages between pairs: relu of one dense layer on own and pooled states.

    Each pair (k, l) gets its own state, that of its mirror (l, k), the maxima over the rows and
    columns of k and of l and over the diagonal, and the maximum and the mean over all pairs.

    Parameters
    ----------
    pooled : int
        Units of the projection that is pooled.
    units : int
        Number of outputs, U.
    **kwargs
        Passed to Keras.
    """

    def __init__(self, pooled: int, units: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.project = keras.layers.Dense(pooled, activation="relu", name="project")
        self.own, self.of_k, self.of_l, self.of_all = (
            keras.layers.Dense(units, use_bias=name == "own", name=name)
            for name in ("own", "of_k", "of_l", "of_all")
        )

    def build(self, own_shape: Any, overall_shape: Any) -> None:
        """Create the weights.

        Parameters
        ----------
        own_shape, overall_shape : tuple of int
            The shapes of the two inputs.
        """
        pooled = self.project.units
        self.project.build(own_shape)
        self.own.build((own_shape[-1] + pooled,))
        self.of_k.build((3 * pooled,))
        self.of_l.build((3 * pooled,))
        self.of_all.build((2 * pooled + overall_shape[-1],))

    def call(self, own: Tensor, overall: Tensor) -> Tensor:
        """Compute the messages.

        Parameters
        ----------
        own : Tensor, shape (…, V, V, X)
            The state and the features of each pair.
        overall : Tensor, shape (…, G)
            What concerns all pairs.

        Returns
        -------
        Tensor, shape (…, V, V, U)
            The message to each pair.
        """
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
class PairQuery(keras.layers.Layer):  # type: ignore[misc]
    """Compare a queried sequence with the belief about each pair: relu of one dense layer.

    Parameters
    ----------
    units : int
        Number of outputs, U.
    **kwargs
        Passed to Keras.
    """

    def __init__(self, units: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.belief = keras.layers.Dense(units, name="belief")
        self.play = keras.layers.Dense(units, use_bias=False, name="play")
        self.flags = keras.layers.Dense(units, use_bias=False, name="flags")

    def build(self, belief_shape: Any, features_shape: Any, flags_shape: Any) -> None:
        """Create the three kernels and the bias.

        Parameters
        ----------
        belief_shape, features_shape, flags_shape : tuple of int
            The shapes of the three inputs.
        """
        self.belief.build(belief_shape)
        self.play.build(features_shape)
        self.flags.build(flags_shape)

    def call(self, belief: Tensor, features: Tensor, flags: Tensor) -> Tensor:
        """Compute the comparison.

        Parameters
        ----------
        belief : Tensor, shape (…, C, H)
            The belief about each pair.
        features : Tensor, shape (…, C, S)
            The pair features of the queried sequence.
        flags : Tensor, shape (…, C, 2)
            Whether k = l, and whether the sequence is complete.

        Returns
        -------
        Tensor, shape (…, C, U)
            The comparison.
        """
        return ops.relu(self.belief(belief) + self.play(features) + self.flags(flags))


@keras.saving.register_keras_serializable("signdecoder")
class PairAttention(keras.layers.Layer):  # type: ignore[misc]
    """Attention over pairs (Bahdanau et al. 2015): each head pools the pairs that matter.

    Parameters
    ----------
    heads : int
        Number of heads.
    units : int
        Units of the values of each head, U.
    **kwargs
        Passed to Keras.
    """

    def __init__(self, heads: int, units: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.heads, self.units = heads, units

    def build(self, shape: tuple[int | None, ...]) -> None:
        """Create the score kernel and a value kernel for each head.

        Parameters
        ----------
        shape : tuple of int
            (…, C, H).
        """
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
        """Pool with a softmax over pairs, then apply the value kernels, which are linear.

        Parameters
        ----------
        hidden : Tensor, shape (…, C, H)
            The pairs.

        Returns
        -------
        Tensor, shape (…, heads·U)
            The pooled values.
        """
        attention = ops.softmax(ops.matmul(hidden, self.score), axis=-2)
        pooled = ops.einsum("...ch,...cw->...hw", attention, hidden)
        values = ops.einsum("...hw,hwu->...hu", pooled, self.value)
        return ops.reshape(values, (*ops.shape(values)[:-2], self.heads * self.units))


def diagonal_of(grid: Tensor) -> Tensor:
    """Return the pairs with k = l.

    Parameters
    ----------
    grid : Tensor, shape (…, V, V, H)
        A value for each pair.

    Returns
    -------
    Tensor, shape (…, V, H)
        The diagonal.
    """
    return ops.sum(grid * ops.eye(ops.shape(grid)[-2])[:, :, None], axis=-2)


def _glorot(fan_in: int | None, fan_out: int) -> keras.initializers.Initializer:
    """Return Glorot's initializer for one slice of a stack, which Keras treats as a convolution."""
    assert fan_in is not None
    limit = (6.0 / (fan_in + fan_out)) ** 0.5
    return keras.initializers.RandomUniform(-limit, limit)
