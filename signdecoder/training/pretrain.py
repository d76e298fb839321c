"""Pretrain the network on simulated coaches."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict
from math import isfinite, isnan
from pathlib import Path

import keras

from signdecoder.core.errors import SigndecoderError
from signdecoder.core.progress import Clock, Progress
from signdecoder.lstm.weights import Weights, write_weights
from signdecoder.training.checkpoint import load_step, restore_checkpoint, save_checkpoint
from signdecoder.training.curriculum import FIRST_LOGS, LATER_LOGS, LESSONS, WIDE_LOGS, Curriculum
from signdecoder.training.learner import averaged_parameters, prepare_learner, train_step
from signdecoder.training.network.build import build_network
from signdecoder.training.network.model import PairNetwork
from signdecoder.training.postprocess import ADJUSTMENTS, apply_posthoc_adjustments
from signdecoder.training.prefetch import prefetch_batches


def pretrain(
    out: Path,
    curriculum: Curriculum,
    *,
    start: Weights | None = None,
    resume: Path | None = None,
    save_every: int = 500,
    stop_after: float = float("inf"),
    progress: Callable[[Progress], None] = lambda _: None,
) -> Weights:
    """Train on simulated coaches and write the weights to a file.

    Batch i depends on the seed and i alone, so a training that was stopped and resumed sees the
    same batches as one that was not.

    Parameters
    ----------
    out : Path
        The file for the weights.
    curriculum : Curriculum
        What is learned in which step.
    start : Weights, optional
        The weights to start from, those of ``curriculum.starts_from``. Arrays that they lack, such
        as those of set rules, start from initial values.
    resume : Path, optional
        A checkpoint file. If it exists, the training goes on from it; new checkpoints are written
        to it.
    save_every : int
        Number of steps between checkpoints.
    stop_after : float
        Time limit in seconds.
    progress : callable
        Called with a `Progress` after each step.

    Returns
    -------
    Weights
        The weights that were written.

    Raises
    ------
    SigndecoderError
        If ``resume`` is the checkpoint of a different training, or the loss is not finite.
    """
    keras.utils.set_random_seed(curriculum.seed)
    network = build_network(curriculum.size, taught=True)
    if start:
        network.set_parameters(network.parameters() | dict(start.arrays))
    checkpoint = resume if resume and resume.exists() else None
    step = load_step(checkpoint, curriculum) if checkpoint else 0
    learner = prepare_learner(network, curriculum, step)
    if checkpoint:
        restore_checkpoint(checkpoint, learner)
    clock = Clock(step, curriculum.total)
    with closing(prefetch_batches(curriculum, step, curriculum.total)) as batches:
        try:
            for batch in batches:
                if clock.passed >= stop_after:
                    break
                loss = train_step(learner, batch)
                if not isfinite(loss):
                    resume = None  # keep the last checkpoint, from before this step
                    raise _not_finite(step + 1)
                step += 1
                if step == curriculum.lessons:
                    # From here on a checkpoint holds the learner of the next step.
                    learner = prepare_learner(network, curriculum, step)
                clock.tick(loss, progress)
                if step == curriculum.lessons:
                    clock.begin_stage()
                if resume and step % save_every == 0:
                    save_checkpoint(resume, learner, curriculum, step)
                    write_weights(out, _result(network, curriculum, clock, start))
        finally:  # also on an interruption
            if resume:
                save_checkpoint(resume, learner, curriculum, step)
    weights = _result(network, curriculum, clock, start)
    write_weights(out, weights)
    return weights


def _not_finite(step: int) -> SigndecoderError:
    """Return the error of a training that has diverged."""
    return SigndecoderError(
        f"the loss of step {step} is not a finite number",
        "resume from the last checkpoint with a lower learning rate",
    )


def _result(
    network: PairNetwork, curriculum: Curriculum, clock: Clock, start: Weights | None
) -> Weights:
    """Return the adjusted mean weights so far, with a description of the training."""
    training = {
        "data": "simulated coaches",
        "steps": clock.step,
        "loss": None if isnan(clock.loss) else round(clock.loss, 4),
        "recipe": asdict(curriculum),
        "lessons": [asdict(bucket) for bucket in LESSONS],
        "first_logs": [asdict(bucket) for bucket in FIRST_LOGS],
        "later_logs": [asdict(b) for b in (WIDE_LOGS if curriculum.starts_from else LATER_LOGS)],
    }
    arrays = averaged_parameters(network)
    if start:
        training["start"] = dict(start.training)
    else:  # the weights that it started from were adjusted before
        arrays, training["held_firm"] = apply_posthoc_adjustments(arrays), ADJUSTMENTS
    return Weights(arrays, curriculum.size, training)
