"""Compaction: after rows were erased for good, the file is rebuilt without traces of them."""

import sqlite3
import warnings
from datetime import UTC, datetime

from signdecoder.core.errors import StoreNote

_OPENING_MS = 1000  # how long opening a store waits for others
_CANNOT_NOW = (
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
)


def record_erasure(db: sqlite3.Connection) -> None:
    """Record that rows are erased in this transaction, and overwrite them with zeros from now on.

    Parameters
    ----------
    db : sqlite3.Connection
        Store in a writing transaction.
    """
    db.execute("PRAGMA secure_delete = ON")
    at = datetime.now(UTC).isoformat(timespec="seconds")
    db.execute("INSERT INTO erasures (at, compacted) VALUES (?, 0)", (at,))


def count_erasures(db: sqlite3.Connection) -> int:
    """Count how often rows were erased.

    What was learned from plays is saved only if none were erased since they were read.

    Parameters
    ----------
    db : sqlite3.Connection
        Store in a transaction.

    Returns
    -------
    int
        The number of erasures.
    """
    (n_erasures,) = db.execute("SELECT COUNT(*) FROM erasures").fetchone()
    return int(n_erasures)


def compact(db: sqlite3.Connection) -> bool:
    """Rebuild the file without free space, and empty its write-ahead log.

    Other programs may have the store open. Their next look sees what is left.

    Parameters
    ----------
    db : sqlite3.Connection
        Store outside a transaction.

    Returns
    -------
    bool
        False if another program kept reading all the time, or there is no room on the disk. Then
        the next program that opens the store tries again.

    Raises
    ------
    sqlite3.Error
        If the file is damaged.
    """
    try:
        db.execute("PRAGMA secure_delete = ON")
        db.execute("VACUUM")
        is_busy, *_ = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if not is_busy:
            db.execute("UPDATE erasures SET compacted = 1 WHERE NOT compacted")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF not in _CANNOT_NOW:
            raise
        return False
    return not is_busy


def finish_compaction(db: sqlite3.Connection) -> None:
    """Compact a store that is being opened, if that could not be done when rows were erased.

    Warns with a StoreNote if it cannot be done now.

    Parameters
    ----------
    db : sqlite3.Connection
        Store outside a transaction.
    """
    if db.execute("SELECT 1 FROM erasures WHERE NOT compacted LIMIT 1").fetchone() is None:
        return
    (usual,) = db.execute("PRAGMA busy_timeout").fetchone()
    db.execute(f"PRAGMA busy_timeout = {_OPENING_MS}")
    if not compact(db):
        note = "Plays were deleted for good, but traces of them are still in the play database: "
        note += "another program is reading it, or its disk is full. The next command tries again."
        warnings.warn(note, StoreNote, stacklevel=2)
    db.execute(f"PRAGMA busy_timeout = {usual}")
