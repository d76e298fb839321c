"""``signdecoder ui``: the live screen in a terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import typer

from signdecoder.cli import options, screens
from signdecoder.cli.command import Command, Section
from signdecoder.cli.io import guard_stream
from signdecoder.core.errors import SigndecoderError, UsageError
from signdecoder.core.outcomes import STEAL
from signdecoder.core.text import count

if TYPE_CHECKING:
    from signdecoder.core.play import Play


def ui(
    coach: options.Coach = None,
    game: options.Game = None,
    signals: screens.KeypadSignals = None,
    play: options.PlayName = STEAL,
    db: options.Db = None,
) -> None:
    """Open the live screen: log a game and watch the key sign emerge."""
    if not screens.has_terminal():
        raise UsageError(
            "the live screen needs a terminal",
            'log plays with "signdecoder log SIGNAL... --outcome OUTCOME" instead',
        )
    from signdecoder.tui.app import SigndecoderApp

    app = SigndecoderApp(screens.make_config(coach, game, signals, play, db))
    app.run()
    if app.unsaved_plays:
        _print_unsaved(app.unsaved_plays)
    if app.return_code:  # a signal ended it, or an internal error
        raise typer.Exit(app.return_code)


def _print_unsaved(plays: tuple[Play, ...]) -> None:
    """Print plays that the store could not save, as a log; raise the error that says so."""
    from signdecoder.logs.play_log_writer import write_log

    with guard_stream(sys.stdout):
        write_log(plays, "-")
    raise SigndecoderError(
        f"{count(len(plays), 'play')} could not be saved",
        'put the lines above into a file and import it with "signdecoder import FILE"',
    )


COMMAND = Command(ui, Section.SCREENS, "signdecoder ui --coach Hawks --signals cap,belt,ear")
