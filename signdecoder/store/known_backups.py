"""Backups that were made of a store: it keeps their paths, because they hold what it erases."""

import os
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from signdecoder.store.validation import typed_rows


def note_backup(db: sqlite3.Connection, file: Path) -> None:
    """Keep the path of a copy of the store.

    Parameters
    ----------
    db : sqlite3.Connection
        Store in a writing transaction.
    file : Path
        The copy.
    """
    name = os.fsencode(file.absolute()).decode(errors="replace")
    at = datetime.now(UTC).isoformat(timespec="seconds")
    db.execute("INSERT OR REPLACE INTO backups VALUES (?, ?)", (name, at))


def select_backups(db: sqlite3.Connection) -> dict[str, str]:
    """Select the copies that were made of the store.

    Parameters
    ----------
    db : sqlite3.Connection
        Store in a transaction.

    Returns
    -------
    dict of str to str
        When each was made, as an ISO time, by its path. The earliest is first.
    """
    return dict(typed_rows(db.execute("SELECT file, at FROM backups ORDER BY at, file"), "tt"))


def share_backups(db: sqlite3.Connection, copy: sqlite3.Connection) -> None:
    """Note the copies of a store in another one, which replaces it.

    Parameters
    ----------
    db : sqlite3.Connection
        Store.
    copy : sqlite3.Connection
        The other one.
    """
    copy.executemany("INSERT OR REPLACE INTO backups VALUES (?, ?)", select_backups(db).items())
