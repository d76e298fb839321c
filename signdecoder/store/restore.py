"""Restoring a backup. What the store held before is kept in a file beside it."""

import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from signdecoder.core.errors import SigndecoderError
from signdecoder.core.fs import is_plain_file, put_in_place, real_path
from signdecoder.core.platform import lock_others_out
from signdecoder.store import errors, schema, wal
from signdecoder.store.backup import (
    StoreCopy,
    copy_store,
    describe_copy,
    find_damage,
    is_empty,
    make_temporary_folder,
    raise_if_busy,
)
from signdecoder.store.known_backups import note_backup, share_backups
from signdecoder.store.revisions import next_play_id, reserve_play_ids
from signdecoder.store.store import Store

_OTHER_FILE = "give another file"
_LOCK_AT, _LOCK_BYTES = 0x40000000, 512  # bytes of a file that SQLite locks, whatever its size


@dataclass(frozen=True, slots=True)
class RestoreResult:
    """Result of a restore.

    Attributes
    ----------
    copy : StoreCopy
        What the store holds now.
    kept : Path or None
        The file that keeps what it held before, if it held anything.
    was_damaged : bool
        True if it was damaged before. The damaged file is kept as it was.
    """

    copy: StoreCopy
    kept: Path | None
    was_damaged: bool


def restore(path: Path, file: Path) -> RestoreResult:
    """Replace everything in a store by a backup, completely or not at all.

    Other processes may have the store open, unless it is damaged. They go on with what was
    restored.

    Parameters
    ----------
    path : Path
        Path of the store.
    file : Path
        The backup.

    Returns
    -------
    RestoreResult
        What the store holds now, and where its old content is.

    Raises
    ------
    SigndecoderError
        If the file is not a sound backup, or the store cannot be written. The store stays as it
        was.
    """
    if file.exists() and path.exists() and file.samefile(path):
        raise SigndecoderError(f"{file} is the store itself", _OTHER_FILE)
    place = real_path(path)
    place.parent.mkdir(parents=True, exist_ok=True)
    with (
        make_temporary_folder(place, path) as folder,
        closing(sqlite3.connect(folder / "backup", isolation_level=None)) as copy,
    ):
        _load_backup(file, copy, path)
        quarantined = _quarantine(path, folder) if _is_damaged(path) else None
        kept_file = _put_back(copy, path, folder)
        was_damaged = quarantined is not None
        if kept := quarantined or kept_file:
            with Store.open(path) as store, store.writing() as db:
                note_backup(db, real_path(kept))
        return RestoreResult(describe_copy(copy, file), kept, was_damaged)


def _load_backup(file: Path, copy: sqlite3.Connection, path: Path) -> None:
    """Copy a backup and migrate the copy. Raises SigndecoderError if it is not sound."""
    if what := _find_obstacle(file):
        raise SigndecoderError(f"{file} {what}", "give a file that `signdecoder backup` wrote")
    try:
        place = real_path(file)
        if beside := wal.find_irregular_file(place):
            raise errors.not_a_regular_file_error(file, beside)
        if wal.is_damaged(place):
            raise sqlite3.DatabaseError("the log beside it is damaged")
        if wal.has_journal(place):
            raise SigndecoderError(
                f"writing {file} was interrupted, and there is a journal beside it",
                f"repair it with `signdecoder coaches --db {file}`, then restore it",
            )
        unused = not wal.log_of(place).exists()
        with closing(schema.open_to_read(file, _OTHER_FILE, unused=unused)) as source:
            copy_store(source, copy, path)
        if what := find_damage(copy):
            raise sqlite3.DatabaseError(what)
        schema.migrate(copy)
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_NOTADB:
            raise errors.not_a_store_error(file, _OTHER_FILE) from None
        raise SigndecoderError(
            f"the backup {file} is damaged ({error}), and the store is as it was", _OTHER_FILE
        ) from None


def _find_obstacle(file: Path) -> str:
    """Return why nothing can be read from a file, or an empty text."""
    try:
        if not file.exists():
            return "does not exist"
        if file.is_dir():
            return "is a folder"
        if not is_plain_file(file):
            return "is a pipe or a device"
        with file.open("rb") as start:
            return "" if start.read(1) else "is empty"
    except OSError as error:
        return f"cannot be read ({error.strerror})"


def _is_damaged(path: Path) -> bool:
    """Return whether there is a damaged store. Raises SigndecoderError if it never was a store."""
    try:
        db, read_only = schema.connect(path)
    except errors.StoreDamagedError:
        return True
    with closing(db):
        if read_only:
            raise errors.read_only_error(path)
        return bool(find_damage(db))


def _put_back(copy: sqlite3.Connection, path: Path, folder: Path) -> Path | None:
    """Replace what a sound store holds by a copy. Return the file that keeps the old content."""
    copies: list[Path | None] = []

    def keep_first(status: int, left: int, pages: int) -> None:
        # After the first page no one else can write, and the old content is still all there.
        raise_if_busy(status, left, pages)
        if not copies:
            copies.append(_keep(path, folder))

    db, _ = schema.connect(path)
    try:
        with closing(db):
            (size,) = db.execute("PRAGMA page_size").fetchone()
            if copy.execute("PRAGMA page_size").fetchone() != (size,):
                copy.execute(f"PRAGMA page_size = {size}")
                copy.execute("VACUUM")
            # Plays that were recorded after the backup keep their numbers to themselves.
            reserve_play_ids(copy, next_play_id(db) - 1)
            share_backups(db, copy)
            copy.backup(db, pages=1, progress=keep_first)
    except sqlite3.Error as error:
        raise errors.sqlite_error(path, error) from None
    return copies[0]


def _keep(path: Path, folder: Path) -> Path | None:
    """Copy what a store holds to a file beside it, if it holds anything."""
    temporary = folder / "kept"
    with closing(schema.open_to_read(path)) as db:
        if is_empty(db):
            return None
        with closing(sqlite3.connect(temporary, isolation_level=None)) as copy:
            copy_store(db, copy, path)
    shutil.copymode(path, temporary)
    kept_file = _find_free_name(path)
    put_in_place(temporary, kept_file)
    return kept_file


def _find_free_name(path: Path) -> Path:
    """Return a free name beside a store for what it held before it was restored."""
    number = 1
    while True:
        end = f"-{number}" if number > 1 else ""
        free = path.with_name(f"{path.stem}.before-restore{end}{path.suffix}")
        if not free.exists() and not wal.log_of(free).exists():
            return free
        number += 1


# --- damaged stores -------------------------------------------------------------------------------


def _quarantine(path: Path, folder: Path) -> Path:
    """Copy a damaged store to a file beside it, empty the store, and return the copy's name.

    The file itself stays, because a process that waits to open it would go on with the damaged one
    if it were replaced. If this is interrupted, the damaged bytes are still there. Raises
    SigndecoderError if another process has the store open, or if it is a text file, which never was
    a store.
    """
    place = real_path(path)
    place.touch()
    kept_file = _find_free_name(place)
    with place.open("r+b") as file:
        if _is_text(file):
            raise errors.not_a_store_error(path)
        if not lock_others_out(file, _LOCK_AT, _LOCK_BYTES):
            raise errors.StoreNotWritableError(
                f"the store {path} is damaged, and another signdecoder has it open",
                "close that one, then restore again",
            )
        log = wal.log_of(place)
        if log.exists():
            shutil.copy(log, folder / "log")
            put_in_place(folder / "log", wal.log_of(kept_file))
        file.seek(0)
        with (folder / "damaged").open("wb") as temporary:
            shutil.copyfileobj(file, temporary)  # opening it again would release the lock
        shutil.copymode(place, folder / "damaged")
        put_in_place(folder / "damaged", kept_file)
        for beside in (log, place.with_name(f"{place.name}-shm")):
            beside.unlink(missing_ok=True)
        file.truncate(0)
    return path.with_name(kept_file.name) if real_path(path.parent) == place.parent else kept_file


def _is_text(file: BinaryIO) -> bool:
    """Return whether a file is text. A page of a store holds zeros, and noise is not UTF-8."""
    start = file.read(4096)
    try:
        return bool(start) and "\0" not in start.decode()
    except UnicodeDecodeError as error:
        return error.start > len(start) - 4 and b"\0" not in start  # the end cuts a character
