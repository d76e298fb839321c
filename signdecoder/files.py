"""Writing files so that nothing is lost."""

import os
import shutil
from contextlib import suppress
from pathlib import Path


def replace_file(path: Path, content: bytes) -> None:
    """Write a file aside and put it in place: a reader, or a crash, sees the old or the new one."""
    target = path.resolve()  # a link stays a link
    aside = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        aside.write_bytes(content)
        put_in_place(aside, target)
    finally:
        aside.unlink(missing_ok=True)


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
