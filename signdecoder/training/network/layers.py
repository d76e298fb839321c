"""The layers that read plays and their outcomes.

Shapes: B logs, P plays, C pairs, S pair features, H and U units, O kinds of outcome.
"""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from signdecoder.training.network.initializers import (
    outcome_bias_initializer,
    outcome_kernel_initializer,
)

Tensor = Any  # a tensor of any backend that Keras runs on


@keras.saving.register_keras_serializable("signdecoder")
class OpenCell(keras.layers.LSTMCell):  # type: ignore[misc]
    """An LSTM cell that outputs its hidden state h and then its cell state c.

    h saturates after a few plays, while c goes on counting.

    Parameters
    ----------
    units : int
        Number of cells, H.
    **kwargs
        Passed to Keras.
    """

    def __init__(self, units: int, **kwargs: Any) -> None:
        super().__init__(units, **kwargs)
        self.output_size = 2 * units

    def call(
        self, inputs: Tensor, states: list[Tensor], training: bool = False
    ) -> tuple[Tensor, list[Tensor]]:
        """Take one step.

        Parameters
        ----------
        inputs : Tensor, shape (B, X)
            The inputs of the step.
        states : list of Tensor
            The hidden and the cell state before the step, h and c.
        training : bool
            Passed to Keras.

        Returns
        -------
        output : Tensor, shape (B, 2·H)
            The hidden and the cell state after the step.
        states : list of Tensor
            The same as two tensors.
        """
        hidden, states = super().call(inputs, states, training=training)
        return ops.concatenate([hidden, states[1]], axis=-1), states


@keras.saving.register_keras_serializable("signdecoder")
class OutcomeConditionedDense(keras.layers.Layer):  # type: ignore[misc]
    """The evidence of a play for each pair: a dense layer whose weights depend on the outcome.

    It starts by counting evidence for each pair feature: a called play is evidence for the features
    that it shows and against the others; a play that was not called, the reverse but weaker.

    Parameters
    ----------
    units : int
        Number of outputs, U.
    outcomes : int
        Number of outcomes, O.
    **kwargs
        Passed to Keras.
    """

    def __init__(self, units: int, outcomes: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.units, self.outcomes = units, outcomes

    def build(self, features_shape: tuple[int | None, ...], *_: Any) -> None:
        """Create the weights: a kernel and a bias for each outcome, and a shift for two flags.

        Parameters
        ----------
        features_shape : tuple of int
            (B, P, C, S).
        *_
            The shapes of the other inputs.
        """
        width = features_shape[-1]
        self.kernel = self.add_weight(
            shape=(self.outcomes, width, self.units),
            initializer=outcome_kernel_initializer,
            name="kernel",
        )
        self.bias = self.add_weight(
            shape=(self.outcomes, self.units), initializer=outcome_bias_initializer, name="bias"
        )
        self.flags = self.add_weight(
            shape=(2, self.units), initializer="glorot_uniform", name="flags"
        )

    def call(self, features: Tensor, outcome: Tensor, same: Tensor, new_game: Tensor) -> Tensor:
        """Compute the evidence of each play.

        Parameters
        ----------
        features : Tensor, shape (B, P, C, S)
            Pair features of each play.
        outcome : Tensor, shape (B, P, O)
            One-hot outcomes.
        same : Tensor, shape (C,)
            1 for the pairs with k = l.
        new_game : Tensor, shape (B, P)
            1 at the first play of a game.

        Returns
        -------
        Tensor, shape (B, P, C, U)
            The evidence.
        """
        kernel = ops.einsum("bpo,ohu->bphu", outcome, self.kernel)
        shift = ops.matmul(outcome, self.bias) + new_game[..., None] * self.flags[1]
        return ops.matmul(features, kernel) + shift[:, :, None, :] + same[:, None] * self.flags[0]
