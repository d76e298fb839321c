"""Whether a store's file is one that signdecoder made: its tables, and what stands in them.

A store may come from a stranger, and SQLite itself checks little: any value may stand in any
column, and a view or a trigger may stand behind the name of a table. So all that the file holds is
compared with what the steps of the schema make, and every value with the type of its column.
"""

import sqlite3
from collections.abc import Sequence

MOST_BYTES = 32 * 2**20  # of a value; the largest of ours are beliefs about 20 signals, some 16 MiB
_MOST = 2**53  # of a whole number: places are kept as floats
_KINDS = {
    "INTEGER": f"typeof({{0}}) = 'integer' AND {{0}} BETWEEN 0 AND {_MOST}",
    "REAL": f"typeof({{0}}) = 'real' AND {{0}} BETWEEN -{_MOST} AND {_MOST}",
    "TEXT": "typeof({0}) = 'text'",
    "BLOB": "typeof({0}) = 'blob'",
}


def distrust(db: sqlite3.Connection) -> None:
    """Have SQLite trust nothing that the file says; no extension can be loaded in any case."""
    db.execute("PRAGMA trusted_schema = OFF")
    db.execute("PRAGMA cell_size_check = ON")
    db.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MOST_BYTES)


def find_oddity(db: sqlite3.Connection, steps: Sequence[str]) -> str:
    """Return in words what is not as these steps of the schema make it, or an empty text."""
    model = sqlite3.connect(":memory:")
    try:
        for step in steps:
            model.executescript(step)
        ours = dict(_things(model))
        theirs = dict(_things(db))
        for key in (*ours, *theirs):
            if ours.get(key) != theirs.get(key):
                return f"its {key[0]} {key[1]:.60} is not signdecoder's"
        for kind, table in ours:
            if kind == "table" and _is_odd(db, model, table):
                return f"its table {table} holds what signdecoder never writes"
    finally:
        model.close()
    return ""


def _things(db: sqlite3.Connection) -> list[tuple[tuple[str, str], str]]:
    """Return all that a file holds by kind and name, with the words that made it."""
    found = db.execute("SELECT type, name, tbl_name, sql FROM sqlite_master").fetchall()
    return [
        ((str(kind), str(name)), f"{table} {' '.join(str(sql).split())}")
        for kind, name, table, sql in found
    ]


def _is_odd(db: sqlite3.Connection, model: sqlite3.Connection, table: str) -> bool:
    """Is there a value that is not of its column's type?"""
    columns = model.execute(f"PRAGMA table_info({table})").fetchall()
    fits = " AND ".join(_KINDS[kind].format(name) for _, name, kind, *_ in columns)
    return db.execute(f"SELECT 1 FROM {table} WHERE NOT ({fits}) LIMIT 1").fetchone() is not None
