"""Batches drawn ahead in a process of their own, while the network learns from the last one."""

from __future__ import annotations

import multiprocessing
import signal
from collections import deque
from collections.abc import Generator
from concurrent.futures import Future, ProcessPoolExecutor

from signdecoder.core.processes import end_with_parent
from signdecoder.training.curriculum import Batch, Curriculum, draw_batch

_AHEAD = 4


def draw_ahead(recipe: Curriculum, begin: int, end: int) -> Generator[Batch]:
    """Batches ``begin`` to ``end`` of this recipe in order, the same as ``draw_batch`` draws."""
    spawn = multiprocessing.get_context("spawn")  # a fork would copy the threads of TensorFlow
    with ProcessPoolExecutor(1, spawn, initializer=_serve_one) as pool:
        waiting: deque[Future[Batch]] = deque()
        try:
            for step in range(begin, end):
                waiting.append(pool.submit(draw_batch, recipe, step))
                if len(waiting) > _AHEAD:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()


def _serve_one() -> None:
    """Leave interruptions to the process that trains, and end with it, however it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent()
