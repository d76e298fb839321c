"""A thread that owns a store, works through requests, and reports errors as events."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import closing
from threading import Event
from time import monotonic

from signdecoder.core.errors import SigndecoderError
from signdecoder.session.events import Failed, RequestKind, SessionEvent
from signdecoder.session.worker import PriorityWorker
from signdecoder.store.store import Store


class StoreThread(ABC):
    """Work on a store in one thread, which the caller starts with `run`.

    Parameters
    ----------
    open_store : callable
        Opens the store, in that thread.
    task_kinds : tuple of str
        Kinds of background tasks, the most urgent first.
    emit : callable
        Called with each event, in that thread.
    """

    def __init__(
        self,
        open_store: Callable[[], Store],
        task_kinds: tuple[str, ...],
        emit: Callable[[SessionEvent], None],
    ) -> None:
        self._open_store, self._emit = open_store, emit
        self._worker = PriorityWorker(task_kinds, self._attempt)
        self._store: Store
        self._is_open = False
        self._ended = Event()

    @property
    def seconds_blocked(self) -> float:
        """For how long, in seconds, another program has kept the store locked."""
        since = self._store.waiting_since if self._is_open else None
        return 0.0 if since is None else monotonic() - since

    def run(self) -> None:
        """Work until the thread is closed.

        Raises
        ------
        SigndecoderError
            If the store cannot be opened.
        """
        try:
            with closing(self._open_store()) as self._store:
                self._start(self._store)
                self._is_open = True
                self._worker.run()
                self._finish()
        finally:
            self._ended.set()

    def close(self) -> None:
        """End the thread after everything that was requested before."""
        self._worker.close()

    def wait(self, seconds: float) -> bool:
        """Wait for the thread to end. Call this in another thread.

        Parameters
        ----------
        seconds : float
            The longest time to wait.

        Returns
        -------
        bool
            True if the thread has ended.
        """
        return self._ended.wait(seconds)

    def _attempt(self, work: Callable[[], None], request: RequestKind = "") -> None:
        """Run a piece of work. Report an error instead of raising it."""
        try:
            work()
        except SigndecoderError as error:
            self._emit(Failed(str(error), request))
        except Exception as bug:  # a decoder that fails must not end a game that is being logged
            self._cancel_tasks()
            message = f"The decoder failed ({type(bug).__name__}: {bug}). You can keep logging."
            self._emit(Failed(message, request))

    @abstractmethod
    def _start(self, store: Store) -> None:
        """Prepare for requests once the store is open."""

    @abstractmethod
    def _finish(self) -> None:
        """Do the last work before the store is closed."""

    @abstractmethod
    def _cancel_tasks(self) -> None:
        """Drop background work after an unexpected error."""
