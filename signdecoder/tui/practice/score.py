"""The score of a round: you beside the decoder."""

from __future__ import annotations

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from signdecoder.core.text import percent
from signdecoder.practice.match import Match
from signdecoder.tui.practice.labels import format_points


class RoundScore(Widget):
    """Show a table of two columns. The decoder's key sign is shown only at the end."""

    BORDER_TITLE = "Score"
    match: reactive[Match | None] = reactive(None)
    over: reactive[bool] = reactive(False)

    def render(self) -> Content:
        """Draw the correct guesses, the points and the key signs."""
        match = self.match
        if match is None:
            return Content("")
        student, decoder = match.student, match.decoder
        view = match.view
        lines = [
            Content.styled(_row("", "you", "decoder"), "$secondary"),
            Content(_row("correct", _share(student.right, student.plays),
                         _share(decoder.right, decoder.plays))),
            Content.styled(
                _row("points", format_points(student.points), format_points(decoder.points)), "bold"
            ),
        ]  # fmt: skip
        favorite_probability = view.favorite_probability if view else 0.0
        key = f"{percent(favorite_probability)} sure" if favorite_probability else "—"
        if self.over and view and view.favorite:
            key = view.key or f"{view.favorite}?"
        lines.append(Content.styled(_row("key sign", match.key or "—", key), "$accent"))
        if not self.over:
            lines.append(Content.styled("Its sign shows at the end.", "$secondary"))
        return Content("\n").join(lines)


def _share(right: int, plays: int) -> str:
    return f"{right}/{plays}" if plays else "—"


def _row(label: str, student: str, decoder: str) -> str:
    return f"{label:<9}{student:>9}{decoder:>10}"
