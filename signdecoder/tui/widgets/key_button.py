"""A button that shows a key, for mouse and touch."""

from __future__ import annotations

from collections.abc import Callable

from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from signdecoder.core.text import printable, width


class KeyButton(Widget):
    """Show a key and its label. A press posts the message that ``make_message`` returns."""

    ALLOW_SELECT = False

    def __init__(self, key: str, label: str, make_message: Callable[[], Message]) -> None:
        super().__init__()
        self._key, self._label = key, printable(label)
        self._make_message = make_message

    def render(self) -> Content:
        """Draw the key, then the label, cut short if it does not fit."""
        key = Content.styled(f" {self._key or ' '} ", "bold $accent on $panel")
        room = self.size.width - key.cell_length - 1  # a space before the next button
        gap = " " if width(self._label) < room else ""
        label = Content(self._label).truncate(room - len(gap), ellipsis=True)
        return Content.assemble(key, gap, label)

    def on_click(self) -> None:
        """Post the message."""
        self.post_message(self._make_message())
