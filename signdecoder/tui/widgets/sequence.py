"""The current sequence, each signal colored by its weight in the prediction."""

from __future__ import annotations

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from signdecoder.core.text import printable, width

_MIN_NAME = 5  # columns of a signal's name
_FULL_TINT = 3.0  # log-odds from which a signal is fully colored
_NO_TINT = 0.15  # log-odds below which it is not colored


class SequenceChips(Widget):
    """Show the signals in order, with their weights in log-odds below, once they are known."""

    signals: reactive[tuple[str, ...]] = reactive(())
    weights: reactive[tuple[float, ...]] = reactive(())
    hint: reactive[str] = reactive("")

    def show(self, signals: tuple[str, ...], weights: tuple[float, ...] = ()) -> None:
        """Show a sequence, and the weights of its first signals if they are known."""
        self.signals, self.weights = signals, weights

    def render(self) -> Content:
        """Draw the last rows of signals that fit."""
        if not self.signals:
            return Content.styled(self.hint, "$quiet")
        rows: list[tuple[list[Content], list[Content]]] = [([], [])]
        room = 0
        for place, name in enumerate(map(printable, self.signals)):
            wide = max(_MIN_NAME, width(name)) + 2
            if room + wide > self.size.width and rows[-1][0]:
                rows.append(([], []))
                room = 0
            room += wide + 1
            weight = self.weights[place] if place < len(self.weights) else None
            names, weights = rows[-1]
            names += [Content.styled(_center(name, wide), _tint(weight)), Content(" ")]
            weights += [Content.styled(_center(_format(weight), wide), "$quiet"), Content(" ")]
        return Content("\n").join(self._lines(rows))

    def _lines(self, rows: list[tuple[list[Content], list[Content]]]) -> list[Content]:
        """Return two lines for each row: names and weights."""
        lines = [Content.assemble(*line) for row in rows for line in row]
        return lines[-2 * max(1, self.size.height // 2) :]


def _center(text: str, wide: int) -> str:
    space = max(0, wide - width(text))
    return " " * (space // 2) + text + " " * (space - space // 2)


def _format(weight: float | None) -> str:
    if weight is None:
        return ""
    return "·" if abs(weight) < _NO_TINT else f"{weight:+.1f}".replace("-", "−")


def _tint(weight: float | None) -> str:
    """Return a style: the greener, the more it supports the called play; red means against."""
    if weight is None or abs(weight) < _NO_TINT:
        return "$text on $panel"
    strength = round(20 + 60 * min(1.0, abs(weight) / _FULL_TINT))
    return f"$text on {'$success' if weight > 0 else '$error'} {strength}%"
