"""How much memory a process has taken."""

import re
import resource
from pathlib import Path

_STATUS = Path("/proc/self/status")


def peak_memory() -> int:
    """The KiB that this process held at its peak.

    What ``getrusage`` tells of a process that was just begun is the peak of the one that began it.
    """
    found = re.search(r"VmHWM:\s+(\d+)", _STATUS.read_text()) if _STATUS.exists() else None
    return int(found[1]) if found else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
