"""Commands that record: log, changed, import, export, plays, undo, rename, delete, coaches."""

import sys
from datetime import date
from typing import Annotated

import typer

from signdecoder.cli import options
from signdecoder.cli.io import guard_stream, print_json, print_words, say, say_line
from signdecoder.cli.log_files import Reading, record_files
from signdecoder.core.errors import ExitStatus, SigndecoderError
from signdecoder.core.names import fold, parse_name
from signdecoder.core.outcomes import STEAL, parse_outcome
from signdecoder.core.play import Play
from signdecoder.core.sequences import parse_arguments
from signdecoder.core.text import count, printable
from signdecoder.reports import store_text as listings
from signdecoder.store.editing import Deleted, Renamed
from signdecoder.store.store import Operation, Store


def log(
    signals: options.Signals,
    outcome: Annotated[
        str, typer.Option(metavar="O", help="What the team then did: steal, none, unknown, bunt, …")
    ],
    coach: options.Coach = None,
    game: Annotated[
        str | None, typer.Option(metavar="G", help="The game; without it, today's.")
    ] = None,
    play: options.PlayName = STEAL,
    outcomes: options.Outcomes = "",
    compact: options.Compact = False,
    db: options.Db = None,
    json: options.Json = False,
) -> None:
    """Record one play.

    SIGNAL... is the sequence, in order. The play is on disk before this says that it is recorded.
    """
    sequence = parse_arguments(signals, compact)
    with Store.open(db) as store:
        declared = options.declare_outcomes(store, options.find_play(store, play), outcomes)
        name = options.find_or_begin_coach(store, coach)
        played = parse_outcome(outcome, declared)
        day = date.today().isoformat()
        if game is not None:
            game = parse_name(game, "game")
            day = _day_of_game(store.plays(name), game, day)
        recorded = store.add(Play(sequence, played, coach=name, game=game or day, date=day))
    done = f"play {recorded.id} is recorded"
    if json:
        print_json(listings.play_document(recorded), done)
    else:
        print_words(listings.recorded_words(recorded), done)


def _day_of_game(plays: list[Play], game: str, today: str) -> str:
    """The date of the game's last play, so that a play of an old game stays with the others."""
    wanted = fold(game)
    return next((play.date for play in reversed(plays) if fold(play.game) == wanted), today)


def changed(
    coach: options.Coach = None,
    db: options.Db = None,
    json: options.Json = False,
) -> None:
    """Record that the signs changed here.

    That is after the coach's last play in "signdecoder plays" and before his next one. What was
    learned of the signs before then counts no longer.
    """
    with Store.open(db) as store:
        act = store.mark_change(options.find_coach(store, coach))
    _print_act("done", act, json)


def import_logs(
    files: options.Files,
    coach: options.LogCoach = None,
    play: options.PlayName = STEAL,
    outcomes: options.Outcomes = "",
    compact: options.Compact = False,
    skip_bad: options.SkipBad = False,
    db: options.Db = None,
    json: options.Json = False,
) -> None:
    """Record the plays of logs.

    Each CSV is a play log (- is standard input). A log that is read again adds nothing. A log
    does not tell where the signs changed: say so with "signdecoder changed".

    A file has at most 16 MiB, 120,000 rows of at most a million characters each, 256 columns and
    1,200,000 cells; a sequence 64 signals of 40 characters, a coach 40 different signals, any
    other name 255 characters.
    """
    with Store.open(db) as store:
        declared = options.declare_outcomes(store, options.find_play(store, play), outcomes)
        done = record_files(store, files, Reading(coach, declared, compact, skip_bad))
    if done.refused:
        say(f"Error: {listings.refused_words(done.added, done.refused, done.skippable)}")
        raise typer.Exit(ExitStatus.INPUT)
    if json:
        print_json(listings.import_document(done.added), "the plays are recorded")
    else:
        print_words(listings.import_words(done.added), "the plays are recorded")


def export(
    file: Annotated[str, typer.Argument(metavar="FILE", hidden=True)],
    coach: options.Coach = None,
    db: options.Db = None,
) -> None:
    """Write plays as a log.

    FILE (- is standard output) comes in again unchanged, but for one that is larger than a log may
    be, which is told. Without --coach it holds every coach.
    What was recorded with "signdecoder changed" is not in it.
    """
    from signdecoder.logs.play_log import write_log

    with Store.open(db) as store:
        names = options.find_coaches(store, coach)
        plays = store.plays(names[0]) if len(names) == 1 else store.plays()
    excess = ""
    with guard_stream(sys.stdout):
        excess = write_log(plays, file)
    if file != "-":
        say_line(f"Wrote {count(len(plays), 'play')} to {file}.")
    if excess:
        way = "export one coach at a time with --coach"
        if len(names) == 1:
            way = "cut it into several files, by rows or by columns"
        say_line(f"Note: as a log, it cannot be imported again ({excess}): {way}")


def plays(
    coach: options.Coach = None,
    last: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="Only the last N plays.")
    ] = None,
    db: options.Db = None,
    json: options.Json = False,
) -> None:
    """List the plays of a coach, oldest first.

    And where his signs changed, as far as "signdecoder changed" told of it.
    """
    listed: list[Play] = []
    changes: frozenset[int] = frozenset()
    with Store.open(db) as store:
        if store.coaches():
            listed, changes = store.plays_and_changes(options.find_coach(store, coach))
    start = max(len(listed) - last, 0) if last else 0
    listed, changes = listed[start:], frozenset(i - start for i in changes if i >= start)
    if json:
        print_json(listings.plays_document(listed, changes))
    elif listed:
        print_words(listings.plays_words(listed, changes))
    else:
        say(options.NO_PLAYS)


def coaches(
    play: options.PlayName = STEAL,
    db: options.Db = None,
    json: options.Json = False,
) -> None:
    """List the coaches, with their plays."""
    with Store.open(db) as store:
        called_play = options.find_play(store, play)
        tallies = [
            listings.tally_coach(name, outcomes, called_play)
            for name, outcomes in store.tally().items()
        ]
    if json:
        print_json(listings.coaches_document(tallies))
    elif tallies:
        print_words(listings.coaches_words(tallies, called_play))
    else:
        say(options.NO_PLAYS)


def undo(db: options.Db = None, json: options.Json = False) -> None:
    """Take the last act back and say what it was.

    An act is a play, a change of signs, an edit, or a whole import.
    """
    with Store.open(db) as store:
        act = store.undo()
    if act is None:
        raise SigndecoderError("there is nothing to undo", "no act is recorded in this store")
    _print_act("undone", act, json)


def rename(
    kind: Annotated[Renamed, typer.Argument(metavar="coach|signal|game", hidden=True)],
    old: Annotated[str, typer.Argument(metavar="OLD", hidden=True)],
    new: Annotated[str, typer.Argument(metavar="NEW", hidden=True)],
    coach: options.Coach = None,
    db: options.Db = None,
    json: options.Json = False,
) -> None:
    """Rename a coach, a signal or a game.

    Where the new name exists already, the two become one.
    """
    with Store.open(db) as store:
        whose = None if kind == "coach" else options.find_coach(store, coach)
        act = store.rename(kind, old, new, coach=whose)
    _print_act("done", act, json)


def delete(
    kind: Annotated[Deleted, typer.Argument(metavar="coach|game|play", hidden=True)],
    name: Annotated[
        str,
        typer.Argument(metavar="NAME", hidden=True),
    ],
    coach: options.Coach = None,
    db: options.Db = None,
    json: options.Json = False,
) -> None:
    """Delete a coach, a game or a play.

    NAME is the coach's, the game's, or the number of the play in "signdecoder plays". What was
    deleted comes back with "signdecoder undo".
    """
    with Store.open(db) as store:
        whose = options.find_coach(store, coach) if kind == "game" else None
        act = store.delete(kind, name, coach=whose)
    _print_act("done", act, json)


def _print_act(done: str, act: Operation, json: bool) -> None:
    recorded = f"it is {done} and recorded"
    if json:
        print_json({done: act.words}, recorded)
    else:
        print_words(f"{done.capitalize()}: {printable(act.words)}", recorded)
