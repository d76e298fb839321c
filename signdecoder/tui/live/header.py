"""The top line of the live screen: coach, game, situation, recent score, and what is saved."""

from __future__ import annotations

from datetime import datetime

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from signdecoder.core.text import count, printable, width


class LiveHeader(Widget):
    """Show one line. Parts that do not fit are left out; the coach's name is shortened."""

    coach: reactive[str] = reactive("")
    game: reactive[str] = reactive("")
    situation: reactive[str] = reactive("")
    score: reactive[str] = reactive("")
    n_plays: reactive[int] = reactive(0)
    saved_at: reactive[datetime | None] = reactive(None)
    n_pending: reactive[int] = reactive(0)  # plays that the store did not accept
    n_in_flight: reactive[int | None] = reactive(None)  # plays, while the store is locked

    def render(self) -> Content:
        """Draw the parts with space between them."""
        parts = [
            ("bold", printable(self.coach)), ("$quiet", printable(self.game)),
            ("$accent", self.situation), ("", self.score),
        ]  # fmt: skip
        right = self._status
        room = self.size.width - width(right) - 2
        left: list[Content] = []
        for style, text in parts:
            used = sum(part.cell_length for part in left)
            if not left:
                name = Content(text).truncate(max(1, room - 3), ellipsis=True)
                left.append(Content.assemble(" ", name.stylize(style), "  "))
            elif text and used + width(text) + 3 <= room:
                left.append(Content.styled(f" {text}  ", style))
        space = self.size.width - sum(part.cell_length for part in left) - width(right) - 1
        unsaved = self.n_pending or self.n_in_flight is not None
        style = "bold $error" if unsaved else "$success" if self.n_plays else ""
        return Content.assemble(*left, " " * max(1, space), Content.styled(right, style))

    @property
    def _status(self) -> str:
        """What is saved, and what is not."""
        if self.n_pending:
            return f"▲ {count(self.n_pending, 'play')} not saved yet"
        if self.n_in_flight is not None:
            plays = f"{count(self.n_in_flight, 'play')} " if self.n_in_flight else ""
            return f"▲ {plays}waiting for the database"
        if self.saved_at:
            return f"● saved {self.saved_at:%H:%M:%S}"
        return f"● {count(self.n_plays, 'play')} saved" if self.n_plays else "no plays yet"
