"""Damaged stores: set aside as they are, so that a sound one can take their place."""

import shutil
import sys
from pathlib import Path
from typing import BinaryIO

from signdecoder.core.fs import put_in_place, real_path
from signdecoder.store import errors as faults
from signdecoder.store import wal as ahead

_LOCKS, _COUNT = 0x40000000, 512  # the bytes of a file that SQLite locks, whatever its size


def set_aside(path: Path, folder: Path) -> Path:
    """Copy a damaged store to a file beside it, leave an empty one, and return the copy's name.

    The file itself stays, for who waits to open it would go on with the damaged one if it were
    another. Whatever ends this halfway, the damaged bytes are there. Raises SigndecoderError where
    another process has the store open, and where it is a text, which never was a store.
    """
    place = real_path(path)
    place.touch()
    kept = find_free_name(place)
    with place.open("r+b") as file:
        if _is_text(file):
            raise faults.foreign(path)
        if not _lock(file):
            raise faults.StoreNotWritableError(
                f"the store {path} is damaged, and another signdecoder has it open",
                "close that, then restore again",
            )
        log = ahead.log_of(place)
        if log.exists():
            shutil.copy(log, folder / "log")
            put_in_place(folder / "log", ahead.log_of(kept))
        file.seek(0)
        with (folder / "ruin").open("wb") as aside:
            shutil.copyfileobj(file, aside)  # to open it once more would end the lock
        shutil.copymode(place, folder / "ruin")
        put_in_place(folder / "ruin", kept)
        for beside in (log, place.with_name(f"{place.name}-shm")):
            beside.unlink(missing_ok=True)
        file.truncate(0)
    return path.with_name(kept.name) if real_path(path.parent) == place.parent else kept


def find_free_name(path: Path) -> Path:
    """Return a name beside a store for what it held before it was restored."""
    number = 1
    while True:
        end = f"-{number}" if number > 1 else ""
        free = path.with_name(f"{path.stem}.before-restore{end}{path.suffix}")
        if not free.exists() and not ahead.log_of(free).exists():
            return free
        number += 1


def _is_text(file: BinaryIO) -> bool:
    """Is it written in words? A page of a store holds zeros, and noise is not UTF-8."""
    start = file.read(4096)
    try:
        return bool(start) and "\0" not in start.decode()
    except UnicodeDecodeError as error:
        return error.start > len(start) - 4 and b"\0" not in start  # the end cuts a letter


def _lock(file: BinaryIO) -> bool:
    """Keep everybody out until the file is closed; is nobody in?"""
    if sys.platform != "win32":
        import fcntl

        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, _COUNT, _LOCKS)
        except OSError:
            return False
    return True  # elsewhere a file that is open cannot be emptied
