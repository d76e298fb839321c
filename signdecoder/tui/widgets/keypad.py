"""The keypad: a button for each signal of a coach."""

from __future__ import annotations

from collections.abc import Callable

from textual.containers import ItemGrid
from textual.message import Message

from signdecoder.core.keypad import KeypadLayout
from signdecoder.tui.messages import SignalPressed
from signdecoder.tui.widgets.key_button import KeyButton


class Keypad(ItemGrid):
    """Show a button for each signal."""

    BORDER_TITLE = "Signals"
    HELP = """\
## The keypad

Each signal has a key: a letter of its name, or a digit. Press the keys in the order in which the
coach touches, or click or tap them.

* **?** is a signal that you did not see. It keeps the others in their places.
* **+** adds a signal, even in the middle of a sequence.
* **F2** renames a signal, merges it with another, changes its key, or removes it.
"""
    can_focus = True

    def __init__(self, id: str) -> None:
        super().__init__(id=id, min_column_width=12)
        self._shown: KeypadLayout = ()

    async def show(self, pad: KeypadLayout) -> None:
        """Show these signals."""
        if pad == self._shown:
            return
        self._shown = pad
        with self.app.batch_update():
            await self.remove_children()
            await self.mount_all(KeyButton(s.key, s.name, _pressed(s.name)) for s in pad)


def _pressed(name: str) -> Callable[[], Message]:
    return lambda: SignalPressed(name)
