"""The options that several commands share, and which coach and play they select."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from signdecoder.cli.candidates import (
    complete_coach,
    complete_format,
    complete_outcome,
    complete_signal,
)
from signdecoder.cli.settings import default_coach, default_store
from signdecoder.core.errors import SigndecoderError, UsageError
from signdecoder.core.moments import MOMENT_COLUMNS
from signdecoder.core.names import fold, parse_name
from signdecoder.core.near_names import find_near
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
    """Return the command's own --db, else the one before the command, else that of the settings."""
    root: Path | None = context.find_root().params.get("db")
    return path or root or default_store()


# The groups of options in the help of a command, in this order; the others come first.
COACH, MOMENT, READING, MODEL, OUTPUT = (
    "Coach and play",
    "Moment of the game",
    "Reading files",
    "What the decoder goes by",
    "Output",
)

Db = Annotated[
    Path | None,
    typer.Option(
        metavar="PATH",
        help="Play database to use (default: SIGNDECODER_DB, else one in your data folder).",
        callback=_db_from_root,
        readable=False,  # the store itself reports what is wrong with its file
        rich_help_panel=COACH,
    ),
]
Coach = Annotated[
    str | None,
    typer.Option(
        "--coach",
        "-c",
        metavar="NAME",
        autocompletion=complete_coach,
        help="Coach to use.",
        rich_help_panel=COACH,
    ),
]
Coaches = Annotated[
    list[str] | None,
    typer.Option(
        "--coach",
        "-c",
        metavar="NAME",
        autocompletion=complete_coach,
        help="Coach to use (default: all); may be repeated.",
        rich_help_panel=COACH,
    ),
]
LogCoach = Annotated[
    str | None,
    typer.Option(
        "--coach",
        "-c",
        metavar="NAME",
        autocompletion=complete_coach,
        help="Coach to use when the file has no coach column.",
        rich_help_panel=COACH,
    ),
]


def _play_option(help: str) -> Any:
    return typer.Option(
        "--play",
        "-p",
        metavar="NAME",
        autocompletion=complete_outcome,
        help=help,
        rich_help_panel=COACH,
    )


PlayName = Annotated[str, _play_option("Play to predict.")]
OptionalPlay = Annotated[str | None, _play_option("Play to ask about (default: every play).")]
OwnPlay = Annotated[str, _play_option("Play of your own to accept as an outcome.")]
CountedPlay = Annotated[str, _play_option("Play to count.")]
Outcomes = Annotated[
    str,
    typer.Option(
        metavar="A,B",
        help="Your own outcome names to accept as well.",
        rich_help_panel=READING,
    ),
]
Compact = Annotated[
    bool,
    typer.Option(
        "--compact",
        help="Treat each character of a sequence as one signal.",
        rich_help_panel=READING,
    ),
]
SkipBad = Annotated[
    bool,
    typer.Option(
        "--skip-bad",
        help="Skip bad rows instead of rejecting the whole file.",
        rich_help_panel=READING,
    ),
]
WeightsFile = Annotated[
    Path | None,
    typer.Option(
        "--weights",
        metavar="FILE",
        help="Use the weights in this file.",
        rich_help_panel=MODEL,
    ),
]
AttributesFile = Annotated[
    Path | None,
    typer.Option(
        "--attributes",
        metavar="FILE",
        help="Save what the coach's signals have in common (side, material, ...), from this CSV.",
        rich_help_panel=MODEL,
    ),
]
Separate = Annotated[
    str | None,
    typer.Option(
        "--separate",
        metavar="A,B",
        help="Save that the coach has signs of their own for these kinds of steals (or none).",
        rich_help_panel=MODEL,
    ),
]
Same = Annotated[
    list[str] | None,
    typer.Option(
        "--same",
        metavar="A,B",
        help="Save that one sign of the coach calls these plays, such as steal,slap (or none).",
        rich_help_panel=MODEL,
    ),
]
UnknownShare = Annotated[
    float,
    typer.Option(
        "--unknown-share",
        metavar="SHARE",
        help="Share of coaches whose rule is of no known kind, from 0 to 0.9.",
        rich_help_panel=MODEL,
    ),
]
Json = Annotated[
    bool,
    typer.Option("--json", help="Print one JSON document.", rich_help_panel=OUTPUT),
]
Format = Annotated[
    str | None,
    typer.Option(
        "--format",
        metavar="F",
        autocompletion=complete_format,
        help="table, json, jsonl, csv, markdown, parquet or xlsx.",
        rich_help_panel=OUTPUT,
    ),
]
Out = Annotated[
    str | None,
    typer.Option(
        "--out",
        "-o",
        metavar="FILE",
        help="File to write, in the format of its ending; - is standard output.",
        rich_help_panel=OUTPUT,
    ),
]
Details = Annotated[
    bool,
    typer.Option(
        "--details",
        help="Add the statistics and what they mean.",
        rich_help_panel=OUTPUT,
    ),
]
Game = Annotated[
    str | None,
    typer.Option(
        metavar="G",
        help="Name of the game (default: today's date).",
        rich_help_panel=COACH,
    ),
]


def _moment_option(metavar: str, help: str) -> Any:
    return typer.Option(metavar=metavar, help=help, rich_help_panel=MOMENT)


Inning = Annotated[str | None, _moment_option("N", 'Inning, such as 3 or "top 3".')]
Half = Annotated[str | None, _moment_option("H", "Half of the inning: top or bottom.")]
Outs = Annotated[str | None, _moment_option("N", "Outs: 0, 1 or 2.")]
Balls = Annotated[
    str | None, _moment_option("N", "Balls: 0 to 3, or the whole count, such as 3-1.")
]
Strikes = Annotated[str | None, _moment_option("N", "Strikes: 0 to 2.")]
Runners = Annotated[
    str | None, _moment_option("R", "Bases with a runner, such as 1 or 1-3, or none.")
]
# Arguments are hidden because the command's own text describes them; Typer would add `<list[str]>`.
Signals = Annotated[
    list[str], typer.Argument(metavar="SIGNAL", hidden=True, autocompletion=complete_signal)
]
Files = Annotated[list[str], typer.Argument(metavar="CSV", hidden=True)]

New = Annotated[
    bool, typer.Option("--new", help="Accept a signal that looks like a slip for another one.")
]

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
    known = (*OUTCOMES, *sorted(store.outcomes()))
    is_known = play.replace("_", "") in (one.replace("_", "") for one in known)
    near = None if is_known else find_near(play, known)
    if near:
        raise UsageError(f'no play is named "{name}"', f"did you mean {near}?")
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
    if name is None and len(names) > 1:
        name = default_coach()
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
    if names:
        return find_coach(store, None)
    return parse_name(default_coach() or FIRST_COACH, "coach")


def find_coaches(store: Store, names: Sequence[str] | None) -> list[str]:
    """Return the coaches with these names, or every coach if none is given; never empty."""
    if names:
        return list(dict.fromkeys(find_coach(store, name) for name in names))
    return store.coaches() or [find_coach(store, None)]


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
