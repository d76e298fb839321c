"""Places of imported rows: which rows are known already, and where new ones go in order."""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping

from signdecoder.core.names import fold
from signdecoder.core.play import Play, parse_date
from signdecoder.store.operations import LAST
from signdecoder.store.validation import typed_rows


def select_places(db: sqlite3.Connection, identities: Iterable[str]) -> dict[str, list[float]]:
    """Select the places of the plays that came from a row of each identity, or have it now.

    What a play was called in between does not count: after a game was renamed there and back, rows
    of a game of the other name are new.

    Parameters
    ----------
    db : sqlite3.Connection
        Store in a transaction.
    identities : iterable of str
        Identities of plays.

    Returns
    -------
    dict of str to list of float
        Places by identity, in the order of the plays' numbers.
    """
    db.execute("CREATE TEMP TABLE asked (identity TEXT PRIMARY KEY) WITHOUT ROWID")
    db.executemany("INSERT OR IGNORE INTO asked VALUES (?)", ((name,) for name in identities))
    rows = db.execute(
        "SELECT asked.identity, MAX(place) FROM asked JOIN versions USING (identity)"
        f" WHERE act <= {LAST} AND act IN ("
        "   (SELECT MIN(act) FROM versions AS of_play WHERE of_play.play = versions.play),"
        "   (SELECT MAX(act) FROM versions AS of_play WHERE of_play.play = versions.play"
        f"     AND act <= {LAST}))"
        " GROUP BY asked.identity, play ORDER BY play"
    )
    places: dict[str, list[float]] = {}
    for identity, place in typed_rows(rows, "tr"):
        places.setdefault(identity, []).append(place)
    db.execute("DROP TABLE asked")
    return places


def spread_places(db: sqlite3.Connection) -> None:
    """Renumber all places with whole numbers, in their order, to make room between them.

    There are at most as many places as plays, so a play that is put at the end still comes last.

    Parameters
    ----------
    db : sqlite3.Connection
        Store in a writing transaction.
    """
    db.execute("CREATE TEMP TABLE spread (old REAL PRIMARY KEY, new REAL) WITHOUT ROWID")
    db.execute(
        "INSERT INTO spread SELECT place, ROW_NUMBER() OVER (ORDER BY place)"
        " FROM (SELECT place FROM versions UNION SELECT place FROM marks)"
    )
    for table in ("versions", "marks"):
        db.execute(f"UPDATE {table} SET place = (SELECT new FROM spread WHERE old = place)")
    db.execute("DROP TABLE spread")


def find_places(
    plays: Iterable[Play], identities: list[str], known: Mapping[str, list[float]]
) -> list[tuple[bool, float | None]] | None:
    """Find which rows of a log are known and where new ones go.

    A new row with a known row of its game after it goes between that and the row before, so that a
    log that grew in the middle keeps its order.

    Parameters
    ----------
    plays : iterable of Play
        Rows of the log, in order.
    identities : list of str
        Identity of each row.
    known : mapping of str to list of float
        Places that `select_places` returns.

    Returns
    -------
    list of tuple of (bool, float or None), or None
        For each row whether it is known, and its place, where None puts it at the end. None instead
        of the list if float precision is exhausted between two neighbors, as in a file that grew
        about fifty times in one place. Call `spread_places` then, and retry.
    """
    n_rows: Counter[str] = Counter()
    own: list[float | None] = []
    for identity in identities:
        places = known.get(identity, ())
        own.append(places[n_rows[identity]] if n_rows[identity] < len(places) else None)
        n_rows[identity] += 1
    if not known:
        return [(False, None)] * len(own)
    games = [(fold(play.coach), parse_date(play.date), fold(play.game)) for play in plays]
    results: list[tuple[bool, float | None]] = []
    before: dict[tuple[str, str, str], float] = {}
    for place, (next_place, steps), game in zip(own, _look_ahead(own, games), games, strict=True):
        at = place
        if place is None and next_place is not None:
            last = before.get(game, next_place - 1)
            at = last + (next_place - last) / steps
            if last < next_place and not last < at < next_place:
                return None
        if at is not None:
            before[game] = at
        results.append((place is not None, at))
    return results


def _look_ahead(
    own: list[float | None], games: list[tuple[str, str, str]]
) -> list[tuple[float | None, int]]:
    """Return, for each row, the place of its game's next known row and the rows until there."""
    ahead: list[tuple[float | None, int]] = []
    following: dict[tuple[str, str, str], tuple[float | None, int]] = {}
    for place, game in zip(reversed(own), reversed(games), strict=True):
        next_place, steps = following.get(game, (None, 0))
        following[game] = (next_place, steps + 1) if place is None else (place, 1)
        ahead.append((next_place, steps + 1))
    return ahead[::-1]
