"""How a round stands: the student beside the decoder."""

from __future__ import annotations

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from signdecoder.core.text import percent
from signdecoder.practice.match import Match
from signdecoder.tui.practice.labels import points_word


class RoundScore(Widget):
    """A table of two columns; the decoder's key sign is told at the end alone."""

    BORDER_TITLE = "Score"
    contest: reactive[Match | None] = reactive(None)
    over: reactive[bool] = reactive(False)

    def render(self) -> Content:
        """Right, points and key sign of both."""
        contest = self.contest
        if contest is None:
            return Content("")
        student, decoder = contest.student, contest.decoder
        belief = contest.belief
        lines = [
            Content.styled(_row("", "you", "decoder"), "$secondary"),
            Content(_row("right", _share(student.right, student.plays),
                         _share(decoder.right, decoder.plays))),
            Content.styled(
                _row("points", points_word(student.points), points_word(decoder.points)), "bold"
            ),
        ]  # fmt: skip
        certainty = belief.certainty if belief else 0.0
        key = percent(certainty) if certainty else "—"
        if self.over and belief and belief.favourite:
            key = belief.key or f"{belief.favourite}?"
        lines.append(Content.styled(_row("key sign", contest.key or "—", key), "$accent"))
        if not self.over:
            lines.append(Content.styled("Its sign is told at the end.", "$secondary"))
        return Content("\n").join(lines)


def _share(right: int, plays: int) -> str:
    return f"{right}/{plays}" if plays else "—"


def _row(label: str, student: str, decoder: str) -> str:
    return f"{label:<9}{student:>9}{decoder:>10}"
