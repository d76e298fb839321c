"""The signals of a practice coach: the student names one of them as the key sign."""

from __future__ import annotations

from textual.reactive import reactive

from signdecoder.store.keypads import Pad
from signdecoder.tui.widgets.key_button import KeyButton
from signdecoder.tui.widgets.keypad import Keypad


class KeySignKeypad(Keypad):
    """A pad that marks the signal which is named."""

    BORDER_TITLE = "Which is the key sign?"
    can_focus = False
    named: reactive[str | None] = reactive(None)

    async def show(self, pad: Pad) -> None:
        """Offer these signals, none of them named."""
        await super().show(pad)
        self.watch_named()

    def watch_named(self) -> None:
        """Mark the one that is named."""
        for cap, signal in zip(self.query(KeyButton), self._shown, strict=False):
            cap.set_class(signal.name == self.named, "-named")
        self.border_subtitle = f"you say: {self.named}" if self.named else "press its letter"
