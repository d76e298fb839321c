"""What the commands that open a screen share."""

from __future__ import annotations

import os
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from signdecoder.cli import options
from signdecoder.core.errors import UsageError
from signdecoder.core.missed import has_missed
from signdecoder.core.names import fold, parse_name
from signdecoder.core.sequences import parse_signals

if TYPE_CHECKING:
    from signdecoder.tui.config import AppConfig

# A command that runs beside the screen: it ends with the screen, even if the screen is killed.
CHILD_COMMAND = (
    *(sys.executable, "-c"),
    "import sys; from signdecoder.core.processes import end_with_starter; end_with_starter(); "
    "from signdecoder.cli import main; sys.exit(main())",
)
KeypadSignals = Annotated[
    str | None,
    typer.Option(metavar="A,B", help="Signals to offer for a coach who has none yet."),
]


def has_terminal() -> bool:
    """Return whether both ends are a terminal, or a browser that Textual draws for."""
    ends = (sys.stdin, sys.stdout)  # Python has none where the caller closed them
    return "TEXTUAL_DRIVER" in os.environ or all(end and end.isatty() for end in ends)


def make_config(
    coach: str | None, game: str | None, signals: str | None, play: str, db: Path | None
) -> AppConfig:
    """Return what the live screen starts with; raise SigndecoderError for a bad store or option."""
    from signdecoder.store.store import Store
    from signdecoder.tui.config import AppConfig
    from signdecoder.workspace.decoders import read_decoder

    with Store.open(db) as store:
        names = store.coaches()
        if coach is None:
            # The coach who was logged last: choosing another takes one key.
            plays = store.plays()
            last = max(plays, key=lambda p: p.id or 0).coach if plays else options.FIRST_COACH
        else:
            name = parse_name(coach, "coach")
            last = next((known for known in names if fold(known) == fold(name)), name)
        called_play = options.find_play(store, play)
        path = store.path
    return AppConfig(
        open_store=partial(Store.open, path),
        open_decoder=partial(read_decoder, play=called_play),
        train=(*CHILD_COMMAND, "train", "--db", str(path), "--play", called_play),
        coach=last,
        game=parse_name(game, "game") if game else "",
        signals=_parse_keypad(signals) if signals else (),
        play=called_play,
        folder=str(path.parent),
    )


def _parse_keypad(signals: str) -> tuple[str, ...]:
    """Parse --signals; raise UsageError if it names a signal twice."""
    names = parse_signals(signals)
    if has_missed(names):
        raise UsageError(
            "? and ... stand for signals that were not seen, so --signals cannot name them",
            "leave them out",
        )
    if len({fold(name) for name in names}) < len(names):
        raise UsageError("--signals names a signal twice", "name each signal once")
    return names
