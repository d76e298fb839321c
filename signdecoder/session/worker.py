"""Work in turns: what is asked for comes first, what takes long is done step by step between."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from queue import Empty, SimpleQueue

Steps = Iterator[None]


class PriorityWorker:
    """Work of one thread. Others may ask and close; the rest is for the thread itself.

    ``kinds`` of long work, the most urgent first: there is one of each at a time. ``attempt`` does
    a piece of work, and deals with what goes wrong in it.
    """

    def __init__(self, kinds: tuple[str, ...], attempt: Callable[[Callable[[], None]], None]):
        self._asked: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._long: dict[str, Steps | None] = dict.fromkeys(kinds)
        self._attempt = attempt

    def ask(self, work: Callable[[], None]) -> None:
        """Have this done after all that was asked for before."""
        self._asked.put(work)

    def close(self) -> None:
        """Have the thread end after what was asked for before."""
        self._asked.put(None)

    def begin(self, kind: str, steps: Steps) -> None:
        """Take these steps when nobody waits, in the place of those of the same kind."""
        self._long[kind] = steps

    def drop(self, *kinds: str) -> None:
        """Take no more steps of these kinds."""
        self._long.update(dict.fromkeys(kinds))

    def has(self, kind: str) -> bool:
        """Are there steps of this kind still to take?"""
        return self._long[kind] is not None

    def run(self) -> None:
        """Work until it is closed."""
        while True:
            urgent = next((kind for kind, steps in self._long.items() if steps is not None), None)
            try:
                asked = self._asked.get(block=urgent is None)
            except Empty:
                if urgent is not None:
                    self._attempt(lambda kind=urgent: self._take_step(kind))  # type: ignore[misc]
                continue
            if asked is None:
                return
            self._attempt(asked)

    def finish(self, kind: str) -> None:
        """Take all steps of this kind that are left."""
        while self.has(kind):
            self._attempt(lambda: self._take_step(kind))

    def _take_step(self, kind: str) -> None:
        steps = self._long[kind]
        if steps is None:
            return
        try:
            next(steps)
        except StopIteration:
            if self._long[kind] is steps:  # they may have begun others of their kind
                self._long[kind] = None
        except Exception:
            self._long[kind] = None  # whoever failed once is not asked again
            raise
