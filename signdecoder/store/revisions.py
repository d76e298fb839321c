"""Revisions of plays: written by operations, and the current plays in order."""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from math import ceil
from typing import Any, NamedTuple

from signdecoder.core.names import fold
from signdecoder.core.play import Play, parse_date
from signdecoder.store.encoding import (
    check_name,
    encode_json,
    parse_context_cell,
    parse_extra_cell,
    parse_sequence_cell,
)
from signdecoder.store.letters import SignalKeys
from signdecoder.store.operations import LAST, Operation
from signdecoder.store.validation import MAX_NUMBER, typed_rows

# SQLite takes the other columns from the row that holds the maximum. Operations are `act` there,
# and revisions are `versions`, as earlier releases called them.
_CURRENT = f"""
SELECT {{columns}} FROM (
  SELECT *, MAX(act) FROM versions WHERE act <= {LAST} {{among}} GROUP BY play)
WHERE NOT gone
"""
_OF_COACH = "AND play IN (SELECT play FROM versions WHERE coach_key = :coach)"
# Plays of all coaches in the games that a coach ever had, or has a change point in.
_IN_GAMES_OF_COACH = """
AND play IN (SELECT play FROM versions WHERE game_key IN (
  SELECT game_key FROM versions WHERE coach_key = :coach
  UNION SELECT game_key FROM marks WHERE coach_key = :coach))
"""
# The last number that a play ever had. Numbers of plays that were undone are in `numbers` only.
_LAST_NUMBER = """
MAX(IFNULL((SELECT MAX(last) FROM numbers), 0), IFNULL((SELECT MAX(play) FROM versions), 0))
"""
FIRST_ORDERED_VERSION = 9  # of stores whose places are not higher than their last number
_COLUMNS = "play, place, coach, game_key, game, day, date, signs, outcome, context, extra, gone"
_KINDS = "irttttttttti"

Position = tuple[float, int]  # place and number of a play; no two plays have the same
GameStarts = dict[tuple[str, str], Position]  # first rows, by folded game and day
SortKey = tuple[str, Position, float, int]  # day, the game's first row, own place, number


class Revision(NamedTuple):
    """A play as an operation leaves it.

    Attributes
    ----------
    play : Play
        The play, with its number.
    place : float
        Its place among the rows of its game.
    deleted : bool, optional
        True if the operation deletes it.
    identity : str, optional
        The play's identity, if it is known already.
    """

    play: Play
    place: float
    deleted: bool = False
    identity: str = ""


def next_play_id(db: sqlite3.Connection) -> int:
    """Return the number that the next new play gets.

    No number is given twice, even if the play that had it was undone: a listing or a screen may
    still show that play.

    Parameters
    ----------
    db : sqlite3.Connection
        Store in a transaction.

    Returns
    -------
    int
        One more than the highest number that a play ever had.
    """
    ((last,),) = typed_rows(db.execute(f"SELECT {_LAST_NUMBER}"), "i")
    if last >= MAX_NUMBER:
        raise sqlite3.DataError("the number of a play is out of range")
    return int(last) + 1


def reserve_play_ids(db: sqlite3.Connection, last: int) -> None:
    """Give no play a number up to this one any more.

    Parameters
    ----------
    db : sqlite3.Connection
        Store in a writing transaction.
    last : int
        The last number that may be in use somewhere.
    """
    db.execute(f"UPDATE numbers SET last = MAX({_LAST_NUMBER}, ?)", (last,))


def reserve_places(db: sqlite3.Connection) -> None:
    """Reserve all numbers up to the highest place, so that the next play comes last.

    A play that is put at the end has its number as its place. In stores of earlier versions places
    may be higher than numbers.

    Parameters
    ----------
    db : sqlite3.Connection
        Store in a writing transaction.
    """
    query = "SELECT IFNULL(MAX(place), 0.0) FROM versions"
    ((highest,),) = typed_rows(db.execute(query), "r")
    reserve_play_ids(db, ceil(highest))


def write_revisions(
    db: sqlite3.Connection, operation: Operation, revisions: Iterable[Revision]
) -> None:
    """Write the revisions that an operation makes.

    Parameters
    ----------
    db : sqlite3.Connection
        Store in a writing transaction.
    operation : Operation
        The operation.
    revisions : iterable of Revision
        At most one for each play.
    """
    keys = SignalKeys(db)
    db.executemany(
        "INSERT INTO versions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (_row_of(revision, operation.id, keys) for revision in revisions),
    )
    reserve_play_ids(db, 0)


def _row_of(revision: Revision, operation: int, keys: SignalKeys) -> tuple[float | str | None, ...]:
    """Return a revision as a row of the table."""
    play = revision.play
    return (
        *(play.id, operation, revision.place),
        *(fold(play.coach), play.coach, fold(play.game), play.game),
        *(parse_date(play.date), play.date, encode_json(play.signals), play.outcome),
        *(encode_json(play.context), encode_json(play.extra)),
        *(revision.identity or play.identity_by(keys(play.coach)), revision.deleted),
    )


def select_revisions(db: sqlite3.Connection, coach: str | None = None) -> list[Revision]:
    """Select the current plays in order of day, then game, then row.

    Within a day a game takes its place from its first play, whoever coached it. A play without a
    game stands by itself. Plays without a day come first.

    Parameters
    ----------
    db : sqlite3.Connection
        Store in a transaction.
    coach : str, optional
        Coach to select, else all.

    Returns
    -------
    list of Revision
        The current revisions.
    """
    starts = select_game_starts(db, coach)
    keyed = []
    for row in select_current(db, _COLUMNS, _KINDS, coach):
        play, place, game_key, day = row[0], row[1], row[3], row[5]
        keyed.append((sort_key(starts, day, game_key, place, play), _revision_of(row)))
    keyed.sort(key=lambda pair: pair[0])
    return [revision for _, revision in keyed]


def select_revision(db: sqlite3.Connection, number: int) -> Revision | None:
    """Select the play of a number.

    Parameters
    ----------
    db : sqlite3.Connection
        Store in a transaction.
    number : int
        Number of the play.

    Returns
    -------
    Revision or None
        Its current revision, or None if there is no such play.
    """
    query = _CURRENT.format(columns=_COLUMNS, among="AND play = ?")
    if not 0 < number < 2**63:
        return None
    row = next(typed_rows(db.execute(query, (number,)), _KINDS), None)
    return _revision_of(row) if row else None


def select_last_revisions(
    db: sqlite3.Connection, condition: str, value: str | int
) -> list[Revision]:
    """Select plays as they are now or as they were deleted.

    Parameters
    ----------
    db : sqlite3.Connection
        Store in a transaction.
    condition : str
        SQL with one placeholder that says which.
    value : str or int
        The value of the placeholder.

    Returns
    -------
    list of Revision
        The revisions, in no order.
    """
    query = (
        f"SELECT {_COLUMNS} FROM (SELECT *, MAX(act) FROM versions WHERE act <= {LAST}"
        f" GROUP BY play) WHERE {condition}"
    )
    return [_revision_of(row) for row in typed_rows(db.execute(query, (value,)), _KINDS)]


def select_revisions_where(
    db: sqlite3.Connection, condition: str
) -> Iterator[tuple[Revision, int]]:
    """Select revisions of all times, also those that are not current.

    Parameters
    ----------
    db : sqlite3.Connection
        Store in a transaction.
    condition : str
        SQL that says which.

    Yields
    ------
    revision : Revision
        The revision.
    operation : int
        Number of the operation that made it.
    """
    rows = db.execute(f"SELECT {_COLUMNS}, act FROM versions WHERE {condition}")
    for *row, operation in typed_rows(rows, f"{_KINDS}i"):
        yield _revision_of(tuple(row)), operation


def select_numbered(db: sqlite3.Connection, numbers: Iterable[int]) -> list[Revision]:
    """Select the current plays of these numbers.

    Parameters
    ----------
    db : sqlite3.Connection
        Store in a transaction.
    numbers : iterable of int
        Numbers of plays.

    Returns
    -------
    list of Revision
        Those that are not deleted or undone, in no order.
    """
    query = _CURRENT.format(columns=_COLUMNS, among="AND play IN (SELECT value FROM json_each(?))")
    rows = db.execute(query, (json.dumps(list(numbers)),))
    return [_revision_of(row) for row in typed_rows(rows, _KINDS)]


def select_game_starts(db: sqlite3.Connection, coach: str | None = None) -> GameStarts:
    """Select where the first play of each game on each of its days stands.

    Parameters
    ----------
    db : sqlite3.Connection
        Store in a transaction.
    coach : str, optional
        Coach whose games to select, whoever has plays in them, else all.

    Returns
    -------
    GameStarts
        Positions by folded game and day.
    """
    among = "" if coach is None else _IN_GAMES_OF_COACH
    query = _CURRENT.format(columns="game_key, day, place, play", among=among)
    rows = db.execute(query, {} if coach is None else {"coach": fold(coach)})
    starts: GameStarts = {}
    for game, day, place, play in typed_rows(rows, "ttri"):
        if game:
            starts[game, day] = min((place, play), starts.get((game, day), (place, play)))
    return starts


def sort_key(starts: GameStarts, day: str, game_key: str, place: float, play: int) -> SortKey:
    """Return the key by which plays are sorted.

    Parameters
    ----------
    starts : GameStarts
        First positions of all games.
    day : str
        Day of the play in ISO form, or empty.
    game_key : str
        Folded name of the game, or empty.
    place : float
        Place of the play's row.
    play : int
        Number of the play.

    Returns
    -------
    SortKey
        Its key.
    """
    return day, starts.get((game_key, day), (place, play)), place, play


def select_sort_keys(db: sqlite3.Connection, starts: GameStarts, coach: str) -> list[SortKey]:
    """Select the sort keys of a coach's plays, in order.

    Parameters
    ----------
    db : sqlite3.Connection
        Store in a transaction.
    starts : GameStarts
        First positions of all games.
    coach : str
        Name of the coach.

    Returns
    -------
    list of SortKey
        One for each play. Each ends with the play's number.
    """
    rows = select_current(db, "day, game_key, place, play", "ttri", coach)
    return sorted(sort_key(starts, *row) for row in rows)


def select_current(
    db: sqlite3.Connection, columns: str, kinds: str, coach: str | None, end: str = ""
) -> Iterator[tuple[Any, ...]]:
    """Select columns of the current plays.

    Parameters
    ----------
    db : sqlite3.Connection
        Store in a transaction.
    columns : str
        SQL of the columns.
    kinds : str
        Their types, as `typed_rows` takes them.
    coach : str or None
        Coach to select, or None for all.
    end : str, optional
        SQL to end the query with, such as a grouping.

    Returns
    -------
    iterator of tuple
        The rows, in no order.
    """
    query = _CURRENT.format(columns=columns, among="" if coach is None else _OF_COACH)
    if coach is None:
        return typed_rows(db.execute(query + end), kinds)
    rows = db.execute(f"{query} AND coach_key = :coach {end}", {"coach": fold(coach)})
    return typed_rows(rows, kinds)


def _revision_of(row: tuple[Any, ...]) -> Revision:
    """Return a row of _COLUMNS as a revision. Raises sqlite3.DataError if it is not a play."""
    play, place, coach, _, game, _, date, signs, outcome, context, extra, _ = row
    for what, name in (("coach", coach), ("outcome", outcome), ("game", game), ("date", date)):
        if name or what in ("coach", "outcome"):
            check_name(name, what)
    signals = parse_sequence_cell(signs)
    if not signals:
        raise sqlite3.DataError("a sequence is empty")
    moment, others = parse_context_cell(context), parse_extra_cell(extra)
    return Revision(Play(signals, outcome, coach, game, date, moment, others, play), place)
