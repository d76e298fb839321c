"""What a round is before it begins, and what it was when it is over."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static


class RoundSummary(VerticalScroll):
    """Paragraphs, each with a style; they scroll where there is no room."""

    def compose(self) -> ComposeResult:
        """The text."""
        yield Static()

    def show(self, paragraphs: Sequence[tuple[str, str]]) -> None:
        """Show these, one below the other: a style and the words."""
        text = Content("\n").join(Content.styled(words, style) for style, words in paragraphs)
        self.query_one(Static).update(text)
        self.scroll_home(animate=False)
