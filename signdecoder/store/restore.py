"""Restoring: a backup in the place of what a store holds, which is kept beside it."""

import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from signdecoder.core.errors import SigndecoderError
from signdecoder.core.fs import is_plain_file, put_in_place, real_path
from signdecoder.store import errors as faults
from signdecoder.store import schema
from signdecoder.store import wal as ahead
from signdecoder.store.copying import (
    StoreCopy,
    copy_store,
    describe_copy,
    find_damage,
    is_empty,
    make_room,
    stop_waiting,
)
from signdecoder.store.quarantine import find_free_name, set_aside

_ANOTHER = "give another file"


@dataclass(frozen=True, slots=True)
class RestoreResult:
    """What a store holds now, and the file that keeps what it held, if that was anything.

    What was damaged is kept as it was.
    """

    copy: StoreCopy
    kept: Path | None
    was_damaged: bool


def restore(path: Path, file: Path) -> RestoreResult:
    """Put a backup in the place of all that the store at `path` holds, whole or not at all.

    Others may have the store open, and go on with what was restored; not if it is damaged. Raises
    SigndecoderError where the backup is none, or not sound, and where the store cannot be written:
    it is then as it was.
    """
    if file.exists() and path.exists() and file.samefile(path):
        raise SigndecoderError(f"{file} is the store itself", _ANOTHER)
    place = real_path(path)
    place.parent.mkdir(parents=True, exist_ok=True)
    with (
        make_room(place, path) as folder,
        closing(sqlite3.connect(folder / "backup", isolation_level=None)) as copy,
    ):
        _read_backup(file, copy, path)
        ruin = set_aside(path, folder) if _is_damaged(path) else None
        kept = _put_back(copy, path, folder)
        return RestoreResult(describe_copy(copy, file), ruin or kept, ruin is not None)


def _read_backup(file: Path, copy: sqlite3.Connection, path: Path) -> None:
    """Copy a backup, and bring the copy up to date. Raises SigndecoderError if it is not sound."""
    if what := _find_obstacle(file):
        raise SigndecoderError(f"{file} {what}", "give a file that `signdecoder backup` wrote")
    try:
        place = real_path(file)
        if beside := ahead.find_stranger(place):
            raise faults.stranger(file, beside)
        if ahead.is_damaged(place):
            raise sqlite3.DatabaseError("the log beside it is")
        if ahead.has_journal(place):
            raise SigndecoderError(
                f"{file} was being written when that ended, as the journal beside it tells",
                f"mend it with `signdecoder coaches --db {file}`, then restore it",
            )
        still = not ahead.log_of(place).exists()
        with closing(schema.open_to_read(file, _ANOTHER, still=still)) as source:
            copy_store(source, copy, path)
        if what := find_damage(copy):
            raise sqlite3.DatabaseError(what)
        schema.migrate(copy)
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_NOTADB:
            raise faults.foreign(file, _ANOTHER) from None
        raise SigndecoderError(
            f"the backup {file} is damaged ({error}), and the store is as it was", _ANOTHER
        ) from None


def _find_obstacle(file: Path) -> str:
    """Return why nothing can be read from a file, or an empty text."""
    try:
        if not file.exists():
            return "is not there"
        if file.is_dir():
            return "is a folder"
        if not is_plain_file(file):
            return "is a pipe or a device"
        with file.open("rb") as start:
            return "" if start.read(1) else "is empty"
    except OSError as error:
        return f"cannot be read ({error.strerror})"


def _is_damaged(path: Path) -> bool:
    """Is there a damaged store? Raises SigndecoderError for what is no store and never was."""
    try:
        db, read_only = schema.connect(path)
    except faults.StoreDamagedError:
        return True
    with closing(db):
        if read_only:
            raise faults.read_only(path)
        return bool(find_damage(db))


def _put_back(copy: sqlite3.Connection, path: Path, folder: Path) -> Path | None:
    """Put a copy in the place of what a sound store holds; return the file that keeps that."""
    kept: list[Path | None] = []

    def keep_first(status: int, left: int, pages: int) -> None:
        # After its first page nobody else can write, and all of the store is still there.
        stop_waiting(status, left, pages)
        if not kept:
            kept.append(_keep(path, folder))

    db, _ = schema.connect(path)
    try:
        with closing(db):
            (size,) = db.execute("PRAGMA page_size").fetchone()
            if copy.execute("PRAGMA page_size").fetchone() != (size,):
                copy.execute(f"PRAGMA page_size = {size}")
                copy.execute("VACUUM")
            copy.backup(db, pages=1, progress=keep_first)
    except sqlite3.Error as error:
        raise faults.fault(path, error) from None
    return kept[0]


def _keep(path: Path, folder: Path) -> Path | None:
    """Copy what a store holds to a file beside it, if it holds anything."""
    aside = folder / "kept"
    with closing(schema.open_to_read(path)) as db:
        if is_empty(db):
            return None
        with closing(sqlite3.connect(aside, isolation_level=None)) as copy:
            copy_store(db, copy, path)
    shutil.copymode(path, aside)
    kept = find_free_name(path)
    put_in_place(aside, kept)
    return kept
