"""``signdecoder serve``: the live screen in browsers."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from signdecoder.cli import options, screens
from signdecoder.cli.command import Command, Section
from signdecoder.cli.io import echo_err
from signdecoder.core.outcomes import STEAL


def serve(
    host: Annotated[
        str, typer.Option(metavar="H", help="Address to listen on; 0.0.0.0 for your network.")
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(metavar="N", min=1, max=65535, help="Port to listen on.")
    ] = 8000,
    coach: options.Coach = None,
    game: options.Game = None,
    signals: screens.KeypadSignals = None,
    play: options.PlayName = STEAL,
    db: options.Db = None,
) -> None:
    """Open the live screen in a browser, on a tablet or a phone.

    The command prints a secret link. Anyone with the link can log, edit, delete, import and export
    plays, but not use other files of this computer: exports are downloads, imports are uploads. The
    connection is not encrypted, so use it only on a network that you trust.

    Up to 8 browsers can connect. Each has its own screen, coach and game, and all log into the
    same play database. Plays that others log appear after your next play. Undo reverts the last
    change, whoever made it.
    """
    screens.make_config(coach, game, signals, play, db)  # report bad options at once
    from signdecoder.web.server import ScreenServer
    from signdecoder.web.sessions import MAX_SESSIONS

    given = {"--coach": coach, "--game": game, "--signals": signals, "--play": play}
    command = [sys.executable, "-m", "signdecoder", "ui", *(("--db", str(db)) if db else ())]
    command += [word for name, value in given.items() if value for word in (name, value)]
    server = ScreenServer(command, host, port)
    text = (
        f"Open {server.link}\n"
        f"Up to {MAX_SESSIONS} browsers can connect. Each has its own screen; all log into the same"
        " play database.\nPress Ctrl+C to stop."
    )
    server.run(lambda: echo_err(text))


COMMAND = Command(serve, Section.SCREENS, "signdecoder serve --host 0.0.0.0 --port 8000")
