"""A Keras network fitted to a whole log in one compiled loop, of which each shape compiles once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras import ops
from numpy.typing import NDArray

Array = NDArray[Any]
FloatArray = NDArray[np.float32]

_FEWEST_ROWS = 48  # a log is padded to so many plays, or to the next double of it
_ASKED_AT_ONCE = 128  # sequences


class FitLoop:
    """Fits ``network`` (one logit a row) by full-batch steps of ``optimizer`` on cross-entropy.

    ``penalty`` times the sum of all squared weights is added to the loss of the whole log.

    The network is only where arrays are put to work: what a fit makes is given back, so that all
    contestants of a process share one network and what was compiled for it.
    """

    def __init__(
        self,
        network: keras.Model,
        optimizer: keras.optimizers.Optimizer,
        steps: int,
        penalty: float = 0.0,
    ) -> None:
        optimizer.build(network.trainable_variables)
        self._network, self._optimizer = network, optimizer
        self._steps, self._penalty = steps, penalty
        self._at_rest = [np.array(variable) for variable in optimizer.variables]
        # XLA makes one program of all the steps; every shape is compiled once.
        self._run = _Programs(self._descend)
        self._forward = _Programs(network)

    def fit(self, start: Sequence[Array], x: Array, called: Sequence[bool]) -> list[FloatArray]:
        """Return the arrays after all steps from ``start``; the same start ends the same."""
        rows = _FEWEST_ROWS
        while rows < len(x):
            rows *= 2
        y, weight = np.zeros(rows, np.float32), np.zeros(rows, np.float32)
        y[: len(x)], weight[: len(x)] = called, 1 / len(x)
        self._put(start)
        for variable, value in zip(self._optimizer.variables, self._at_rest, strict=True):
            variable.assign(value)
        self._run(_pad_rows(x, rows), y, weight)
        return [np.array(variable) for variable in self._network.trainable_variables]

    def ask(self, arrays: Sequence[Array], x: Array) -> FloatArray:
        """Return the logit of each row of ``x`` by these arrays: (N,)."""
        self._put(arrays)
        parts = [
            np.asarray(self._forward(_pad_rows(x[i : i + _ASKED_AT_ONCE], _ASKED_AT_ONCE)))
            for i in range(0, len(x), _ASKED_AT_ONCE)
        ]
        logits: FloatArray = np.concatenate(parts)[: len(x), 0]
        return logits

    def _put(self, arrays: Sequence[Array]) -> None:
        for variable, array in zip(self._network.trainable_variables, arrays, strict=True):
            variable.assign(array)

    def _descend(self, x: Any, y: Any, weight: Any) -> None:
        variables = self._network.trainable_variables
        for _ in tf.range(self._steps):
            with tf.GradientTape() as tape:
                logits = self._network(x, training=True)[:, 0]
                losses = tf.nn.sigmoid_cross_entropy_with_logits(y, logits)
                squares = sum(ops.sum(ops.square(variable)) for variable in variables)
                # A play's weight is one over the log's plays, so the penalty fades as they come.
                loss = ops.sum(losses * weight) + self._penalty * weight[0] * squares
            self._optimizer.apply(tape.gradient(loss, variables), variables)


class _Programs:
    """A function of tensors, compiled for each shape of its first argument when it first comes."""

    def __init__(self, function: Callable[..., Any]) -> None:
        # TensorFlow's own dispatch warns of many shapes, which here are meant.
        self._function = tf.function(function, jit_compile=True)
        self._compiled: dict[tuple[int, ...], Any] = {}

    def __call__(self, *tensors: Array) -> Any:
        shape = tensors[0].shape
        if shape not in self._compiled:
            specs = [tf.TensorSpec(tensor.shape, tensor.dtype) for tensor in tensors]
            self._compiled[shape] = self._function.get_concrete_function(*specs)
        return self._compiled[shape](*map(tf.constant, tensors))


def draw_kernel(rng: np.random.Generator, inputs: int, outputs: int) -> FloatArray:
    """A kernel as Keras draws it by default, uniform after Glorot: (inputs, outputs)."""
    limit = (6 / (inputs + outputs)) ** 0.5
    return rng.uniform(-limit, limit, (inputs, outputs)).astype(np.float32)


def _pad_rows(x: Array, rows: int) -> Array:
    """The same rows with rows of zeros after them."""
    return np.concatenate([x, np.zeros((rows - len(x), *x.shape[1:]), x.dtype)])
