"""What a round is before it begins, and what it was when it is over."""

from __future__ import annotations

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget


class RoundCard(Widget):
    """Paragraphs, each with a style."""

    paragraphs: reactive[list[tuple[str, str]]] = reactive(list, layout=True)

    def render(self) -> Content:
        """One after the other."""
        return Content("\n").join(Content.styled(words, style) for style, words in self.paragraphs)
