"""Draw batches in a background process while the network learns from the last one."""

from __future__ import annotations

import multiprocessing
import signal
from collections import deque
from collections.abc import Generator
from concurrent.futures import Future, ProcessPoolExecutor

from signdecoder.core.processes import end_with_parent
from signdecoder.training.curriculum import Batch, Curriculum, draw_batch

_QUEUED = 4  # batches that are drawn ahead


def prefetch_batches(curriculum: Curriculum, begin: int, end: int) -> Generator[Batch]:
    """Yield batches in order, the same as `draw_batch` returns.

    Parameters
    ----------
    curriculum : Curriculum
        The curriculum that the batches are drawn for.
    begin, end : int
        The first step, and the step after the last.

    Yields
    ------
    tuple of dict
        Inputs, targets and target weights of each step.
    """
    spawn = multiprocessing.get_context("spawn")  # a fork would copy TensorFlow's threads
    with ProcessPoolExecutor(1, spawn, initializer=_start_worker) as pool:
        queue: deque[Future[Batch]] = deque()
        try:
            for step in range(begin, end):
                queue.append(pool.submit(draw_batch, curriculum, step))
                if len(queue) > _QUEUED:
                    yield queue.popleft().result()
            while queue:
                yield queue.popleft().result()
        finally:
            for future in queue:
                future.cancel()


def _start_worker() -> None:
    """Leave interruptions to the training process, and end together with it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent()
