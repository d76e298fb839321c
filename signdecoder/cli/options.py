"""The options that several commands share, and which coach and play they select."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from signdecoder.core.errors import SigndecoderError, UsageError
from signdecoder.core.moments import MOMENT_COLUMNS
from signdecoder.core.names import fold, parse_name
from signdecoder.core.outcomes import (
    NONE,
    NOT_STEAL,
    OUTCOMES,
    UNKNOWN,
    normalize_outcome,
    parse_outcome,
)

if TYPE_CHECKING:
    from signdecoder.store.store import Store


def moment_cells(*cells: str | None) -> dict[str, str | None]:
    """Return the options that say when a play was by column, in the order of MOMENT_COLUMNS."""
    return dict(zip(MOMENT_COLUMNS, cells, strict=True))


def _db_from_root(context: typer.Context, path: Path | None) -> Path | None:
    """Return the command's own --db, else the one given before the command."""
    root: Path | None = context.find_root().params.get("db")
    return path or root


Db = Annotated[
    Path | None,
    typer.Option(
        metavar="PATH",
        help="Play database to use (default: SIGNDECODER_DB, else one in your data folder).",
        callback=_db_from_root,
        readable=False,  # the store itself reports what is wrong with its file
    ),
]
Coach = Annotated[str | None, typer.Option(metavar="NAME", help="Coach to use.")]
LogCoach = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="Coach to use when the file has no coach column."),
]
PlayName = Annotated[str, typer.Option("--play", metavar="NAME", help="Play to predict.")]
OptionalPlay = Annotated[
    str | None,
    typer.Option("--play", metavar="NAME", help="Play to ask about (default: every play)."),
]
OwnPlay = Annotated[
    str, typer.Option("--play", metavar="NAME", help="Play of your own to accept as an outcome.")
]
CountedPlay = Annotated[str, typer.Option("--play", metavar="NAME", help="Play to count.")]
Outcomes = Annotated[
    str, typer.Option(metavar="A,B", help="Your own outcome names to accept as well.")
]
Compact = Annotated[
    bool, typer.Option("--compact", help="Treat each character of a sequence as one signal.")
]
SkipBad = Annotated[
    bool, typer.Option("--skip-bad", help="Skip bad rows instead of rejecting the whole file.")
]
WeightsFile = Annotated[
    Path | None, typer.Option("--weights", metavar="FILE", help="Use the weights in this file.")
]
AttributesFile = Annotated[
    Path | None,
    typer.Option(
        "--attributes",
        metavar="FILE",
        help="Save what the coach's signals have in common (side, material, ...), from this CSV.",
    ),
]
Separate = Annotated[
    str | None,
    typer.Option(
        "--separate",
        metavar="A,B",
        help="Save that the coach has signs of their own for these kinds of steals (or none).",
    ),
]
Same = Annotated[
    list[str] | None,
    typer.Option(
        "--same",
        metavar="A,B",
        help="Save that one sign of the coach calls these plays, such as steal,slap (or none).",
    ),
]
UnknownShare = Annotated[
    float,
    typer.Option(
        "--unknown-share",
        metavar="SHARE",
        help="Share of coaches whose rule is of no known kind, from 0 to 0.9.",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Details = Annotated[bool, typer.Option("--details", help="Add the statistics and what they mean.")]
Game = Annotated[
    str | None, typer.Option(metavar="G", help="Name of the game (default: today's date).")
]
Inning = Annotated[str | None, typer.Option(metavar="N", help='Inning, such as 3 or "top 3".')]
Half = Annotated[str | None, typer.Option(metavar="H", help="Half of the inning: top or bottom.")]
Outs = Annotated[str | None, typer.Option(metavar="N", help="Outs: 0, 1 or 2.")]
Balls = Annotated[
    str | None, typer.Option(metavar="N", help="Balls: 0 to 3, or the whole count, such as 3-1.")
]
Strikes = Annotated[str | None, typer.Option(metavar="N", help="Strikes: 0 to 2.")]
Runners = Annotated[
    str | None,
    typer.Option(metavar="R", help="Bases with a runner, such as 1 or 1-3, or none."),
]
# Arguments are hidden because the command's own text describes them; Typer would add `<list[str]>`.
Signals = Annotated[list[str], typer.Argument(metavar="SIGNAL", hidden=True)]
Files = Annotated[list[str], typer.Argument(metavar="CSV", hidden=True)]

FIRST_COACH = "Coach 1"
_FIRST_STEP = (
    'import a log with "signdecoder import FILE", '
    'or log a play with "signdecoder log SIGNAL... --outcome OUTCOME"'
)
NO_PLAYS = f"No plays logged yet. {_FIRST_STEP[0].upper()}{_FIRST_STEP[1:]}."


def normalize_play(name: str) -> str:
    """Return the canonical name of the play to predict; raise UsageError if no coach calls it."""
    play = normalize_outcome(name)
    if play in (NONE, UNKNOWN, NOT_STEAL):
        raise UsageError(f'"{play}" is not a play to predict', "name another play with --play")
    return play


def find_play(store: Store, name: str) -> str:
    """Return the play to predict as the store spells it; a new name is accepted as it is."""
    play = normalize_play(name)
    return play if play in OUTCOMES else parse_outcome(play, (*sorted(store.outcomes()), play))


def accepted_outcomes(store: Store, play: str, outcomes: str) -> tuple[str, ...]:
    """List the outcomes to accept in addition: the store's, --play's and those of --outcomes.

    The store's come first, because the first of two spellings wins.
    """
    own = [name for name in outcomes.split(",") if name.strip()]
    return (*sorted(store.outcomes()), play, *own)


def find_coach(store: Store, name: str | None) -> str:
    """Return the coach with this name, or the only coach if no name is given.

    Raises UsageError if several coaches match, SigndecoderError if none does.
    """
    names = store.coaches()
    if not names:
        raise SigndecoderError("no plays logged yet", _FIRST_STEP)
    if name is not None:
        return _match_coach(names, name)
    if len(names) > 1:
        raise UsageError(
            f"the database has several coaches ({_list_names(names)})", "choose one with --coach"
        )
    return names[0]


def find_or_create_coach(store: Store, name: str | None) -> str:
    """Return the coach to log a play for; a new name is a new coach."""
    names = store.coaches()
    if name is not None:
        new_name = parse_name(name, "coach")
        return next((known for known in names if fold(known) == fold(new_name)), new_name)
    return find_coach(store, None) if names else FIRST_COACH


def find_coaches(store: Store, name: str | None) -> list[str]:
    """Return the coach with this name, or every coach if no name is given; never empty."""
    names = store.coaches()
    if name is None and len(names) > 1:
        return names
    return [find_coach(store, name)]


def _match_coach(names: list[str], name: str) -> str:
    from difflib import SequenceMatcher

    key = fold(name)
    for known in names:
        if fold(known) == key:
            return known
    closest = sorted(names, key=lambda known: -SequenceMatcher(None, fold(known), key).ratio())
    raise SigndecoderError(
        f'no coach is named "{name}" (coaches: {_list_names(closest)})', "use one of these names"
    )


def _list_names(names: list[str], most: int = 10) -> str:
    listed = ", ".join(names[:most])
    return f"{listed} and {len(names) - most} more" if len(names) > most else listed
