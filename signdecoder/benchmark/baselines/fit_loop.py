"""Fit a Keras network to a whole log in one compiled loop, compiled once for each shape."""

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

_MIN_ROWS = 48  # a log is padded to this many plays, or to the next doubling
_BATCH = 128  # sequences


class FitLoop:
    """Fits ``network`` (one logit per row) by full-batch steps of ``optimizer`` on cross-entropy.

    ``penalty`` times the sum of all squared weights is added to the loss of the whole log.

    The network only holds arrays while they are used. A fit returns its arrays, so that all
    contenders of a process share one network and its compiled programs.
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
        self._initial_state = [np.array(variable) for variable in optimizer.variables]
        # XLA compiles all steps into one program, once for each shape.
        self._run = _Programs(self._train_steps)
        self._forward = _Programs(network)

    def fit(self, start: Sequence[Array], x: Array, called: Sequence[bool]) -> list[FloatArray]:
        """Return the arrays after all steps from ``start``; the result is deterministic."""
        rows = _MIN_ROWS
        while rows < len(x):
            rows *= 2
        y, weight = np.zeros(rows, np.float32), np.zeros(rows, np.float32)
        y[: len(x)], weight[: len(x)] = called, 1 / len(x)
        self._load(start)
        for variable, value in zip(self._optimizer.variables, self._initial_state, strict=True):
            variable.assign(value)
        self._run(_pad_rows(x, rows), y, weight)
        return [np.array(variable) for variable in self._network.trainable_variables]

    def logits(self, arrays: Sequence[Array], x: Array) -> FloatArray:
        """Return the logit of each row of ``x`` with these arrays: (N,)."""
        self._load(arrays)
        parts = [
            np.asarray(self._forward(_pad_rows(x[i : i + _BATCH], _BATCH)))
            for i in range(0, len(x), _BATCH)
        ]
        joined: FloatArray = np.concatenate(parts)[: len(x), 0]
        return joined

    def _load(self, arrays: Sequence[Array]) -> None:
        for variable, array in zip(self._network.trainable_variables, arrays, strict=True):
            variable.assign(array)

    def _train_steps(self, x: Any, y: Any, weight: Any) -> None:
        variables = self._network.trainable_variables
        for _ in tf.range(self._steps):
            with tf.GradientTape() as tape:
                logits = self._network(x, training=True)[:, 0]
                losses = tf.nn.sigmoid_cross_entropy_with_logits(y, logits)
                squares = sum(ops.sum(ops.square(variable)) for variable in variables)
                # A play's weight is one over the number of plays, so the penalty fades as plays
                # are added.
                loss = ops.sum(losses * weight) + self._penalty * weight[0] * squares
            self._optimizer.apply(tape.gradient(loss, variables), variables)


class _Programs:
    """A function of tensors, compiled once for each shape of its first argument."""

    def __init__(self, function: Callable[..., Any]) -> None:
        # TensorFlow's own dispatch warns about many shapes, which are intended here.
        self._function = tf.function(function, jit_compile=True)
        self._compiled: dict[tuple[int, ...], Any] = {}

    def __call__(self, *tensors: Array) -> Any:
        shape = tensors[0].shape
        if shape not in self._compiled:
            specs = [tf.TensorSpec(tensor.shape, tensor.dtype) for tensor in tensors]
            self._compiled[shape] = self._function.get_concrete_function(*specs)
        return self._compiled[shape](*map(tf.constant, tensors))


def draw_kernel(rng: np.random.Generator, inputs: int, outputs: int) -> FloatArray:
    """Draw a kernel (inputs, outputs) as Keras does by default: Glorot uniform (2010)."""
    limit = (6 / (inputs + outputs)) ** 0.5
    return rng.uniform(-limit, limit, (inputs, outputs)).astype(np.float32)


def _pad_rows(x: Array, rows: int) -> Array:
    """Return the rows followed by rows of zeros."""
    return np.concatenate([x, np.zeros((rows - len(x), *x.shape[1:]), x.dtype)])
