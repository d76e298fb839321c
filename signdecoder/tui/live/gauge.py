"""The verdict for the current sequence, in large letters, with its reason below."""

from __future__ import annotations

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from signdecoder.analysis.coach_summary import CoachSummary
from signdecoder.core.text import bar, percent, printable, width
from signdecoder.decoder.prediction import HOLD, NOT_ENOUGH, Prediction
from signdecoder.tui.labels import format_verdict, format_waiting, outcome_label
from signdecoder.tui.live.reason import format_reason
from signdecoder.tui.widgets.block_letters import draw_letters

_GAP = 2  # columns between the letters and the percentage
_LEAST = 9  # columns for the percentage
_HINT = "Press each touch's key as the coach gives it."


class Gauge(Widget):
    """Show the verdict, the percentage and what it is of, both experts, and the reason."""

    prediction: reactive[Prediction | None] = reactive(None)
    summary: reactive[CoachSummary | None] = reactive(None)
    play: reactive[str] = reactive("steal")
    n_unread: reactive[int] = reactive(0)  # plays, while there is no summary yet
    n_read: reactive[int] = reactive(0)  # of them
    # Is the prediction of another sequence, or of a log that has changed or is still being read?
    is_stale: reactive[bool] = reactive(False)

    def render(self) -> Content:
        """Draw three lines for the verdict and one for the reason, always in the same place."""
        prediction = self.prediction
        if prediction is None:
            lines = [Content.styled(_HINT, "bold $quiet"), self._bar(0, self.size.width, "$quiet")]
            return Content("\n").join([*lines, Content(""), self._waiting()])
        colour = "$quiet" if self.is_stale else self._colour(prediction)
        verdict, share = self._words(prediction)
        letters = draw_letters(verdict)
        room = self.size.width - _GAP - (width(letters[0]) if letters else 0)
        if letters and room >= max(_LEAST, width(share)):
            gap = " " * _GAP
            left = [Content.styled(row + gap, f"bold {colour}") for row in letters]
        else:
            room, left = self.size.width, [Content("")] * 3
            share = f"{verdict} · {share}"
        right = [
            Content.styled(share, f"bold {colour}").truncate(room, ellipsis=True),
            self._bar(prediction.probability, room, colour),
            Content.styled(self._experts(prediction, room), "$quiet"),
        ]
        lines = [a + b for a, b in zip(left, right, strict=True)]
        return Content("\n").join([*lines, self._reason(prediction)])

    @staticmethod
    def _bar(share: float, room: int, colour: str) -> Content:
        filled = Content.styled(bar(share, max(4, room - 1)), colour)
        return filled + Content.styled("│", "$quiet")

    def _words(self, prediction: Prediction) -> tuple[str, str]:
        """Return the verdict in capitals, and the percentage with what it is of."""
        share = f"{percent(prediction.probability)} {outcome_label(prediction.play)}"
        if other := prediction.other_play:
            name = outcome_label(other)
            return name.upper(), f"{percent(prediction.chances[other])} {name}, {share}"
        return format_verdict(prediction, self.summary.n_plays if self.summary else 0), share

    @staticmethod
    def _colour(prediction: Prediction) -> str:
        if prediction.verdict == prediction.play:
            return "$success"
        return "$warning" if prediction.verdict == HOLD else "$secondary"

    def _waiting(self) -> Content:
        words = format_waiting(self.summary, self.play, self.n_unread, self.n_read)
        return Content.styled(words, "$quiet").truncate(self.size.width, ellipsis=True)

    def _reason(self, prediction: Prediction) -> Content:
        """Why, or what is missing for a verdict."""
        if self.summary is None:
            return self._waiting()
        words = "" if self.is_stale else format_reason(prediction, self.summary)
        if width(words) > self.size.width:
            words = words.partition(". ")[0]
        if words or prediction.verdict != NOT_ENOUGH:
            return Content(words).truncate(self.size.width, ellipsis=True)
        return self._waiting()

    def _experts(self, prediction: Prediction, room: int) -> str:
        """What each expert says, and whether they agree, if there is room."""
        words = f"network {percent(prediction.lstm)} · rules {percent(prediction.rules)}"
        tails = [t for t in (*self._agreement(), "") if width(words + t) <= room]
        return words + tails[0] if tails else ""

    def _agreement(self) -> tuple[str, ...]:
        """Whether both experts name the same key sign, in several lengths, longest first."""
        summary = self.summary
        if summary is None or summary.agree is None or not summary.key_signs:
            return ()
        if summary.agree:
            return f" · same key sign: {printable(summary.key_signs[0].sign)}", " · same key sign"
        return " · different key signs", " · disagree"
