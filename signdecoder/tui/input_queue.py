"""An application in which all that is given takes effect in the order in which it was given.

In Textual a key travels: a letter may be taken on its way by the screen, Enter comes to the end of
it and is an action of the application, and a dialog is opened by a worker. Who types faster than
that, or pastes, would see the second key overtake the first.
"""

from __future__ import annotations

from asyncio import Task, create_task, sleep, timeout
from collections import deque
from contextlib import suppress

from textual import events
from textual.app import App
from textual.worker import WorkerState

DIALOG = "dialog"  # the group of workers that open dialogs and do what these answer
_GIVEN = (events.Key, events.MouseDown, events.MouseUp, events.Paste)
# Seconds that the next is held at most, and while that was in vain: nobody is to be locked out.
_PATIENCE, _LITTLE_PATIENCE = 2.0, 0.2
_TURNS = 10  # of the event loop without work; a worker that goes on after a dialog takes four
_NAP = 0.001  # seconds between two looks at who is at work
_LOOK = 0.02  # seconds between two looks at whether keys are of use by now
_BEFORE_ITS_END = (WorkerState.PENDING, WorkerState.RUNNING)


class SerializedInputApp(App[None]):
    """Holds what is given until all has been done that came of what was given before."""

    def __init__(self) -> None:
        super().__init__()
        self._held: deque[events.Event] = deque()
        self._settling: Task[None] | None = None
        self._patience = _PATIENCE

    async def on_event(self, event: events.Event) -> None:
        """Hold what comes from outside; what travels within goes on."""
        if isinstance(event, _GIVEN) and not event.is_forwarded:
            self._held.append(event)
            await self._let_in()
        else:
            await super().on_event(event)

    async def _let_in(self) -> None:
        """Let the next one in, if none is on its way."""
        if self._settling is None and self._held:
            await super().on_event(self._held.popleft())
            self._settling = create_task(self._settle())

    async def _settle(self) -> None:
        patience, self._patience = self._patience, _LITTLE_PATIENCE
        try:
            with suppress(TimeoutError):
                async with timeout(patience):
                    await self._wait_for_rest()
                    # A dialog may move the focus once it has drawn.
                    if self.screen_stack and self.screen.is_modal:
                        await self.screen.wait_for_refresh()
                        await self._wait_for_rest()
                self._patience = _PATIENCE
            while self.has_no_use_for_keys() and not any(map(_quits, self._held)):
                await sleep(_LOOK)
        finally:  # whatever goes wrong here, the keyboard lives
            self._settling = None
            self.call_later(self._let_in)

    async def _wait_for_rest(self) -> None:
        turns = 0
        while turns < _TURNS:
            at_work = bool(self.screen_stack) and self.is_at_work()
            turns = 0 if at_work else turns + 1
            await sleep(_NAP if at_work else 0)

    def has_no_use_for_keys(self) -> bool:
        """Would what is given now be lost? It is held, then, for as long as it takes."""
        return False

    def is_at_work(self) -> bool:
        """Is anything still to be done that what was given last may have led to?"""
        screen = self.screen
        return (
            not screen.is_mounted
            or self.message_queue_size > 0
            or any(node.message_queue_size for node in screen.walk_children(with_self=True))
            or any(  # about to open a dialog, or to do what one has answered
                worker.node is screen and worker.group == DIALOG and worker.state in _BEFORE_ITS_END
                for worker in self.workers
            )
        )


def _quits(event: events.Event) -> bool:
    return isinstance(event, events.Key) and event.key == "ctrl+q"
