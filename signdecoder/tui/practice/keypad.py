"""The keypad of the practice screen: the student names the key sign among the coach's signals."""

from __future__ import annotations

from textual.reactive import reactive

from signdecoder.core.keypad import KeypadLayout
from signdecoder.tui.widgets.key_button import KeyButton
from signdecoder.tui.widgets.keypad import Keypad


class KeySignKeypad(Keypad):
    """A keypad that marks the signal named by the student."""

    BORDER_TITLE = "Which one is the key sign?"
    can_focus = False
    named: reactive[str | None] = reactive(None)

    async def show(self, pad: KeypadLayout) -> None:
        """Show these signals; none of them is named yet."""
        await super().show(pad)
        self.watch_named()

    def watch_named(self) -> None:
        """Mark the named signal."""
        for button, signal in zip(self.query(KeyButton), self._shown, strict=False):
            button.set_class(signal.name == self.named, "-named")
        self.border_subtitle = f"your key sign: {self.named}" if self.named else "press its letter"
