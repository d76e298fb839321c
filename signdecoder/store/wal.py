"""The write-ahead log beside a store: is it as SQLite wrote it?

SQLite reads such a log up to the first frame whose checksum is wrong, for that is where a crash
cut it off. A frame that was damaged later ends it the same way, and takes acts with it that were
recorded long since: they are missed here. The format is at https://www.sqlite.org/walformat.html.
"""

import stat
import struct
import time
from pathlib import Path
from typing import BinaryIO

from signdecoder.core.fs import BESIDE

_HEADER, _FRAME = 32, 24  # bytes before the frames, and before the page of each
_MAGIC = 0x377F0682  # and one more where the checksums are of big-endian words
_PAGES = frozenset(1 << n for n in range(9, 17))  # bytes that a page may have
_AGAIN_SECONDS = 0.1


def log_of(path: Path) -> Path:
    """Return where the log of a store is."""
    return path.with_name(f"{path.name}-wal")


def has_log(path: Path) -> bool:
    """Are there acts beside a store that are not in its file yet?"""
    return _size_of(log_of(path)) > 0


def has_journal(path: Path) -> bool:
    """Is there a journal beside a file, by which SQLite takes back what was half written?"""
    return _size_of(path.with_name(f"{path.name}-journal")) > 0


def _size_of(path: Path) -> int:
    """Return the size of a file, 0 if it is not there: who closes a store last takes it away."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def find_stranger(path: Path) -> Path | None:
    """Return what stands in the place of a file beside a store and is none: SQLite would wait."""
    for end in BESIDE:
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
    """Return which file a store is, and which its log, if it has one; None if it is none.

    ``place`` is where the path led when the store was opened: there is the log.
    """
    try:
        file = path.stat()
    except OSError:
        return None
    if not file.st_size or file.st_size % min(_PAGES):  # what SQLite writes has whole pages
        return None
    try:
        log = log_of(place).stat()
    except OSError:
        return (file.st_dev, file.st_ino), None
    return (file.st_dev, file.st_ino), (log.st_dev, log.st_ino)


def is_damaged(path: Path) -> bool:
    """Does a store lack acts that were recorded, because the log beside it was damaged?

    Who reads while another process writes may see half a frame: so it is looked at twice.
    """
    for _ in range(2):
        try:
            with log_of(path).open("rb") as log:
                if not _lacks_acts(log):
                    return False
        except FileNotFoundError:
            return False
        time.sleep(_AGAIN_SECONDS)
    return True


def _lacks_acts(log: BinaryIO) -> bool:
    """Are there acts behind a place where SQLite stops reading?

    An act is on disk before the next begins. So where two ends of acts of the same pass follow a
    bad frame, the act that the frame belongs to had been recorded.
    """
    header = log.read(_HEADER)
    if len(header) < _HEADER or not any(header):
        return False  # a crash cut it off before its first act
    magic, _, size, _, *salts = struct.unpack_from(">6I", header)
    sums = struct.unpack_from(">2I", header, _HEADER - 8)
    order = ">" if magic & 1 else "<"
    is_written = magic | 1 == _MAGIC | 1 and size in _PAGES
    if not is_written or _add_up(header[: _HEADER - 8], order, (0, 0)) != sums:
        return True
    ends = 0
    whole = True
    while len(frame := log.read(_FRAME + size)) == _FRAME + size:  # one by one: it may be huge
        _, ends_act, *frame_salts = struct.unpack_from(">4I", frame)
        of_this_pass = frame_salts == salts
        if whole and of_this_pass:
            sums = _add_up(frame[:8] + frame[_FRAME:], order, sums)
        whole = whole and of_this_pass and sums == struct.unpack_from(">2I", frame, 16)
        ends += not whole and of_this_pass and ends_act > 0
        if ends > 1:
            return True
    return False


def _add_up(part: bytes, order: str, sums: tuple[int, int]) -> tuple[int, int]:
    """Return the checksum of what came before and of this part, a multiple of eight bytes."""
    one, two = sums
    words = iter(struct.unpack(f"{order}{len(part) // 4}I", part))
    for even, odd in zip(words, words, strict=True):
        one = (one + even + two) & 0xFFFFFFFF
        two = (two + odd + one) & 0xFFFFFFFF
    return one, two
