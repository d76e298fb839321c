"""Which plays are the same sign of a coach, in the store.

They are kept as attributes are, a row for each operation that touched them, so they are undone and
redone with plays.
"""

import sqlite3

from signdecoder.core.errors import SigndecoderError
from signdecoder.core.names import fold
from signdecoder.core.same_plays import SAME_PLAYS, SamePlays, parse_same_plays
from signdecoder.store.encoding import encode_json, parse_json
from signdecoder.store.latest import latest_cell
from signdecoder.store.operations import Operation

_KEYS = ["separate", "same"]


def load_same_plays(db: sqlite3.Connection, coach: str) -> SamePlays:
    """Load which plays are the same sign of a coach, as saved last.

    Parameters
    ----------
    db : sqlite3.Connection
        Store in a transaction.
    coach : str
        Name of the coach.

    Returns
    -------
    SamePlays
        SAME_PLAYS if nothing was saved.
    """
    cell = latest_cell(db, "same_plays", "cell", coach, "t")
    return SAME_PLAYS if cell is None else _parse(cell)


def save_same_plays(
    db: sqlite3.Connection, operation: Operation, coach: str, same_plays: SamePlays
) -> None:
    """Save which plays are the same sign of a coach, as an operation leaves it.

    Parameters
    ----------
    db : sqlite3.Connection
        Store in a writing transaction.
    operation : Operation
        The operation.
    coach : str
        Name of the coach.
    same_plays : SamePlays
        The groups of plays.
    """
    cell = encode_json(dict(zip(_KEYS, (same_plays.separate, same_plays.same), strict=True)))
    db.execute(
        "INSERT OR REPLACE INTO same_plays VALUES (?, ?, ?)", (operation.id, fold(coach), cell)
    )


def rename_coach(db: sqlite3.Connection, operation: Operation, old: str, new: str) -> None:
    """Give a coach's groups of plays to a new name, unless this one has some already.

    Parameters
    ----------
    db : sqlite3.Connection
        Store in a writing transaction.
    operation : Operation
        The operation that renames the coach.
    old : str
        Name of the coach.
    new : str
        The new name.
    """
    same_plays = load_same_plays(db, old)
    if same_plays != SAME_PLAYS and load_same_plays(db, new) == SAME_PLAYS:
        save_same_plays(db, operation, new, same_plays)


def _parse(text: str) -> SamePlays:
    """Parse groups of plays from their JSON. Raises sqlite3.DataError if they are not valid."""
    given = parse_json(text)
    if not isinstance(given, dict) or list(given) != _KEYS:
        raise sqlite3.DataError("same plays are not two lists")
    separate, same = given.values()
    lists = [separate, *same] if isinstance(same, list) else []
    if not lists or not all(isinstance(names, list) for names in lists):
        raise sqlite3.DataError("same plays are not two lists")
    if not all(isinstance(name, str) for names in lists for name in names):
        raise sqlite3.DataError("a play is not text")
    try:
        return parse_same_plays(separate, same)
    except SigndecoderError as error:
        raise sqlite3.DataError(error.message) from None
