"""The text before a round, and the one after it."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static


class RoundSummary(VerticalScroll):
    """Show paragraphs, each with a style. They scroll if they do not fit."""

    def compose(self) -> ComposeResult:
        """Lay out the text."""
        yield Static()

    def show(self, paragraphs: Sequence[tuple[str, str]]) -> None:
        """Show these paragraphs, each a style and its text."""
        text = Content("\n").join(Content.styled(words, style) for style, words in paragraphs)
        self.query_one(Static).update(text)
        self.scroll_home(animate=False)
