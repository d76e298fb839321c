"""A key on the screen: what it gives, by touch too."""

from __future__ import annotations

from collections.abc import Callable

from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from signdecoder.core.text import printable, width


class KeyButton(Widget):
    """A key and its word; a touch announces the message that ``announce`` makes."""

    ALLOW_SELECT = False

    def __init__(self, key: str, label: str, announce: Callable[[], Message]) -> None:
        super().__init__()
        self._key, self._label, self._announce = key, printable(label), announce

    def render(self) -> Content:
        """The key, then the word; what has no room is cut off."""
        key = Content.styled(f" {self._key or ' '} ", "bold $accent on $panel")
        room = self.size.width - key.cell_length - 1  # the next key keeps its distance
        gap = " " if width(self._label) < room else ""
        label = Content(self._label).truncate(room - len(gap), ellipsis=True)
        return Content.assemble(key, gap, label)

    def on_click(self) -> None:
        """Announce it."""
        self.post_message(self._announce())
