"""The prediction for the current sequence: a verdict, a percentage and a bar."""

from __future__ import annotations

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from signdecoder.analysis.coach_summary import CoachSummary
from signdecoder.core.text import bar, percent, printable, width
from signdecoder.decoder.prediction import HOLD, Prediction
from signdecoder.reports.phrases import missed_notes
from signdecoder.tui.labels import format_verdict, format_waiting, outcome_label


class Gauge(Widget):
    """Show the prediction of both experts together, of each, and whether they agree."""

    HELP = """\
## The prediction

The percentage is the probability that the runner goes. The verdict above the bar is **STEAL** or
**HOLD** once the decoder is confident, and otherwise **CAN'T TELL YET**. If another play of the
coach is clearly called, it is named, with its own percentage first.

The line below shows what the network and the rule engine say on their own. If they name different
key signs, wait for more plays.
"""
    prediction: reactive[Prediction | None] = reactive(None)
    summary: reactive[CoachSummary | None] = reactive(None)
    play: reactive[str] = reactive("steal")
    n_unread: reactive[int] = reactive(0)  # plays, while there is no summary yet
    n_read: reactive[int] = reactive(0)  # of them
    # Is the prediction of another sequence, or of a log that has changed or is still being read?
    is_stale: reactive[bool] = reactive(False)

    def render(self) -> Content:
        """Draw three lines, each always in the same place."""
        prediction = self.prediction
        if prediction is None:
            empty = Content.styled(bar(0, self._bar_width) + "│", "$quiet")
            return Content("\n").join([Content(""), empty, self._experts()])
        colour = "$quiet" if self.is_stale else f"bold {self._colour(prediction)}"
        verdict = format_verdict(prediction, self.summary.n_plays if self.summary else 0)
        share = f"· {percent(prediction.probability)} {outcome_label(prediction.play)}"
        if other := prediction.other_play:
            verdict = outcome_label(other).upper()
            share = f"· {percent(prediction.chances[other])}, {share.removeprefix('· ')}"
        spaced = verdict if " " in verdict else " ".join(verdict)
        if width(f"{spaced}  {share}") > self.size.width:
            spaced = verdict
        head = Content.styled(f"{spaced}  {share}", colour)
        filled = Content.styled(bar(prediction.probability, self._bar_width), colour)
        line = Content.assemble(filled, Content.styled("│", "$quiet"))
        return Content("\n").join(
            [head.truncate(self.size.width, ellipsis=True), line, self._experts()]
        )

    @property
    def _bar_width(self) -> int:
        return max(4, self.size.width - 1)

    @staticmethod
    def _colour(prediction: Prediction) -> str:
        if prediction.verdict == prediction.play:
            return "$success"
        return "$warning" if prediction.verdict == HOLD else "$secondary"

    def _experts(self) -> Content:
        """What each expert says, what missed signals mean, or why there is no prediction."""
        prediction = self.prediction
        if prediction is None or (self.is_stale and self.summary is None):
            return Content.styled(self._waiting(), "$quiet")
        if notes := missed_notes(prediction):
            return Content.styled(notes[0], "$quiet").truncate(self.size.width, ellipsis=True)
        words = f"network {percent(prediction.lstm)} · rules {percent(prediction.rules)}"
        room = self.size.width - width(words)
        tail = next((t for t in self._agreement() if width(t) <= room), "")
        return Content.styled(words + tail, "$quiet").truncate(self.size.width, ellipsis=True)

    def _waiting(self) -> str:
        return format_waiting(self.summary, self.play, self.n_unread, self.n_read)

    def _agreement(self) -> tuple[str, ...]:
        """Whether both experts name the same key sign, in several lengths, longest first."""
        summary = self.summary
        if summary is None:
            return ()
        if not summary.n_called:
            return (f" · {format_waiting(summary, self.play)}",)
        if summary.agree is None or not summary.key_signs:
            return ()
        if summary.agree:
            return f" · same key sign: {printable(summary.key_signs[0].sign)}", " · same key sign"
        return " · different key signs", " · disagree"
