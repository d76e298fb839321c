"""Processes that end with the process that began them, however that ends."""

from __future__ import annotations

import multiprocessing
import os
import threading


def end_with_parent() -> None:
    """To be called in a worker, which would wait for its next task for ever if nobody were left."""
    threading.Thread(target=_wait_and_end, daemon=True).start()


def end_with_starter() -> None:
    """To be called in a process whose standard input is a pipe that its starter holds open."""
    threading.Thread(target=_read_and_end, daemon=True).start()


def _read_and_end() -> None:
    while os.read(0, 1024):  # not by sys.stdin, whose lock would be missed when Python ends
        pass
    os._exit(1)


def _wait_and_end() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)
