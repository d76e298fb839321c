"""One recurrent Keras cell and one logit: the part of a network that must remember, by itself.

The same task for every kind of cell, read in one of two ways. ``roles`` is how our network reads a
play, from the point of view of one pair (k, l); ``names`` is one-hot signals, as a plain network
reads them.

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
from signdecoder.training.network.initializers import LONGEST, remember_long
from signdecoder.training.network.model import candidate_features

# By their words: how many gates a cell has, how many biases each of them, and how it begins.
CELLS: Mapping[str, tuple[type[keras.layers.RNN], int, int]] = {
    "simple RNN": (keras.layers.SimpleRNN, 1, 1),
    "GRU": (keras.layers.GRU, 3, 2),
    "LSTM": (keras.layers.LSTM, 4, 1),
    "long GRU": (keras.layers.GRU, 3, 2),
    "long LSTM": (keras.layers.LSTM, 4, 1),
}
BY_ROLE = 4  # what our network sees of a signal
_KEY, _LIVE = 0, 1  # the pair whose point of view is taken
_ASKED_AT_ONCE = 250  # plays: the features of all pairs are made and those of one are kept

Array = NDArray[np.float32]
Program = Callable[..., Any]


def count_parameters(cell: str, inputs: int, units: int) -> int:
    """How many weights a cell of so many units has, with the one logit."""
    _, gates, biases = CELLS[cell]
    return gates * units * (inputs + units + biases) + units + 1


def choose_units(cell: str, inputs: int, parameters: int) -> int:
    """The number of units that comes nearest to so many parameters; of two, the fewer."""
    return min(
        range(1, parameters),
        key=lambda units: abs(count_parameters(cell, inputs, units) - parameters),
    )


def build_cell(cell: str, inputs: int, units: int) -> keras.Sequential:
    """A fresh network; a *long* cell forgets at first over 1 to 64 signals, as our last LSTM."""
    make, gates, _ = CELLS[cell]
    # XLA compiles the whole loop, so cuDNN's own kernel must not be asked for.
    layer = make(units, **({"use_cudnn": False} if gates > 1 else {}))
    network = keras.Sequential([keras.Input((None, inputs)), layer, keras.layers.Dense(1)])
    if cell == "long LSTM":
        remember_long(layer)
    elif cell == "long GRU":
        bias = np.zeros((2, gates, units), np.float32)  # update, reset, candidate
        bias[0, 0] = np.linspace(0, np.log(LONGEST), units)
        layer.cell.bias.assign(bias.reshape(2, -1))
    return network


def measure_pull(network: keras.Model, x: Any) -> Any:
    """How strongly each place pulls at the answer: (N, T, X) inputs to (T,).

    It is the Euclidean norm of the gradient of the logit with respect to the input of that place,
    the mean over the plays.
    """
    with tf.GradientTape() as tape:
        tape.watch(x)
        logits = network(x)
    return tf.reduce_mean(tf.norm(tape.gradient(logits, x), axis=-1), axis=0)


class RememberingNetwork:
    """A cell and its logit, trained by Adam on fresh plays in a compiled loop.

    ``steps`` is the whole training: the rate rises to ``rate`` over a twentieth of them and falls
    along a cosine to nothing. The network is compiled once for each length of play and begun anew
    for each seed.
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
        self._inputs = BY_ROLE if reading == "roles" else vocabulary
        self.units = choose_units(cell, self._inputs, parameters)
        self._network = build_cell(cell, self._inputs, self.units)
        self.parameters = int(self._network.count_params())
        warmup = steps // 20
        falling = keras.optimizers.schedules.CosineDecay(
            0.0, max(1, steps - warmup), warmup_target=rate, warmup_steps=warmup
        )
        self._optimizer = keras.optimizers.Adam(falling if warmup else rate, global_clipnorm=1.0)
        self._optimizer.build(self._network.trainable_variables)
        self._at_rest = [ops.convert_to_numpy(v) for v in self._optimizer.variables]
        # XLA makes one program of several steps; every length of play is compiled once. Asking is
        # seldom, and compiling for it would take longer than it does.
        self._descend: Program = tf.function(self._descent, jit_compile=True)
        any_plays = tf.TensorSpec((None, None), tf.int32)
        self._answer: Program = tf.function(self._forward, input_signature=[any_plays])

    def begin(self, seed: int) -> None:
        """Forget all training; the same seed begins the same."""
        keras.utils.set_random_seed(seed)
        fresh = build_cell(self.cell, self._inputs, self.units)
        for variable, value in zip(self._network.variables, fresh.variables, strict=True):
            variable.assign(value)
        for variable, value in zip(self._optimizer.variables, self._at_rest, strict=True):
            variable.assign(value)

    def learn(self, plays: Sequences, called: NDArray[np.bool_]) -> float:
        """One step on each batch of (steps, B, T) plays; the mean loss in nats."""
        return float(self._descend(plays.astype(np.int32), called.astype(np.float32)))

    def ask(self, plays: Sequences) -> tuple[Array, Array]:
        """The logits (N,) of plays (N, T), and how strongly each place pulls at them (T,)."""
        said = []
        for first in range(0, len(plays), _ASKED_AT_ONCE):
            part = plays[first : first + _ASKED_AT_ONCE]
            logits, pull = self._answer(part.astype(np.int32))
            said.append((ops.convert_to_numpy(logits), ops.convert_to_numpy(pull) * len(part)))
        logits, pulls = zip(*said, strict=True)
        return np.concatenate(logits), np.sum(pulls, axis=0) / len(plays)

    def _descent(self, plays: Any, called: Any) -> Any:
        variables, total = self._network.trainable_variables, tf.constant(0.0)
        for step in tf.range(plays.shape[0]):
            with tf.GradientTape() as tape:
                logits = self._network(self._read(plays[step]), training=True)[:, 0]
                losses = tf.nn.sigmoid_cross_entropy_with_logits(called[step], logits)
                loss = tf.reduce_mean(losses)
            self._optimizer.apply(tape.gradient(loss, variables), variables)
            total += loss
        return total / plays.shape[0]

    def _forward(self, plays: Any) -> tuple[Any, Any]:
        x = self._read(plays)
        return self._network(x)[:, 0], measure_pull(self._network, x)

    def _read(self, plays: Any) -> Any:
        """Plays in numbers (N, T) as this network sees them: (N, T, X)."""
        shown = ops.one_hot(plays, self._vocabulary)
        if self.reading == "names":
            return shown
        return candidate_features(shown[:, None])[:, 0, _KEY * self._vocabulary + _LIVE]
