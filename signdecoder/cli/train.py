"""Commands that learn, and the one that makes a coach up: train, pretrain, simulate."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from signdecoder.cli import options
from signdecoder.cli.io import (
    guard_stream,
    print_json,
    print_words,
    quiet_libraries,
    say,
    say_line,
)
from signdecoder.cli.log_files import Reading, record_files
from signdecoder.cli.progress import show_progress
from signdecoder.core.errors import ExitStatus, UsageError
from signdecoder.core.fs import real_path
from signdecoder.core.names import parse_name
from signdecoder.core.outcomes import STEAL
from signdecoder.core.play import Play
from signdecoder.reports import coach_report as reporting
from signdecoder.reports import coach_text as report_words
from signdecoder.reports import store_text as listings
from signdecoder.store.store import Store

if TYPE_CHECKING:
    from signdecoder.training.finetune import FineTuning


def train(
    files: Annotated[list[str] | None, typer.Argument(metavar="CSV", hidden=True)] = None,
    coach: options.LogCoach = None,
    play: options.PlayName = STEAL,
    epochs: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            min=0,
            help="Rounds of 20 batches (default: while they help, at most 50); 0 only reads.",
        ),
    ] = None,
    shipped: Annotated[
        bool, typer.Option("--shipped", help="Go back to the shipped weights.")
    ] = False,
    outcomes: options.Outcomes = "",
    compact: options.Compact = False,
    skip_bad: options.SkipBad = False,
    db: options.Db = None,
    json: options.Json = False,
) -> None:
    """Record logs, learn, report every coach.

    Learns from every play in the store; without logs, from what is there already.
    """
    with Store.open(db) as store:
        if files:
            declared = options.declare_outcomes(store, options.find_play(store, play), outcomes)
            _record(store, files, Reading(coach, declared, compact, skip_bad))
        elif coach:
            say("Note: --coach fills what a log leaves open; without one, every coach is learned.")
        called_play = options.find_play(store, play)
        if shipped:
            _forget(store, called_play)
        reports = _learn(store, called_play, 0 if shipped else epochs)
    done = "the plays are recorded, and what was learned is kept"
    if json:
        print_json(reporting.train_document(reports), done)
    else:
        print_words(report_words.report_words(reports), done)


def _record(store: Store, files: Sequence[str], reading: Reading) -> None:
    done = record_files(store, files, reading)
    if done.refused:
        words = listings.refused_words(done.added, done.refused, done.skippable)
        say(f"Error: {words}\nNothing was learned.")
        raise typer.Exit(ExitStatus.INPUT)
    say(listings.import_words(done.added))


def _learn(store: Store, called_play: str, epochs: int | None) -> list[reporting.CoachReport]:
    """Learn from every coach, keep what was learned, and report on each."""
    from signdecoder.decoder.decoder import Decoder
    from signdecoder.workspace.tuned_weights import drop_weights, save_weights

    plays = {name: store.plays(name) for name in options.find_coaches(store, None)}
    if epochs == 0:
        tuning = _read(store, plays, called_play)
    else:
        tuning = _tune(plays, called_play, epochs)
        if tuning.weights:
            save_weights(store, called_play, tuning.weights, tuning.served)
        else:
            drop_weights(store, called_play)
    say(tuning.why)
    return [
        reporting.report_coach(
            name,
            Decoder.recall(store, name, play=called_play),
            plays[name],
            held_out=tuning.held_out[name],
            tuned=name in tuning.served,
        )
        for name in plays
    ]


def _forget(store: Store, called_play: str) -> None:
    from signdecoder.workspace.tuned_weights import drop_weights

    drop_weights(store, called_play)
    say("Back to the shipped weights.")


def _read(store: Store, plays: dict[str, list[Play]], called_play: str) -> "FineTuning":
    from signdecoder.lstm.weights import SHIPPED, read_weights
    from signdecoder.training.finetune import only_read
    from signdecoder.workspace.tuned_weights import find_weights, serve

    kept = find_weights(store, called_play)
    tuned = {name: kept for name in plays if kept and serve(kept, name)}
    return only_read(plays, called_play, tuned, read_weights(SHIPPED))


def _tune(plays: dict[str, list[Play]], called_play: str, epochs: int | None) -> "FineTuning":
    from signdecoder.lstm.weights import SHIPPED, read_weights
    from signdecoder.training.finetune import fine_tune

    # What is learned follows from the plays alone, so it begins with the shipped weights each time.
    shipped = read_weights(SHIPPED)
    try:
        with quiet_libraries(), show_progress("learning") as progress:
            return fine_tune(plays, called_play, shipped, epochs=epochs, progress=progress)
    except KeyboardInterrupt:
        say("Interrupted: the plays are recorded, nothing was learned.")
        raise SystemExit(ExitStatus.INTERRUPTED) from None


def pretrain(
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The weights to write (default: the shipped ones)."),
    ] = None,
    steps: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="How many batches of logs to learn from.")
    ] = None,
    lessons: Annotated[
        int | None,
        typer.Option(metavar="N", min=0, help="How many batches of single plays come before."),
    ] = None,
    minutes: Annotated[
        float | None, typer.Option(metavar="M", min=0, help="Stop after so long.")
    ] = None,
    seed: Annotated[
        int | None, typer.Option(metavar="S", min=0, help="Which coaches are drawn.")
    ] = None,
    resume: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Keep the training in this file, and go on from it."),
    ] = None,
) -> None:
    """Train the shipped weights anew.

    It learns from simulated coaches; with --resume it can be stopped and goes on where it was.
    """
    from signdecoder.lstm.weights import SHIPPED

    with quiet_libraries():
        from signdecoder.training import pretrain as training
        from signdecoder.training.curriculum import Curriculum
    wishes: dict[str, Any] = {"steps": steps, "lessons": lessons, "seed": seed}
    recipe = Curriculum(**{name: wish for name, wish in wishes.items() if wish is not None})
    place = out or SHIPPED
    if resume and real_path(resume) == real_path(place.with_suffix(".npz")):
        hint = "keep the training in a file of another name"
        raise UsageError(f"{resume} is where the weights are written", hint)
    with quiet_libraries(), show_progress("pretraining") as progress:
        weights = training.pretrain(
            place,
            recipe,
            resume=resume,
            stop_after=60 * minutes if minutes is not None else float("inf"),
            progress=progress,
        )
    say_line(f"Wrote {place} ({weights.hash[:12]}).")


def simulate(
    plays: Annotated[int, typer.Option(metavar="N", min=1, max=120_000, help="How many plays.")],
    seed: Annotated[int, typer.Option(metavar="S", min=0, help="Which coach is drawn.")],
    coach: Annotated[str, typer.Option(metavar="NAME", help="His name.")] = "Simulated coach",
    games: Annotated[int, typer.Option(metavar="G", min=1, help="In how many games.")] = 1,
    family: Annotated[
        str | None, typer.Option(metavar="F", help="The kind of rule (default: drawn).")
    ] = None,
    wipe_off: Annotated[
        bool, typer.Option("--wipe-off", help="With a signal that cancels.")
    ] = False,
    other_plays: Annotated[
        float,
        typer.Option(metavar="R", min=0, max=0.9, help="The share of bunts and other plays."),
    ] = 0.0,
    level: Annotated[
        str, typer.Option(metavar="L", help="Where he coaches: how often, how clean.")
    ] = "classroom",
    out: Annotated[str, typer.Option(metavar="FILE", help="The log; - is standard output.")] = "-",
    reveal: Annotated[
        bool, typer.Option("--reveal", help="Tell the rule, not in the log.")
    ] = False,
) -> None:
    """Make up a coach's log.

    The same seed makes the same log. Levels: classroom, youth, high-school, college, pro.
    Families: next, kth, anywhere, before, both, two_after, between, hot, position, twice,
    sandwich, count_of, count_after, null.
    """
    from signdecoder.logs.play_log import write_log
    from signdecoder.simulation.named_log import simulate as make_log

    made = make_log(
        plays,
        seed,
        coach=parse_name(coach, "coach"),
        games=games,
        family=family,
        wipe_off=wipe_off,
        other_plays=other_plays,
        level=level,
    )
    with guard_stream(sys.stdout):
        write_log(made.plays, out)
    if reveal:
        say(f"The rule: {made.rule}")
