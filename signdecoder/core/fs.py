"""Writing files so that nothing is lost."""

import os
import shutil
import stat
from contextlib import suppress
from pathlib import Path

from signdecoder.core.errors import SigndecoderError

_STORE = b"SQLite format 3\0"  # what a store begins with
SIDE_FILES = ("-wal", "-shm", "-journal")  # ends of the names of what SQLite keeps beside a store
_NOT_THROUGH_A_LINK = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
_OTHER = "give another file"


def real_path(path: Path) -> Path:
    """Return where a path leads, links followed.

    Raises SigndecoderError where a link leads round in a circle, where the current folder, which
    the path starts from, was deleted, and for a name that no file can have.
    """
    try:
        place = os.path.realpath(path)
    except FileNotFoundError:
        raise SigndecoderError(
            f"{path} cannot be found, since the current folder was deleted", "change to another"
        ) from None
    except ValueError:  # a NUL
        raise SigndecoderError(f"{path} is no name of a file", "check its name") from None
    if os.path.islink(place):
        raise SigndecoderError(f"{path} is a link that leads round in a circle", _OTHER)
    return Path(place)


def is_plain_file(path: Path) -> bool:
    """Return whether a path leads to a regular file, links followed: no folder, pipe or device.

    Parameters
    ----------
    path : Path
        The path to look at; it need not exist.

    Returns
    -------
    bool
        True for a regular file, False for anything else and for a path that cannot be read.
    """
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except (OSError, ValueError):
        return False


def check_target(path: Path) -> Path:
    """Return where a file is to be written. Raises SigndecoderError where that is a store's."""
    target = real_path(path)
    try:
        if _is_store(target):
            raise SigndecoderError(f"{path} is a store", _OTHER)
        name = next((target.name[: -len(e)] for e in SIDE_FILES if target.name.endswith(e)), "")
        if name and _is_store(target.with_name(name)):
            raise SigndecoderError(f"{path} belongs to the store {name}", _OTHER)
    except OSError as error:
        raise _unwritable(path, error) from None
    return target


def _is_store(place: Path) -> bool:
    """Is it a file of SQLite's?

    One that may be in use is not opened: closing it again would take SQLite's locks off it, if it
    is this process that uses it.
    """
    if not place.is_file():
        return False
    if os.path.exists(f"{place}-shm"):
        return True
    with place.open("rb") as file:
        return file.read(len(_STORE)) == _STORE


def replace_file(path: Path, content: bytes | bytearray) -> None:
    """Write a file aside and put it in place: a reader, or a crash, sees the old or the new one.

    A pipe or a device is written as it is. Raises SigndecoderError where that cannot be done, and
    where a store would be lost by it.
    """
    target = check_target(path)  # a link stays a link
    try:
        if path.exists() and not path.is_file():  # the real path of a pipe leads nowhere
            path.write_bytes(content)
        else:
            _write_aside(target, content)
    except OSError as error:
        raise _unwritable(path, error) from None


def _write_aside(target: Path, content: bytes | bytearray) -> None:
    """Write a file of a name that nobody can foresee, and put it in place."""
    aside = target.with_name(f".{os.urandom(8).hex()}")
    how = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NOT_THROUGH_A_LINK
    number = os.open(aside, how, 0o600 if target.exists() else 0o666)
    try:
        with open(number, "wb") as file:
            file.write(content)
        put_in_place(aside, target)
    finally:
        aside.unlink(missing_ok=True)


def _unwritable(path: Path, error: OSError) -> SigndecoderError:
    """Return what is said of a file that cannot be written."""
    return SigndecoderError(f"{path} cannot be written ({error.strerror or error})", _OTHER)


def put_in_place(aside: Path, target: Path) -> None:
    """Put a whole file of the same disk in the place of another, and see both on the disk."""
    if target.exists():
        shutil.copymode(target, aside)
    _sync(aside)
    os.replace(aside, target)
    with suppress(OSError):  # not every system lets a folder be opened
        _sync(target.parent)


def _sync(path: Path) -> None:
    """Wait until what was written to a file, or which names a folder has, is on the disk."""
    number = os.open(path, os.O_RDWR if path.is_file() else os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
