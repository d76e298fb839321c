"""Training steps on weights that already exist, one batch at a time."""

from __future__ import annotations

import keras
import numpy as np

from signdecoder.lstm.weights import Weights
from signdecoder.training.batches import network_inputs
from signdecoder.training.curriculum import Batch
from signdecoder.training.episodes import EpisodeBatch
from signdecoder.training.learner import (
    averaged_parameters,
    compile_network,
    make_adam,
    train_step,
)
from signdecoder.training.network.build import build_network

_AVERAGING = 0.95  # momentum of the running mean of the weights


class Tuner:
    """Trains a copy of existing weights; the given weights stay unchanged.

    Its result is the running mean of the weights (Izmailov et al. 2018, stochastic weight
    averaging, here with exponential decay).

    Parameters
    ----------
    weights : Weights
        The weights to start from.
    """

    def __init__(self, weights: Weights) -> None:
        keras.utils.set_random_seed(0)
        self._start, self._peak_rate, self._steps = weights, 0.0, 0
        self._network = build_network(weights.size, weights.arrays)
        compile_network(self._network, make_adam(0.0, averaging=_AVERAGING))
        self._rng = np.random.default_rng(0)

    def learn(self, slots: int, episodes: EpisodeBatch, rate: float) -> float:
        """Take one step on a batch.

        Parameters
        ----------
        slots : int
            Number of signal slots of the batch, V.
        episodes : EpisodeBatch
            The batch to learn from.
        rate : float
            Adam's learning rate for this step.

        Returns
        -------
        float
            The loss of the batch before the step, in nats.
        """
        self._steps += 1
        self._peak_rate = max(self._peak_rate, rate)
        self._network.optimizer.learning_rate = rate
        return train_step(self._network, self._draw_batch(slots, episodes, self._rng))

    def measure(self, slots: int, episodes: EpisodeBatch) -> float:
        """Measure the loss on a batch without learning from it; the questions are always the same.

        Parameters
        ----------
        slots : int
            Number of signal slots of the batch, V.
        episodes : EpisodeBatch
            The batch to measure on.

        Returns
        -------
        float
            The loss in nats.
        """
        batch = self._draw_batch(slots, episodes, np.random.default_rng(0))
        inputs, targets, target_weights = batch
        logged = self._network.test_on_batch(inputs, targets, target_weights, return_dict=True)
        return float(logged["loss"])

    def weights(self) -> Weights:
        """Return the running mean of the weights so far.

        Returns
        -------
        Weights
            The tuned weights, with a description of the training.
        """
        training = {
            "steps": self._steps,
            "rate": self._peak_rate,
            "from": self._start.hash,
            "data": "logs and simulated coaches",
        }
        return Weights(averaged_parameters(self._network), self._start.size, training, name="tuned")

    @staticmethod
    def _draw_batch(slots: int, episodes: EpisodeBatch, rng: np.random.Generator) -> Batch:
        """Return network inputs without the targets that only pretraining has."""
        inputs, targets, target_weights = network_inputs(episodes, slots, rng)
        for named in (targets, target_weights):
            del named["roles"], named["vote"]
        return inputs, targets, target_weights
