"""Files: atomic writes that never replace a store, and checks for links, pipes and folders."""

import os
import shutil
import stat
from contextlib import suppress
from pathlib import Path

from signdecoder.core.errors import SigndecoderError
from signdecoder.core.platform import NOT_THROUGH_A_LINK

_SQLITE_MAGIC = b"SQLite format 3\0"  # what a store begins with
SIDE_FILES = ("-wal", "-shm", "-journal")  # suffixes of SQLite's other files
_OTHER = "give another file"


def real_path(path: Path) -> Path:
    """Return where a path leads, with links followed.

    Parameters
    ----------
    path : Path
        Any path.

    Returns
    -------
    Path
        Absolute path without links.

    Raises
    ------
    SigndecoderError
        If links lead in a circle, the current folder was deleted, or no file can have this name.
    """
    try:
        place = os.path.realpath(path)
    except FileNotFoundError:
        raise SigndecoderError(
            f"{path} cannot be found, because the current folder was deleted",
            "change to another one",
        ) from None
    except ValueError:  # a NUL
        raise SigndecoderError(f"{path} is not a valid file name", "check its name") from None
    if os.path.islink(place):
        raise SigndecoderError(f"{path} is a link that leads in a circle", _OTHER)
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
    """Return where a file is to be written.

    Parameters
    ----------
    path : Path
        Path of the file.

    Returns
    -------
    Path
        Its real path.

    Raises
    ------
    SigndecoderError
        If it is a store, or belongs to one.
    """
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


def find_side_file_clash(path: Path) -> Path | None:
    """Find another store whose name and that of a file are taken by SQLite for one store.

    SQLite keeps changes of the store ``x`` in ``x-wal``, ``x-shm`` and ``x-journal``, so it would
    delete or overwrite a store of such a name.

    Parameters
    ----------
    path : Path
        Real path of a store or a backup.

    Returns
    -------
    Path or None
        The other one.
    """
    for end in SIDE_FILES:
        longer = path.with_name(f"{path.name}{end}")
        # A store that is in use has a -wal. Closing its -shm again would release SQLite's locks.
        in_use = end == "-shm" and os.path.exists(f"{path}-wal")
        if not in_use and longer.is_file() and _begins_as_store(longer):
            return longer
        shorter = path.with_name(path.name.removesuffix(end) or path.name)
        if shorter != path and _is_store(shorter):
            return shorter
    return None


def _begins_as_store(place: Path) -> bool:
    with place.open("rb") as file:
        return file.read(len(_SQLITE_MAGIC)) == _SQLITE_MAGIC


def _is_store(place: Path) -> bool:
    """Return whether a file is one of SQLite's.

    A file that may be in use is not opened: if this process uses it, closing it again would release
    SQLite's locks.
    """
    if not place.is_file():
        return False
    if os.path.exists(f"{place}-shm"):
        return True
    return _begins_as_store(place)


def replace_file(path: Path, content: bytes | bytearray) -> None:
    """Replace a file atomically: a reader, or a crash, sees the old or the new content.

    Parameters
    ----------
    path : Path
        File to write. A pipe or a device is written directly.
    content : bytes or bytearray
        The new content.

    Raises
    ------
    SigndecoderError
        If the file cannot be written, or is a store.
    """
    target = check_target(path)  # a link stays a link
    try:
        if path.exists() and not path.is_file():  # the real path of a pipe leads nowhere
            path.write_bytes(content)
        else:
            _write_temporary(target, content)
    except OSError as error:
        raise _unwritable(path, error) from None


def _write_temporary(target: Path, content: bytes | bytearray) -> None:
    """Write a temporary file with an unpredictable name, and put it in place."""
    temporary = target.with_name(f".{os.urandom(8).hex()}")
    how = os.O_WRONLY | os.O_CREAT | os.O_EXCL | NOT_THROUGH_A_LINK
    number = os.open(temporary, how, 0o600 if target.exists() else 0o666)
    try:
        with open(number, "wb") as file:
            file.write(content)
        put_in_place(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)


def _unwritable(path: Path, error: OSError) -> SigndecoderError:
    """Return the error for a file that cannot be written."""
    return SigndecoderError(f"{path} cannot be written ({error.strerror or error})", _OTHER)


def put_in_place(temporary: Path, target: Path) -> None:
    """Move a file over another one on the same disk, and wait until both are on the disk.

    Parameters
    ----------
    temporary : Path
        Complete file.
    target : Path
        File to replace.
    """
    if target.exists():
        shutil.copymode(target, temporary)
    _sync(temporary)
    os.replace(temporary, target)
    with suppress(OSError):  # not every system lets a folder be opened
        _sync(target.parent)


def _sync(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    number = os.open(path, os.O_RDWR if path.is_file() else os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
