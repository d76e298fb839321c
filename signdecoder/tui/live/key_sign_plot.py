"""A chart of the key sign's probability over the plays, beside its rivals'."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from textual.app import RenderResult
from textual.content import Content
from textual_plotext import PlotextPlot

from signdecoder.core.text import printable, round_ticks
from signdecoder.session.replay import PastPrediction

_N_CURVES = 3


class KeySignPlot(PlotextPlot):
    """Draw a curve for each signal that was a likely key sign at some time."""

    BORDER_TITLE = "Key sign over time"
    HELP = """\
## Key sign over time

The chart shows how likely each signal was the key sign after every play, in percent. If one curve
falls while another rises, the coach changed their signs. **F8** hides the chart.
"""
    can_focus = True

    def __init__(self, id: str) -> None:
        super().__init__(id=id, classes="-empty")
        self._predictions: Sequence[PastPrediction | None] = ()
        self._drawn: tuple[int, int] | None = None  # number of plays, and of predictions

    def render(self) -> RenderResult:
        """Draw the chart, or say when it appears."""
        if not self._drawn:
            return Content("Chart appears after the first steal")
        return super().render()

    def show(self, predictions: Sequence[PastPrediction | None]) -> None:
        """Draw the curves if there is anything new."""
        self._predictions = predictions
        n_known = sum(prediction is not None for prediction in predictions)
        if self._drawn == (len(predictions), n_known) or not (self.display and n_known):
            return
        self._drawn = (len(predictions), n_known)
        plot = self.plt
        plot.clear_data()
        plot.ylim(0, 100)
        plot.xlim(1, max(2, len(predictions)))
        plot.xticks([float(place) for place in round_ticks(len(predictions))])
        plot.yticks([0, 50, 100])
        for sign in _leaders(predictions):
            places = [n for n, prediction in enumerate(predictions, 1) if prediction is not None]
            heights = [100 * _probability(predictions[n - 1], sign) for n in places]
            if places:
                plot.plot(places, heights, label=printable(sign), marker="braille")
        self.remove_class("-empty")
        self.refresh()

    def on_show(self) -> None:
        """Draw what arrived while the chart was hidden."""
        self.show(self._predictions)

    def redraw(self, predictions: Sequence[PastPrediction | None]) -> None:
        """Draw the curves again in any case."""
        self._drawn = None
        self.show(predictions)


def _leaders(predictions: Sequence[PastPrediction | None]) -> list[str]:
    """Return the signals with the most area under their curves."""
    area: dict[str, float] = defaultdict(float)
    for prediction in predictions:
        if prediction is not None:
            for key in prediction.key_signs[:_N_CURVES]:
                area[key.sign] += key.probability
    return sorted(area, key=lambda sign: -area[sign])[:_N_CURVES]


def _probability(prediction: PastPrediction | None, sign: str) -> float:
    """Return the probability that a signal was the key sign after a play."""
    key_signs = prediction.key_signs if prediction is not None else ()
    return next((key.probability for key in key_signs if key.sign == sign), 0.0)
