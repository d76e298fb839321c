"""The key signs ranked, and the rule in words."""

from __future__ import annotations

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from signdecoder.analysis.coach_summary import CoachSummary
from signdecoder.core.text import bar, printable, width
from signdecoder.decoder.prediction import KeySign
from signdecoder.tui.labels import behind_words, fixed_percent, rule_words

_NAME = 10  # columns of a name
# How many signals are shown, by the least lines that there are for it.
_MOST = {12: 6, 9: 3, 0: 1}


class KeySignPanel(Widget):
    """Which signal is the key sign, how likely each is, and what rule that makes."""

    BORDER_TITLE = "Key sign"
    HELP = """\
## The key sign

The signal that makes the coach's signs live, by the chance of each to be it; then the likeliest
rule in words and its nearest rival. **Cracked** means that at least 95% of his sequences would be
read right, by what is known.

**F4** tells the decoder that the signs changed here.
"""
    standing: reactive[CoachSummary | None] = reactive(None)
    catching_up: reactive[bool] = reactive(False)

    def render(self) -> Content:
        """The bars, the rule, and what is behind them."""
        standing = self.standing
        if standing is None or not standing.n_called:
            return Content.styled(self._empty(standing), "$quiet")
        most = next(shown for least, shown in _MOST.items() if self.size.height >= least)
        lines = [self._line(key, best=n == 0) for n, key in enumerate(standing.key_signs[:most])]
        rule, rival = rule_words(standing)
        rule = rule or "No rule stands out yet."
        behind = "reading the plays again …" if self.catching_up else behind_words(standing)
        lines += [Content.styled(behind, "$accent"), *[Content("")] * (most > 1), Content(rule)]
        lines += [Content.styled(rival, "$quiet")] if rival else []
        lines += [Content.styled(printable(note), "$warning") for note in standing.notes]
        return Content("\n").join(lines)

    @staticmethod
    def _empty(standing: CoachSummary | None) -> str:
        if standing is None:
            return "reading the plays …"
        return (
            "No play that was called has been seen yet.\n\n"
            "Give what the coach touches, Enter, and what the team then did. After the first called"
            " play this panel ranks the signals; ten or so often tell the rule."
        )

    def _line(self, key: KeySign, *, best: bool) -> Content:
        name = printable(key.sign)
        if width(name) > _NAME:
            name = f"{name[: _NAME - 1]}…"
        wide = max(4, self.size.width - _NAME - 7)
        return Content.assemble(
            Content.styled(name + " " * max(0, _NAME - width(name)), "bold" if best else ""),
            " ",
            Content.styled(bar(key.probability, wide), "$accent" if best else "$secondary"),
            Content.styled(f" {fixed_percent(key.probability)}", "bold" if best else ""),
        )
