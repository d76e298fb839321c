"""Keras models that are ready to learn: losses, optimizers, one training step."""

from __future__ import annotations

from functools import partial
from typing import Any

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

from signdecoder.rules.pair_rules import N_PAIR_RULES
from signdecoder.training.curriculum import Batch, Curriculum
from signdecoder.training.network.layers import Tensor
from signdecoder.training.network.lesson_network import LessonNetwork
from signdecoder.training.network.model import PairNetwork

USE_XLA = True
"""Whether training steps are compiled with XLA, which is faster but takes a minute per shape."""


def prepare_learner(network: PairNetwork, curriculum: Curriculum, step: int) -> keras.Model:
    """Return the model that learns from this step on, with a fresh optimizer.

    In the lessons it is a `LessonNetwork`; after them it is the network itself. The logs train it
    with the play LSTM and the taught pair features frozen, because training on logs would blur
    features that are meant to be exact.

    Parameters
    ----------
    network : PairNetwork
        The network to train.
    curriculum : Curriculum
        The curriculum with its learning rates.
    step : int
        The next step, lessons included.

    Returns
    -------
    keras.Model
        The compiled model, which shares its weights with ``network``.
    """
    if step < curriculum.lessons:
        learner = LessonNetwork(network)
        rate = WarmupDecay(
            curriculum.lesson_rate, curriculum.warmup, curriculum.lessons // 4, curriculum.lessons
        )
        learner.compile(
            optimizer=keras.optimizers.Adam(rate, global_clipnorm=1.0),
            loss={"calls": _binary_cross_entropies},
            loss_weights={"calls": N_PAIR_RULES},
            jit_compile=USE_XLA,
        )
        learner.optimizer.build(learner.trainable_variables)
        return learner
    network.play.trainable = network.sight.trainable = False
    if curriculum.starts_from:
        network.freeze_belief()
    decays_from = curriculum.decays_from - curriculum.lessons
    rate = WarmupDecay(curriculum.rate, curriculum.warmup, decays_from, curriculum.steps)
    compile_network(network, make_adam(rate, curriculum.averaging), xla=USE_XLA)
    return network


def make_adam(rate: Any, averaging: float) -> keras.optimizers.Adam:
    """Return Adam with gradient clipping and a running mean of the weights.

    The mean is used in place of the last weights (Izmailov et al. 2018).

    Parameters
    ----------
    rate : float or keras.optimizers.schedules.LearningRateSchedule
        The learning rate.
    averaging : float
        Momentum of the running mean, from 0 to 1.

    Returns
    -------
    keras.optimizers.Adam
        The optimizer, not built yet.
    """
    return keras.optimizers.Adam(rate, global_clipnorm=1.0, use_ema=True, ema_momentum=averaging)


def compile_network(network: PairNetwork, optimizer: keras.optimizers.Adam, *, xla: bool) -> None:
    """Compile a network with its losses, in nats.

    The loss is a weighted sum of cross-entropies: mostly of outcomes, then of the first guess, key
    signs, and, if the network has those outputs, roles and votes.

    Parameters
    ----------
    network : PairNetwork
        The network to compile.
    optimizer : keras.optimizers.Adam
        Its optimizer, which is built for the trainable weights.
    xla : bool
        Whether steps are compiled with XLA, which is worth it for some hundred steps or more.
    """
    categorical = keras.losses.CategoricalCrossentropy(from_logits=True)
    loss = {"outcome": categorical, "first": categorical, "key": categorical}
    loss_weights = {"outcome": 2.0, "first": 0.3, "key": 0.2}
    if network.roles is not None:
        loss |= {"roles": partial(_binary_cross_entropy, axes=(-2, -1)), "vote": _vote_loss}
        loss_weights |= {"roles": 0.05, "vote": 0.1}
    # With "auto", Keras would not compile LSTMs.
    network.compile(optimizer=optimizer, loss=loss, loss_weights=loss_weights, jit_compile=xla)
    optimizer.build(network.trainable_variables)


def train_step(learner: keras.Model, batch: Batch) -> float:
    """Take one step on one batch.

    Parameters
    ----------
    learner : keras.Model
        A compiled model.
    batch : tuple of dict
        Inputs, targets and target weights.

    Returns
    -------
    float
        The loss of the batch before the step, in nats.
    """
    inputs, targets, target_weights = batch
    logged = learner.train_on_batch(inputs, targets, sample_weight=target_weights, return_dict=True)
    return float(logged["loss"])


def averaged_parameters(network: PairNetwork) -> dict[str, NDArray[np.float32]]:
    """Return the running mean of the weights, which generalizes better than the last ones.

    See Izmailov et al. (2018), "Averaging weights leads to wider optima and better
    generalization". The weights of the network stay unchanged.

    Parameters
    ----------
    network : PairNetwork
        The network, compiled or not.

    Returns
    -------
    dict of str to ndarray
        The arrays by name; the current weights if there was no step yet.
    """
    current = network.parameters()
    if network.compiled and int(network.optimizer.iterations):  # no steps, no mean
        network.optimizer.finalize_variable_values(network.trainable_variables)
    averaged = network.parameters()
    network.set_parameters(current)
    return averaged


@keras.saving.register_keras_serializable("signdecoder")
class WarmupDecay(keras.optimizers.schedules.LearningRateSchedule):  # type: ignore[misc]
    """A learning rate that rises to its peak, stays there, and falls linearly to 1% of it.

    Parameters
    ----------
    peak : float
        The highest rate.
    warmup : int
        Steps until the peak.
    decays_from : int
        The step from which the rate falls.
    ends : int
        The step at which it would reach 0.
    """

    def __init__(self, peak: float, warmup: int, decays_from: int, ends: int) -> None:
        self.peak, self.warmup, self.decays_from, self.ends = peak, warmup, decays_from, ends

    def __call__(self, step: Tensor) -> Tensor:
        """Return the rate of this step, from 0."""
        step = ops.cast(step, "float32")
        rise = (step + 1.0) / max(1, self.warmup)
        fall = (self.ends - step) / max(1, self.ends - self.decays_from)
        return self.peak * ops.clip(ops.minimum(rise, fall), 0.01, 1.0)

    def get_config(self) -> dict[str, Any]:
        """Return the constructor arguments.

        Returns
        -------
        dict of str to number
            The arguments by name.
        """
        return {
            "peak": self.peak, "warmup": self.warmup,
            "decays_from": self.decays_from, "ends": self.ends,
        }  # fmt: skip


def _binary_cross_entropy(target: Tensor, logits: Tensor, axes: int | tuple[int, int]) -> Tensor:
    """Return binary cross-entropies in nats, summed over some axes."""
    return ops.sum(_binary_cross_entropies(target, logits), axis=axes)


def _binary_cross_entropies(target: Tensor, logits: Tensor) -> Tensor:
    """Return elementwise binary cross-entropies in nats."""
    return ops.maximum(logits, 0) - logits * target + ops.log1p(ops.exp(-ops.abs(logits)))


def _vote_loss(rule: Tensor, log_rule_probs: Tensor) -> Tensor:
    """Return the cross-entropy of the rule attention in nats."""
    return -ops.sum(rule * log_rule_probs, axis=-1)
