"""The commands that open the terminal UI: here, or for browsers."""

from __future__ import annotations

import os
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from signdecoder.cli import options
from signdecoder.cli.io import guard_stream, say
from signdecoder.core.errors import SigndecoderError, UsageError
from signdecoder.core.names import fold, parse_name
from signdecoder.core.outcomes import STEAL
from signdecoder.core.play import Play
from signdecoder.core.sequences import parse_signals
from signdecoder.core.text import count
from signdecoder.store.store import Store

if TYPE_CHECKING:
    from signdecoder.tui.config import AppConfig


_OURSELVES = (sys.executable, "-m", "signdecoder")
# The same for a command that runs beside the screen: it ends with the screen, however that ends.
BESIDE = (
    *(sys.executable, "-c"),
    "import sys; from signdecoder.core.processes import end_with_starter; end_with_starter(); "
    "from signdecoder.cli import main; sys.exit(main())",
)
Game = Annotated[str | None, typer.Option(metavar="G", help="The game; without it, today's.")]
Signals = Annotated[
    str | None,
    typer.Option(metavar="A,B", help="The signals to begin with, if the coach has none yet."),
]


def ui(
    coach: options.Coach = None,
    game: Game = None,
    signals: Signals = None,
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

    app = SigndecoderApp(set_up(coach, game, signals, play, db))
    app.run()
    if app.unrecorded:
        _hand_over(app.unrecorded)
    if app.return_code:  # it was told to end, or met a fault
        raise typer.Exit(app.return_code)


def _hand_over(plays: tuple[Play, ...]) -> None:
    """Print plays that the store has not taken, as a log; raise the error that says so."""
    from signdecoder.logs.play_log import write_log

    with guard_stream(sys.stdout):
        write_log(plays, "-")
    raise SigndecoderError(
        f"the store could not take {count(len(plays), 'play')}",
        'put the lines above into a file and read it with "signdecoder import FILE"',
    )


def serve(
    host: Annotated[
        str, typer.Option(metavar="H", help="Where to listen; 0.0.0.0 for all in the network.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(metavar="N", min=1, max=65535)] = 8000,
    coach: options.Coach = None,
    game: Game = None,
    signals: Signals = None,
    play: options.PlayName = STEAL,
    db: options.Db = None,
) -> None:
    """Open the terminal UI in browsers: on a tablet or a phone, by a secret link.

    Whoever has the link can do what you can do in the UI, reading and writing files included. What
    is sent is not encrypted: use it in a network that you trust.

    Each browser has a screen of its own, 8 at once, and chooses its coach and game; all log into
    the same store. What others log shows after your next play; undo takes back what was done
    last, whoever did it.
    """
    set_up(coach, game, signals, play, db)  # what is wrong with these is told at once
    from signdecoder.web.server import ScreenServer
    from signdecoder.web.sessions import MOST

    given = {"--coach": coach, "--game": game, "--signals": signals, "--play": play}
    command = [*_OURSELVES, "ui", *(("--db", str(db)) if db else ())]
    command += [word for name, value in given.items() if value for word in (name, value)]
    server = ScreenServer(command, host, port)
    words = (
        f"Open {server.link}\n"
        f"Each browser gets a screen of its own, {MOST} at once; all log into the same store.\n"
        "Ctrl+C ends it."
    )
    server.run(lambda: say(words))


def has_terminal() -> bool:
    """Is there a terminal at both ends, or a browser that Textual draws for?"""
    ends = (sys.stdin, sys.stdout)  # which Python does not have where the caller closed them
    return "TEXTUAL_DRIVER" in os.environ or all(end and end.isatty() for end in ends)


def set_up(
    coach: str | None, game: str | None, signals: str | None, play: str, db: Path | None
) -> AppConfig:
    """What the UI is started with. Raises SigndecoderError if the store cannot be used."""
    from signdecoder.decoder.decoder import Decoder
    from signdecoder.tui.config import AppConfig

    with Store.open(db) as store:
        names = store.coaches()
        if coach is None:
            # The one who was logged last: to choose is one key away.
            plays = store.plays()
            last = max(plays, key=lambda p: p.id or 0).coach if plays else options.FIRST_COACH
        else:
            name = parse_name(coach, "coach")
            last = next((known for known in names if fold(known) == fold(name)), name)
        called = options.find_play(store, play)
        path = store.path
    return AppConfig(
        open_store=partial(Store.open, path),
        recall=partial(Decoder.recall, play=called),
        train=(*BESIDE, "train", "--db", str(path), "--play", called),
        coach=last,
        game=parse_name(game, "game") if game else "",
        signals=_read_pad(signals) if signals else (),
        play=called,
    )


def _read_pad(signals: str) -> tuple[str, ...]:
    """The signals that --signals names. Raises UsageError where one comes twice."""
    names = parse_signals(signals)
    if len({fold(name) for name in names}) < len(names):
        raise UsageError("--signals names a signal twice", "name each one once")
    return names
