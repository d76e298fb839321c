"""Child processes that end when their parent ends, however that happens."""

from __future__ import annotations

import multiprocessing
import os
import threading


def end_with_parent() -> None:
    """End this process with its parent. Call it in a worker, which would else wait forever."""
    threading.Thread(target=_wait_and_end, daemon=True).start()


def end_with_starter() -> None:
    """End this process when its standard input, a pipe that its parent holds open, is closed."""
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
