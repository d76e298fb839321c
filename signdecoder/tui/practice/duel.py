"""One play of a round: your guess, the decoder's prediction, and the outcome."""

from __future__ import annotations

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from signdecoder.core.outcomes import STEAL
from signdecoder.core.text import bar
from signdecoder.practice.match import brier_points
from signdecoder.tui.labels import fixed_percent
from signdecoder.tui.practice.labels import format_outcome, format_points

_NAME, _NUMBER, _POINTS = 8, 11, 5  # columns


class Duel(Widget):
    """Draw three lines. The decoder's is empty until the outcome is shown."""

    guess: reactive[float | None] = reactive(None)
    prediction: reactive[float | None] = reactive(None)
    outcome: reactive[str | None] = reactive(None)
    words: reactive[str] = reactive("")

    def show(self, words: str, guess: float | None = None) -> None:
        """Show the question, and the guess if there is one."""
        self.words, self.guess, self.prediction, self.outcome = words, guess, None, None

    def reveal(self, outcome: str, prediction: float | None) -> None:
        """Show the outcome, and the decoder's prediction, which is None if it failed."""
        self.outcome, self.prediction = outcome, prediction

    def render(self) -> Content:
        """Draw the outcome or the question, then both probabilities of a steal."""
        words, style = self.words, "$text"
        if self.outcome is not None:
            words = format_outcome(self.outcome)
            style = "bold $success" if self.outcome == STEAL else "bold $warning"
        return Content("\n").join(
            [
                Content.styled(words, style),
                self._line("You", self.guess, "$accent"),
                self._line("Decoder", self.prediction, "$primary"),
            ]
        )

    def _line(self, name: str, probability: float | None, colour: str) -> Content:
        """A player's bar, percentage and points."""
        room = self.size.width - _NAME - 1 - _NUMBER - _POINTS
        if probability is None:
            empty = " " * max(4, room) + "│"
            return Content.assemble(name.ljust(_NAME), Content.styled(empty, "$secondary"))
        points, style = "", ""
        if self.outcome is not None:
            gained = brier_points(probability, self.outcome)
            points = format_points(gained)
            style = "$success" if gained > 0 else "$error" if gained < 0 else "$secondary"
        return Content.assemble(
            name.ljust(_NAME),
            Content.styled(bar(probability, max(4, room)), colour),
            Content.styled("│", "$secondary"),
            f"{fixed_percent(probability)} steal".rjust(_NUMBER),
            Content.styled(points.rjust(_POINTS), style),
        )
