"""Whole copies of a store in a file: made while others write, counted, checked for damage."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from signdecoder.core.errors import SigndecoderError
from signdecoder.store import history

_WAITING = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_OF_SOURCE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


@dataclass(frozen=True, slots=True)
class StoreCopy:
    """A file that holds all of a store, and how much that is."""

    file: Path
    plays: int
    coaches: int


@contextmanager
def make_room(place: Path, shown: Path) -> Iterator[Path]:
    """Give a folder on the disk of a file, gone afterwards; `shown` is the file as it was named."""
    try:
        with TemporaryDirectory(prefix=".signdecoder-", dir=place.parent) as folder:
            yield Path(folder)
    except OSError as error:
        raise SigndecoderError(
            f"{shown} cannot be written ({error.strerror or error})",
            "see that its folder is there, may be written and has room, or give another file",
        ) from None


def copy_store(source: sqlite3.Connection, copy: sqlite3.Connection, shown: Path) -> None:
    """Copy one state of a store into a new file, whatever others write meanwhile.

    Raises sqlite3.Error for what is wrong with the source, SigndecoderError where the copy cannot
    be written, which `shown` names.
    """
    try:
        copy.execute("PRAGMA synchronous = OFF")  # who puts it in place sees it on the disk first
        source.backup(copy, progress=stop_waiting)
        copy.execute("PRAGMA journal_mode = DELETE")  # one file that needs no other
    except sqlite3.Error as error:
        code = error.sqlite_errorcode
        of_source = code & 0xFF in (*_WAITING, *_OF_SOURCE) or code == sqlite3.SQLITE_IOERR_READ
        if of_source:
            raise
        raise SigndecoderError(
            f"{shown} cannot be written ({error})", "make room on its disk, or give another file"
        ) from None


def stop_waiting(status: int, left: int, pages: int) -> None:
    """End a copy that would wait for others for ever: SQLite has waited as long as it may."""
    if status & 0xFF in _WAITING:
        error = sqlite3.OperationalError("database is locked")
        error.sqlite_errorcode = status
        raise error


def is_empty(db: sqlite3.Connection) -> bool:
    """Does a store hold no act, not even one that was taken back, and nothing that was learned?"""
    tables = {name for (name,) in db.execute("SELECT name FROM main.sqlite_master")}
    return not any(
        db.execute(f"SELECT 1 FROM {name} LIMIT 1").fetchone()
        for name in ("acts", "weights")
        if name in tables
    )


def describe_copy(db: sqlite3.Connection, file: Path) -> StoreCopy:
    """Count what a copy holds."""
    tallies = history.count_outcomes(db)
    return StoreCopy(file, sum(tally.total() for tally in tallies.values()), len(tallies))


def find_damage(db: sqlite3.Connection) -> str:
    """Return what is wrong with a store's pages or references; nothing if it is sound."""
    try:
        (found,) = db.execute("PRAGMA integrity_check(1)").fetchone()
        if found != "ok":
            return str(found).splitlines()[-1]
        lost = db.execute("PRAGMA foreign_key_check").fetchone()
    except sqlite3.Error as error:
        return str(error)
    return f"the table {lost[0]} tells of an act that is not there" if lost else ""
