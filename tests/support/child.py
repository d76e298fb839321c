"""Child processes of a test."""

import os
import time
from contextlib import suppress
from pathlib import Path


def is_gone(pid: int) -> bool:
    """Return whether a process has ended, or is a zombie. If it has not, wait a moment first."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    status = Path(f"/proc/{pid}/stat")
    with suppress(FileNotFoundError):
        if status.read_text().rpartition(")")[2].split()[0] == "Z":
            return True
    time.sleep(0.05)
    return False
