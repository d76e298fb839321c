"""The plays of a round so far, newest first: sequence, both predictions, outcome."""

from __future__ import annotations

from textwrap import wrap

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from signdecoder.core.outcomes import STEAL
from signdecoder.practice.match import Match
from signdecoder.tui.labels import fixed_percent, outcome_label

_NUMBER, _PREDICTION, _OUTCOME = 4, 8, 12  # columns
_MIN_SIGNALS = 24  # columns of the signals; with fewer, the predictions are left out


class RoundPlayList(VerticalScroll):
    """Show one play per row with all its signals. The key sign you named is highlighted."""

    BORDER_TITLE = "Plays"
    HELP = """\
## Plays

Newest first: the sequence, your guess and the decoder's prediction (percent steal), and the
outcome. Steals are highlighted, and so is the key sign you named. **F3** shows only the steals:
what do they have in common that the other plays lack? Mind the order of the signals.
"""

    def compose(self) -> ComposeResult:
        """Lay out the rows, which scroll."""
        yield Rows()

    def show(self, match: Match | None, *, steals_only: bool) -> None:
        """Show the plays so far, or only the steals."""
        rows = self.query_one(Rows)
        rows.steals_only, rows.match = steals_only, match
        self.border_title = "Steals" if steals_only else self.BORDER_TITLE
        self.border_subtitle = "you · decoder · outcome" if self.size.width >= 60 else ""


class Rows(Widget):
    """The rows, as high as they need to be."""

    match: reactive[Match | None] = reactive(None, layout=True)
    steals_only: reactive[bool] = reactive(False, layout=True)

    def render(self) -> Content:
        """Draw the plays, newest first."""
        match = self.match
        if match is None or not match.played:
            return Content.styled("Each play appears here with its outcome.", "$secondary")
        places = [
            n
            for n in reversed(range(match.played))
            if not self.steals_only or match.round.plays[n].outcome == STEAL
        ]
        if not places:
            return Content.styled("No steal yet.", "$secondary")
        return Content("\n").join(line for n in places for line in self._lines(match, n))

    def _lines(self, match: Match, n: int) -> list[Content]:
        """The lines of one play."""
        play = match.round.plays[n]
        room = self.size.width - _NUMBER - _OUTCOME
        shares = ""
        if room - 2 * _PREDICTION >= _MIN_SIGNALS:
            room -= 2 * _PREDICTION
            probability = match.views[n].probability if n < len(match.views) else None
            predicted = fixed_percent(probability) if probability is not None else "—"
            shares = f"{fixed_percent(match.guesses[n]):>{_PREDICTION}}{predicted:>{_PREDICTION}}"
        colour = "$success" if play.outcome == STEAL else ""
        outcome = Content.styled(f"  {outcome_label(play.outcome):<{_OUTCOME - 2}}", colour)
        lines = []
        for place, text in enumerate(wrap(" ".join(play.signals), max(8, room))):
            number = f"{n + 1:>{_NUMBER - 1}} " if place == 0 else " " * _NUMBER
            signals = [
                Content.styled(name, "bold $accent" if name == match.key else colour)
                for name in text.split()
            ]
            parts = [Content.styled(number, "$secondary"), Content(" ").join(signals)]
            if place == 0:
                space = Content(" " * (room - len(text)))
                parts += [space, Content.styled(shares, "$secondary"), outcome]
            lines.append(Content.assemble(*parts))
        return lines
