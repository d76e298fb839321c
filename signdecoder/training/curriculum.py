"""The course of a pretraining: what is learned in which step, and how fast.

First come lessons on single plays, from which the play LSTM learns to read, and ever after it reads
so; then logs, at first small and clean, later large ones with all that makes a log hard to read.
Batch i depends on the seed and i alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from signdecoder.lstm.config import NetworkConfig
from signdecoder.rules.rule import BLANK
from signdecoder.training.batches import Bucket, Named, draw_episodes, network_inputs
from signdecoder.training.lessons import draw_lesson, weigh

Batch = tuple[Named, Named, Named]  # inputs, targets, and how much each target counts

LESSONS = (Bucket(320, 1, 8, 6), Bucket(160, 1, 12, 7), Bucket(224, 1, 10, 6))
# Small vocabularies are cheap and teach most; the others teach it to go on.
_SMALL, _MIDDLE = Bucket(12, 24, 8, 6), Bucket(8, 32, 10, 8)
_LONG, _LARGE, _LARGEST = Bucket(6, 72, 8, 6), Bucket(4, 40, 12, 10), Bucket(3, 32, 9, 13)
FIRST_LOGS = (_SMALL, _SMALL, _MIDDLE)
LATER_LOGS = (_SMALL, _MIDDLE, _LARGE, _MIDDLE, _SMALL, _MIDDLE, _LONG, _LARGEST)


@dataclass(frozen=True, slots=True)
class Curriculum:
    """All that decides what a pretraining makes. Rates are Adam's."""

    steps: int = 50_000  # batches of logs
    lessons: int = 3_000  # batches of lessons before them
    seed: int = 3
    lesson_rate: float = 5e-3  # the peak, which falls to the end of the lessons
    rate: float = 3e-3  # over the logs, up to where it decays
    decay: float = 0.06  # share of the steps, the last, over which it falls to nearly nothing
    warmup: int = 100  # steps
    averaging: float = 0.998  # momentum of the running mean of weights that is shipped
    small: int = 2_000  # steps of small logs, noise growing up to its end
    size: NetworkConfig = field(default_factory=NetworkConfig)

    @property
    def total(self) -> int:
        """All steps, lessons first."""
        return self.lessons + self.steps

    @property
    def decays_from(self) -> int:
        """The step, lessons counted, from which the rate falls to the end."""
        return self.lessons + round((1 - self.decay) * self.steps)

    def goes_on_from(self, other: Curriculum, step: int) -> bool:
        """Can a training by the other recipe be taken on at this step?

        It can be made longer, or its end shorter, as long as neither's has begun.
        """
        if self == other:
            return True
        longer = replace(other, steps=self.steps, decay=self.decay)
        return longer == self and step <= min(self.decays_from, other.decays_from)


def draw_batch(recipe: Curriculum, step: int) -> Batch:
    """Batch ``step`` of this recipe, lessons counted."""
    rng = np.random.default_rng((recipe.seed, step))
    if step < recipe.lessons:
        return _draw_lesson(LESSONS[step % len(LESSONS)], rng)
    step -= recipe.lessons
    cycle = FIRST_LOGS if step < recipe.small else LATER_LOGS
    bucket = cycle[step % len(cycle)]
    trouble = min(1.0, step / recipe.small) if recipe.small else 1.0
    return network_inputs(draw_episodes(bucket, rng, trouble), bucket.slots, rng)


def _draw_lesson(bucket: Bucket, rng: np.random.Generator) -> Batch:
    signals, marks = draw_lesson(bucket.logs, bucket.width, bucket.slots, rng)
    last = (signals != BLANK).sum(axis=1) - 1
    shown = signals[:, None, :, None] == np.arange(bucket.slots)
    cut = last[:, None, None, None] == np.arange(bucket.width)
    inputs = {"shown": shown.astype(np.float32), "cut": cut.astype(np.float32)}
    return inputs, {"calls": marks[:, None]}, {"calls": weigh(signals, marks)[:, None]}
