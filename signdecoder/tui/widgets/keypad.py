"""The signals of a coach, each with the key that gives it."""

from __future__ import annotations

from collections.abc import Callable

from textual.containers import ItemGrid
from textual.message import Message

from signdecoder.store.keypads import Pad
from signdecoder.tui.messages import SignalGiven
from signdecoder.tui.widgets.key_button import KeyButton


class Keypad(ItemGrid):
    """A key cap a signal."""

    BORDER_TITLE = "Signals"
    HELP = """\
## The pad

Each signal has a key: a letter of its name, or a digit. Press the keys in the order in which the
coach touches, or touch them with a finger or the mouse.

* **+** adds a signal, also while a sequence is being given.
* **F2** renames a signal (onto another name: they become one), gives it another key, or takes
  it off.
"""
    can_focus = True

    def __init__(self, id: str) -> None:
        super().__init__(id=id, min_column_width=12)
        self._shown: Pad = ()

    async def show(self, pad: Pad) -> None:
        """Offer these signals."""
        if pad == self._shown:
            return
        self._shown = pad
        with self.app.batch_update():
            await self.remove_children()
            await self.mount_all(KeyButton(s.key, s.name, _giving(s.name)) for s in pad)


def _giving(name: str) -> Callable[[], Message]:
    return lambda: SignalGiven(name)
