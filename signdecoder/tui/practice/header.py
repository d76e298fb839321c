"""The top line of a round: play, level, seed and score."""

from __future__ import annotations

from textual.reactive import reactive

from signdecoder.tui.live.header import LiveHeader


class RoundHeader(LiveHeader):
    """Show the score where the live screen shows what is saved."""

    points: reactive[str] = reactive("")

    @property
    def _status(self) -> str:
        """The score."""
        return self.points
