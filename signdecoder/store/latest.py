"""What was saved last for a coach, in tables with a row for each operation that touched it."""

import sqlite3
from typing import Any

from signdecoder.core.names import fold
from signdecoder.store.operations import LAST
from signdecoder.store.validation import typed_rows


def latest_cell(db: sqlite3.Connection, table: str, column: str, coach: str, kind: str) -> Any:
    """Return the cell that was saved last for a coach.

    Parameters
    ----------
    db : sqlite3.Connection
        Store in a transaction.
    table, column : str
        The table and its column, as they are named in the code.
    coach : str
        Name of the coach.
    kind : str
        The kind of the column, as for `typed_rows`.

    Returns
    -------
    str, int or None
        The cell; None if nothing was saved.
    """
    query = f"SELECT {column} FROM {table} WHERE act <= {LAST} AND coach_key = ? ORDER BY act DESC"
    row = next(typed_rows(db.execute(f"{query} LIMIT 1", (fold(coach),)), kind), None)
    return row[0] if row else None
