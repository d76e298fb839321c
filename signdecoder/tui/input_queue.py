"""An application in which keys take effect in the order in which they were pressed.

In Textual, a key may be handled by the screen on its way, Enter may run an action of the
application at the end of that way, and a dialog is opened by a worker. When keys arrive faster
than that, for example pasted, the second key could overtake the first.
"""

from __future__ import annotations

from asyncio import Task, create_task, sleep, timeout
from collections import deque
from collections.abc import Callable
from contextlib import suppress

from textual import events
from textual.app import App
from textual.worker import WorkerState

DIALOG = "dialog"  # the group of workers that open dialogs and act on their answers
_INPUT = (events.Key, events.MouseDown, events.MouseUp, events.Paste)
# The longest time, in seconds, that the next key is held; the second value applies after the first
# has run out, so that nobody is locked out.
_MAX_HOLD, _SHORT_HOLD = 2.0, 0.2
_MAX_DRAWING = 2.0  # the longest time that a key is held after that, for the screen itself
_IDLE_TURNS = 10  # of the event loop without work; a worker that resumes after a dialog takes four
_IDLE_SECONDS = 0.001  # between two checks for work
_CHECK_SECONDS = 0.02  # between two checks whether keys have an effect again
_UNFINISHED = (WorkerState.PENDING, WorkerState.RUNNING)


class SerializedInputApp(App[None]):
    """Hold each key until everything that the previous one caused is done."""

    def __init__(self) -> None:
        super().__init__()
        self._held: deque[events.Event] = deque()
        self._settling: Task[None] | None = None
        self._max_hold = _MAX_HOLD

    async def on_event(self, event: events.Event) -> None:
        """Hold input from outside. Events from inside the app go on."""
        if isinstance(event, _INPUT) and not event.is_forwarded:
            self._held.append(event)
            await self._release_next()
        else:
            await super().on_event(event)

    async def _release_next(self) -> None:
        """Release the next event, unless one is still being handled."""
        if self._settling is None and self._held:
            await super().on_event(self._held.popleft())
            self._settling = create_task(self._settle())

    async def _settle(self) -> None:
        """Wait until the last event is handled, then release the next."""
        max_hold, self._max_hold = self._max_hold, _SHORT_HOLD
        try:
            try:
                async with timeout(max_hold):
                    await self._wait_until_idle(self.is_at_work)
                self._max_hold = _MAX_HOLD
            except TimeoutError:  # a locked store, but a dialog that opens has to get the next key
                with suppress(TimeoutError):
                    async with timeout(_MAX_DRAWING):
                        await self._wait_until_idle(self.is_drawing)
            while self.ignores_keys() and not any(map(_quits, self._held)):
                await sleep(_CHECK_SECONDS)
        finally:  # the keyboard must work even after an error
            self._settling = None
            self.call_later(self._release_next)

    async def _wait_until_idle(self, is_busy: Callable[[], bool]) -> None:
        """Wait until nothing has happened for several turns of the event loop."""
        await self._wait_turns(is_busy)
        # A dialog may move the focus after it is drawn.
        if self.screen_stack and self.screen.is_modal:
            await self.screen.wait_for_refresh()
            await self._wait_turns(is_busy)

    async def _wait_turns(self, is_busy: Callable[[], bool]) -> None:
        turns = 0
        while turns < _IDLE_TURNS:
            busy = bool(self.screen_stack) and is_busy()
            turns = 0 if busy else turns + 1
            await sleep(_IDLE_SECONDS if busy else 0)

    def ignores_keys(self) -> bool:
        """Return whether a key would be lost now. If so, it is held as long as it takes."""
        return False

    def is_at_work(self) -> bool:
        """Return whether the last key may still have an effect to come."""
        return self.is_drawing()

    def is_drawing(self) -> bool:
        """Return whether the screen itself has something left to do."""
        screen = self.screen
        return (
            not screen.is_mounted
            or self.message_queue_size > 0
            or any(node.message_queue_size for node in screen.walk_children(with_self=True))
            or any(  # about to open a dialog, or to act on its answer
                worker.node is screen and worker.group == DIALOG and worker.state in _UNFINISHED
                for worker in self.workers
            )
        )


def _quits(event: events.Event) -> bool:
    return isinstance(event, events.Key) and event.key == "ctrl+q"
