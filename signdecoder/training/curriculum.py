"""The curriculum of a pretraining: what is learned in which step, and at which rate.

It begins with lessons on single plays. They teach the play LSTM the pair features, which stay
frozen from then on. Logs follow, at first small and clean ones, then large ones with everything
that makes a log hard. Batch i depends on the seed and i alone. (Curriculum learning: Bengio et al.
2009.)
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from signdecoder.lstm.config import NetworkConfig
from signdecoder.lstm.weights import Weights
from signdecoder.rules.pair_rules import N_SET_RULES
from signdecoder.rules.rule import BLANK
from signdecoder.training.batches import Named, network_inputs
from signdecoder.training.episodes import Bucket, draw_episodes
from signdecoder.training.lessons import draw_lesson, label_weights
from signdecoder.training.wide_logs import draw_wide_episodes

Batch = tuple[Named, Named, Named]  # inputs, targets, and the weight of each target

LESSONS = (Bucket(320, 1, 8, 6), Bucket(160, 1, 12, 7), Bucket(224, 1, 10, 6))
# Small vocabularies are fast and teach most of it; the others teach the network to generalize.
_SMALL, _MIDDLE = Bucket(12, 24, 8, 6), Bucket(8, 32, 10, 8)
_LONG, _LARGE, _LARGEST = Bucket(6, 72, 8, 6), Bucket(4, 40, 12, 10), Bucket(3, 32, 9, 13)
FIRST_LOGS = (_SMALL, _SMALL, _MIDDLE)
_WIDE = Bucket(6, 48, 10, 8)
WIDE_LOGS = (_WIDE, _WIDE, _WIDE, Bucket(3, 20, 50, 5))
LATER_LOGS = (_SMALL, _MIDDLE, _LARGE, _MIDDLE, _SMALL, _MIDDLE, _LONG, _LARGEST)


@dataclass(frozen=True, slots=True)
class Curriculum:
    """Everything that determines a pretraining.

    Attributes
    ----------
    steps : int
        Batches of logs.
    lessons : int
        Batches of lessons before them.
    seed : int
        Seed of the batches and the initial weights.
    lesson_rate : float
        Adam's peak learning rate in the lessons; it falls to their end.
    rate : float
        Adam's learning rate on logs, up to the decay.
    decay : float
        The last share of the steps, in which the rate falls to 1%.
    warmup : int
        Steps in which the rate rises.
    averaging : float
        Momentum of the running mean of the weights (Izmailov et al. 2018), which is the result.
    small : int
        Steps with small logs; noise grows until their end.
    starts_from : str
        Hash of the weights that it starts from; empty for initial ones. From given weights on, the
        logs go beyond the grammar (`training.wide_logs`), and the LSTMs stay as they are.
    size : NetworkConfig
        The layer sizes of the network.
    """

    steps: int = 50_000
    lessons: int = 3_000
    seed: int = 3
    lesson_rate: float = 5e-3
    rate: float = 3e-3
    decay: float = 0.06
    warmup: int = 100
    averaging: float = 0.998
    small: int = 2_000
    starts_from: str = ""
    size: NetworkConfig = field(default_factory=NetworkConfig)

    @property
    def total(self) -> int:
        """All steps, lessons included."""
        return self.lessons + self.steps

    @property
    def decays_from(self) -> int:
        """The step, lessons included, from which the rate falls."""
        return self.lessons + round((1 - self.decay) * self.steps)

    def continues(self, other: Curriculum, step: int) -> bool:
        """Return True if a training with another curriculum can go on with this one.

        A training can be made longer, or its decay shorter, until the decay of either begins.

        Parameters
        ----------
        other : Curriculum
            The curriculum of the training so far.
        step : int
            The step that the training has reached.

        Returns
        -------
        bool
            True if both draw the same batches at the same rates up to this step.
        """
        if self == other:
            return True
        longer = replace(other, steps=self.steps, decay=self.decay)
        return longer == self and step <= min(self.decays_from, other.decays_from)


def curriculum_from(weights: Weights) -> Curriculum:
    """Return the curriculum that goes on from weights with logs beyond the grammar.

    Parameters
    ----------
    weights : Weights
        The weights to start from.

    Returns
    -------
    Curriculum
        The curriculum; it has set rules even if the weights had none.
    """
    size = replace(weights.size, set_rules=N_SET_RULES)
    return Curriculum(
        steps=1_000, lessons=0, rate=2e-3, decay=0.3, warmup=30, averaging=0.99, small=0,
        starts_from=weights.hash, size=size,
    )  # fmt: skip


def draw_batch(curriculum: Curriculum, step: int) -> Batch:
    """Draw the batch of one step.

    Parameters
    ----------
    curriculum : Curriculum
        The curriculum.
    step : int
        The step from 0, lessons included.

    Returns
    -------
    tuple of dict
        Inputs, targets and target weights by name.
    """
    rng = np.random.default_rng((curriculum.seed, step))
    if step < curriculum.lessons:
        return _lesson_batch(LESSONS[step % len(LESSONS)], rng)
    step -= curriculum.lessons
    if curriculum.starts_from:
        bucket = WIDE_LOGS[step % len(WIDE_LOGS)]
        return network_inputs(draw_wide_episodes(bucket, rng), bucket.slots, rng)
    cycle = FIRST_LOGS if step < curriculum.small else LATER_LOGS
    bucket = cycle[step % len(cycle)]
    noise_level = min(1.0, step / curriculum.small) if curriculum.small else 1.0
    return network_inputs(draw_episodes(bucket, rng, noise_level), bucket.slots, rng)


def _lesson_batch(bucket: Bucket, rng: np.random.Generator) -> Batch:
    """Return a lesson in the format of the network, one play per log."""
    signals, labels = draw_lesson(bucket.logs, bucket.width, bucket.slots, rng)
    last = (signals != BLANK).sum(axis=1) - 1
    shown = signals[:, None, :, None] == np.arange(bucket.slots)
    cut = last[:, None, None, None] == np.arange(bucket.width)
    inputs = {"shown": shown.astype(np.float32), "cut": cut.astype(np.float32)}
    return inputs, {"calls": labels[:, None]}, {"calls": label_weights(signals, labels)[:, None]}
