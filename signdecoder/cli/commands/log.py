"""``signdecoder log``: save one play."""

from __future__ import annotations

import shlex
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from signdecoder.cli import options
from signdecoder.cli.candidates import complete_outcome
from signdecoder.cli.command import Command, Section
from signdecoder.cli.decoders import find_signals, save_attributes
from signdecoder.cli.input import read_signals
from signdecoder.cli.io import echo_err_line, print_json, print_text
from signdecoder.cli.same_plays import save_same_plays
from signdecoder.core.missed import has_missed
from signdecoder.core.moments import parse_context
from signdecoder.core.names import fold, parse_name
from signdecoder.core.near_names import find_near
from signdecoder.core.outcomes import STEAL, parse_outcome
from signdecoder.core.sequences import parse_arguments

if TYPE_CHECKING:
    from signdecoder.core.play import Play


def log(
    signals: options.Signals,
    outcome: Annotated[
        str,
        typer.Option(
            metavar="O",
            autocompletion=complete_outcome,
            help="What happened: steal, none, unknown, bunt, ...",
        ),
    ],
    coach: options.Coach = None,
    game: options.Game = None,
    inning: options.Inning = None,
    half: options.Half = None,
    outs: options.Outs = None,
    balls: options.Balls = None,
    strikes: options.Strikes = None,
    runners: options.Runners = None,
    play: options.OwnPlay = STEAL,
    outcomes: options.Outcomes = "",
    new: options.New = False,
    compact: options.Compact = False,
    attributes: options.AttributesFile = None,
    separate: options.Separate = None,
    same: options.Same = None,
    db: options.Db = None,
    json: options.Json = False,
) -> None:
    """Log one play.

    SIGNAL... is the sequence in order, as for "signdecoder query": _ is a signal that you did not
    see, and ... any number of them. The play is saved before it is confirmed.
    """
    from signdecoder.core.play import Play
    from signdecoder.reports import play_text
    from signdecoder.store.store import Store

    sequence = parse_arguments(read_signals(signals), compact)
    context = parse_context(options.moment_cells(inning, half, outs, balls, strikes, runners))
    with Store.open(db) as store:
        accepted = options.accepted_outcomes(store, options.find_play(store, play), outcomes)
        name = options.find_or_create_coach(store, coach)
        called = parse_outcome(outcome, accepted)
        day = date.today().isoformat()
        if game is not None:
            game = parse_name(game, "game")
            day = _date_of_game(store.plays(name), game, day)
        save_attributes(store, [name], attributes)
        save_same_plays(store, [name], separate, same, accepted)
        known = find_signals(store, name)
        played = Play(sequence, called, name, game or day, day, context)
        saved = store.add(played)
    done = f"play {saved.id} was saved"
    if json:
        print_json(play_text.play_document(saved), done)
    else:
        print_text(play_text.format_saved_play(saved), done)
    if not (new or compact):
        for signal in saved.signals:
            near = None if signal in known or has_missed([signal]) else find_near(signal, known)
            if near:
                fixed = shlex.join(near if one == signal else one for one in saved.signals)
                echo_err_line(
                    f"Note: {signal} is new; did you mean {near}? "
                    f"signdecoder edit {saved.id} {fixed}"
                )


def _date_of_game(plays: list[Play], game: str, today: str) -> str:
    """Return the date of the game's last play, so that a play of an old game joins the others."""
    key = fold(game)
    return next((play.date for play in reversed(plays) if fold(play.game) == key), today)


COMMAND = Command(log, Section.LOG, "signdecoder log ear cap belt --outcome steal --coach Hawks")
