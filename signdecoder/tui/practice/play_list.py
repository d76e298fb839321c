"""The plays of a round so far, newest first: what he gave, what both said, what came."""

from __future__ import annotations

from textwrap import wrap

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from signdecoder.core.outcomes import STEAL
from signdecoder.practice.match import Match
from signdecoder.tui.labels import fixed_percent, outcome_words

_NUMBER, _SAID, _CAME = 4, 8, 12  # columns
_LEAST = 24  # columns that the signals keep; where there are fewer, what was said gives way


class RoundPlayList(VerticalScroll):
    """A play a row; every signal of it is shown, and the one that is named stands out."""

    BORDER_TITLE = "His plays"
    HELP = """\
## His plays

Newest first: what he gave, what you and the decoder said (the chance of a steal), what came. The
steals stand out, and so does the signal that you named. **F3** shows the steals alone: what do they
have in common, in which order, that the others lack?
"""

    def compose(self) -> ComposeResult:
        """The rows, which scroll."""
        yield Rows()

    def show(self, contest: Match | None, *, steals: bool) -> None:
        """Show the plays that were told, or the steals among them."""
        rows = self.query_one(Rows)
        rows.steals, rows.contest = steals, contest
        self.border_title = "His steals" if steals else self.BORDER_TITLE
        self.border_subtitle = "you · decoder · what came" if self.size.width >= 60 else ""


class Rows(Widget):
    """The rows themselves, as high as they need."""

    contest: reactive[Match | None] = reactive(None, layout=True)
    steals: reactive[bool] = reactive(False, layout=True)

    def render(self) -> Content:
        """Each play's lines, the newest play first."""
        contest = self.contest
        if contest is None or not contest.played:
            return Content.styled("What he gave and what came of it: here.", "$secondary")
        places = [
            n
            for n in reversed(range(contest.played))
            if not self.steals or contest.round.plays[n].outcome == STEAL
        ]
        if not places:
            return Content.styled("No steal yet.", "$secondary")
        return Content("\n").join(line for n in places for line in self._lines(contest, n))

    def _lines(self, contest: Match, n: int) -> list[Content]:
        play = contest.round.plays[n]
        room = self.size.width - _NUMBER - _CAME
        says = ""
        if room - 2 * _SAID >= _LEAST:
            room -= 2 * _SAID
            belief = contest.beliefs[n].probability if n < len(contest.beliefs) else None
            said = fixed_percent(belief) if belief is not None else "—"
            says = f"{fixed_percent(contest.guesses[n]):>{_SAID}}{said:>{_SAID}}"
        colour = "$success" if play.outcome == STEAL else ""
        came = Content.styled(f"  {outcome_words(play.outcome):<{_CAME - 2}}", colour)
        lines = []
        for place, text in enumerate(wrap(" ".join(play.signals), max(8, room))):
            number = f"{n + 1:>{_NUMBER - 1}} " if place == 0 else " " * _NUMBER
            signals = [
                Content.styled(name, "bold $accent" if name == contest.key else colour)
                for name in text.split()
            ]
            parts = [Content.styled(number, "$secondary"), Content(" ").join(signals)]
            if place == 0:
                space = Content(" " * (room - len(text)))
                parts += [space, Content.styled(says, "$secondary"), came]
            lines.append(Content.assemble(*parts))
        return lines
