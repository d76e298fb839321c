"""Training steps on weights that already exist, one batch at a time."""

from __future__ import annotations

import keras
import numpy as np

from signdecoder.lstm.weights import Weights
from signdecoder.training.batches import network_inputs
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
        self._network = build_network(weights.size, weights.arrays)
        # XLA takes 90 seconds instead of 40 to compile a step, which then uses one core.
        compile_network(self._network, make_adam(0.0, averaging=_AVERAGING), xla=False)
        self.restart(weights)

    def restart(self, weights: Weights) -> None:
        """Forget what was learned and start from these weights. Nothing is compiled again.

        Parameters
        ----------
        weights : Weights
            The weights to start from, of the same size; they stay unchanged.
        """
        keras.utils.set_random_seed(0)
        self._start, self._peak_rate, self._steps = weights, 0.0, 0
        self._rng = np.random.default_rng(0)
        self._network.set_parameters(weights.arrays)
        optimizer = self._network.optimizer
        for variable in optimizer.variables:  # the moments, and the number of steps
            variable.assign(np.zeros(variable.shape))

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
        inputs, targets, target_weights = network_inputs(episodes, slots, self._rng)
        for named in (targets, target_weights):  # what only pretraining has
            del named["roles"], named["vote"]
        return train_step(self._network, (inputs, targets, target_weights))

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
