"""Write-ahead log (WAL) beside a store: whether it is as SQLite wrote it, and file identity.

SQLite reads a log up to the first frame with a bad checksum, because that is where a crash cut it
off. A frame that was damaged later ends the log in the same way, and operations that were committed
after it would be lost silently. This module detects that. The format of the log is described at
https://www.sqlite.org/walformat.html.
"""

import stat
import struct
import time
from pathlib import Path
from typing import BinaryIO

from signdecoder.core.fs import SIDE_FILES

_HEADER, _FRAME = 32, 24  # bytes before the frames, and before the page of each
_MAGIC = 0x377F0682  # and one more where the checksums are of big-endian words
_PAGES = frozenset(1 << n for n in range(9, 17))  # bytes that a page may have
_AGAIN_SECONDS = 0.1


def log_of(path: Path) -> Path:
    """Return where the log of a store is.

    Parameters
    ----------
    path : Path
        Path of the store.

    Returns
    -------
    Path
        Path of its log.
    """
    return path.with_name(f"{path.name}-wal")


def has_log(path: Path) -> bool:
    """Return whether a store has a log, with changes that are not in its file yet.

    Parameters
    ----------
    path : Path
        Path of the store.

    Returns
    -------
    bool
        True if there is a log that is not empty.
    """
    return _size_of(log_of(path)) > 0


def has_journal(path: Path) -> bool:
    """Return whether a file has a journal, from which SQLite rolls back an interrupted write.

    Parameters
    ----------
    path : Path
        Path of the file.

    Returns
    -------
    bool
        True if there is a journal that is not empty.
    """
    return _size_of(path.with_name(f"{path.name}-journal")) > 0


def _size_of(path: Path) -> int:
    """Return the size of a file, or 0: the last process to close a store deletes its log."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def find_irregular_file(path: Path) -> Path | None:
    """Find a pipe, device or folder in the place of a file beside a store. SQLite would wait on it.

    Parameters
    ----------
    path : Path
        Path of the store.

    Returns
    -------
    Path or None
        What was found.
    """
    for end in SIDE_FILES:
        beside = path.with_name(f"{path.name}{end}")
        try:
            mode = beside.stat().st_mode
        except FileNotFoundError:
            continue
        if not stat.S_ISREG(mode):
            return beside
    return None


Identity = tuple[tuple[int, int], tuple[int, int] | None]


def identify(path: Path, place: Path) -> Identity | None:
    """Return which file a store is, and which file its log is.

    Parameters
    ----------
    path : Path
        Path of the store.
    place : Path
        Where the path led when the store was opened. The log is beside that.

    Returns
    -------
    Identity or None
        Device and inode of the store and of its log, if it has one. None if it is not a store.
    """
    try:
        file = path.stat()
    except OSError:
        return None
    if not file.st_size or file.st_size % min(_PAGES):  # SQLite writes whole pages
        return None
    try:
        log = log_of(place).stat()
    except OSError:
        return (file.st_dev, file.st_ino), None
    return (file.st_dev, file.st_ino), (log.st_dev, log.st_ino)


def is_damaged(path: Path) -> bool:
    """Return whether a store lacks committed operations because its log was damaged.

    Parameters
    ----------
    path : Path
        Path of the store.

    Returns
    -------
    bool
        True if committed data would be lost silently.
    """
    for _ in range(2):  # while another process writes, half a frame may be visible
        try:
            with log_of(path).open("rb") as log:
                if not _lacks_commits(log):
                    return False
        except FileNotFoundError:
            return False
        time.sleep(_AGAIN_SECONDS)
    return True


def _lacks_commits(log: BinaryIO) -> bool:
    """Return whether valid commit frames follow the first frame with a bad checksum.

    A commit is on disk before the next one begins. So if two commit frames of the same pass follow
    a bad frame, the transaction that the bad frame belongs to had been committed.
    """
    header = log.read(_HEADER)
    if len(header) < _HEADER or not any(header):
        return False  # a crash cut it off before its first commit
    magic, _, size, _, *salts = struct.unpack_from(">6I", header)
    sums = struct.unpack_from(">2I", header, _HEADER - 8)
    order = ">" if magic & 1 else "<"
    is_written = magic | 1 == _MAGIC | 1 and size in _PAGES
    if not is_written or _checksum(header[: _HEADER - 8], order, (0, 0)) != sums:
        return True
    n_commits = 0
    whole = True
    while len(frame := log.read(_FRAME + size)) == _FRAME + size:  # one by one: the log may be huge
        _, is_commit, *frame_salts = struct.unpack_from(">4I", frame)
        of_this_pass = frame_salts == salts
        if whole and of_this_pass:
            sums = _checksum(frame[:8] + frame[_FRAME:], order, sums)
        whole = whole and of_this_pass and sums == struct.unpack_from(">2I", frame, 16)
        n_commits += not whole and of_this_pass and is_commit > 0
        if n_commits > 1:
            return True
    return False


def _checksum(part: bytes, order: str, sums: tuple[int, int]) -> tuple[int, int]:
    """Return the running checksum after this part, a multiple of eight bytes."""
    one, two = sums
    words = iter(struct.unpack(f"{order}{len(part) // 4}I", part))
    for even, odd in zip(words, words, strict=True):
        one = (one + even + two) & 0xFFFFFFFF
        two = (two + odd + one) & 0xFFFFFFFF
    return one, two
