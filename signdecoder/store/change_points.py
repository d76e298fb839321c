"""Change points that the user recorded: where a coach's signs changed.

A change point stands right after a play, the coach's last when it was recorded. It follows when the
coach or the game is renamed. It stays in place when that play is deleted or moved past others.
"""

import sqlite3
from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping, Set
from dataclasses import dataclass, replace

from signdecoder.core.errors import SigndecoderError
from signdecoder.core.names import fold
from signdecoder.core.play import parse_date
from signdecoder.store.operations import LAST, Operation, begin_operation
from signdecoder.store.revisions import (
    Revision,
    select_game_starts,
    select_revision,
    select_sort_keys,
    sort_key,
)
from signdecoder.store.summaries import has_plays
from signdecoder.store.validation import typed_rows


@dataclass(frozen=True, slots=True)
class _PlayPosition:
    """Where a play stands, and whose it is; `coach` and `game` are folded."""

    coach: str
    day: str
    game: str
    place: float
    play: int


def add_change_point(db: sqlite3.Connection, coach: str, after: int | None = None) -> Operation:
    """Record that a coach's signs changed after one of the coach's plays.

    Parameters
    ----------
    db : sqlite3.Connection
        Store in a writing transaction.
    coach : str
        Name of the coach.
    after : int, optional
        Number of the last play with the old signs, else the coach's last play.

    Returns
    -------
    Operation
        The operation that records it.

    Raises
    ------
    SigndecoderError
        If the coach has no such play, or the change is recorded there already.
    """
    order = select_order(db, coach)
    last = select_revision(db, order[-1]) if order else None
    if last is None:
        raise SigndecoderError(
            f'no plays of the coach "{coach}" are recorded yet',
            "record the plays from before the change first",
        )
    if after is not None:
        old = select_revision(db, after)
        if old is None or after not in order:
            raise SigndecoderError(
                f"{last.play.coach} has no play {after}",
                "`signdecoder plays` lists the plays with their numbers",
            )
        last = old
    n_before = order.index(after) + 1 if after is not None else len(order)
    if n_before in select_change_points(db, coach):
        where = f"play {after}" if after is not None else "the last play"
        raise SigndecoderError(
            f"new signs of {last.play.coach} are recorded already after {where}",
            "record the plays that came after the change",
        )
    operation = begin_operation(db, "change", f"New signs from play {n_before + 1}")
    _write(db, operation, {operation.id: _position_of(last)})
    return operation


def select_change_points(db: sqlite3.Connection, coach: str) -> frozenset[int]:
    """Select how many of a coach's plays stand before each change point.

    Parameters
    ----------
    db : sqlite3.Connection
        Store in a transaction.
    coach : str
        Name of the coach.

    Returns
    -------
    frozenset of int
        Counts of plays, at least 1. A change point before all plays is left out.
    """
    positions = [position for position in _select(db).values() if position.coach == fold(coach)]
    if not positions:
        return frozenset()
    starts = select_game_starts(db, coach)
    keys = select_sort_keys(db, starts, coach)
    before = (
        bisect_right(keys, sort_key(starts, p.day, p.game, p.place, p.play)) for p in positions
    )
    return frozenset(count for count in before if count)


def select_order(db: sqlite3.Connection, coach: str) -> list[int]:
    """Select the numbers of a coach's plays, in order.

    Parameters
    ----------
    db : sqlite3.Connection
        Store in a transaction.
    coach : str
        Name of the coach.

    Returns
    -------
    list of int
        Numbers of plays.
    """
    return [play for *_, play in select_sort_keys(db, select_game_starts(db, coach), coach)]


def find_change_points(db: sqlite3.Connection, revision: Revision) -> list[int]:
    """Find the change points that stand right after a play.

    Parameters
    ----------
    db : sqlite3.Connection
        Store in a transaction.
    revision : Revision
        The play.

    Returns
    -------
    list of int
        Numbers of change points.
    """
    position = _position_of(revision)
    return [number for number, held in _select(db).items() if held == position]


def move_change_points(
    db: sqlite3.Connection, operation: Operation, numbers: Iterable[int], revision: Revision
) -> None:
    """Move change points to where an edit puts the play before them.

    Use it for an edit that keeps the order of plays. Otherwise correcting the date of a play would
    put the play behind its own change point.

    Parameters
    ----------
    db : sqlite3.Connection
        Store in a writing transaction.
    operation : Operation
        The edit.
    numbers : iterable of int
        Numbers of change points.
    revision : Revision
        The play as the edit leaves it.
    """
    _write(db, operation, dict.fromkeys(numbers, _position_of(revision)))


def rename_coach(db: sqlite3.Connection, operation: Operation, old: str, new: str) -> None:
    """Give the change points of a coach to a new name.

    Parameters
    ----------
    db : sqlite3.Connection
        Store in a writing transaction.
    operation : Operation
        The operation that renames the coach.
    old : str
        Folded name of the coach.
    new : str
        The new name, folded.
    """
    if old != new:
        positions = {n: p for n, p in _select(db).items() if p.coach == old}
        _write(db, operation, {n: replace(p, coach=new) for n, p in positions.items()})


def rename_game(
    db: sqlite3.Connection, operation: Operation, old: str, new: str, coach: str | None
) -> None:
    """Move the change points of a game to its new name.

    Parameters
    ----------
    db : sqlite3.Connection
        Store in a writing transaction.
    operation : Operation
        The operation that renames the game.
    old : str
        Folded name of the game.
    new : str
        The new name, folded.
    coach : str or None
        Coach whose game it is, or None for all.
    """
    if old != new:
        positions = {
            n: replace(p, game=new)
            for n, p in _select(db).items()
            if p.game == old and (coach is None or p.coach == fold(coach))
        }
        _write(db, operation, positions)


def drop_orphaned_change_points(db: sqlite3.Connection, operation: Operation) -> None:
    """Drop the change points of coaches who have no play left.

    Parameters
    ----------
    db : sqlite3.Connection
        Store in a writing transaction.
    operation : Operation
        The operation that deleted plays.
    """
    positions = _select(db)
    orphans = {coach for coach in {p.coach for p in positions.values()} if not has_plays(db, coach)}
    orphaned = {n: p for n, p in positions.items() if p.coach in orphans}
    _write(db, operation, orphaned, deleted=True)


def detach(db: sqlite3.Connection, plays: Collection[int], games: Set[str]) -> set[int]:
    """Detach change points from plays that are erased: each stands after the play before instead.

    Parameters
    ----------
    db : sqlite3.Connection
        Store in a writing transaction, with these plays.
    plays : collection of int
        Numbers of the plays.
    games : set of str
        Folded names of games that are erased.

    Returns
    -------
    set of int
        Numbers of the operations whose change points are changed or deleted.
    """
    erased = frozenset(plays)
    rows = list(typed_rows(db.execute("SELECT mark, act, game_key, play FROM marks"), "iiti"))
    detached = {mark for mark, _, game, play in rows if play in erased or game in games}
    current = _select(db)
    for mark in detached:
        before = _find_before(db, current[mark], erased) if mark in current else None
        if before is None:
            db.execute("DELETE FROM marks WHERE mark = ?", (mark,))
            continue
        position = _position_of(before)
        row = (position.day, position.game, position.place, position.play, mark)
        db.execute(
            "UPDATE marks SET day = ?, game_key = ?, place = ?, play = ? WHERE mark = ?", row
        )
    return {act for mark, act, *_ in rows if mark in detached}


def _find_before(
    db: sqlite3.Connection, position: _PlayPosition, erased: Set[int]
) -> Revision | None:
    """Return the coach's last play up to a position that is not erased."""
    starts = select_game_starts(db, position.coach)
    here = sort_key(starts, position.day, position.game, position.place, position.play)
    keys = select_sort_keys(db, starts, position.coach)
    before = [key[-1] for key in keys[: bisect_right(keys, here)] if key[-1] not in erased]
    return select_revision(db, before[-1]) if before else None


def _position_of(revision: Revision) -> _PlayPosition:
    """Return where a play stands."""
    play = revision.play
    return _PlayPosition(
        fold(play.coach), parse_date(play.date), fold(play.game), revision.place, play.id or 0
    )


def _select(db: sqlite3.Connection) -> dict[int, _PlayPosition]:
    """Select the change points by their numbers. Their table is called `marks`."""
    rows = db.execute(
        "SELECT mark, coach_key, day, game_key, place, play FROM ("
        f" SELECT *, MAX(act) FROM marks WHERE act <= {LAST} GROUP BY mark) WHERE NOT gone"
    )
    return {number: _PlayPosition(*position) for number, *position in typed_rows(rows, "itttri")}


def _write(
    db: sqlite3.Connection,
    operation: Operation,
    positions: Mapping[int, _PlayPosition],
    *,
    deleted: bool = False,
) -> None:
    """Write change points as an operation leaves them."""
    db.executemany(
        "INSERT OR REPLACE INTO marks VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (number, operation.id, p.coach, p.day, p.game, p.place, p.play, deleted)
            for number, p in positions.items()
        ),
    )
