"""How the key sign emerged: its probability over the plays, beside its rivals'."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from textual.app import RenderResult
from textual.content import Content
from textual_plotext import PlotextPlot

from signdecoder.core.text import printable, round_ticks
from signdecoder.session.replay import PastPrediction

_CURVES = 3


class KeySignPlot(PlotextPlot):
    """A curve for each of the signals that led, or nearly, at some time."""

    BORDER_TITLE = "How the key sign emerged"
    HELP = """\
## How the key sign emerged

For the signals that were ever likely, the chance of each to be the key sign after every play. A
curve that rises late, and another that falls, is a change of signs. **F8** folds it away.
"""
    can_focus = True

    def __init__(self, id: str) -> None:
        super().__init__(id=id, classes="-empty")
        self._points: Sequence[PastPrediction | None] = ()
        self._drawn: tuple[int, int] | None = None

    def render(self) -> RenderResult:
        """The plot, or what will come in its place."""
        if not self._drawn:
            return Content("After the first plays a curve for each likely signal comes here.")
        return super().render()

    def show(self, points: Sequence[PastPrediction | None]) -> None:
        """Draw the curves of these points, where anything is new."""
        self._points = points
        known = sum(point is not None for point in points)
        if self._drawn == (len(points), known) or not (self.display and known):
            return
        self._drawn = (len(points), known)
        plot = self.plt
        plot.clear_data()
        plot.ylim(0, 100)
        plot.xlim(1, max(2, len(points)))
        plot.xticks([float(place) for place in round_ticks(len(points))])
        plot.yticks([0, 50, 100])
        for sign in _leaders(points):
            places = [n for n, point in enumerate(points, 1) if point is not None]
            heights = [100 * _chance(points[n - 1], sign) for n in places]
            if places:
                plot.plot(places, heights, label=printable(sign), marker="braille")
        self.remove_class("-empty")
        self.refresh()

    def on_show(self) -> None:
        """Draw what came while there was no room for it."""
        self.show(self._points)

    def redraw(self, points: Sequence[PastPrediction | None]) -> None:
        """Draw anew, whatever was drawn."""
        self._drawn = None
        self.show(points)


def _leaders(points: Sequence[PastPrediction | None]) -> list[str]:
    """The signals with the most area under their curves."""
    area: dict[str, float] = defaultdict(float)
    for point in points:
        if point is not None:
            for key in point.key_signs[:_CURVES]:
                area[key.sign] += key.probability
    return sorted(area, key=lambda sign: -area[sign])[:_CURVES]


def _chance(point: PastPrediction | None, sign: str) -> float:
    found = point.key_signs if point is not None else ()
    return next((key.probability for key in found if key.sign == sign), 0.0)
