"""Backups: the whole store in one file, copied while the store is in use."""

import shutil
import sqlite3
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from signdecoder.core.errors import SigndecoderError, StoreNote, UsageError
from signdecoder.core.fs import SIDE_FILES, find_side_file_clash, put_in_place, real_path
from signdecoder.store import errors, schema, summaries, wal
from signdecoder.store.errors import StoreNotWritableError
from signdecoder.store.known_backups import note_backup
from signdecoder.store.store import Store
from signdecoder.store.validation import find_wrong_cell

_OTHER_FILE = "give another file"
_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_SOURCE_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


@dataclass(frozen=True, slots=True)
class StoreCopy:
    """Copy of a whole store.

    Attributes
    ----------
    file : Path
        The file that was written or read.
    plays : int
        Plays in it.
    coaches : int
        Coaches in it.
    """

    file: Path
    plays: int
    coaches: int


def back_up(store: Store, file: Path) -> StoreCopy:
    """Write a whole store to a file. An earlier backup of that name is replaced.

    Parameters
    ----------
    store : Store
        Store to back up.
    file : Path
        File to write.

    Returns
    -------
    StoreCopy
        What was written.

    Raises
    ------
    SigndecoderError
        If the store is empty or damaged, or the file cannot be written or is something else. A file
        that was there stays as it was.
    """
    target = _find_target(store.path, file)
    with make_temporary_folder(target, file) as folder:
        temporary = folder / target.name
        with closing(sqlite3.connect(temporary, isolation_level=None)) as copy:
            with store.reading() as db:
                copy_store(db, copy, file)
            if what := find_damage(copy):
                raise errors.damaged_error(store.path, what)
            if is_empty(copy):
                raise SigndecoderError(
                    f"nothing is recorded in the store {store.path}", "there is nothing to back up"
                )
            result = describe_copy(copy, file)
        shutil.copymode(store.path, temporary)
        put_in_place(temporary, target)
    _note(store, target)
    return result


def _note(store: Store, target: Path) -> None:
    """Keep the path of a backup in the store, which need not be writable for a backup."""
    if store.read_only:
        return
    try:
        with store.writing() as db:
            note_backup(db, target)
    except StoreNotWritableError as error:
        note = f"{error.message}. The backup is complete, but `delete --for-good` will not name it."
        warnings.warn(note, StoreNote, stacklevel=2)


def _find_target(store: Path, file: Path) -> Path:
    """Return where a backup is written. Refuse files that it must not replace."""
    if str(file) == "-":
        raise UsageError("a backup cannot be written to standard output", "give a file")
    if file.is_dir():
        raise SigndecoderError(f"{file} is a folder", "give the name of a file in it")
    target = real_path(file)  # a link stays a link
    if not target.parent.is_dir():
        raise SigndecoderError(f"there is no folder {file.parent}", f"make it, or {_OTHER_FILE}")
    own = real_path(store)
    if target in (own, *(own.with_name(own.name + end) for end in SIDE_FILES)):
        raise SigndecoderError(f"{file} belongs to the store itself", _OTHER_FILE)
    if clash := find_side_file_clash(target):
        raise errors.side_file_error(file, clash)
    if not target.exists():
        return target
    if target.samefile(own):
        raise SigndecoderError(f"{file} is the store itself", _OTHER_FILE)
    if wal.log_of(target).exists():
        raise SigndecoderError(f"{file} is a store that is in use", _OTHER_FILE)
    if not target.is_file() or (target.stat().st_size and not _is_ours(target)):
        raise SigndecoderError(f"{file} is not a backup, so it is not replaced", _OTHER_FILE)
    return target


def _is_ours(path: Path) -> bool:
    """Return whether a file begins as a store does. It may be damaged further on."""
    with path.open("rb") as file:
        start = file.read(72)
    return start[:16] == b"SQLite format 3\0" and start[68:] == schema.APPLICATION_ID.to_bytes(4)


# --- copies, for backup and restore ---------------------------------------------------------------


@contextmanager
def make_temporary_folder(place: Path, shown: Path) -> Iterator[Path]:
    """Make a folder on the same disk as a file, and delete it afterwards.

    Parameters
    ----------
    place : Path
        Real path of the file.
    shown : Path
        The file as the user named it, for errors.

    Yields
    ------
    Path
        The folder.

    Raises
    ------
    SigndecoderError
        If the folder cannot be made or written.
    """
    try:
        with TemporaryDirectory(prefix=".signdecoder-", dir=place.parent) as folder:
            yield Path(folder)
    except OSError as error:
        raise SigndecoderError(
            f"{shown} cannot be written ({error.strerror or error})",
            "check that its folder exists, may be written and has room, or give another file",
        ) from None


def copy_store(source: sqlite3.Connection, copy: sqlite3.Connection, shown: Path) -> None:
    """Copy one state of a store into a new file, even while others write.

    Parameters
    ----------
    source : sqlite3.Connection
        Store to copy.
    copy : sqlite3.Connection
        Empty file.
    shown : Path
        The copy as the user named it, for errors.

    Raises
    ------
    sqlite3.Error
        If the source cannot be read.
    SigndecoderError
        If the copy cannot be written.
    """
    try:
        copy.execute("PRAGMA synchronous = OFF")  # it is synced before it is put in place
        source.backup(copy, progress=raise_if_busy)
        copy.execute("PRAGMA journal_mode = DELETE")  # one file that needs no other
    except sqlite3.Error as error:
        code = error.sqlite_errorcode
        if code & 0xFF in (*_BUSY, *_SOURCE_DAMAGED) or code == sqlite3.SQLITE_IOERR_READ:
            raise  # the source is at fault
        raise SigndecoderError(
            f"{shown} cannot be written ({error})", "make room on its disk, or give another file"
        ) from None


def raise_if_busy(status: int, left: int, pages: int) -> None:
    """End a copy that waits for another process: SQLite has waited for its timeout already.

    Parameters
    ----------
    status : int
        SQLite's code for the last step.
    left : int
        Pages left to copy.
    pages : int
        All pages.

    Raises
    ------
    sqlite3.OperationalError
        If the store is locked.
    """
    if status & 0xFF in _BUSY:
        error = sqlite3.OperationalError("database is locked")
        error.sqlite_errorcode = status
        raise error


def is_empty(db: sqlite3.Connection) -> bool:
    """Return whether a store holds no operation, not even an undone one, and no weights.

    Parameters
    ----------
    db : sqlite3.Connection
        Store.

    Returns
    -------
    bool
        True if there is nothing to lose.
    """
    tables = {name for (name,) in db.execute("SELECT name FROM main.sqlite_master")}
    return not any(
        db.execute(f"SELECT 1 FROM {name} LIMIT 1").fetchone()
        for name in ("acts", "weights")
        if name in tables
    )


def describe_copy(db: sqlite3.Connection, file: Path) -> StoreCopy:
    """Count what a copy holds.

    Parameters
    ----------
    db : sqlite3.Connection
        The copy.
    file : Path
        Its file.

    Returns
    -------
    StoreCopy
        Its plays and coaches.
    """
    counts = summaries.count_outcomes(db)
    return StoreCopy(file, sum(outcomes.total() for outcomes in counts.values()), len(counts))


def find_damage(db: sqlite3.Connection) -> str:
    """Find damage in a store's pages, references or cells. This reads the whole store.

    Parameters
    ----------
    db : sqlite3.Connection
        Store.

    Returns
    -------
    str
        What is wrong, or an empty text.
    """
    try:
        (verdict,) = db.execute("PRAGMA integrity_check(1)").fetchone()
        if verdict != "ok":
            return str(verdict).splitlines()[-1]
        lost = db.execute("PRAGMA foreign_key_check").fetchone()
        if lost:
            return f"the table {lost[0]} refers to an operation that does not exist"
        return find_wrong_cell(db, schema.STEPS[: schema.version_of(db)])
    except sqlite3.Error as error:
        return str(error)
