"""``signdecoder edit``: correct a stored play."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from signdecoder.cli import options
from signdecoder.cli.command import Command, Section
from signdecoder.cli.operations import print_operation
from signdecoder.core.errors import SigndecoderError, UsageError
from signdecoder.core.moments import parse_context
from signdecoder.core.names import parse_name
from signdecoder.core.outcomes import parse_outcome
from signdecoder.core.sequences import parse_arguments


def edit(
    number: Annotated[int, typer.Argument(metavar="ID", hidden=True, min=1)],
    signals: Annotated[list[str] | None, typer.Argument(metavar="[SIGNAL]...", hidden=True)] = None,
    outcome: Annotated[
        str | None, typer.Option(metavar="O", help="What happened, if it was something else.")
    ] = None,
    game: Annotated[
        str | None, typer.Option(metavar="G", help="Game that the play belongs to.")
    ] = None,
    note: Annotated[str | None, typer.Option(metavar="TEXT", help="A new note.")] = None,
    inning: options.Inning = None,
    half: options.Half = None,
    outs: options.Outs = None,
    balls: options.Balls = None,
    strikes: options.Strikes = None,
    runners: options.Runners = None,
    outcomes: options.Outcomes = "",
    compact: options.Compact = False,
    db: options.Db = None,
    json: options.Json = False,
) -> None:
    """Correct a play: its signals, its outcome, or when it was.

    ID is the number of the play in "signdecoder plays". SIGNAL... is the whole sequence as it
    should be; without it the sequence stays. What you do not give stays as it is.
    "signdecoder undo" reverts it.
    """
    from signdecoder.store.store import Store

    context = parse_context(options.moment_cells(inning, half, outs, balls, strikes, runners))
    if note is not None:
        context["note"] = note
    sequence = parse_arguments(signals, compact) if signals else None
    if not (sequence or outcome or game or context):
        raise UsageError("edit was given nothing to change", "give signals, --outcome or --game")
    with Store.open(db) as store:
        shown = next(iter(store.plays_numbered([number])), None)
        if shown is None:
            raise SigndecoderError(
                f"play {number} does not exist",
                '"signdecoder plays" lists the plays with their ids',
            )
        accepted = options.accepted_outcomes(store, shown.outcome, outcomes)
        changed = replace(
            shown,
            signals=sequence or shown.signals,
            outcome=parse_outcome(outcome, accepted) if outcome else shown.outcome,
            game=parse_name(game, "game") if game else shown.game,
            context={**shown.context, **context},
        )
        operation = store.edit(number, changed, shown)
    print_operation("done", operation, json)


COMMAND = Command(edit, Section.LOG, "signdecoder edit 12 ear cap belt --outcome steal")
