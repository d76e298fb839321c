"""The write-ahead log beside a store: is it as SQLite wrote it?

SQLite reads such a log up to the first frame whose checksum is wrong, for that is where a crash
cut it off. A frame that was damaged later ends it the same way, and takes acts with it that were
recorded long since: they are missed here. The format is at https://www.sqlite.org/walformat.html.
"""

import struct
import time
from pathlib import Path

_HEADER, _FRAME = 32, 24  # bytes before the frames, and before the page of each
_MAGIC = 0x377F0682  # and one more where the checksums are of big-endian words
_AGAIN_SECONDS = 0.1


def log_of(path: Path) -> Path:
    """Return where the log of a store is."""
    return path.with_name(f"{path.name}-wal")


def has_log(path: Path) -> bool:
    """Are there acts beside a store that are not in its file yet?"""
    log = log_of(path)
    return log.is_file() and log.stat().st_size > 0


def is_damaged(path: Path) -> bool:
    """Does a store lack acts that were recorded, because the log beside it was damaged?

    Who reads while another process writes may see half a frame: so it is looked at twice.
    """
    for _ in range(2):
        try:
            log = log_of(path).read_bytes()
        except FileNotFoundError:
            return False
        if not _lacks_acts(log):
            return False
        time.sleep(_AGAIN_SECONDS)
    return True


def _lacks_acts(log: bytes) -> bool:
    """Are there acts behind a place where SQLite stops reading?

    An act is on disk before the next begins. So where two ends of acts of the same pass follow a
    bad frame, the act that the frame belongs to had been recorded.
    """
    if len(log) < _HEADER or not any(log[:_HEADER]):
        return False  # a crash cut it off before its first act
    magic, _, size, _, *salts = struct.unpack_from(">6I", log)
    sums = struct.unpack_from(">2I", log, _HEADER - 8)
    order = ">" if magic & 1 else "<"
    if magic | 1 != _MAGIC | 1 or _add_up(log[: _HEADER - 8], order, (0, 0)) != sums:
        return True
    ends = 0
    whole = True
    for at in range(_HEADER, len(log) - _FRAME - size + 1, _FRAME + size):
        _, ends_act, *frame_salts = struct.unpack_from(">4I", log, at)
        of_this_pass = frame_salts == salts
        if whole and of_this_pass:
            page = log[at : at + 8] + log[at + _FRAME : at + _FRAME + size]
            sums = _add_up(page, order, sums)
        whole = whole and of_this_pass and sums == struct.unpack_from(">2I", log, at + 16)
        ends += not whole and of_this_pass and ends_act > 0
    return ends > 1


def _add_up(part: bytes, order: str, sums: tuple[int, int]) -> tuple[int, int]:
    """Return the checksum of what came before and of this part, a multiple of eight bytes."""
    one, two = sums
    words = iter(struct.unpack(f"{order}{len(part) // 4}I", part))
    for even, odd in zip(words, words, strict=True):
        one = (one + even + two) & 0xFFFFFFFF
        two = (two + odd + one) & 0xFFFFFFFF
    return one, two
