"""What the commands share: their options, and which coach is meant."""

from difflib import SequenceMatcher
from pathlib import Path
from typing import Annotated

import typer

from signdecoder.core.errors import SigndecoderError, UsageError
from signdecoder.core.names import fold, parse_name
from signdecoder.core.outcomes import (
    NONE,
    NOT_STEAL,
    OUTCOMES,
    UNKNOWN,
    normalize_outcome,
    parse_outcome,
)
from signdecoder.store.store import Store


def _db_from_root(context: typer.Context, path: Path | None) -> Path | None:
    """The command's own --db, else the one given before the command."""
    root: Path | None = context.find_root().params.get("db")
    return path or root


Db = Annotated[
    Path | None,
    typer.Option(
        metavar="PATH",
        help="The store to use (or SIGNDECODER_DB; default: in your data folder).",
        callback=_db_from_root,
        readable=False,  # the store itself says what is wrong with its file
    ),
]
Coach = Annotated[str | None, typer.Option(metavar="NAME", help="Whose signs.")]
LogCoach = Annotated[
    str | None, typer.Option(metavar="NAME", help="Whose plays, if a log leaves it open.")
]
PlayName = Annotated[str, typer.Option("--play", metavar="NAME", help="The play that is called.")]
Outcomes = Annotated[
    str, typer.Option(metavar="A,B", help="Outcomes of your own to allow, by name.")
]
Compact = Annotated[
    bool, typer.Option("--compact", help="Read sequences as one character a signal.")
]
SkipBad = Annotated[
    bool, typer.Option("--skip-bad", help="Take the good rows of a file with bad ones.")
]
WeightsFile = Annotated[
    Path | None, typer.Option("--weights", metavar="FILE", help="Use the weights of this file.")
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
# Arguments are hidden where the command's own words tell of them: Typer would add `<list[str]>`.
Signals = Annotated[list[str], typer.Argument(metavar="SIGNAL", hidden=True)]
Files = Annotated[list[str], typer.Argument(metavar="CSV", hidden=True)]

FIRST_COACH = "Coach 1"
_BEGIN = (
    'read a log with "signdecoder import FILE", '
    'or record a play with "signdecoder log SIGNAL… --outcome OUTCOME"'
)
NO_PLAYS = f"No plays are recorded yet. {_BEGIN[0].upper()}{_BEGIN[1:]}."


def name_play(asked: str) -> str:
    """The called play by its name alone. Raises UsageError for what no coach calls."""
    play = normalize_outcome(asked)
    if play in (NONE, UNKNOWN, NOT_STEAL):
        raise UsageError(f"{play} is not a play that a coach calls", "name another with --play")
    return play


def find_play(store: Store, asked: str) -> str:
    """The called play, as the store spells it; a new name is declared by being asked for."""
    play = name_play(asked)
    return play if play in OUTCOMES else parse_outcome(play, (*sorted(store.outcomes()), play))


def declare_outcomes(store: Store, play: str, outcomes: str) -> tuple[str, ...]:
    """The outcomes that are allowed besides the usual ones: the store's, --play and --outcomes.

    The store's come first, because the first of two spellings is the one that is taken.
    """
    own = [name for name in outcomes.split(",") if name.strip()]
    return (*sorted(store.outcomes()), play, *own)


def find_coach(store: Store, asked: str | None) -> str:
    """The coach that is meant: the one asked for, else the only one.

    Raises UsageError where several could be meant, SigndecoderError where there is none.
    """
    names = store.coaches()
    if not names:
        raise SigndecoderError("no plays are recorded yet", _BEGIN)
    if asked is not None:
        return _match_coach(names, asked)
    if len(names) > 1:
        raise UsageError(
            f"several coaches are recorded ({_list_names(names)})", "say which one with --coach"
        )
    return names[0]


def find_or_begin_coach(store: Store, asked: str | None) -> str:
    """The coach whose play is recorded: one who is not known yet is begun."""
    names = store.coaches()
    if asked is not None:
        name = parse_name(asked, "coach")
        return next((known for known in names if fold(known) == fold(name)), name)
    return find_coach(store, None) if names else FIRST_COACH


def find_coaches(store: Store, asked: str | None) -> list[str]:
    """The coach asked for, else every coach; never empty."""
    names = store.coaches()
    if asked is None and len(names) > 1:
        return names
    return [find_coach(store, asked)]


def _match_coach(names: list[str], asked: str) -> str:
    wanted = fold(asked)
    for name in names:
        if fold(name) == wanted:
            return name
    closest = sorted(names, key=lambda name: -SequenceMatcher(None, fold(name), wanted).ratio())
    raise SigndecoderError(
        f'there is no coach "{asked}" (recorded: {_list_names(closest)})', "name one of these"
    )


def _list_names(names: list[str], most: int = 10) -> str:
    listed = ", ".join(names[:most])
    return f"{listed} and {len(names) - most} more" if len(names) > most else listed
