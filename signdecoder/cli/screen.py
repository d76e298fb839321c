"""The command that opens the terminal UI."""

from __future__ import annotations

import sys
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from signdecoder.cli import options
from signdecoder.errors import UsageError
from signdecoder.plays import STEAL, fold, read_name, read_signals
from signdecoder.store import Store

if TYPE_CHECKING:
    from signdecoder.tui.setup import Setup


def ui(
    coach: options.Coach = None,
    game: Annotated[
        str | None, typer.Option(metavar="G", help="The game; without it, today's.")
    ] = None,
    signals: Annotated[
        str | None,
        typer.Option(metavar="A,B", help="The signals to begin with, if the coach has none yet."),
    ] = None,
    play: options.PlayName = STEAL,
    db: options.Db = None,
) -> None:
    """Open the terminal UI: log a game, and watch the key sign emerge."""
    if not has_terminal():
        raise UsageError(
            "the terminal UI needs a terminal to show itself on",
            'record plays with "signdecoder log SIGNAL… --outcome OUTCOME" instead',
        )
    from signdecoder.tui.app import SigndecoderApp

    SigndecoderApp(set_up(coach, game, signals, play, db)).run()


def has_terminal() -> bool:
    """Is there a terminal at both ends?"""
    return sys.stdin.isatty() and sys.stdout.isatty()


def set_up(
    coach: str | None, game: str | None, signals: str | None, play: str, db: Path | None
) -> Setup:
    """What the UI is started with. Raises SigndecoderError if the store cannot be used."""
    from signdecoder.decoder import Decoder
    from signdecoder.tui.setup import Setup

    with Store.open(db) as store:
        names = store.coaches()
        if coach is None:
            # The one who was logged last: to choose is one key away.
            plays = store.plays()
            last = max(plays, key=lambda p: p.id or 0).coach if plays else options.FIRST_COACH
        else:
            name = read_name(coach, "coach")
            last = next((known for known in names if fold(known) == fold(name)), name)
        called = options.find_play(store, play)
        path = store.path
    day = date.today().isoformat()
    return Setup(
        open_store=partial(Store.open, path),
        recall=partial(Decoder.recall, play=called),
        db=path,
        coach=last,
        game=read_name(game, "game") if game else day,
        day=day,
        signals=_read_pad(signals) if signals else (),
        play=called,
    )


def _read_pad(signals: str) -> tuple[str, ...]:
    """The signals that --signals names. Raises UsageError where one comes twice."""
    names = read_signals(signals)
    if len({fold(name) for name in names}) < len(names):
        raise UsageError("--signals names a signal twice", "name each one once")
    return names
