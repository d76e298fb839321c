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
        shown = self._key.upper() if len(self._label) > 1 else self._key  # letters keep their case
        key = Content.styled(f" {shown or ' '} ", "bold reverse")
        room = max(1, self.size.width - key.cell_length - 1)
        label = Content(_shorten(self._label, room)).truncate(room, ellipsis=True)
        return Content.assemble(key, " ", label)

    def on_click(self) -> None:
        """Post the message."""
        self.post_message(self._make_message())


def _shorten(label: str, room: int) -> str:
    """Shorten the first words of a label that does not fit: the last one tells it from others."""
    words = label.split()
    for place in range(len(words) - 1):
        if width(" ".join(words)) <= room:
            break
        words[place] = f"{words[place][0]}."
    return " ".join(words)
