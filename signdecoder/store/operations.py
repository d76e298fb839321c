"""Operations: everything that was done to the store, in order, so that it can be undone.

The store is an append-only event log. An *operation* writes new *revisions* of plays, change
points, keypads, attributes and same plays. Undo marks the last operation as undone. The current
state is the newest revision whose operation is not undone. Operations are undone last first, so the
undone ones are always the last.
"""

import sqlite3
from datetime import UTC, datetime
from typing import NamedTuple

from signdecoder.store.validation import MAX_NUMBER, typed_rows

# The last operation that is not undone, for use in a query. Its table is called `acts`.
LAST = "(SELECT IFNULL(MAX(id), 0) FROM acts WHERE NOT undone)"
_NOUNS = {
    "play": "Play",
    "import": "Import",
    "change": "New signs",
    "pad": "Keypad",
    "attributes": "Attributes",
    "same": "Same plays",
    "edit": "Edit",
    "delete": "Deletion",
    "rename": "Renaming",
}


class Operation(NamedTuple):
    """Something that was done to the store.

    Attributes
    ----------
    id : int
        Number of the operation, from 1.
    kind : str
        ``play``, ``import``, ``change``, ``pad``, ``attributes``, ``same``, ``edit``, ``delete``
        or ``rename``.
    description : str
        What was done, without a period: ``Imported game.csv (31 plays)``.
    """

    id: int
    kind: str
    description: str


def begin_operation(db: sqlite3.Connection, kind: str, description: str) -> Operation:
    """Record a new operation. Undone operations before it can no longer be redone.

    Parameters
    ----------
    db : sqlite3.Connection
        Store in a writing transaction.
    kind : str
        Kind of the operation.
    description : str
        What is done.

    Returns
    -------
    Operation
        The operation, to write revisions for.
    """
    db.execute("DELETE FROM acts WHERE undone")
    at = datetime.now(UTC).isoformat(timespec="seconds")
    row = db.execute("INSERT INTO acts (at, kind, words) VALUES (?, ?, ?)", (at, kind, description))
    number = row.lastrowid or 0
    if number > MAX_NUMBER:
        raise sqlite3.DataError("the number of an operation is out of range")
    return Operation(number, kind, description)


def describe_rest(kind: str) -> str:
    """Describe an operation that was erased in part, without any name.

    Parameters
    ----------
    kind : str
        Kind of the operation.

    Returns
    -------
    str
        What was done.
    """
    return f"{_NOUNS.get(kind, 'Change')}, partly erased"


def undo_operation(db: sqlite3.Connection) -> Operation | None:
    """Undo the last operation.

    Parameters
    ----------
    db : sqlite3.Connection
        Store in a writing transaction.

    Returns
    -------
    Operation or None
        The operation, or None if there is nothing to undo.
    """
    return _set_undone(db, "NOT undone ORDER BY id DESC", undone=True)


def redo_operation(db: sqlite3.Connection) -> Operation | None:
    """Redo the operation that was undone last.

    Parameters
    ----------
    db : sqlite3.Connection
        Store in a writing transaction.

    Returns
    -------
    Operation or None
        The operation, or None if there is nothing to redo.
    """
    return _set_undone(db, "undone ORDER BY id", undone=False)


def _set_undone(db: sqlite3.Connection, which: str, *, undone: bool) -> Operation | None:
    """Mark the first operation that a condition selects as undone or not."""
    rows = db.execute(f"SELECT id, kind, words FROM acts WHERE {which} LIMIT 1")
    row = next(typed_rows(rows, "itt"), None)
    if row is None:
        return None
    db.execute("UPDATE acts SET undone = ? WHERE id = ?", (undone, row[0]))
    return Operation(*row)
