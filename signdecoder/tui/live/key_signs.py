"""The panel of the likeliest key signs and the likeliest rule."""

from __future__ import annotations

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from signdecoder.analysis.coach_summary import CoachSummary
from signdecoder.core.text import bar, printable, width
from signdecoder.decoder.prediction import KeySign
from signdecoder.tui.labels import (
    fixed_percent,
    format_reading,
    format_rules,
    format_tally_line,
    outcome_label,
)

_NAME = 10  # columns of a name
# How many signals are shown, by the least height of the panel.
_N_SHOWN = {12: 6, 9: 3, 0: 1}


class KeySignPanel(Widget):
    """Show how likely each signal is the key sign, and the likeliest rule."""

    BORDER_TITLE = "Key sign"
    HELP = """\
## The key sign

The key sign is the touch that makes the others count. The percentage is the probability that a
signal is the key sign. Below it are the likeliest rule and its closest rival. **Cracked** means
that the decoder is expected to read at least 95% of this coach's sequences correctly.

Press **F4** if you notice that they changed their signs.
"""
    summary: reactive[CoachSummary | None] = reactive(None)
    is_replaying: reactive[bool] = reactive(False)
    play: reactive[str] = reactive("steal")
    n_unread: reactive[int] = reactive(0)  # plays, while there is no summary yet
    n_read: reactive[int] = reactive(0)  # of them

    def render(self) -> Content:
        """Draw the bars, the rule, and how many plays they are based on."""
        summary = self.summary
        if summary is None or not summary.n_called:
            return Content.styled(self._empty(summary), "$quiet")
        n_shown = next(shown for least, shown in _N_SHOWN.items() if self.size.height >= least)
        lines = [self._line(key, best=n == 0) for n, key in enumerate(summary.key_signs[:n_shown])]
        rule, rival = format_rules(summary)
        tally = "Reading the plays again …" if self.is_replaying else format_tally_line(summary)
        lines += [Content.styled(tally, "$accent"), *[Content("")] * (n_shown > 1)]
        lines.append(Content(rule or "No rule fits the plays yet."))
        lines += [Content.styled(rival, "$quiet")] if rival else []
        lines += [Content.styled(printable(note), "$warning") for note in summary.notes]
        return Content("\n").join(lines)

    def _empty(self, summary: CoachSummary | None) -> str:
        """What to say before there is a key sign to show."""
        if summary is None:
            return format_reading(self.n_unread, self.n_read)
        name = outcome_label(self.play)
        return (
            f"No {name} logged yet.\n\n"
            f"Log each play: touches, Enter, what happened. After the first {name} the likely key"
            " sign shows here; the rule usually takes about ten plays."
        )

    def _line(self, key: KeySign, *, best: bool) -> Content:
        """A signal with its bar and its percentage."""
        name = printable(key.sign)
        if width(name) > _NAME:
            name = f"{name[: _NAME - 1]}…"
        room = max(4, self.size.width - _NAME - 7)
        return Content.assemble(
            Content.styled(name + " " * max(0, _NAME - width(name)), "bold" if best else ""),
            " ",
            Content.styled(bar(key.probability, room), "$accent" if best else "$secondary"),
            Content.styled(f" {fixed_percent(key.probability)}", "bold" if best else ""),
        )
