"""A scout's page on one coach, as values: what the report knows and the plays that prove it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from math import exp, sqrt
from typing import TYPE_CHECKING

from signdecoder import __version__
from signdecoder.core.names import fold
from signdecoder.core.outcomes import NONE, NOT_STEAL, UNKNOWN, Evidence, evidence_of
from signdecoder.core.play import Play
from signdecoder.reports.coach_report import CoachReport

if TYPE_CHECKING:
    from signdecoder.analysis.deciding_plays import DecidingPlays
    from signdecoder.analysis.holdout import HeldOut
    from signdecoder.decoder.decoder import Decoder

_SILENT = (NONE, UNKNOWN, NOT_STEAL)  # outcomes that no coach calls
_WINDOW = 10  # plays that the running log loss is the mean of
_BINS = 5  # of what was said
_Z = 1.96  # standard errors of a 95% interval
Recall = Callable[[str], "Decoder"]
"""From a play that may be called to the decoder that was asked about it and has read the log."""


@dataclass(frozen=True, slots=True)
class CardLine:
    """A play that the coach calls, how often it was seen, and by which live signal.

    ``rule`` in words, ``call`` the live signal or number, ``key`` its key sign; None where the
    plays bear no rule out.
    """

    outcome: str
    seen: int
    call: str | None = None
    key: str | None = None
    rule: str | None = None
    probability: float | None = None


@dataclass(frozen=True, slots=True)
class PrequentialPrediction:
    """A play whose outcome is known: ``play`` is its number, from 1, ``chance`` what was said.

    ``chance`` is that of the called play, before the outcome was known; ``loss`` is its log loss,
    ``base_loss`` that of the rate so far, in nats.
    """

    play: int
    chance: float
    called: bool
    loss: float
    base_loss: float


@dataclass(frozen=True, slots=True)
class Bin:
    """Predictions of about the same size: how many, their mean, how often the play came.

    ``low`` and ``high`` bound the 95% interval of that rate (Wilson 1927).
    """

    predictions: int
    said: float
    happened: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class ScoutingPage:
    """All that a page on one coach tells. ``plays`` are all of his, in order.

    ``foretold`` are those with a known outcome, each predicted from those before it, and ``score``
    the means over them. ``maker`` names the program and its weights.
    """

    report: CoachReport
    plays: tuple[Play, ...]
    card: tuple[CardLine, ...]
    proof: DecidingPlays | None
    foretold: tuple[PrequentialPrediction, ...]
    score: HeldOut
    bins: tuple[Bin, ...]
    maker: str

    @property
    def games(self) -> int:
        """In how many games he was seen."""
        return len({(fold(p.game), p.date) for p in self.plays})

    @property
    def dates(self) -> tuple[str, str] | None:
        """The first and the last day, as the log writes them; None where it has none."""
        dates = sorted(p.date for p in self.plays if p.date)
        return (dates[0], dates[-1]) if dates else None


def make_scouting_page(
    report: CoachReport,
    decoder: Decoder,
    plays: Sequence[Play],
    changes: Collection[int],
    recall: Recall,
) -> ScoutingPage:
    """The page on a coach whose plays the decoder has read; takes a moment for each play.

    The signs changed, as somebody knows, right before the plays ``changes``, from 0. ``recall``
    gives the decoder of each other play that was seen.
    """
    from signdecoder.analysis.deciding_plays import deciding_plays
    from signdecoder.analysis.holdout import score_in_order

    scores = score_in_order(plays, decoder.play, decoder.weights, changes)
    foretold = _foretell(plays, decoder.play, scores.loss.tolist(), scores.base_loss.tolist())
    return ScoutingPage(
        report,
        tuple(plays),
        _write_card(report, decoder, recall),
        deciding_plays(decoder) if report.finds_rule else None,
        foretold,
        scores.held_out(),
        sort_into_bins([(f.chance, f.called) for f in foretold]),
        f"signdecoder {__version__}, weights {decoder.weights.hash[:12]}",
    )


def _write_card(report: CoachReport, decoder: Decoder, recall: Recall) -> tuple[CardLine, ...]:
    """A line for the called play, then for every other that was seen, the commonest first."""
    others = [o for o in report.seen if o not in (*_SILENT, report.play)]
    others.sort(key=lambda outcome: (-report.seen[outcome], outcome))
    lines = [_card_line(decoder, report.called)]
    return (*lines, *(_card_line(recall(outcome), report.seen[outcome]) for outcome in others))


def _card_line(decoder: Decoder, seen: int) -> CardLine:
    if not decoder.finds_rule:
        return CardLine(decoder.play, seen)
    best = decoder.rules()[0]
    key = " or ".join(dict.fromkeys(best.key_signs)) or None
    return CardLine(decoder.play, seen, best.call, key, best.words, best.probability)


def _foretell(
    plays: Sequence[Play], play: str, losses: Sequence[float], base: Sequence[float]
) -> tuple[PrequentialPrediction, ...]:
    known = [
        (n, evidence is Evidence.CALLED)
        for n, p in enumerate(plays, 1)
        if (evidence := evidence_of(p.outcome, play)) is not Evidence.SILENT
    ]
    return tuple(
        PrequentialPrediction(n, exp(-loss) if called else 1 - exp(-loss), called, loss, base_loss)
        for (n, called), loss, base_loss in zip(known, losses, base, strict=True)
    )


def running_means(values: Sequence[float]) -> list[float]:
    """(N,) for each value, the mean of the last ten up to it, or of those that there are."""
    return [mean(values[max(0, n - _WINDOW) : n]) for n in range(1, len(values) + 1)]


def sort_into_bins(said: Sequence[tuple[float, bool]]) -> tuple[Bin, ...]:
    """What was said, and whether it came, in bins of 20 points; empty ones are left out."""
    groups: list[list[tuple[float, bool]]] = [[] for _ in range(_BINS)]
    for chance, came in said:
        groups[min(_BINS - 1, int(chance * _BINS))].append((chance, came))
    return tuple(_sum_up(group) for group in groups if group)


def _sum_up(group: Sequence[tuple[float, bool]]) -> Bin:
    n = len(group)
    rate = sum(came for _, came in group) / n
    middle = (rate + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
    reach = _Z * sqrt(rate * (1 - rate) / n + _Z**2 / (4 * n**2)) / (1 + _Z**2 / n)
    low, high = max(0.0, middle - reach), min(1.0, middle + reach)
    return Bin(n, mean([chance for chance, _ in group]), rate, low, high)


def mean(values: Sequence[float]) -> float:
    """The mean of some values."""
    return sum(values) / len(values)
