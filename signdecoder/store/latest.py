"""What was saved for a coach, in tables with a row for each operation that touched it."""

import sqlite3
from collections.abc import Callable
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


def rewrite_cells(
    db: sqlite3.Connection,
    table: str,
    column: str,
    coach: str,
    rewrite: Callable[[str], str | None],
) -> set[int]:
    """Rewrite all cells that were ever saved for a coach.

    Parameters
    ----------
    db : sqlite3.Connection
        Store in a writing transaction.
    table, column : str
        The table and its column of text, as they are named in the code.
    coach : str
        Folded name of the coach.
    rewrite : callable
        Returns the new cell, or None if it stays.

    Returns
    -------
    set of int
        Numbers of the operations whose cells changed.
    """
    rows = db.execute(f"SELECT act, {column} FROM {table} WHERE coach_key = ?", (coach,))
    new = {act: rewrite(cell) for act, cell in typed_rows(rows, "it")}
    changed = {act: cell for act, cell in new.items() if cell is not None}
    update = f"UPDATE {table} SET {column} = ? WHERE act = ? AND coach_key = ?"
    db.executemany(update, [(cell, act, coach) for act, cell in changed.items()])
    return set(changed)
