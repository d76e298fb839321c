"""Training the Keras network: on simulated coaches from nothing, or on from weights that exist."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from math import isnan
from pathlib import Path
from typing import Any

import keras
import numpy as np

from signdecoder.episodes import Bucket, Episodes, draw_episodes, network_inputs
from signdecoder.errors import SigndecoderError
from signdecoder.files import replace_file
from signdecoder.network import CandidateNetwork, build_network
from signdecoder.progress import Progress
from signdecoder.weights import NetworkSize, Weights, pack_arrays, write_weights

BUCKETS = (
    # Small vocabularies are cheap and teach most; the others teach it to go on.
    Bucket(logs=24, plays=24, width=8, slots=6),
    Bucket(logs=12, plays=32, width=10, slots=8),
    Bucket(logs=6, plays=40, width=12, slots=10),
    Bucket(logs=8, plays=80, width=8, slots=6),
)
BUCKET_CYCLE = (0, 1, 0, 2, 0, 1, 0, 3)
# Shares of the steps: small clean logs up to the first, all trouble from the second on.
EASY, FULL = 0.1, 0.35

Batches = Iterator[tuple[int, Episodes]]  # slots, and a batch that uses them
Schedule = Any  # a rate, or one of keras.optimizers.schedules


@dataclass(frozen=True, slots=True)
class Recipe:
    """All that decides what a pretraining makes."""

    steps: int = 9_500  # batches
    seed: int = 1
    peak_rate: float = 6e-3  # of Adam
    warmup: int = 200  # steps
    averaging: float = 0.999  # momentum of the running mean of weights that is shipped
    size: NetworkSize = field(default_factory=NetworkSize)


def pretrain(
    out: Path,
    recipe: Recipe,
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
    network = build_network(recipe.size)
    _compile(network, _cosine(recipe), recipe.averaging)
    step = _restore(resume, network, recipe) if resume and resume.exists() else 0
    clock = _Clock(step, recipe.steps)
    try:
        while step < recipe.steps and clock.passed < stop_after:
            loss = _train_step(network, *_draw_batch(recipe, step))
            step += 1
            clock.tick(loss, progress)
            if resume and step % save_every == 0:
                _keep(resume, network, recipe, step)
                write_weights(out, _averaged(network, recipe, clock))
    finally:  # also where somebody stops it
        if resume:
            _keep(resume, network, recipe, step)
    weights = _averaged(network, recipe, clock)
    write_weights(out, weights)
    return weights


def continue_training(
    weights: Weights,
    batches: Batches,
    steps: int,
    rate: float,
    progress: Callable[[Progress], None] = lambda _: None,
) -> Weights:
    """The weights after so many steps more at a constant rate; those given stay as they are."""
    keras.utils.set_random_seed(0)
    network = build_network(weights.size, weights.arrays)
    _compile(network, rate, averaging=0.9)
    rng = np.random.default_rng(0)
    clock = _Clock(0, steps)
    for _ in range(steps):
        clock.tick(_train_step(network, *next(batches), rng), progress)
    network.optimizer.finalize_variable_values(network.trainable_variables)
    training = {
        "steps": steps,
        "rate": rate,
        "from": weights.hash,
        "data": "logs and simulated coaches",
    }
    return Weights(network.parameters(), weights.size, training, name="tuned")


def _compile(network: CandidateNetwork, rate: Schedule, averaging: float) -> None:
    """Loss and optimiser: cross-entropy in nats of outcomes, and a fifth of that of key signs."""
    network.compile(
        optimizer=keras.optimizers.Adam(
            rate, global_clipnorm=1.0, use_ema=True, ema_momentum=averaging
        ),
        loss={
            "outcome": keras.losses.CategoricalCrossentropy(from_logits=True),
            "key": keras.losses.CategoricalCrossentropy(from_logits=True),
        },
        loss_weights={"outcome": 1.0, "key": 0.2},
        jit_compile=True,  # "auto" leaves LSTMs uncompiled
    )
    network.optimizer.build(network.trainable_variables)


def _cosine(recipe: Recipe) -> keras.optimizers.schedules.CosineDecay:
    return keras.optimizers.schedules.CosineDecay(
        initial_learning_rate=recipe.peak_rate / 20,
        warmup_target=recipe.peak_rate,
        warmup_steps=recipe.warmup,
        decay_steps=max(1, recipe.steps - recipe.warmup),
        alpha=0.01,
    )


def _draw_batch(recipe: Recipe, step: int) -> tuple[int, Episodes, np.random.Generator]:
    """Batch ``step``: what is easy first, then more of everything that makes a log hard to read."""
    rng = np.random.default_rng((recipe.seed, step))
    way = step / recipe.steps
    bucket = BUCKETS[0 if way < EASY else BUCKET_CYCLE[step % len(BUCKET_CYCLE)]]
    trouble = min(1.0, max(0.0, (way - EASY) / (FULL - EASY)))
    return bucket.slots, draw_episodes(bucket, rng, trouble), rng


def _train_step(
    network: CandidateNetwork, slots: int, episodes: Episodes, rng: np.random.Generator
) -> float:
    """One batch, one step; the loss in nats."""
    inputs, targets, asked = network_inputs(episodes, slots, rng)
    return float(network.train_on_batch(inputs, targets, sample_weight=asked)[0])


class _Clock:
    """Counts steps, smooths the loss and estimates what is left."""

    def __init__(self, step: int, steps: int) -> None:
        self.step, self.steps, self.loss = step, steps, float("nan")
        self._first = step
        self._begun = self._compiled = time.monotonic()

    @property
    def passed(self) -> float:
        return time.monotonic() - self._begun

    def tick(self, loss: float, progress: Callable[[Progress], None]) -> None:
        now = time.monotonic()
        done = self.step - self._first
        if done:
            self.loss = 0.99 * self.loss + 0.01 * loss
            a_step = (now - self._compiled) / done
        else:  # the first step is mostly XLA's compiling and says little of the others
            self.loss, a_step = loss, (now - self._begun) / 20
            self._compiled = now
        self.step += 1
        progress(Progress(self.step, self.steps, self.loss, a_step * (self.steps - self.step)))


# --- what is kept ---------------------------------------------------------------------------------


def _averaged(network: CandidateNetwork, recipe: Recipe, clock: _Clock) -> Weights:
    """The running mean of the weights, which generalises better than the last ones."""
    raw = network.parameters()
    network.optimizer.finalize_variable_values(network.trainable_variables)
    averaged = network.parameters()
    network.set_parameters(raw)
    training = {
        "data": "simulated coaches",
        "steps": clock.step,
        "loss": None if isnan(clock.loss) else round(clock.loss, 4),
        "recipe": asdict(recipe),
        "buckets": [asdict(bucket) for bucket in BUCKETS],
    }
    return Weights(averaged, recipe.size, training)


def _keep(path: Path, network: CandidateNetwork, recipe: Recipe, step: int) -> None:
    """Write all that a training needs to go on: weights, optimiser, step."""
    arrays: dict[str, Any] = {f"network/{n}": a for n, a in network.parameters().items()}
    for i, variable in enumerate(network.optimizer.variables):
        arrays[f"optimizer/{i}"] = keras.ops.convert_to_numpy(variable)
    about = json.dumps({"step": step, "recipe": asdict(recipe)})
    arrays["about"] = np.frombuffer(about.encode(), np.uint8)
    path.parent.mkdir(parents=True, exist_ok=True)
    replace_file(path, pack_arrays(arrays))


def _restore(path: Path, network: CandidateNetwork, recipe: Recipe) -> int:
    """Take up a training from its file; how many steps it had done."""
    with np.load(path, allow_pickle=False) as arrays:
        about: dict[str, Any] = json.loads(arrays["about"].tobytes())
        if about["recipe"] != asdict(recipe):
            raise SigndecoderError(
                f"{path} keeps another training, {about['recipe']}",
                "go on with the same steps and seed, or keep this one in another file",
            )
        network.set_parameters(
            {n.removeprefix("network/"): arrays[n] for n in arrays if n.startswith("network/")}
        )
        for i, variable in enumerate(network.optimizer.variables):
            variable.assign(arrays[f"optimizer/{i}"])
    return int(about["step"])
