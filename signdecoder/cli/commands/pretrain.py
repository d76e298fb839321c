"""``signdecoder pretrain``: train the shipped weights from scratch."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from signdecoder.cli.command import Command, Section
from signdecoder.cli.io import echo_err_line, silence_libraries
from signdecoder.core.errors import UsageError
from signdecoder.core.fs import real_path
from signdecoder.core.optional import require


def pretrain(
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Weights to write (default: the shipped ones)."),
    ] = None,
    steps: Annotated[
        int | None, typer.Option(metavar="N", min=0, help="Batches of logs to learn from.")
    ] = None,
    lessons: Annotated[
        int | None,
        typer.Option(metavar="N", min=0, help="Batches of single plays before the logs."),
    ] = None,
    minutes: Annotated[
        float | None, typer.Option(metavar="M", min=0, help="Stop after this many minutes.")
    ] = None,
    seed: Annotated[
        int | None, typer.Option(metavar="S", min=0, help="Seed of the simulated coaches.")
    ] = None,
    start: Annotated[
        Path | None,
        typer.Option(
            "--from",
            metavar="FILE",
            help="Go on from these weights, with logs beyond the grammar.",
        ),
    ] = None,
    resume: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Save the training state here, and resume from it."),
    ] = None,
) -> None:
    """Train the shipped weights from scratch.

    Learns from simulated coaches. With --resume you can stop the training and continue it later.
    With --from the network goes on from given weights and learns sets of signals, such as any of
    three live signals.
    """
    from signdecoder.cli.progress import show_progress
    from signdecoder.lstm.weights import SHIPPED, read_weights

    require("tensorflow", "to train")
    with silence_libraries():
        from signdecoder.training import pretrain as training
        from signdecoder.training.curriculum import Curriculum, curriculum_from
    if start and lessons:
        raise UsageError("the weights had their lessons", "leave out --lessons")
    weights = read_weights(start) if start else None
    wishes: dict[str, Any] = {"steps": steps, "lessons": lessons, "seed": seed}
    wishes = {name: wish for name, wish in wishes.items() if wish is not None}
    recipe = curriculum_from(weights) if weights else Curriculum()
    recipe = replace(recipe, **wishes)
    place = out or SHIPPED
    if resume and real_path(resume) == real_path(place.with_suffix(".npz")):
        hint = "give --resume another file name"
        raise UsageError(f"{resume} is where the weights are written", hint)
    with silence_libraries(), show_progress("pretraining") as progress:
        learned = training.pretrain(
            place,
            recipe,
            start=weights,
            resume=resume,
            stop_after=60 * minutes if minutes is not None else float("inf"),
            progress=progress,
        )
    echo_err_line(f"Wrote {place} ({learned.hash[:12]}).")


COMMAND = Command(pretrain, Section.SIMULATE, "signdecoder pretrain --minutes 30 --out mine.json")
