"""Networks of one recurrent Keras cell and one logit, to measure what the cell can remember.

Every kind of cell gets the same task in one of two encodings. ``roles`` is how our network reads a
play: the features of one pair (k, l). ``names`` is one-hot signals, as a plain network reads them.

Shapes: N plays, B plays a batch, T signals a play, X inputs a signal, H units.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras import ops
from numpy.typing import NDArray

from signdecoder.rules.rule import Sequences
from signdecoder.training.network.features import PAIR_INPUTS, pair_inputs
from signdecoder.training.network.initializers import MAX_MEMORY, init_long_memory

# For each cell: its Keras layer, its number of gates, and the biases of each gate.
CELLS: Mapping[str, tuple[type[keras.layers.RNN], int, int]] = {
    "simple RNN": (keras.layers.SimpleRNN, 1, 1),
    "GRU": (keras.layers.GRU, 3, 2),
    "LSTM": (keras.layers.LSTM, 4, 1),
    "long GRU": (keras.layers.GRU, 3, 2),
    "long LSTM": (keras.layers.LSTM, 4, 1),
}

_KEY, _LIVE = 0, 1  # the pair (k, l)
_BATCH = 250  # plays; the features of all pairs are computed, then those of one are kept

Array = NDArray[np.float32]
Program = Callable[..., Any]


def count_parameters(cell: str, inputs: int, units: int) -> int:
    """Return the number of weights of a cell with this many units, and its logit."""
    _, gates, biases = CELLS[cell]
    return gates * units * (inputs + units + biases) + units + 1


def choose_units(cell: str, inputs: int, parameters: int) -> int:
    """Return the number of units that comes nearest to this many parameters; the lower of two."""
    return min(
        range(1, parameters),
        key=lambda units: abs(count_parameters(cell, inputs, units) - parameters),
    )


def build_cell(cell: str, inputs: int, units: int) -> keras.Sequential:
    """Build a network; a *long* cell starts by forgetting over 1 to 64 signals, like our LSTM."""
    make, gates, _ = CELLS[cell]
    # XLA compiles the whole loop, so cuDNN's own kernel cannot be used.
    layer = make(units, **({"use_cudnn": False} if gates > 1 else {}))
    network = keras.Sequential([keras.Input((None, inputs)), layer, keras.layers.Dense(1)])
    if cell == "long LSTM":
        init_long_memory(layer)
    elif cell == "long GRU":
        bias = np.zeros((2, gates, units), np.float32)  # update, reset, candidate
        bias[0, 0] = np.linspace(0, np.log(MAX_MEMORY), units)
        layer.cell.bias.assign(bias.reshape(2, -1))
    return network


def input_gradients(network: keras.Model, x: Any) -> Any:
    """Return the mean gradient norm at each position: (N, T, X) inputs to (T,).

    It is the Euclidean norm of the gradient of the logit with respect to the input at that
    position, averaged over the plays.
    """
    with tf.GradientTape() as tape:
        tape.watch(x)
        logits = network(x)
    return tf.reduce_mean(tf.norm(tape.gradient(logits, x), axis=-1), axis=0)


class MemoryNetwork:
    """A cell and its logit, trained by Adam on fresh plays in a compiled loop.

    ``steps`` is the length of a training: the learning rate rises to ``rate`` over a twentieth of
    them and falls along a cosine to 0. The network is compiled once for each length of play and
    reset for each seed.
    """

    def __init__(
        self,
        reading: str,
        cell: str,
        *,
        vocabulary: int,
        parameters: int,
        steps: int,
        rate: float,
    ) -> None:
        self.reading, self.cell, self._vocabulary = reading, cell, vocabulary
        self._inputs = PAIR_INPUTS if reading == "roles" else vocabulary
        self.units = choose_units(cell, self._inputs, parameters)
        self._network = build_cell(cell, self._inputs, self.units)
        self.parameters = int(self._network.count_params())
        warmup = steps // 20
        falling = keras.optimizers.schedules.CosineDecay(
            0.0, max(1, steps - warmup), warmup_target=rate, warmup_steps=warmup
        )
        self._optimizer = keras.optimizers.Adam(falling if warmup else rate, global_clipnorm=1.0)
        self._optimizer.build(self._network.trainable_variables)
        self._initial_state = [ops.convert_to_numpy(v) for v in self._optimizer.variables]
        # XLA compiles several steps into one program, once for each length of play. Evaluation is
        # rare, so compiling it would take longer than it saves.
        self._compiled_steps: Program = tf.function(self._train_steps, jit_compile=True)
        any_plays = tf.TensorSpec((None, None), tf.int32)
        self._compiled_forward: Program = tf.function(self._forward, input_signature=[any_plays])

    def reset(self, seed: int) -> None:
        """Draw new initial weights; the same seed draws the same ones."""
        keras.utils.set_random_seed(seed)
        fresh = build_cell(self.cell, self._inputs, self.units)
        for variable, value in zip(self._network.variables, fresh.variables, strict=True):
            variable.assign(value)
        for variable, value in zip(self._optimizer.variables, self._initial_state, strict=True):
            variable.assign(value)

    def train(self, plays: Sequences, called_mask: NDArray[np.bool_]) -> float:
        """Take one step on each batch of (steps, B, T) plays; return the mean loss in nats."""
        return float(self._compiled_steps(plays.astype(np.int32), called_mask.astype(np.float32)))

    def evaluate(self, plays: Sequences) -> tuple[Array, Array]:
        """Return the logits (N,) of plays (N, T) and the gradient norm at each position (T,)."""
        parts = []
        for first in range(0, len(plays), _BATCH):
            part = plays[first : first + _BATCH]
            logits, gradient = self._compiled_forward(part.astype(np.int32))
            parts.append((ops.convert_to_numpy(logits), ops.convert_to_numpy(gradient) * len(part)))
        logits, gradients = zip(*parts, strict=True)
        return np.concatenate(logits), np.sum(gradients, axis=0) / len(plays)

    def _train_steps(self, plays: Any, called: Any) -> Any:
        variables, total = self._network.trainable_variables, tf.constant(0.0)
        for step in tf.range(plays.shape[0]):
            with tf.GradientTape() as tape:
                logits = self._network(self._encode(plays[step]), training=True)[:, 0]
                losses = tf.nn.sigmoid_cross_entropy_with_logits(called[step], logits)
                loss = tf.reduce_mean(losses)
            self._optimizer.apply(tape.gradient(loss, variables), variables)
            total += loss
        return total / plays.shape[0]

    def _forward(self, plays: Any) -> tuple[Any, Any]:
        x = self._encode(plays)
        return self._network(x)[:, 0], input_gradients(self._network, x)

    def _encode(self, plays: Any) -> Any:
        """Encode plays (N, T) for this network: (N, T, X)."""
        one_hot = ops.one_hot(plays, self._vocabulary)
        if self.reading == "names":
            return one_hot
        return pair_inputs(one_hot[:, None])[:, 0, _KEY * self._vocabulary + _LIVE]
