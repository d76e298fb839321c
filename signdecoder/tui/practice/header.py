"""The line at the top of a round: which play, level and seed, and the score."""

from __future__ import annotations

from textual.reactive import reactive

from signdecoder.tui.live.header import LiveHeader


class RoundHeader(LiveHeader):
    """The same line with the score in the place of what is recorded: nothing is."""

    points: reactive[str] = reactive("")

    @property
    def _recorded(self) -> str:
        return self.points
