"""Imported rows: which plays of the store they are, and where new ones go in order."""

import sqlite3
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from signdecoder.core.names import fold
from signdecoder.core.play import Play, parse_date
from signdecoder.store.operations import LAST
from signdecoder.store.validation import typed_rows

# A play answers to what it first came from, what it is now (or was when it was deleted), and what
# it was before each edit. What it was called in between does not count, or rows of another game of
# that name would be lost: so neither does an edit under a coach or a game of such a name.
_ANSWERS = f"""
SELECT DISTINCT asked.identity, now.play, now.place, now.gone, now.coach, now.game
FROM asked CROSS JOIN versions AS was ON was.identity = asked.identity AND was.act <= {LAST}
JOIN versions AS first ON first.play = was.play
  AND first.act = (SELECT MIN(act) FROM versions WHERE play = was.play)
JOIN versions AS now ON now.play = was.play
  AND now.act = (SELECT MAX(act) FROM versions WHERE play = was.play AND act <= {LAST})
WHERE was.act IN (first.act, now.act) OR (
  was.coach_key IN (first.coach_key, now.coach_key)
  AND was.game_key IN (first.game_key, now.game_key)
  AND 'edit' = (SELECT kind FROM acts WHERE id = (
    SELECT MIN(act) FROM versions WHERE play = was.play AND act > was.act)))
ORDER BY now.place, now.play
"""


class StoredPlay(NamedTuple):
    """A play of the store that answers to a row.

    Attributes
    ----------
    number : int
        Its number.
    place : float
        Its place.
    deleted : bool
        True if the user deleted it.
    coach, game : str
        Its names now, or when it was deleted.
    """

    number: int
    place: float
    deleted: bool
    coach: str
    game: str


def select_answers(
    db: sqlite3.Connection, identities: Iterable[str]
) -> dict[str, list[StoredPlay]]:
    """Select the plays that answer to each identity.

    Parameters
    ----------
    db : sqlite3.Connection
        Store in a transaction.
    identities : iterable of str
        Identities of rows.

    Returns
    -------
    dict of str to list of StoredPlay
        Plays by identity, in order.
    """
    db.execute("CREATE TEMP TABLE asked (identity TEXT PRIMARY KEY) WITHOUT ROWID")
    db.executemany("INSERT OR IGNORE INTO asked VALUES (?)", ((name,) for name in identities))
    answers: dict[str, list[StoredPlay]] = {}
    for identity, number, place, gone, coach, game in typed_rows(db.execute(_ANSWERS), "tiritt"):
        play = StoredPlay(number, place, bool(gone), coach, game)
        answers.setdefault(identity, []).append(play)
    db.execute("DROP TABLE asked")
    return answers


def match_rows(
    identities: Sequence[str], answers: Mapping[str, Sequence[StoredPlay]]
) -> list[StoredPlay | None]:
    """Match the n-th row of an identity with the n-th play that answers to it.

    Plays that the user deleted are matched only if there are more rows than other plays.

    Parameters
    ----------
    identities : sequence of str
        Identity of each row.
    answers : mapping of str to sequence of StoredPlay
        What `select_answers` returns.

    Returns
    -------
    list of StoredPlay or None
        The play of each row; None if the row is new.
    """
    chosen: dict[str, Iterator[StoredPlay]] = {}
    for identity, n_rows in Counter(identities).items():
        plays = answers.get(identity, ())
        kept = [play for play in plays if not play.deleted]
        matched = {*kept, *[play for play in plays if play.deleted][: max(0, n_rows - len(kept))]}
        chosen[identity] = iter([play for play in plays if play in matched])
    return [next(chosen[identity], None) for identity in identities]


def find_places(
    db: sqlite3.Connection, plays: Sequence[Play], matches: Sequence[StoredPlay | None]
) -> dict[int, float]:
    """Find where the new rows of a log go.

    A new row goes right before the next row of its game that is stored, so that a log that grew in
    the middle keeps its order. If there is none, it goes to the end.

    Parameters
    ----------
    db : sqlite3.Connection
        Store in a writing transaction. If float precision is exhausted between two plays, as in a
        file that grew about fifty times in one place, all places are renumbered.
    plays : sequence of Play
        Rows of the log, in order.
    matches : sequence of StoredPlay or None
        The play of each row.

    Returns
    -------
    dict of int to float
        Places of the new rows that do not go to the end, by their position in the log.
    """
    rows_before: dict[int, list[int]] = {}  # new rows, by the number of the play after them
    following: dict[tuple[str, str, str], int] = {}
    for at in reversed(range(len(plays))):
        game = fold(plays[at].coach), parse_date(plays[at].date), fold(plays[at].game)
        if (match := matches[at]) is not None:
            following[game] = match.number
        elif game in following:
            rows_before.setdefault(following[game], []).append(at)
    if not rows_before:
        return {}
    places = _fit_between(db, rows_before)
    if places is None:
        _renumber_places(db)
        places = _fit_between(db, rows_before)
    assert places is not None  # there is room between whole numbers
    return places


def _fit_between(
    db: sqlite3.Connection, rows_before: Mapping[int, Sequence[int]]
) -> dict[int, float] | None:
    """Return places between plays and those before them; None if there is no room somewhere."""
    query = f"SELECT DISTINCT play, place FROM versions WHERE act <= {LAST}"
    place_of: dict[int, float] = dict(typed_rows(db.execute(query), "ir"))
    stored = sorted(place_of.values())
    found: dict[int, float] = {}
    for play, rows in rows_before.items():
        end = place_of[play]
        n_before = bisect_left(stored, end)
        start = stored[n_before - 1] if n_before else end - 1
        for n_left, at in enumerate(rows):  # from the last row to the first
            found[at] = start + (end - start) * (len(rows) - n_left) / (len(rows) + 1)
            following = found[rows[n_left - 1]] if n_left else end
            if not start < found[at] < following:
                return None
    return found


def _renumber_places(db: sqlite3.Connection) -> None:
    """Renumber all places with whole numbers, in their order, to make room between them.

    What was undone keeps its order too, because it may be redone. There are at most as many places
    as numbers of plays that were ever given, so a play that is put at the end still comes last.
    """
    db.execute("CREATE TEMP TABLE renumbered (old REAL PRIMARY KEY, new REAL) WITHOUT ROWID")
    db.execute(
        "INSERT INTO renumbered SELECT place, ROW_NUMBER() OVER (ORDER BY place)"
        " FROM (SELECT place FROM versions UNION SELECT place FROM marks)"
    )
    for table in ("versions", "marks"):
        db.execute(f"UPDATE {table} SET place = (SELECT new FROM renumbered WHERE old = place)")
    db.execute("DROP TABLE renumbered")
