"""Marks: where the user knows that a coach's signs changed.

A mark stands right after a play, the coach's last when it was made, and goes with his name and with
the game's. Where that play stood it stays when the play is deleted, or moved past other plays.
"""

import sqlite3
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from signdecoder.core.errors import SigndecoderError
from signdecoder.core.names import fold
from signdecoder.core.play import parse_date
from signdecoder.store.history import (
    LAST,
    Operation,
    Revision,
    begin_act,
    has_plays,
    rank,
    read_ranks,
    read_starts,
    read_version,
)


@dataclass(frozen=True, slots=True)
class _Position:
    """Where a play stands, and whose it is; `coach` and `game` are folded."""

    coach: str
    day: str
    game: str
    place: float
    play: int


def mark_change(db: sqlite3.Connection, coach: str) -> Operation:
    """Mark that a coach's signs changed after the last of his plays."""
    ranks = read_ranks(db, read_starts(db), coach)
    last = read_version(db, ranks[-1][-1]) if ranks else None
    if last is None:
        raise SigndecoderError(
            f'no plays of the coach "{coach}" are recorded yet',
            "record those from before the change first",
        )
    words = f"the change of signs of {last.play.coach} after play {last.play.id}"
    if len(ranks) in read_changes(db, coach):
        raise SigndecoderError(
            f"{words} is recorded already", "record the plays that came after it"
        )
    act = begin_act(db, "change", words)
    _write(db, act, {act.id: _spot_of(last)})
    return act


def read_changes(db: sqlite3.Connection, coach: str) -> frozenset[int]:
    """Return how many of a coach's plays stand before each of his marks, where any do."""
    spots = [spot for spot in _read(db).values() if spot.coach == fold(coach)]
    if not spots:
        return frozenset()
    starts = read_starts(db)
    ranks = read_ranks(db, starts, coach)
    before = (
        bisect_right(ranks, rank(starts, spot.day, spot.game, spot.place, spot.play))
        for spot in spots
    )
    return frozenset(count for count in before if count)


def read_order(db: sqlite3.Connection, coach: str) -> list[int]:
    """Return the numbers of a coach's plays, in order."""
    return [play for *_, play in read_ranks(db, read_starts(db), coach)]


def find_marks(db: sqlite3.Connection, version: Revision) -> list[int]:
    """Return the marks that stand right after a play, where it stands."""
    spot = _spot_of(version)
    return [mark for mark, held in _read(db).items() if held == spot]


def move_marks(
    db: sqlite3.Connection, act: Operation, found: Iterable[int], version: Revision
) -> None:
    """Take marks along to where an edit puts the play before them.

    That is for an edit which leaves the order of plays as it was: the play would else come to stand
    behind its own mark when its date is set right.
    """
    _write(db, act, dict.fromkeys(found, _spot_of(version)))


def rename_coach(db: sqlite3.Connection, act: Operation, old: str, new: str) -> None:
    """Give the marks of a coach to the coach that he now is; names are folded."""
    if old != new:
        _write(db, act, {m: replace(s, coach=new) for m, s in _read(db).items() if s.coach == old})


def rename_game(
    db: sqlite3.Connection, act: Operation, old: str, new: str, coach: str | None
) -> None:
    """Take the marks in a game, of one coach or of all, into the game that it now is."""
    if old != new:
        among = {m: s for m, s in _read(db).items() if coach is None or s.coach == fold(coach)}
        _write(db, act, {m: replace(s, game=new) for m, s in among.items() if s.game == old})


def drop_marks(db: sqlite3.Connection, act: Operation) -> None:
    """Let the marks go of coaches who have no play left."""
    marks = _read(db)
    left = {coach for coach in {spot.coach for spot in marks.values()} if has_plays(db, coach)}
    _write(db, act, {m: s for m, s in marks.items() if s.coach not in left}, gone=True)


def _spot_of(version: Revision) -> _Position:
    """Return where a play stands."""
    play = version.play
    return _Position(
        fold(play.coach), parse_date(play.date), fold(play.game), version.place, play.id or 0
    )


def _read(db: sqlite3.Connection) -> dict[int, _Position]:
    """Return the marks by their numbers."""
    rows = db.execute(
        "SELECT mark, coach_key, day, game_key, place, play FROM ("
        f" SELECT *, MAX(act) FROM marks WHERE act <= {LAST} GROUP BY mark) WHERE NOT gone"
    )
    return {mark: _Position(*spot) for mark, *spot in rows}


def _write(
    db: sqlite3.Connection, act: Operation, marks: Mapping[int, _Position], *, gone: bool = False
) -> None:
    """Write the marks as an act leaves them."""
    db.executemany(
        "INSERT OR REPLACE INTO marks VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (mark, act.id, spot.coach, spot.day, spot.game, spot.place, spot.play, gone)
            for mark, spot in marks.items()
        ),
    )
