"""The sequence that is being given, each signal tinted by what it weighs."""

from __future__ import annotations

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from signdecoder.core.text import printable, width

_NARROWEST = 5  # columns of a chip's name
_HEAVY = 3.0  # log-odds from which a chip has its full tint
_LIGHT = 0.15  # and below which it has none


class SequenceChips(Widget):
    """The signals in order; under each its weight in log-odds, where it is known."""

    signals: reactive[tuple[str, ...]] = reactive(())
    weights: reactive[tuple[float, ...]] = reactive(())
    hint: reactive[str] = reactive("")

    def show(self, signals: tuple[str, ...], weights: tuple[float, ...] = ()) -> None:
        """Show a sequence, with the weights of as many of its signals as are given."""
        self.signals, self.weights = signals, weights

    def render(self) -> Content:
        """As many of the last rows of chips as there is room for."""
        if not self.signals:
            return Content.styled(self.hint, "$quiet")
        rows: list[tuple[list[Content], list[Content]]] = [([], [])]
        room = 0
        for place, name in enumerate(map(printable, self.signals)):
            wide = max(_NARROWEST, width(name)) + 2
            if room + wide > self.size.width and rows[-1][0]:
                rows.append(([], []))
                room = 0
            room += wide + 1
            weight = self.weights[place] if place < len(self.weights) else None
            names, weights = rows[-1]
            names += [Content.styled(_center(name, wide), _tint(weight)), Content(" ")]
            weights += [Content.styled(_center(_say(weight), wide), "$quiet"), Content(" ")]
        return Content("\n").join(self._lines(rows))

    def _lines(self, rows: list[tuple[list[Content], list[Content]]]) -> list[Content]:
        """The lines of these rows, each of them names and weights."""
        lines = [Content.assemble(*line) for row in rows for line in row]
        return lines[-2 * max(1, self.size.height // 2) :]


def _center(text: str, wide: int) -> str:
    space = max(0, wide - width(text))
    return " " * (space // 2) + text + " " * (space - space // 2)


def _say(weight: float | None) -> str:
    if weight is None:
        return ""
    return "·" if abs(weight) < _LIGHT else f"{weight:+.1f}".replace("-", "−")


def _tint(weight: float | None) -> str:
    """The more it speaks for the called play the greener, against it the redder."""
    if weight is None or abs(weight) < _LIGHT:
        return "$text on $panel"
    strength = round(20 + 60 * min(1.0, abs(weight) / _HEAVY))
    return f"$text on {'$success' if weight > 0 else '$error'} {strength}%"
