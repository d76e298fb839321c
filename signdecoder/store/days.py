"""Dates are compared as days: identities in older stores, and logs whose dates were rewritten."""

import sqlite3
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from signdecoder.core.names import NameKey, fold
from signdecoder.core.play import Play, identify_row, parse_date
from signdecoder.core.text import count
from signdecoder.store.letters import SignalKeys
from signdecoder.store.revisions import select_revisions, select_revisions_where

FIRST_VERSION = 8  # of stores whose identities have days
_FEWEST = 8  # rows in the order of stored ones that do not happen by chance
# Whatever may be a day that is not written as 2026-05-01.
_YEAR, _NUMBER = "[0-9][0-9][0-9][0-9]", "[0-9][0-9]"
_MAY_BE_DAYS = (
    f"date <> day OR game GLOB '{_YEAR}*' AND game NOT GLOB '{_YEAR}-{_NUMBER}-{_NUMBER}'"
)


def adopt_days(db: sqlite3.Connection) -> None:
    """Keep known the rows whose dates or games are days in another form, and sort them by day.

    Parameters
    ----------
    db : sqlite3.Connection
        Store in a writing transaction, with all tables of today.
    """
    for revision, operation in list(select_revisions_where(db, _MAY_BE_DAYS)):
        play = revision.play
        key = db.execute(
            "SELECT identity FROM versions WHERE play = ? AND act = ?", (play.id, operation)
        ).fetchone()
        db.execute(
            "UPDATE versions SET day = ? WHERE play = ? AND act = ?",
            (parse_date(play.date), play.id, operation),
        )
        for signal_key in (fold, SignalKeys(db)(play.coach)):
            if key == (identify_row(play, signal_key, fold),):
                row = play.identity_by(signal_key), play.id, operation
                db.execute("UPDATE versions SET identity = ? WHERE play = ? AND act = ?", row)
    db.execute(
        "UPDATE marks SET day = IFNULL((SELECT day FROM versions WHERE versions.play = marks.play"
        " AND versions.act <= marks.act ORDER BY versions.act DESC LIMIT 1), '') WHERE day = ''"
    )


def explain_redated(
    db: sqlite3.Connection, new: Sequence[Play], n_rows: int, keys: SignalKeys
) -> list[str]:
    """Say if most rows of a log are stored already except for their dates and games.

    Rows count only in the order of stored ones: single plays look alike by chance.

    Parameters
    ----------
    db : sqlite3.Connection
        Store in a transaction.
    new : sequence of Play
        Rows that the store does not know, in order.
    n_rows : int
        Rows of the log.
    keys : SignalKeys
        How the signals of each coach are compared.

    Returns
    -------
    list of str
        What to tell the user: a sentence, or nothing.
    """
    if len(new) < _FEWEST or 2 * len(new) <= n_rows:
        return []
    by_coach: dict[str, list[Play]] = {}
    for play in new:
        by_coach.setdefault(fold(play.coach), []).append(play)
    n_alike = 0
    for own in by_coach.values():
        key = keys(own[0].coach)
        stored = [revision.play for revision in select_revisions(db, own[0].coach)]
        n_alike += (_neighbors(own, key) & _neighbors(stored, key)).total()
    if n_alike < _FEWEST - 1 or 2 * n_alike <= n_rows:
        return []
    return [
        f"Most of these {count(n_rows, 'play')} are stored already with other dates or games. If"
        " this is a file that you imported before, and a spreadsheet rewrote its dates, undo the"
        ' import with "signdecoder undo".'
    ]


def _neighbors(plays: Sequence[Play], key: NameKey) -> Counter[tuple[str, str]]:
    """Count the pairs of rows that follow each other, whatever their dates and games."""
    rows = [replace(play, game="", date="").identity_by(key) for play in plays]
    return Counter(pairwise(rows))
