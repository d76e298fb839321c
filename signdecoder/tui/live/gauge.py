"""The probability of the called play: a word, a number and a bar."""

from __future__ import annotations

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from signdecoder.analysis.coach_summary import CoachSummary
from signdecoder.core.text import bar, printable, width
from signdecoder.decoder.prediction import HOLD, Prediction
from signdecoder.tui.labels import fixed_percent, verdict_words, waiting_words


class Gauge(Widget):
    """What is said of the sequence so far, by both, by each, and whether they agree."""

    HELP = """\
## The probability

The chance that the runner goes, if it ends here or goes on as this coach's sequences do. The word
above it is said when it is sure enough: **STEAL**, **HOLD**, or **NOT ENOUGH PLAYS**.

Below is what the LSTM and the rules say for themselves. Where they name different key signs, wait.
"""
    prediction: reactive[Prediction | None] = reactive(None)
    standing: reactive[CoachSummary | None] = reactive(None)
    play: reactive[str] = reactive("steal")

    def render(self) -> Content:
        """Three lines, each in its place whatever it says."""
        said = self.prediction
        if said is None:
            empty = Content.styled(bar(0, self._wide) + "│", "$quiet")
            return Content("\n").join([Content(""), empty, self._advisers()])
        word, colour = verdict_words(said), self._colour(said)
        spaced = " ".join(word) if self.size.width >= 2 * len(word) + 8 else word
        head = Content.assemble(
            Content.styled(f"{spaced}  ", f"bold {colour}"),
            Content.styled(fixed_percent(said.probability), f"bold {colour}"),
        )
        filled = Content.styled(bar(said.probability, self._wide), colour)
        line = Content.assemble(filled, Content.styled("│", "$quiet"))
        return Content("\n").join([head, line, self._advisers()])

    @property
    def _wide(self) -> int:
        return max(4, self.size.width - 1)

    @staticmethod
    def _colour(said: Prediction) -> str:
        if said.verdict == said.play:
            return "$success"
        return "$warning" if said.verdict == HOLD else "$secondary"

    def _advisers(self) -> Content:
        said, standing = self.prediction, self.standing
        if said is None:
            return Content.styled(waiting_words(standing, self.play), "$quiet")
        words = f"LSTM {fixed_percent(said.lstm)}  rules {fixed_percent(said.rules)}"
        room = self.size.width - width(words)
        tail = next((t for t in self._agreement(standing) if width(t) <= room), "")
        return Content.styled(words + tail, "$quiet").truncate(self.size.width, ellipsis=True)

    def _agreement(self, standing: CoachSummary | None) -> tuple[str, ...]:
        """Whether both name the same key sign, the fullest words first."""
        if standing is None:
            return ()
        if not standing.n_called:
            return (f"  {waiting_words(standing, self.play)}",)
        if standing.agree is None or not standing.key_signs:
            return ()
        if standing.agree:
            return f"  agree on {printable(standing.key_signs[0].sign)}", "  agree"
        return "  disagree on the key sign", "  disagree"
