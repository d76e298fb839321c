"""A work loop of one thread: requests come first, background work runs step by step in between."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from queue import Empty, SimpleQueue

Steps = Iterator[None]


class PriorityWorker:
    """Run requests in the order in which they came, and background tasks between them.

    Any thread may call `submit` and `close`. Everything else belongs to the thread that calls
    `run`.

    Parameters
    ----------
    kinds : tuple of str
        Kinds of background tasks, the most urgent first. There is at most one task of each kind.
    attempt : callable
        Called with each piece of work. It runs the work and handles the errors that it raises.

    Examples
    --------
    >>> worker = PriorityWorker(("replay",), lambda work: work())
    >>> worker.submit(lambda: print("record a play"))
    >>> worker.close()
    >>> worker.run()
    record a play
    """

    def __init__(
        self, kinds: tuple[str, ...], attempt: Callable[[Callable[[], None]], None]
    ) -> None:
        self._requests: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._tasks: dict[str, Steps | None] = dict.fromkeys(kinds)
        self._attempt = attempt

    def submit(self, work: Callable[[], None]) -> None:
        """Queue a request behind all earlier ones.

        Parameters
        ----------
        work : callable
            What to do.
        """
        self._requests.put(work)

    def close(self) -> None:
        """End `run` after the requests that are queued by now."""
        self._requests.put(None)

    def schedule(self, kind: str, steps: Steps) -> None:
        """Run these steps while no request waits. They replace a task of the same kind.

        Parameters
        ----------
        kind : str
            Kind of the task.
        steps : iterator
            Each `next` does a small piece of the work.
        """
        self._tasks[kind] = steps

    def cancel(self, *kinds: str) -> None:
        """Drop the tasks of these kinds.

        Parameters
        ----------
        *kinds : str
            Kinds of the tasks.
        """
        self._tasks.update(dict.fromkeys(kinds))

    def is_scheduled(self, kind: str) -> bool:
        """Return whether a task of this kind has steps left.

        Parameters
        ----------
        kind : str
            Kind of the task.

        Returns
        -------
        bool
            True if the task is not finished.
        """
        return self._tasks[kind] is not None

    def run(self) -> None:
        """Work until the worker is closed."""
        while True:
            urgent = next((kind for kind, steps in self._tasks.items() if steps is not None), None)
            try:
                request = self._requests.get(block=urgent is None)
            except Empty:
                if urgent is not None:
                    self._attempt(lambda kind=urgent: self._take_step(kind))  # type: ignore[misc]
                continue
            if request is None:
                return
            self._attempt(request)

    def finish(self, kind: str) -> None:
        """Run the rest of a task now.

        Parameters
        ----------
        kind : str
            Kind of the task.
        """
        while self.is_scheduled(kind):
            self._attempt(lambda: self._take_step(kind))

    def _take_step(self, kind: str) -> None:
        """Run one step of a task, and drop the task when it ends or fails."""
        steps = self._tasks[kind]
        if steps is None:
            return
        try:
            next(steps)
        except StopIteration:
            if self._tasks[kind] is steps:  # the step may have scheduled another task of its kind
                self._tasks[kind] = None
        except Exception:
            self._tasks[kind] = None  # a task that failed once is not tried again
            raise
