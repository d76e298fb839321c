"""Acts and versions: what was done to the store, and the plays that come of it.

Every act writes new versions of the plays it touches. A play is as its version of the highest act
that was not taken back. Acts are taken back last first, so those taken back are always the last.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from sys import intern
from typing import Any

from signdecoder.core.errors import SigndecoderError
from signdecoder.core.names import fold, is_valid_text, parse_name
from signdecoder.core.play import CONTEXT, KNOWN_COLUMNS, Play, parse_date
from signdecoder.core.sequences import MAX_SIGNALS

_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
LAST = "(SELECT IFNULL(MAX(id), 0) FROM acts WHERE NOT undone)"
# SQLite takes the other columns from the row that holds the maximum.
_CURRENT = f"""
SELECT {{columns}} FROM (
  SELECT *, MAX(act) FROM versions WHERE act <= {LAST} {{among}} GROUP BY play)
WHERE NOT gone
"""
_OF_COACH = "AND play IN (SELECT play FROM versions WHERE coach_key = :coach)"
_COLUMNS = "play, place, coach, game_key, game, day, date, signs, outcome, context, extra"

Starts = dict[tuple[str, str], float]  # by folded game and day
Rank = tuple[str, float, float, int]  # day, place of the game's first row, own place, number


@dataclass(frozen=True, slots=True)
class Operation:
    """Something done to the store; `words` name it in a sentence ("the import of game.csv")."""

    id: int
    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class Revision:
    """A play as an act leaves it, and its place among the rows of its game.

    `identity` is the play's, where it is known already.
    """

    play: Play
    place: float
    gone: bool = False
    identity: str = ""


def begin_act(db: sqlite3.Connection, kind: str, words: str) -> Operation:
    """Write down a new act; what was taken back before it cannot be done again."""
    db.execute("DELETE FROM acts WHERE undone")
    at = datetime.now(UTC).isoformat(timespec="seconds")
    row = db.execute("INSERT INTO acts (at, kind, words) VALUES (?, ?, ?)", (at, kind, words))
    return Operation(row.lastrowid or 0, kind, words)


def take_back(db: sqlite3.Connection) -> Operation | None:
    """Take the last act back."""
    return _mark(db, "NOT undone ORDER BY id DESC", undone=True)


def do_again(db: sqlite3.Connection) -> Operation | None:
    """Do the act again that was taken back last."""
    return _mark(db, "undone ORDER BY id", undone=False)


def _mark(db: sqlite3.Connection, which: str, *, undone: bool) -> Operation | None:
    """Mark the first act of those asked for as undone or not."""
    row = db.execute(f"SELECT id, kind, words FROM acts WHERE {which} LIMIT 1").fetchone()
    if row is None:
        return None
    db.execute("UPDATE acts SET undone = ? WHERE id = ?", (undone, row[0]))
    return Operation(*row)


def next_play(db: sqlite3.Connection) -> int:
    """Return the number that the next new play gets."""
    (last,) = db.execute(
        f"SELECT IFNULL(MAX(play), 0) FROM versions WHERE act <= {LAST}"
    ).fetchone()
    return int(last) + 1


def write_versions(db: sqlite3.Connection, act: Operation, versions: Iterable[Revision]) -> None:
    """Write the versions of plays that an act makes."""
    db.executemany(
        "INSERT INTO versions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (_row_of(version, act.id) for version in versions),
    )


def _row_of(version: Revision, act: int) -> tuple[float | str | None, ...]:
    """Return a version as a row of the table."""
    play = version.play
    return (
        *(play.id, act, version.place, fold(play.coach), play.coach, fold(play.game), play.game),
        *(parse_date(play.date), play.date, _write(play.signals), play.outcome),
        *(
            _write(play.context),
            _write(play.extra),
            version.identity or play.identity,
            version.gone,
        ),
    )


def _write(value: object) -> str:
    """Return a list or mapping of texts as JSON."""
    return _JSON.encode(value) if value else "[]"


def read_versions(db: sqlite3.Connection, coach: str | None = None) -> list[Revision]:
    """Return the plays of a coach, or of all, in order of day, of game and of row.

    A game takes its place within a day from its first row ever, of whichever coach; a play without
    a game stands by itself. Plays without a day come first.
    """
    starts = read_starts(db)
    versions = []
    for row in _select(db, _COLUMNS, coach):
        play, place, game_key, day = row[0], row[1], row[3], row[5]
        versions.append((rank(starts, day, game_key, place, play), _version_of(row)))
    versions.sort(key=lambda pair: pair[0])
    return [version for _, version in versions]


def read_starts(db: sqlite3.Connection) -> Starts:
    """Return the place of the first row ever of each game on each of its days."""
    found = db.execute(
        f"SELECT game_key, day, MIN(place) FROM versions WHERE act <= {LAST} GROUP BY 1, 2"
    )
    return {(game, day): place for game, day, place in found if game}


def rank(starts: Starts, day: str, game_key: str, place: float, play: int) -> Rank:
    """Return what plays are sorted by, of a play that stands here."""
    return day, starts.get((game_key, day), place), place, play


def read_ranks(db: sqlite3.Connection, starts: Starts, coach: str) -> list[Rank]:
    """Return the ranks of a coach's plays, in order; a rank ends with the play's number."""
    return sorted(rank(starts, *row) for row in _select(db, "day, game_key, place, play", coach))


def read_version(db: sqlite3.Connection, number: int) -> Revision | None:
    """Return the play of a number, if there is one."""
    query = _CURRENT.format(columns=_COLUMNS, among="AND play = ?")
    row = db.execute(query, (number,)).fetchone() if 0 < number < 2**63 else None
    return _version_of(row) if row else None


def _version_of(row: tuple[Any, ...]) -> Revision:
    """Return a row of _COLUMNS as a version. Raises sqlite3.DataError for no play."""
    play, place, coach, _, game, _, date, signs, outcome, context, extra = row
    for what, name in (("coach", coach), ("outcome", outcome), ("game", game), ("date", date)):
        if name or what in ("coach", "outcome"):
            _named(name, what)
    signals, cells, others = read_signs(signs), _read(context), _read(extra)
    if not signals:
        raise sqlite3.DataError("a sequence is empty")
    if any(name not in CONTEXT for name in cells):
        raise sqlite3.DataError("a cell of a play has no column")
    if any(not name.strip() or fold(name) in KNOWN_COLUMNS for name in others):
        raise sqlite3.DataError("a column of a play is none")
    return Revision(Play(signals, outcome, coach, game, date, cells, others, play), place)


@lru_cache(maxsize=65536)
def _named(name: str, what: str) -> str:
    """Return a name as the store keeps it. Raises sqlite3.DataError for one that no log holds."""
    try:
        parse_name(name, what)
    except SigndecoderError as error:
        raise sqlite3.DataError(error.message) from None
    if name != " ".join(name.split()):
        raise sqlite3.DataError(f"the name of a {what} is none")
    return name


def read_names(db: sqlite3.Connection, coach: str | None = None) -> Iterator[tuple[str, str, str]]:
    """Go through the coaches, games and signs (JSON) of current plays, in no order."""
    return _select(db, "DISTINCT coach, game, signs", coach)


def has_plays(db: sqlite3.Connection, coach: str) -> bool:
    """Has a coach any play?"""
    return _select(db, "1", coach, "LIMIT 1").fetchone() is not None


def first_places(db: sqlite3.Connection) -> dict[str, float]:
    """Return every coach, as shown, with the place of his first play, in that order."""
    rows = _select(db, "coach, MIN(place), MIN(play)", None, "GROUP BY coach_key ORDER BY 2, 3")
    return {_named(coach, "coach"): place for coach, place, _ in rows}


def count_outcomes(db: sqlite3.Connection) -> dict[str, Counter[str]]:
    """Return every coach, as shown, with how many plays had each outcome, in that order."""
    rows = _select(
        db,
        "coach, outcome, COUNT(*)",
        None,
        "GROUP BY coach_key, outcome ORDER BY MIN(place), MIN(play)",
    )
    tally: dict[str, Counter[str]] = {}
    for coach, outcome, plays in rows:
        tally.setdefault(_named(coach, "coach"), Counter())[_named(outcome, "outcome")] = plays
    return tally


def read_outcomes(db: sqlite3.Connection) -> frozenset[str]:
    """Return the outcomes that current plays have."""
    return frozenset(_named(name, "outcome") for (name,) in _select(db, "DISTINCT outcome", None))


def places_of(db: sqlite3.Connection, identities: Iterable[str]) -> dict[str, list[float]]:
    """Return, for each identity, the places of the plays that ever had it, in order."""
    db.execute("CREATE TEMP TABLE asked (identity TEXT PRIMARY KEY) WITHOUT ROWID")
    db.executemany("INSERT OR IGNORE INTO asked VALUES (?)", ((name,) for name in identities))
    rows = db.execute(
        "SELECT asked.identity, MAX(place) FROM asked JOIN versions USING (identity)"
        f" WHERE act <= {LAST} GROUP BY asked.identity, play ORDER BY play"
    )
    places: dict[str, list[float]] = {}
    for identity, place in rows:
        places.setdefault(identity, []).append(place)
    db.execute("DROP TABLE asked")
    return places


def spread_places(db: sqlite3.Connection) -> None:
    """Make all places whole numbers, in the order they have, so that there is room between them.

    There are no more of them than plays, so one that is put at the end still comes last.
    """
    db.execute("CREATE TEMP TABLE spread (old REAL PRIMARY KEY, new REAL) WITHOUT ROWID")
    db.execute(
        "INSERT INTO spread SELECT place, ROW_NUMBER() OVER (ORDER BY place)"
        " FROM (SELECT place FROM versions UNION SELECT place FROM marks)"
    )
    for table in ("versions", "marks"):
        db.execute(f"UPDATE {table} SET place = (SELECT new FROM spread WHERE old = place)")
    db.execute("DROP TABLE spread")


def _select(
    db: sqlite3.Connection, columns: str, coach: str | None, end: str = ""
) -> sqlite3.Cursor:
    """Select columns of the current plays, of one coach or of all."""
    query = _CURRENT.format(columns=columns, among="" if coach is None else _OF_COACH)
    if coach is None:
        return db.execute(query + end)
    return db.execute(f"{query} AND coach_key = :coach {end}", {"coach": fold(coach)})


@lru_cache(maxsize=65536)
def read_signs(text: str) -> tuple[str, ...]:
    """Return the sequence that the store keeps as `text`; plays with the same one share it.

    Raises sqlite3.DataError for what no log could hold.
    """
    names = read_json(text)
    if not isinstance(names, list) or len(names) > MAX_SIGNALS:
        raise sqlite3.DataError("a sequence is none")
    return check_signals(names)


def check_signals(names: list[Any]) -> tuple[str, ...]:
    """Return the names of signals. Raises sqlite3.DataError for what is no name."""
    if not all(isinstance(name, str) for name in names):
        raise sqlite3.DataError("a signal is no name")
    try:
        return tuple(map(parse_name, names))
    except SigndecoderError as error:
        raise sqlite3.DataError(error.message) from None


def read_json(text: str) -> Any:
    """Return what the store keeps as JSON. Raises sqlite3.DataError where it is none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise sqlite3.DataError("a JSON text is none") from None


def _read(text: str) -> dict[str, str]:
    """Return a mapping of texts from its JSON."""
    if text == "[]":
        return {}
    cells = read_json(text)
    if not isinstance(cells, dict):
        raise sqlite3.DataError("the cells of a play are none")
    for name, cell in cells.items():
        if not (isinstance(cell, str) and is_valid_text(name) and is_valid_text(cell)):
            raise sqlite3.DataError("a cell of a play is no text")
    return {intern(name): cell for name, cell in cells.items()}  # a column's name is there once
