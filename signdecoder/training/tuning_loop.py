"""Training steps of a fine-tuning: which plays each batch is drawn from, and the learning rate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from signdecoder.core.progress import Clock, Progress
from signdecoder.lstm.weights import Weights
from signdecoder.training.coach_logs import CoachLog, sample_episodes
from signdecoder.training.episodes import draw_episodes, join_episodes
from signdecoder.training.tuner import Tuner

# At this rate a new kind of rule is learned in a hundred batches.
RATE = 6e-3
_REAL = 3  # real episodes for a simulated one
_DECAY = 0.4  # of the steps, the last ones, in which the rate falls to nearly 0
_SEED = 7


class TuningLoop:
    """Tunes weights on several sets of plays, one after another, with one compiled network.

    Parameters
    ----------
    weights : Weights
        Weights of the size to tune.
    clock : Clock
        Counts all steps.
    progress : callable
        Called with a `Progress` after each step.
    """

    def __init__(
        self, weights: Weights, clock: Clock, progress: Callable[[Progress], None]
    ) -> None:
        self._tuner = Tuner(weights)
        self._clock, self._progress = clock, progress

    def tune(self, logs: Sequence[CoachLog], weights: Weights, steps: int) -> Weights:
        """Tune weights on logs, with one simulated episode for three real ones.

        Simulated coaches keep the network from learning the few real plays by heart.

        Parameters
        ----------
        logs : sequence of CoachLog
            The plays of each coach.
        weights : Weights
            The weights to start from; they stay unchanged.
        steps : int
            Number of batches.

        Returns
        -------
        Weights
            The tuned weights.
        """
        shares = np.array([len(log.evidence) for log in logs], np.float64)
        rng = np.random.default_rng(_SEED)
        self._tuner.restart(weights)
        for left in range(steps, 0, -1):
            log = logs[int(rng.choice(len(logs), p=shares / shares.sum()))]
            simulated = replace(log.bucket, logs=max(1, log.bucket.logs // _REAL))
            episodes = join_episodes(sample_episodes(log, rng), draw_episodes(simulated, rng))
            rate = RATE * min(1.0, left / (_DECAY * steps))
            self._clock.tick(self._tuner.learn(log.bucket.slots, episodes, rate), self._progress)
        return self._tuner.weights()
