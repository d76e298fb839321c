"""The keypad: a button for each signal of a coach."""

from __future__ import annotations

from collections.abc import Callable

from textual.containers import ItemGrid
from textual.message import Message

from signdecoder.core.keypad import KeypadLayout
from signdecoder.core.text import printable, width
from signdecoder.tui.messages import SignalPressed
from signdecoder.tui.widgets.key_button import KeyButton

_KEY, _LEAST, _MOST = 4, 12, 20  # columns of a key, and of a button


class Keypad(ItemGrid):
    """Show a button for each signal, and the extra keys after them.

    It does not take the focus: a click must not move the keys elsewhere.
    """

    can_focus = False

    def __init__(self, id: str, extras: Callable[[], list[KeyButton]] = list) -> None:
        super().__init__(id=id, min_column_width=_LEAST)
        self._extras = extras
        self._shown: KeypadLayout = ()

    async def show(self, pad: KeypadLayout) -> None:
        """Show these signals."""
        if pad == self._shown:
            return
        self._shown = pad
        longest = max((width(printable(signal.name)) for signal in pad), default=0)
        self.min_column_width = min(_MOST, max(_LEAST, longest + _KEY))
        keys = [KeyButton(s.key, s.name, _pressed(s.name)) for s in pad]
        with self.app.batch_update():
            await self.remove_children()
            await self.mount_all([*keys, *self._extras()])


def _pressed(name: str) -> Callable[[], Message]:
    return lambda: SignalPressed(name)
