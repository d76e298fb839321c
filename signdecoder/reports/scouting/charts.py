"""The charts of a scouting page, as SVG inside HTML; the page's style sheet sets the colors."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from signdecoder.core.text import round_ticks
from signdecoder.reports.scouting.page import (
    CalibrationBin,
    PrequentialPrediction,
    running_means,
)

WIDTH, HEIGHT = 360, 274
_LEFT, _RIGHT = 40, 8  # margins
_TOP_PANEL = (22.0, 124.0)  # top and bottom of the panel of probabilities
_LOW_PANEL = (162.0, 236.0)  # of the panel of log losses
_SQUARE = (22.0, 236.0)
_LEAST_TOP, _MOST_TOP = 0.8, 2.0  # nats on the axis of the log loss, at least and at most
_BIGGEST = 9.0  # radius of a dot with the most predictions
Scale = Callable[[float], float]


def draw_learning(predictions: Sequence[PrequentialPrediction], changes: Sequence[int]) -> str:
    """Draw the probability given to each outcome, and the running log loss below.

    Parameters
    ----------
    predictions : sequence of PrequentialPrediction
        The predictions, in order.
    changes : sequence of int
        Numbers of the plays, from 1, before which the signs changed.

    Returns
    -------
    str
        The SVG element.
    """
    last = max(2, predictions[-1].play)
    x = _scale(1, last, _LEFT + 4, WIDTH - _RIGHT - 4)
    chance = _scale(0, 1, _TOP_PANEL[1], _TOP_PANEL[0])
    curves = {
        "base": running_means([p.base_loss for p in predictions]),
        "curve": running_means([p.loss for p in predictions]),
    }
    most = min(_MOST_TOP, max(_LEAST_TOP, *(max(values) for values in curves.values())))
    loss = _scale(0, most, _LOW_PANEL[1], _LOW_PANEL[0])
    parts = [
        _text(0, 11, "probability given to the outcome (%)", "title"),
        *_axis(chance, [(0.0, "0"), (0.5, "50"), (1.0, "100")]),
        _text(0, 151, "log loss, mean of the last ten plays (lower is better)", "title"),
        *_axis(loss, [(0.0, "0"), (0.5, "0.5"), *([(1.0, "1")] if most >= 1 else [])]),
        *(_text(x(n), HEIGHT - 20, str(n), "tick middle") for n in round_ticks(last)),
        _text(WIDTH - _RIGHT, HEIGHT - 6, "play", "tick end"),
    ]
    for change in changes:
        at = x(change - 0.5)
        parts.append(_line(at, _TOP_PANEL[0], at, _LOW_PANEL[1], "change"))
        parts.append(_text(at + 3, _TOP_PANEL[1] + 12, "new signs", "tick"))
    for p in predictions:
        right = p.p_called if p.called else 1 - p.p_called
        kind = "called" if p.called else "other"
        parts.append(_dot(x(p.play), chance(right), 3.0 if p.called else 2.4, kind))
    for name, values in curves.items():
        places = [(x(p.play), loss(min(v, most))) for p, v in zip(predictions, values, strict=True)]
        parts.append(_path(places, name))
    return _svg(parts, "Predictions of each play from those before it")


def draw_calibration(bins: Sequence[CalibrationBin]) -> str:
    """Draw how often the play was called against the predicted probability.

    Parameters
    ----------
    bins : sequence of CalibrationBin
        Predictions by size.

    Returns
    -------
    str
        The SVG element; perfect calibration is on its diagonal.
    """
    x = _scale(0, 1, _LEFT + 4, WIDTH - _RIGHT - 14)
    y = _scale(0, 1, _SQUARE[1], _SQUARE[0])
    most = max(b.n_predictions for b in bins)
    parts = [
        _text(0, 11, "how often the play was called (%)", "title"),
        *_axis(y, [(0.0, "0"), (0.5, "50"), (1.0, "100")]),
        *(
            _text(x(at), HEIGHT - 20, name, "tick middle")
            for at, name in ((0.0, "0"), (0.5, "50"), (1.0, "100"))
        ),
        _text(WIDTH - _RIGHT, HEIGHT - 6, "predicted probability (%)", "tick end"),
        _line(x(0), y(0), x(1), y(1), "base"),
    ]
    for b in bins:
        at = x(b.predicted)
        parts.append(_line(at, y(b.low), at, y(b.high), "interval"))
        parts.append(
            _dot(at, y(b.observed), 3 + (_BIGGEST - 3) * (b.n_predictions / most) ** 0.5, "rate")
        )
        beside = -12 if b.predicted > 0.5 else 12
        side = "tick end" if beside < 0 else "tick"
        parts.append(_text(at + beside, y(b.observed) + 3.5, str(b.n_predictions), side))
    return _svg(parts, "Predicted probability against how often the play was called")


def _scale(low: float, high: float, begin: float, end: float) -> Scale:
    return lambda value: begin + (value - low) / (high - low) * (end - begin)


def _axis(scale: Scale, marks: Sequence[tuple[float, str]]) -> list[str]:
    """Draw thin horizontal lines at these values, each with its label."""
    parts = []
    for value, name in marks:
        parts.append(_line(_LEFT, scale(value), WIDTH - _RIGHT, scale(value), "grid"))
        parts.append(_text(_LEFT - 5, scale(value) + 3.5, name, "tick end"))
    return parts


def _svg(parts: Sequence[str], label: str) -> str:
    body = "\n".join(parts)
    return f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{label}">\n{body}\n</svg>'


def _text(x: float, y: float, words: str, kind: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}">{words}</text>'


def _line(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{kind}"/>'


def _dot(x: float, y: float, radius: float, kind: str) -> str:
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" class="{kind}"/>'


def _path(points: Sequence[tuple[float, float]], kind: str) -> str:
    joined = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polyline points="{joined}" class="{kind}"/>'
