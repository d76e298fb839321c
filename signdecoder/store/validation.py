"""Validation of a store's file: its tables are ours, and its cells have the types of their columns.

A store may come from a stranger, and SQLite itself checks little: any value may stand in any
column, and a view or a trigger may stand behind the name of a table. So opening a store compares
everything the file defines with what the steps of the schema make. Cells are checked when they are
read: checking all of them at each opening took 0.27 s at 100,000 plays. A note in the file that it
was checked could be forged, and so could STRICT tables, whose types SQLite checks only on writing.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

MOST_BYTES = 32 * 2**20  # of a value; the largest of ours are beliefs about 20 signals, some 16 MiB
MAX_NUMBER = 2**53  # of a whole number: places are kept as floats
_CONDITIONS = {
    "INTEGER": f"typeof({{0}}) = 'integer' AND {{0}} BETWEEN 0 AND {MAX_NUMBER}",
    "REAL": f"typeof({{0}}) = 'real' AND {{0}} BETWEEN -{MAX_NUMBER} AND {MAX_NUMBER}",
    "TEXT": "typeof({0}) = 'text'",
    "BLOB": "typeof({0}) = 'blob'",
}
_TYPES = {"i": int, "r": float, "t": str, "b": bytes}


def harden_connection(db: sqlite3.Connection) -> None:
    """Make SQLite trust nothing that the file says. Extensions cannot be loaded in any case.

    Parameters
    ----------
    db : sqlite3.Connection
        Connection that has read nothing yet.
    """
    db.execute("PRAGMA trusted_schema = OFF")
    db.execute("PRAGMA cell_size_check = ON")
    db.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MOST_BYTES)


def typed_rows(rows: Iterable[tuple[Any, ...]], kinds: str) -> Iterator[tuple[Any, ...]]:
    """Iterate over rows of a query and check the type of every cell.

    Parameters
    ----------
    rows : iterable of tuple
        Rows of a query.
    kinds : str
        A letter for each column: `i` for a whole number from 0, `r` for a float, `t` for text, `b`
        for bytes.

    Yields
    ------
    tuple
        Each row.

    Raises
    ------
    sqlite3.DataError
        If a cell has another type, or a number is out of range.
    """
    types = tuple(_TYPES[kind] for kind in kinds)
    lowest = [
        (at, 0 if kind == "i" else -MAX_NUMBER) for at, kind in enumerate(kinds) if kind in "ir"
    ]
    for row in rows:
        if tuple(map(type, row)) != types:
            raise sqlite3.DataError("a cell has a value of another type")
        for at, least in lowest:
            if not least <= row[at] <= MAX_NUMBER:
                raise sqlite3.DataError("a number is out of range")
        yield row


def find_foreign_schema(db: sqlite3.Connection, steps: Sequence[str]) -> str:
    """Find a table, index, view or trigger that differs from what these steps create.

    Parameters
    ----------
    db : sqlite3.Connection
        Store to look at.
    steps : sequence of str
        SQL that makes a store of its version.

    Returns
    -------
    str
        What was found, or an empty text.
    """
    model = _make_model(steps)
    try:
        ours, theirs = dict(_schema_objects(model)), dict(_schema_objects(db))
    finally:
        model.close()
    for key in (*ours, *theirs):
        if ours.get(key) != theirs.get(key):
            return f"its {key[0]} {key[1]:.60} is not signdecoder's"
    return ""


def find_wrong_cell(db: sqlite3.Connection, steps: Sequence[str]) -> str:
    """Find a table with a cell that is not of its column's type. This reads the whole store.

    Parameters
    ----------
    db : sqlite3.Connection
        Store whose schema was checked.
    steps : sequence of str
        SQL that makes a store of its version.

    Returns
    -------
    str
        What was found, or an empty text.
    """
    model = _make_model(steps)
    try:
        for (kind, table), _ in _schema_objects(model):
            if kind == "table" and _has_wrong_cell(db, model, table):
                return f"its table {table} holds a value of another type"
    finally:
        model.close()
    return ""


def _make_model(steps: Sequence[str]) -> sqlite3.Connection:
    """Make an empty store in memory."""
    model = sqlite3.connect(":memory:")
    for step in steps:
        model.executescript(step)
    return model


def _schema_objects(db: sqlite3.Connection) -> list[tuple[tuple[str, str], str]]:
    """Return everything that a file defines by kind and name, with the SQL that made it."""
    rows = db.execute("SELECT type, name, tbl_name, sql FROM sqlite_master").fetchall()
    return [
        ((str(kind), str(name)), f"{table} {' '.join(str(sql).split())}")
        for kind, name, table, sql in rows
    ]


def _has_wrong_cell(db: sqlite3.Connection, model: sqlite3.Connection, table: str) -> bool:
    """Return whether a table has a value that is not of its column's type."""
    columns = model.execute(f"PRAGMA table_info({table})").fetchall()
    fits = " AND ".join(_CONDITIONS[kind].format(name) for _, name, kind, *_ in columns)
    return db.execute(f"SELECT 1 FROM {table} WHERE NOT ({fits}) LIMIT 1").fetchone() is not None
