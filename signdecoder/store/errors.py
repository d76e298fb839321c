"""Errors of a store's file: what is wrong, and how to fix it."""

import shutil
import sqlite3
from pathlib import Path

from signdecoder.core.errors import SigndecoderError
from signdecoder.core.fs import real_path

OTHER_STORE = "give another file with --db PATH"
_NOT_RECORDED = "Nothing was recorded"
_ROOM = 65536  # bytes that SQLite needs beside a store, even to read it
_RESTORE = "put a backup in its place with `signdecoder restore FILE`"
_PERMISSIONS = "change its permissions, or give another store with --db PATH"


class StoreError(SigndecoderError):
    """The store failed. Nothing is wrong with the plays or the request."""


class StoreNotWritableError(StoreError):
    """The store is sound but cannot be written now."""


class StoreDamagedError(StoreError):
    """The store's file is damaged."""


def sqlite_error(path: Path, error: sqlite3.Error) -> StoreError:
    """Return the StoreError for an error of SQLite.

    Parameters
    ----------
    path : Path
        Path of the store.
    error : sqlite3.Error
        What SQLite raised.

    Returns
    -------
    StoreError
        A sentence on what is wrong and how to fix it.
    """
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    if code == sqlite3.SQLITE_NOTADB:
        return StoreDamagedError(
            f"{path} is not a signdecoder store", f"{OTHER_STORE}. If it was one, {_RESTORE}"
        )
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return StoreNotWritableError(
            f"the store {path} is in use by another signdecoder", "try again when it is done"
        )
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM):
        return not_writable_error(path, str(error))
    if code == sqlite3.SQLITE_FULL or (code == sqlite3.SQLITE_IOERR and _is_disk_full(path)):
        return disk_full_error(path)
    if code == sqlite3.SQLITE_IOERR:
        return StoreNotWritableError(
            f"disk error at the store {path} ({error})",
            "check that the disk is connected, works and has free space, then try again."
            f" {_NOT_RECORDED}",
        )
    return damaged_error(path, str(error))


def _is_disk_full(path: Path) -> bool:
    """Return whether the disk is full. SQLite calls it an I/O error if it happens to a log."""
    try:
        return shutil.disk_usage(real_path(path).parent).free < _ROOM
    except OSError:
        return False


def damaged_error(path: Path, how: str) -> StoreDamagedError:
    """Return the error for a damaged store.

    Parameters
    ----------
    path : Path
        Path of the store.
    how : str
        What was found.

    Returns
    -------
    StoreDamagedError
        The error.
    """
    return StoreDamagedError(
        f"the store {path} is damaged ({how})", f"{_RESTORE}, or give another store with --db PATH"
    )


def damaged_wal_error(path: Path, log: Path) -> StoreDamagedError:
    """Return the error for a store whose newest changes are in a damaged log.

    Parameters
    ----------
    path : Path
        Path of the store.
    log : Path
        Path of its write-ahead log.

    Returns
    -------
    StoreDamagedError
        The error.
    """
    return StoreDamagedError(
        f"the newest changes in the store {path} are damaged, in {log.name} beside it",
        f"{_RESTORE}, or move {log.name} away to go on without them",
    )


def orphaned_wal_error(path: Path, log: Path) -> StoreDamagedError:
    """Return the error for an empty store beside a log with changes.

    Parameters
    ----------
    path : Path
        Path of the store.
    log : Path
        Path of its write-ahead log.

    Returns
    -------
    StoreDamagedError
        The error.
    """
    return StoreDamagedError(
        f"the store {path} is empty, but {log.name} beside it holds changes",
        f"{_RESTORE}, or move {log.name} away to start over",
    )


def disk_full_error(path: Path) -> StoreNotWritableError:
    """Return the error for a disk without room.

    Parameters
    ----------
    path : Path
        Path of the store.

    Returns
    -------
    StoreNotWritableError
        The error.
    """
    return StoreNotWritableError(
        f"the disk of the store {path} is full",
        f"make room on it, then try again. {_NOT_RECORDED}",
    )


def not_writable_error(path: Path, why: str) -> StoreNotWritableError:
    """Return the error for a store that cannot be opened or written.

    Parameters
    ----------
    path : Path
        Path of the store.
    why : str
        What the system says.

    Returns
    -------
    StoreNotWritableError
        The error.
    """
    return StoreNotWritableError(f"the store {path} cannot be written ({why})", _PERMISSIONS)


def read_only_error(path: Path) -> StoreNotWritableError:
    """Return the error for a change of a store that is open for reading.

    Parameters
    ----------
    path : Path
        Path of the store.

    Returns
    -------
    StoreNotWritableError
        The error.
    """
    return StoreNotWritableError(f"the store {path} can only be read", _PERMISSIONS)


def not_a_store_error(path: Path, hint: str = OTHER_STORE) -> StoreError:
    """Return the error for a file that another program wrote.

    Parameters
    ----------
    path : Path
        Path of the file.
    hint : str, optional
        What to do.

    Returns
    -------
    StoreError
        The error.
    """
    return StoreError(f"{path} is not a signdecoder store", hint)


def newer_version_error(
    path: Path, version: int, known: int, hint: str = OTHER_STORE
) -> StoreError:
    """Return the error for a store that a later signdecoder made.

    Parameters
    ----------
    path : Path
        Path of the store.
    version : int
        Version of the store.
    known : int
        Highest version that this signdecoder knows.
    hint : str, optional
        What to do besides updating.

    Returns
    -------
    StoreError
        The error.
    """
    return StoreError(
        f"the store {path} has version {version}, and this signdecoder knows {known}",
        f"update signdecoder, or {hint}",
    )


def not_a_regular_file_error(path: Path, beside: Path) -> StoreError:
    """Return the error for a pipe, folder or device where SQLite keeps a file.

    Parameters
    ----------
    path : Path
        Path of the store.
    beside : Path
        What was found there.

    Returns
    -------
    StoreError
        The error.
    """
    return StoreError(
        f"{beside.name} beside the store {path} is not a file", f"move it away, or {OTHER_STORE}"
    )


def side_file_error(path: Path, other: Path) -> StoreError:
    """Return the error for two files whose names SQLite takes for one store.

    Parameters
    ----------
    path : Path
        Path of the store or the backup.
    other : Path
        The other file.

    Returns
    -------
    StoreError
        The error.
    """
    longer = max(path.name, other.name, key=len)
    shorter = min(path.name, other.name, key=len)
    return StoreError(
        f"{path} cannot be used beside {other.name}: SQLite would take {longer} for a part of"
        f" {shorter}",
        "give one of them another name",
    )


def hard_link_error(path: Path) -> StoreError:
    """Return the error for a file with two names. Opened by the other name, it has no log.

    Parameters
    ----------
    path : Path
        Path of the store.

    Returns
    -------
    StoreError
        The error.
    """
    return StoreError(
        f"the store {path} has another name (a hard link), and plays would be lost",
        f"delete one of the names, or copy the file, or {OTHER_STORE}",
    )


def replaced_error(path: Path) -> StoreNotWritableError:
    """Return the error for a store that is no longer the file of that name.

    Parameters
    ----------
    path : Path
        Path of the store.

    Returns
    -------
    StoreNotWritableError
        The error.
    """
    return StoreNotWritableError(
        f"the store {path} was moved, deleted or replaced while it was open",
        f"put it back as it was, or close this and open it again. {_NOT_RECORDED}",
    )


def unexpected_content_error(path: Path, what: str, hint: str = OTHER_STORE) -> StoreDamagedError:
    """Return the error for a store with content that signdecoder did not create.

    Parameters
    ----------
    path : Path
        Path of the store.
    what : str
        What was found.
    hint : str, optional
        What to do.

    Returns
    -------
    StoreDamagedError
        The error.
    """
    hint = f"{_RESTORE}, or {hint}" if hint == OTHER_STORE else hint
    return StoreDamagedError(f"the store {path} has unexpected content ({what})", hint)
