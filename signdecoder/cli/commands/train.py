"""``signdecoder train``: learn from the logged plays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from signdecoder.cli import options, reading_options
from signdecoder.cli.command import Command, Section
from signdecoder.cli.decoders import save_attributes
from signdecoder.cli.io import echo_err, print_json, print_text, silence_libraries
from signdecoder.cli.same_plays import check_same_plays, save_same_plays
from signdecoder.core.errors import ExitStatus
from signdecoder.core.outcomes import STEAL

if TYPE_CHECKING:
    from signdecoder.cli.log_files import LogFileOptions
    from signdecoder.core.play import Play
    from signdecoder.core.same_plays import SamePlays
    from signdecoder.reports.coach_report import CoachReport
    from signdecoder.store.store import Store
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
            help="Rounds of 20 batches on each half of the games (default: 5); 0 learns"
            " nothing and only reports.",
        ),
    ] = None,
    shipped: Annotated[
        bool, typer.Option("--shipped", help="Discard tuned weights; use the shipped ones.")
    ] = False,
    outcomes: options.Outcomes = "",
    compact: options.Compact = False,
    skip_bad: options.SkipBad = False,
    columns: reading_options.Columns = "",
    separator: reading_options.Separator = None,
    meanings: reading_options.Meanings = None,
    blank: reading_options.Blank = None,
    date_format: reading_options.DateFormat = None,
    sheet: reading_options.Sheet = None,
    attributes: options.AttributesFile = None,
    separate: options.Separate = None,
    same: options.Same = None,
    details: options.Details = False,
    db: options.Db = None,
    json: options.Json = False,
) -> None:
    """Import logs, tune the network, and report each coach.

    CSV... are play logs to import first. With no files, learns from the plays already stored.
    Tuned weights are used only for coaches whose games they predict better without having seen
    them. That takes a coach with four games.
    """
    from signdecoder.cli.log_files import LogFileOptions
    from signdecoder.reports.coach_report import train_document
    from signdecoder.reports.coach_text import format_reports
    from signdecoder.store.store import Store

    reading = reading_options.parse_reading(columns, separator, meanings, blank, date_format, sheet)
    with Store.open(db) as store:
        accepted = options.accepted_outcomes(store, options.find_play(store, play), outcomes)
        check_same_plays(store, separate, same, accepted)
        if files:
            _import(
                store, files, LogFileOptions(coach, accepted, compact, skip_bad, reading=reading)
            )
        elif coach:
            echo_err(
                "Note: --coach only names the coach of imported files. Learning from every coach."
            )
        called_play = options.find_play(store, play)
        if attributes:
            save_attributes(
                store, options.find_coaches(store, [coach] if coach else None), attributes
            )
        if separate is not None or same:
            coaches = options.find_coaches(store, [coach] if coach else None)
            save_same_plays(store, coaches, separate, same, accepted)
        if shipped:
            _discard_weights(store, called_play)
        reports = _learn(store, called_play, 0 if shipped else epochs)
    done = "the plays and the tuned weights were saved"
    if json:
        print_json(train_document(reports), done)
    else:
        print_text(format_reports(reports, details=details), done)


def _import(store: Store, files: Sequence[str], how: LogFileOptions) -> None:
    from signdecoder.cli.log_files import record_files
    from signdecoder.reports import store_text

    result = record_files(store, files, how)
    if result.refused:
        refused = store_text.format_refused_files(result.added, result.refused, result.skippable)
        echo_err(f"Error: {refused}\nNothing was learned.")
        raise typer.Exit(ExitStatus.INPUT)
    echo_err(store_text.format_imports(result.added))


def _learn(store: Store, called_play: str, epochs: int | None) -> list[CoachReport]:
    """Tune on every coach, save the weights, and report each coach."""
    from signdecoder.reports.coach_report import make_report
    from signdecoder.workspace.decoders import open_decoder
    from signdecoder.workspace.tuned_weights import drop_weights, save_weights

    n_erasures = store.n_erasures()
    plays = {name: store.plays(name) for name in options.find_coaches(store, None)}
    same_plays = {name: store.same_plays(name) for name in plays}
    if epochs == 0:
        tuning = _score_only(store, plays, called_play, same_plays)
    else:
        tuning = _tune(plays, called_play, epochs, same_plays)
        if tuning.weights:
            save_weights(store, called_play, tuning.weights, tuning.served, n_erasures)
        else:
            drop_weights(store, called_play)
    echo_err(tuning.why)
    return [
        make_report(
            name,
            open_decoder(store, name, play=called_play),
            plays[name],
            held_out=tuning.held_out[name],
            tuned=name in tuning.served,
        )
        for name in plays
    ]


def _discard_weights(store: Store, called_play: str) -> None:
    from signdecoder.workspace.tuned_weights import drop_weights

    drop_weights(store, called_play)
    echo_err("Using the shipped weights again.")


def _score_only(
    store: Store,
    plays: dict[str, list[Play]],
    called_play: str,
    same_plays: dict[str, SamePlays],
) -> FineTuning:
    """Score the weights in use on held-out plays, without learning."""
    from signdecoder.lstm.weights import SHIPPED, read_weights
    from signdecoder.training.finetune import only_read
    from signdecoder.workspace.tuned_weights import find_weights, serve

    weights = find_weights(store, called_play)
    tuned = frozenset(name for name in plays if weights and serve(store, weights, name))
    return only_read(plays, called_play, read_weights(SHIPPED), tuned, same_plays)


def _tune(
    plays: dict[str, list[Play]],
    called_play: str,
    epochs: int | None,
    same_plays: dict[str, SamePlays],
) -> FineTuning:
    from signdecoder.cli.progress import show_progress
    from signdecoder.lstm.weights import SHIPPED, read_weights
    from signdecoder.training.finetune import fine_tune

    # Every tuning starts from the shipped weights, so its result depends on the plays alone.
    shipped = read_weights(SHIPPED)
    try:
        with silence_libraries(), show_progress("learning") as progress:
            return fine_tune(
                plays,
                called_play,
                shipped,
                same_plays,
                epochs=epochs,
                progress=progress,
                say=echo_err,
            )
    except KeyboardInterrupt:
        echo_err("Interrupted. The plays were saved, but nothing was learned.")
        raise SystemExit(ExitStatus.INTERRUPTED) from None


COMMAND = Command(train, Section.PREDICT, "signdecoder train game.csv --coach Hawks")
