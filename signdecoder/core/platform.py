"""Everything that operating systems do differently: signals, priorities, limits and locks.

No other module asks which system it runs on. Linux is what the tests run on. macOS is treated like
Linux. What happens on Windows follows from its documentation and Python's.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import IO

__all__ = [
    "ENDING",
    "INTERRUPTING",
    "NOT_THROUGH_A_LINK",
    "handle_in_loop",
    "interruptible_children",
    "lock_others_out",
    "lower_priority",
    "max_open_files",
    "stop_handling_in_loop",
    "wait_for_hang_up",
]

ENDING: tuple[signal.Signals, ...] = tuple(
    getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)
)
"""Signals that ask a command to end; a closed terminal sends SIGHUP, except on Windows."""

# Windows could only interrupt a whole group of processes, this one included.
INTERRUPTING: tuple[signal.Signals, ...] = () if sys.platform == "win32" else (signal.SIGINT,)
"""Signals that ask another process to end after its current step."""

NOT_THROUGH_A_LINK: int = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
"""Flags of `os.open` for a new file: not where a link leads, and without changing line ends."""

_NICENESS = 10  # added to a process's niceness, so that others go first


def handle_in_loop(numbers: tuple[signal.Signals, ...], handler: Callable[[], object]) -> None:
    """Have the running event loop handle signals; on Windows, an interruption ends the loop itself.

    Parameters
    ----------
    numbers : tuple of signal.Signals
        The signals.
    handler : callable
        Called in the loop when one of them arrives.
    """
    if sys.platform != "win32":
        for number in numbers:
            asyncio.get_running_loop().add_signal_handler(number, handler)


def stop_handling_in_loop(number: signal.Signals) -> None:
    """Leave a signal to its default effect.

    Parameters
    ----------
    number : signal.Signals
        A signal that `handle_in_loop` was given.
    """
    if sys.platform != "win32":
        asyncio.get_running_loop().remove_signal_handler(number)


@contextmanager
def interruptible_children() -> Iterator[None]:
    """Make sure that processes started here can be interrupted.

    Behind ``&`` in a script or behind ``nohup``, SIGINT is ignored, and child processes inherit
    that. They do not inherit a handler.
    """
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        yield
        return
    signal.signal(signal.SIGINT, lambda *_: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)


def lower_priority(pid: int) -> None:
    """Let other processes go first on a busy machine; Windows leaves the process as it is.

    Parameters
    ----------
    pid : int
        The process.
    """
    if sys.platform != "win32":
        with suppress(OSError):  # it has ended, or this is not allowed: no harm done
            os.setpriority(os.PRIO_PROCESS, pid, _NICENESS)


def max_open_files() -> int | None:
    """Return how many files and connections this process may have open.

    Returns
    -------
    int or None
        The limit; None if there is none, as on Windows.
    """
    if sys.platform == "win32":
        return None
    import resource  # Windows has no such module

    most, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return None if most == resource.RLIM_INFINITY else most


def lock_others_out(file: IO[bytes], start: int, length: int) -> bool:
    """Lock bytes of a file against every other process until the file is closed.

    On Windows nothing needs to be locked: SQLite keeps its file open there without letting others
    shorten it.

    Parameters
    ----------
    file : file object
        A file that is open for writing.
    start, length : int
        The bytes to lock.

    Returns
    -------
    bool
        False if another process holds a lock on them.
    """
    if sys.platform != "win32":
        import fcntl  # Windows has no such module

        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, length, start)
        except OSError:
            return False
    return True


def wait_for_hang_up(number: int) -> bool:
    """Wait until whoever holds the other end of a pipe closes it.

    Parameters
    ----------
    number : int
        File descriptor of this end.

    Returns
    -------
    bool
        True once it is closed; False at once on Windows, where a pipe cannot be watched.
    """
    if sys.platform == "win32":
        return False
    import select

    watch = select.poll()
    watch.register(number, 0)  # a hang-up is reported without asking for it
    watch.poll()
    return True
