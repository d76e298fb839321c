"""What is said when the store's file fails: what is wrong, and what to do."""

import shutil
import sqlite3
from pathlib import Path

from signdecoder.core.errors import SigndecoderError
from signdecoder.core.fs import real_path

ELSEWHERE = "give another file with --db PATH"
_NOTHING = "Nothing was recorded"
_ROOM = 65536  # bytes that SQLite needs beside a store, even to read it
_PUT_BACK = "put a backup in its place with `signdecoder restore FILE`"


class StoreError(SigndecoderError):
    """The store could not do it; nothing is wrong with what it was given."""


class StoreNotWritableError(StoreError):
    """The store is sound, and cannot be written now."""


class StoreDamagedError(StoreError):
    """The store's file is not as it was written."""


def fault(path: Path, error: sqlite3.Error) -> StoreError:
    """Return what is to be said of an error of SQLite."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    if code == sqlite3.SQLITE_NOTADB:
        return StoreDamagedError(
            f"{path} is not a signdecoder store", f"{ELSEWHERE}. If it was one, {_PUT_BACK}"
        )
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return StoreNotWritableError(
            f"the store {path} is in use by another signdecoder", "try again when it is done"
        )
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM):
        return shut(path, str(error))
    if code == sqlite3.SQLITE_FULL or (code == sqlite3.SQLITE_IOERR and _has_no_room(path)):
        return full(path)
    if code == sqlite3.SQLITE_IOERR:
        return StoreNotWritableError(
            f"the disk of the store {path} does not do what it is asked ({error})",
            f"see that it is there, is sound and has room for you, then do it again. {_NOTHING}",
        )
    return damaged(path, str(error))


def _has_no_room(path: Path) -> bool:
    """Is the disk full? SQLite calls it another error where a file beside the store grows."""
    try:
        return shutil.disk_usage(real_path(path).parent).free < _ROOM
    except OSError:
        return False


def damaged(path: Path, how: str) -> StoreDamagedError:
    """Return what is said of a store that is not as it was written."""
    return StoreDamagedError(
        f"the store {path} is damaged ({how})",
        f"{_PUT_BACK}, or give another store with --db PATH",
    )


def log_damaged(path: Path, log: Path) -> StoreDamagedError:
    """Return what is said of a store whose newest acts are lost with the log beside it."""
    return StoreDamagedError(
        f"the newest acts in the store {path} are damaged, in {log.name} beside it",
        f"{_PUT_BACK}, or move {log.name} away to go on without them",
    )


def full(path: Path) -> StoreNotWritableError:
    """Return what is said where there is no room."""
    return StoreNotWritableError(
        f"the disk of the store {path} is full", f"make room on it, then do it again. {_NOTHING}"
    )


def shut(path: Path, why: str) -> StoreNotWritableError:
    """Return what is said of a store that cannot be opened or written."""
    return StoreNotWritableError(
        f"the store {path} cannot be written ({why})",
        "change its permissions, or give another store with --db PATH",
    )


def read_only(path: Path) -> StoreNotWritableError:
    """Return what is said of an act on a store that is open to be read."""
    return StoreNotWritableError(
        f"the store {path} can only be read",
        "change its permissions, or give another store with --db PATH",
    )


def foreign(path: Path, elsewhere: str = ELSEWHERE) -> StoreError:
    """Return what is said of a file that some other program wrote."""
    return StoreError(f"{path} is not a signdecoder store", elsewhere)


def newer(path: Path, version: int, known: int, elsewhere: str = ELSEWHERE) -> StoreError:
    """Return what is said of a store that a later signdecoder made."""
    return StoreError(
        f"the store {path} has version {version} and this signdecoder knows {known}",
        f"bring signdecoder up to date, or {elsewhere}",
    )


def stranger(path: Path, beside: Path) -> StoreError:
    """Return what is said where SQLite's own file beside a store is something else."""
    return StoreError(
        f"{beside.name} beside the store {path} is not a file",
        f"move it away, or {ELSEWHERE}",
    )


def linked(path: Path) -> StoreError:
    """Return what is said of a file with two names: who opens it by the other sees no log."""
    return StoreError(
        f"the store {path} has another name (a hard link), and by two names plays would be lost",
        f"delete one of them, or copy the file, or {ELSEWHERE}",
    )


def replaced(path: Path) -> StoreNotWritableError:
    """Return what is said where the file that is open is not the one of that name any more."""
    return StoreNotWritableError(
        f"the store {path} was moved, deleted or replaced while it was open",
        f"put it back as it was, or close this and open it again. {_NOTHING}",
    )


def gone(path: Path, log: Path) -> StoreDamagedError:
    """Return what is said where only the log beside a store is left."""
    return StoreDamagedError(
        f"the store {path} is empty, and {log.name} beside it holds acts",
        f"{_PUT_BACK}, or move {log.name} away to begin anew",
    )


def odd(path: Path, what: str, elsewhere: str = ELSEWHERE) -> StoreDamagedError:
    """Return what is said of a store that holds other things than signdecoder makes."""
    hint = f"{_PUT_BACK}, or {elsewhere}" if elsewhere == ELSEWHERE else elsewhere
    return StoreDamagedError(f"the store {path} is not as signdecoder makes it ({what})", hint)
