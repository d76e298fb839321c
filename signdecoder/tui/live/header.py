"""The line at the top: who, which game, where it stands, how well it goes, what is recorded."""

from __future__ import annotations

from datetime import datetime

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from signdecoder.core.text import count, printable, width


class LiveHeader(Widget):
    """One line; what has no room goes, but the coach, whose name is cut short."""

    coach: reactive[str] = reactive("")
    game: reactive[str] = reactive("")
    situation: reactive[str] = reactive("")
    score: reactive[str] = reactive("")
    plays: reactive[int] = reactive(0)
    recorded: reactive[datetime | None] = reactive(None)
    waiting: reactive[int] = reactive(0)
    on_their_way: reactive[int | None] = reactive(None)  # plays, while the store lets wait

    def render(self) -> Content:
        """The parts with space between them."""
        parts = [
            ("bold", printable(self.coach)), ("$quiet", printable(self.game)),
            ("$accent", self.situation), ("", self.score),
        ]  # fmt: skip
        right = self._recorded
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
        unsure = self.waiting or self.on_their_way is not None
        style = "bold $error" if unsure else "$success" if self.plays else ""
        return Content.assemble(*left, " " * max(1, space), Content.styled(right, style))

    @property
    def _recorded(self) -> str:
        if self.waiting:
            return f"▲ {count(self.waiting, 'play')} not recorded yet"
        if self.on_their_way is not None:
            plays = count(self.on_their_way, "play") if self.on_their_way else ""
            return f"▲ {plays} waiting for the store" if plays else "▲ waiting for the store"
        if self.recorded:
            return f"● recorded {self.recorded:%H:%M:%S}"
        return f"● {count(self.plays, 'play')} recorded" if self.plays else "nothing recorded yet"
