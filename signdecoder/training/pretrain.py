"""Training the Keras network: on simulated coaches from nothing, or on from weights that exist."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict
from functools import partial
from math import isfinite, isnan
from pathlib import Path
from typing import Any

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

from signdecoder.core.errors import SigndecoderError
from signdecoder.core.progress import Clock, Progress
from signdecoder.lstm.weights import Weights, write_weights
from signdecoder.rules.pair_rules import (
    N_PAIR_RULES,
)
from signdecoder.training.batches import EpisodeBatch, network_inputs
from signdecoder.training.checkpoint import keep_state, read_course, restore_state
from signdecoder.training.curriculum import FIRST_LOGS, LATER_LOGS, LESSONS, Batch, Curriculum
from signdecoder.training.network.layers import Tensor
from signdecoder.training.network.model import LessonNetwork, PairNetwork, build_network
from signdecoder.training.postprocess import HELD_FIRM, hold_firm
from signdecoder.training.prefetch import draw_ahead


def pretrain(
    out: Path,
    recipe: Curriculum,
    *,
    resume: Path | None = None,
    save_every: int = 500,
    stop_after: float = float("inf"),
    progress: Callable[[Progress], None] = lambda _: None,
) -> Weights:
    """Train on simulated coaches and write the weights to ``out``; ``stop_after`` is in seconds.

    With ``resume``, the state of the training is kept in that file: a run that was stopped goes on
    where it was. Batch i is drawn from (seed, i), so it sees the same batches as one that was not.
    """
    keras.utils.set_random_seed(recipe.seed)
    network = build_network(recipe.size, taught=True)
    kept = resume if resume and resume.exists() else None
    step = read_course(kept, recipe) if kept else 0
    pupil = _prepare(network, recipe, step)
    if kept:
        restore_state(kept, pupil)
    clock = Clock(step, recipe.total)
    with closing(draw_ahead(recipe, step, recipe.total)) as batches:
        try:
            for batch in batches:
                if clock.passed >= stop_after:
                    break
                loss = _train_step(pupil, batch)
                if not isfinite(loss):
                    resume = None  # what it keeps is from before
                    raise SigndecoderError(
                        f"the loss of step {step + 1} is not a number",
                        "go on from the state that is kept, at a lower rate",
                    )
                step += 1
                if step == recipe.lessons:
                    # Whoever stops it from here on finds the pupil of the step that comes.
                    pupil = _prepare(network, recipe, step)
                clock.tick(loss, progress)
                if step == recipe.lessons:
                    clock.begin_stage()
                if resume and step % save_every == 0:
                    keep_state(resume, pupil, recipe, step)
                    write_weights(out, _describe(network, recipe, clock))
        finally:  # also where somebody stops it
            if resume:
                keep_state(resume, pupil, recipe, step)
    weights = _describe(network, recipe, clock)
    write_weights(out, weights)
    return weights


class Tuner:
    """Goes on with weights that exist; those given stay as they are."""

    def __init__(self, weights: Weights) -> None:
        keras.utils.set_random_seed(0)
        self._from, self._highest, self._steps = weights, 0.0, 0
        self._network = build_network(weights.size, weights.arrays)
        _compile(self._network, _adam(0.0, averaging=0.95))
        self._rng = np.random.default_rng(0)

    def learn(self, slots: int, episodes: EpisodeBatch, rate: float) -> float:
        """One step, at this rate, on a batch that uses so many slots; the loss in nats."""
        self._steps += 1
        self._highest = max(self._highest, rate)
        self._network.optimizer.learning_rate = rate
        return _train_step(self._network, self._ask(slots, episodes, self._rng))

    def measure(self, slots: int, episodes: EpisodeBatch) -> float:
        """The loss on a batch in nats, the same questions each time; nothing is learned from it."""
        inputs, targets, counts = self._ask(slots, episodes, np.random.default_rng(0))
        logged = self._network.test_on_batch(inputs, targets, counts, return_dict=True)
        return float(logged["loss"])

    def weights(self) -> Weights:
        """The running mean of the weights so far."""
        training = {
            "steps": self._steps,
            "rate": self._highest,
            "from": self._from.hash,
            "data": "logs and simulated coaches",
        }
        return Weights(_averaged(self._network), self._from.size, training, name="tuned")

    @staticmethod
    def _ask(slots: int, episodes: EpisodeBatch, rng: np.random.Generator) -> Batch:
        inputs, targets, counts = network_inputs(episodes, slots, rng)
        for named in (targets, counts):
            del named["roles"], named["vote"]  # which only pretraining teaches
        return inputs, targets, counts


# --- the pupil: a model that is ready to learn ----------------------------------------------------


def _prepare(network: PairNetwork, recipe: Curriculum, step: int) -> keras.Model:
    """The model that learns from this step on: the lessons' or the logs', each with an optimiser.

    From logs it learns with the play LSTM, and the sights that were taught, as the lessons left
    them: training would blur what they show, and each is meant to be right.
    """
    if step < recipe.lessons:
        pupil = LessonNetwork(network)
        rate = _Rate(recipe.lesson_rate, recipe.warmup, recipe.lessons // 4, recipe.lessons)
        pupil.compile(
            optimizer=keras.optimizers.Adam(rate, global_clipnorm=1.0),
            loss={"calls": _cross_entropies},
            loss_weights={"calls": N_PAIR_RULES},
            jit_compile=True,
        )
        pupil.optimizer.build(pupil.trainable_variables)
        return pupil
    network.play.trainable = network.sight.trainable = False
    falls_from = recipe.decays_from - recipe.lessons
    rate = _Rate(recipe.rate, recipe.warmup, falls_from, recipe.steps)
    _compile(network, _adam(rate, recipe.averaging))
    return network


def _adam(rate: Any, averaging: float) -> keras.optimizers.Adam:
    return keras.optimizers.Adam(rate, global_clipnorm=1.0, use_ema=True, ema_momentum=averaging)


def _compile(network: PairNetwork, optimizer: keras.optimizers.Adam) -> None:
    """Cross-entropies in nats: of outcomes mostly, of the first guess, key signs and roles."""
    crossed = keras.losses.CategoricalCrossentropy(from_logits=True)
    loss = {"outcome": crossed, "first": crossed, "key": crossed}
    shares = {"outcome": 2.0, "first": 0.3, "key": 0.2}
    if network.roles is not None:
        loss |= {"roles": partial(_cross_entropy, axes=(-2, -1)), "vote": _missed_votes}
        shares |= {"roles": 0.05, "vote": 0.1}
    # "auto" leaves LSTMs uncompiled.
    network.compile(optimizer=optimizer, loss=loss, loss_weights=shares, jit_compile=True)
    optimizer.build(network.trainable_variables)


def _cross_entropy(said: Tensor, logits: Tensor, axes: int | tuple[int, int]) -> Tensor:
    """Of many yes-or-no answers, in nats, summed over some axes."""
    return ops.sum(_cross_entropies(said, logits), axis=axes)


def _cross_entropies(said: Tensor, logits: Tensor) -> Tensor:
    """Of many yes-or-no answers, each for itself, in nats."""
    return ops.maximum(logits, 0) - logits * said + ops.log1p(ops.exp(-ops.abs(logits)))


def _missed_votes(rule: Tensor, log_shares: Tensor) -> Tensor:
    """Cross-entropy of a vote in nats."""
    return -ops.sum(rule * log_shares, axis=-1)


@keras.saving.register_keras_serializable("signdecoder")
class _Rate(keras.optimizers.schedules.LearningRateSchedule):  # type: ignore[misc]
    """Up to the peak over the warm-up, level, and straight down to nearly nothing at the end."""

    def __init__(self, peak: float, warmup: int, falls_from: int, ends: int) -> None:
        self.peak, self.warmup, self.falls_from, self.ends = peak, warmup, falls_from, ends

    def __call__(self, step: Tensor) -> Tensor:
        """The rate of this step, from 0."""
        step = ops.cast(step, "float32")
        rise = (step + 1.0) / max(1, self.warmup)
        fall = (self.ends - step) / max(1, self.ends - self.falls_from)
        return self.peak * ops.clip(ops.minimum(rise, fall), 0.01, 1.0)

    def get_config(self) -> dict[str, Any]:
        """What it takes to make this schedule again."""
        return {
            "peak": self.peak, "warmup": self.warmup,
            "falls_from": self.falls_from, "ends": self.ends,
        }  # fmt: skip


def _train_step(pupil: keras.Model, batch: Batch) -> float:
    """One batch, one step; the loss in nats."""
    inputs, targets, counts = batch
    logged = pupil.train_on_batch(inputs, targets, sample_weight=counts, return_dict=True)
    return float(logged["loss"])


def _averaged(network: PairNetwork) -> dict[str, NDArray[np.float32]]:
    """The running mean of the weights, which generalises better than the last ones."""
    raw = network.parameters()
    if network.compiled and int(network.optimizer.iterations):  # there is no mean of no steps
        network.optimizer.finalize_variable_values(network.trainable_variables)
    averaged = network.parameters()
    network.set_parameters(raw)
    return averaged


def _describe(network: PairNetwork, recipe: Curriculum, clock: Clock) -> Weights:
    """What a pretraining has come to so far."""
    training = {
        "data": "simulated coaches",
        "steps": clock.step,
        "loss": None if isnan(clock.loss) else round(clock.loss, 4),
        "recipe": asdict(recipe),
        "lessons": [asdict(bucket) for bucket in LESSONS],
        "first_logs": [asdict(bucket) for bucket in FIRST_LOGS],
        "later_logs": [asdict(bucket) for bucket in LATER_LOGS],
        "held_firm": HELD_FIRM,
    }
    return Weights(hold_firm(_averaged(network)), recipe.size, training)
