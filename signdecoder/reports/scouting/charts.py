"""The pictures of a scout's page, as SVG to stand in HTML: its style sheet gives them colours."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from signdecoder.core.text import round_ticks
from signdecoder.reports.scouting.page import Bin, PrequentialPrediction, running_means

WIDTH, HEIGHT = 360, 274
_LEFT, _RIGHT = 40, 8  # margins
_TOP_PANEL = (22.0, 124.0)  # of the chances: its top and bottom
_LOW_PANEL = (162.0, 236.0)  # of the log loss
_SQUARE = (22.0, 236.0)
_LEAST_TOP, _MOST_TOP = 0.8, 2.0  # nats that the log loss panel shows, at least and at most
_BIGGEST = 9.0  # radius of a dot with the most predictions
Scale = Callable[[float], float]


def draw_learning(foretold: Sequence[PrequentialPrediction], changes: Sequence[int]) -> str:
    """The chance that each play's outcome had been given, and the running log loss below.

    ``changes`` are the plays, from 1, before which the signs changed.
    """
    last = max(2, foretold[-1].play)
    x = _scale(1, last, _LEFT + 4, WIDTH - _RIGHT - 4)
    chance = _scale(0, 1, _TOP_PANEL[1], _TOP_PANEL[0])
    curves = {
        "base": running_means([f.base_loss for f in foretold]),
        "curve": running_means([f.loss for f in foretold]),
    }
    most = min(_MOST_TOP, max(_LEAST_TOP, *(max(values) for values in curves.values())))
    loss = _scale(0, most, _LOW_PANEL[1], _LOW_PANEL[0])
    parts = [
        _text(0, 11, "chance given to what then happened", "title"),
        *_axis(chance, [(0.0, "0"), (0.5, "50"), (1.0, "100%")]),
        _text(0, 151, "log loss, mean of the last ten plays (nats)", "title"),
        *_axis(loss, [(0.0, "0"), (0.5, "0.5"), *([(1.0, "1")] if most >= 1 else [])]),
        *(_text(x(n), HEIGHT - 20, str(n), "tick middle") for n in round_ticks(last)),
        _text(WIDTH - _RIGHT, HEIGHT - 6, "play", "tick end"),
    ]
    for change in changes:
        at = x(change - 0.5)
        parts.append(_line(at, _TOP_PANEL[0], at, _LOW_PANEL[1], "change"))
        parts.append(_text(at + 3, _TOP_PANEL[1] + 12, "signs changed", "tick"))
    for f in foretold:
        right = f.chance if f.called else 1 - f.chance
        kind = "called" if f.called else "other"
        parts.append(_dot(x(f.play), chance(right), 3.0 if f.called else 2.4, kind))
    for name, values in curves.items():
        places = [(x(f.play), loss(min(v, most))) for f, v in zip(foretold, values, strict=True)]
        parts.append(_path(places, name))
    return _svg(parts, "How well each play was foretold from those before it")


def draw_reliability(bins: Sequence[Bin]) -> str:
    """How often the play came, against what was said: on the diagonal all is well."""
    x = _scale(0, 1, _LEFT + 4, WIDTH - _RIGHT - 14)
    y = _scale(0, 1, _SQUARE[1], _SQUARE[0])
    most = max(b.predictions for b in bins)
    parts = [
        _text(0, 11, "how often the play came, when so much was said", "title"),
        *_axis(y, [(0.0, "0"), (0.5, "50"), (1.0, "100%")]),
        *(
            _text(x(at), HEIGHT - 20, name, "tick middle")
            for at, name in ((0.0, "0"), (0.5, "50"), (1.0, "100%"))
        ),
        _text(WIDTH - _RIGHT, HEIGHT - 6, "chance that was said", "tick end"),
        _line(x(0), y(0), x(1), y(1), "base"),
    ]
    for b in bins:
        at = x(b.said)
        parts.append(_line(at, y(b.low), at, y(b.high), "interval"))
        parts.append(
            _dot(at, y(b.happened), 3 + (_BIGGEST - 3) * (b.predictions / most) ** 0.5, "rate")
        )
        beside = -12 if b.said > 0.5 else 12
        side = "tick end" if beside < 0 else "tick"
        parts.append(_text(at + beside, y(b.happened) + 3.5, str(b.predictions), side))
    return _svg(parts, "What was said, against how often the play came")


def _scale(low: float, high: float, begin: float, end: float) -> Scale:
    return lambda value: begin + (value - low) / (high - low) * (end - begin)


def _axis(scale: Scale, marks: Sequence[tuple[float, str]]) -> list[str]:
    """Thin lines across at these heights, each with its name."""
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
