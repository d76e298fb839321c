"""One play: what the student says, what the decoder says, and what came."""

from __future__ import annotations

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from signdecoder.core.outcomes import STEAL
from signdecoder.core.text import bar
from signdecoder.practice.match import points_of
from signdecoder.tui.labels import fixed_percent
from signdecoder.tui.practice.labels import came_words, guess_word, points_word

_NAME, _NUMBER, _WORD, _POINTS = 8, 6, 12, 5  # columns
_WIDE = 60  # columns from which there is room for the word


class Duel(Widget):
    """Three lines, each in its place whatever it says; the decoder's is empty until it is told."""

    guess: reactive[float | None] = reactive(None)
    belief: reactive[float | None] = reactive(None)
    outcome: reactive[str | None] = reactive(None)
    words: reactive[str] = reactive("")

    def show(self, words: str, guess: float | None = None) -> None:
        """Show what is asked now, and the guess if there is one."""
        self.words, self.guess, self.belief, self.outcome = words, guess, None, None

    def tell(self, outcome: str, belief: float | None) -> None:
        """Tell what came, and what the decoder had said; None if it has failed."""
        self.outcome, self.belief = outcome, belief

    def render(self) -> Content:
        """What came, or what is asked; then the two chances of a steal."""
        words, style = self.words, "$text"
        if self.outcome is not None:
            words = came_words(self.outcome)
            style = "bold $success" if self.outcome == STEAL else "bold $warning"
        return Content("\n").join(
            [
                Content.styled(words, style),
                self._line("You", self.guess, "$accent"),
                self._line("Decoder", self.belief, "$primary"),
            ]
        )

    def _line(self, name: str, chance: float | None, colour: str) -> Content:
        wordy = self.size.width >= _WIDE
        room = self.size.width - _NAME - 1 - _NUMBER - _POINTS - (_WORD if wordy else 0)
        if chance is None:
            empty = " " * max(4, room) + "│"
            return Content.assemble(name.ljust(_NAME), Content.styled(empty, "$secondary"))
        word = f"  {guess_word(chance)}" if wordy else ""
        points, style = "", ""
        if self.outcome is not None:
            gained = points_of(chance, self.outcome)
            points = points_word(gained)
            style = "$success" if gained > 0 else "$error" if gained < 0 else "$secondary"
        return Content.assemble(
            name.ljust(_NAME),
            Content.styled(bar(chance, max(4, room)), colour),
            Content.styled("│", "$secondary"),
            fixed_percent(chance).rjust(_NUMBER),
            word.ljust(_WORD if wordy else 0),
            Content.styled(points.rjust(_POINTS), style),
        )
