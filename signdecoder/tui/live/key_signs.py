"""What is known of the coach: key signs, rule, sign card and the last verdicts."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from signdecoder.analysis.coach_summary import CoachSummary
from signdecoder.core.play import Play
from signdecoder.core.text import bar, cut, percent, printable, width
from signdecoder.decoder.prediction import KeySign
from signdecoder.session.events import BeliefUpdated
from signdecoder.session.replay import PastPrediction
from signdecoder.tui.labels import (
    fixed_percent,
    format_mark,
    format_reading,
    format_rules,
    format_tally_line,
    outcome_label,
)

_NAME = 10  # columns of a name
_N_SIGNS, _N_MARKS = 6, 40  # key signs and verdicts that are shown
_LEVELS = "▁▂▃▄▅▆▇█"
_MARK_STYLES = {"✓": "$success", "✗": "$error", "·": "$quiet"}


class KeySignPanel(Widget):
    """Show the likeliest key signs over time, the rule and its rival, and the last verdicts."""

    belief: reactive[BeliefUpdated | None] = reactive(None)
    plays: reactive[Sequence[Play]] = reactive(())
    is_replaying: reactive[bool] = reactive(False)
    play: reactive[str] = reactive("steal")
    n_unread: reactive[int] = reactive(0)  # plays, while there is no belief yet
    n_read: reactive[int] = reactive(0)  # of them

    def render(self) -> Content:
        """Draw one line if there is room for no more, else a section for each."""
        wide = self.size.width
        lines = self._one_line() if self.size.height < 2 else self._sections()
        return Content("\n").join([line.truncate(wide, ellipsis=True) for line in lines])

    def _one_line(self) -> list[Content]:
        """The key sign and the rule, in one line."""
        summary = self.belief.summary if self.belief else None
        if summary is None or not summary.n_called:
            return [Content.styled(self._empty(summary).partition("\n")[0], "$quiet")]
        rule, _ = format_rules(summary)
        key = summary.key_signs[0] if summary.key_signs else None
        style = "$quiet" if self.is_replaying else ""
        parts = [Content.styled("KEY ", "$quiet")]
        if key is not None:
            words = f"{printable(key.sign)} {percent(key.probability)}"
            parts.append(Content.styled(words, style or "bold $accent"))
        if self.is_replaying:
            parts.append(Content.styled("  Reading the plays again …", "$quiet"))
        else:
            parts.append(Content.styled(f"  {rule or format_tally_line(summary)}", style))
        return [Content.assemble(*parts)]

    def _sections(self) -> list[Content]:
        belief = self.belief
        summary = belief.summary if belief else None
        if belief is None or summary is None or not summary.n_called:
            return [Content.styled(line, "$quiet") for line in self._wrap(self._empty(summary))]
        rule, rival = format_rules(summary)
        known = "" if not self.is_replaying else "$quiet"  # what is shown is of the old log
        lines = [_head("KEY SIGN", "over time" if belief.past_predictions else "")]
        lines += [self._key_line(key, belief) for key in summary.key_signs[:_N_SIGNS]]
        lines += [Content(""), _head("RULE")]
        for line in self._wrap(rule or "No rule fits the plays yet."):
            lines.append(Content.styled(line, known))
        if rule:
            share = bar(summary.rules[0].probability, max(4, self.size.width - 2))
            lines.append(Content.styled(share, known))
        lines += [Content.styled(line, "$quiet") for line in self._wrap(rival)]
        lines += [Content(""), _head(f"LAST {_N_MARKS}")]
        lines += self._marks(belief)
        tally = "Reading the plays again …" if self.is_replaying else format_tally_line(summary)
        lines += [Content(""), *map(Content, self._wrap(tally))]
        for note in summary.notes:
            lines += [Content.styled(line, "$quiet") for line in self._wrap(printable(note))]
        return lines

    def _empty(self, summary: CoachSummary | None) -> str:
        """What to say before there is a key sign to show."""
        if summary is None:
            return format_reading(self.n_unread, self.n_read)
        name = outcome_label(self.play)
        return (
            f"No {name} logged yet.\n\n"
            f"Log each play: the touches, then what happened. After the first {name} the likely"
            " key sign shows here; the rule usually takes about ten plays."
        )

    def _key_line(self, key: KeySign, belief: BeliefUpdated) -> Content:
        """A signal, how likely it was the key sign over time, and how likely it is now."""
        best = key is belief.summary.key_signs[0]
        name = cut(printable(key.sign), _NAME)
        room = max(4, self.size.width - _NAME - 7)
        curve = _sparkline(belief.past_predictions, key, room)
        style = "$quiet" if self.is_replaying else "bold $accent" if best else ""
        return Content.assemble(
            Content.styled(name + " " * (_NAME - width(name) + 1), style),
            Content.styled(curve, "$accent" if best else "$quiet"),
            Content.styled(f" {fixed_percent(key.probability)}", style),
        )

    def _marks(self, belief: BeliefUpdated) -> list[Content]:
        """The last verdicts: right, wrong or none."""
        pairs = zip(belief.past_predictions, self.plays, strict=False)
        marks = [format_mark(p.prediction, play.outcome) if p else " " for p, play in pairs]
        marks = marks[-_N_MARKS:]
        room = max(1, self.size.width - 1)
        rows = [marks[at : at + room] for at in range(0, len(marks), room)]
        return [
            Content.assemble(*[Content.styled(m, _MARK_STYLES.get(m, "")) for m in row])
            for row in rows
        ]

    def _wrap(self, text: str) -> list[str]:
        """Break a text into lines that fit."""
        lines = []
        for paragraph in text.split("\n"):
            line = ""
            for word in paragraph.split(" "):
                if line and width(line) + 1 + width(word) > self.size.width - 1:
                    lines.append(line)
                    line = word
                else:
                    line = f"{line} {word}" if line else word
            lines.append(line)
        return lines if text else []


def _head(title: str, note: str = "") -> Content:
    parts = [Content.styled(title, "bold $quiet")]
    return Content.assemble(*parts, Content.styled(f"  {note}", "$quiet") if note else "")


def _sparkline(predictions: Sequence[PastPrediction | None], key: KeySign, room: int) -> str:
    """Draw how likely a signal was the key sign after each play, the last one at the right."""
    known = [p.key_signs for p in predictions if p is not None]
    step = max(1, -(-len(known) // room))
    values = [
        next((k.probability for k in keys if k.sign == key.sign), 0.0) for keys in known[::-step]
    ][::-1]
    return "".join(_LEVELS[min(7, int(8 * value))] for value in values).rjust(room)
