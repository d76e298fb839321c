"""Backups: all of a store in one file, written whole while the store is in use."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from signdecoder.core.errors import SigndecoderError, UsageError
from signdecoder.core.fs import BESIDE, put_in_place, real_path
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
)
from signdecoder.store.store import Store

_OTHER = "give another file"


def back_up(store: Store, file: Path) -> StoreCopy:
    """Write all of a store to a file, in the place of an earlier backup of that name.

    Raises SigndecoderError where there is nothing to back up, where the file is something else,
    or cannot be written: what was there is then as it was.
    """
    target = _find_target(store.path, file)
    with make_room(target, file) as folder:
        aside = folder / target.name
        with closing(sqlite3.connect(aside, isolation_level=None)) as copy:
            with store.reading() as db:
                copy_store(db, copy, file)
            if what := find_damage(copy):
                raise faults.damaged(store.path, what)
            if is_empty(copy):
                raise SigndecoderError(
                    f"nothing is recorded in the store {store.path}", "there is nothing to back up"
                )
            described = describe_copy(copy, file)
        shutil.copymode(store.path, aside)
        put_in_place(aside, target)
    return described


def _find_target(store: Path, file: Path) -> Path:
    """Return where a backup is written; refuse what it must not be written over."""
    if str(file) == "-":
        raise UsageError("a backup is not written to standard output", "give a file")
    if file.is_dir():
        raise SigndecoderError(f"{file} is a folder", "give the name of a file in it")
    target = real_path(file)  # a link stays a link
    if not target.parent.is_dir():
        raise SigndecoderError(f"there is no folder {file.parent}", f"make it, or {_OTHER}")
    own = real_path(store)
    if target in (own, *(own.with_name(own.name + end) for end in BESIDE)):
        raise SigndecoderError(f"{file} belongs to the store itself", _OTHER)
    if not target.exists():
        return target
    if target.samefile(own):
        raise SigndecoderError(f"{file} is the store itself", _OTHER)
    if ahead.log_of(target).exists():
        raise SigndecoderError(f"{file} is a store that is in use", _OTHER)
    if not target.is_file() or (target.stat().st_size and not _is_ours(target)):
        raise SigndecoderError(f"{file} is not a backup, and stays as it is", _OTHER)
    return target


def _is_ours(path: Path) -> bool:
    """Does a file begin as a store does? Where that is damaged further on, it is still ours."""
    with path.open("rb") as file:
        start = file.read(72)
    return start[:16] == b"SQLite format 3\0" and start[68:] == schema.APPLICATION_ID.to_bytes(4)
