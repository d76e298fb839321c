"""The scouting page of one coach, as a value: the report and the plays that support it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, sqrt
from typing import TYPE_CHECKING

from signdecoder import __version__
from signdecoder.core.evidence import evidence_in
from signdecoder.core.names import fold
from signdecoder.core.outcomes import Evidence
from signdecoder.core.play import Play
from signdecoder.reports.coach_report import CoachReport

if TYPE_CHECKING:
    from signdecoder.analysis.coach_summary import CoachSummary
    from signdecoder.analysis.deciding_plays import DecidingPlays
    from signdecoder.analysis.holdout import HeldOut
    from signdecoder.decoder.decoder import Decoder

_WINDOW = 10  # plays in a running mean of the log loss
_BINS = 5  # of predicted probabilities
_Z = 1.96  # standard errors of a 95% interval


@dataclass(frozen=True, slots=True)
class PrequentialPrediction:
    """A play with a known outcome, predicted from the plays before it.

    Attributes
    ----------
    play : int
        The number of the play, from 1.
    p_called : float
        The predicted probability of the called play.
    called : bool
        Whether it was called.
    loss, base_loss : float
        Log loss of the decoder and of the rate so far, in nats.
    """

    play: int
    p_called: float
    called: bool
    loss: float
    base_loss: float


@dataclass(frozen=True, slots=True)
class CalibrationBin:
    """Predictions of similar size, compared with what happened.

    Attributes
    ----------
    n_predictions : int
        How many predictions there are.
    predicted : float
        Their mean.
    observed : float
        The share of called plays.
    low, high : float
        The 95% interval of that share (Wilson 1927).
    """

    n_predictions: int
    predicted: float
    observed: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class ScoutingPage:
    """Everything on one coach's page.

    Attributes
    ----------
    report : CoachReport
        The report on the coach.
    plays : tuple of Play
        All plays of the coach, in order.
    deciding : DecidingPlays or None
        The plays that support the rule; None without a rule.
    predictions : tuple of PrequentialPrediction
        Each play with a known outcome, predicted from those before it.
    score : HeldOut
        The mean scores of those predictions.
    bins : tuple of CalibrationBin
        The predictions by size.
    made_by : str
        The version of the program and its weights.
    """

    report: CoachReport
    plays: tuple[Play, ...]
    deciding: DecidingPlays | None
    predictions: tuple[PrequentialPrediction, ...]
    score: HeldOut
    bins: tuple[CalibrationBin, ...]
    made_by: str

    @property
    def summary(self) -> CoachSummary:
        """What the decoder knows of the coach."""
        return self.report.summary

    @property
    def n_games(self) -> int:
        """The number of games with this coach."""
        return len({(fold(p.game), p.date) for p in self.plays})

    @property
    def dates(self) -> tuple[str, str] | None:
        """The first and the last day in the log; None if it has no dates."""
        dates = sorted(p.date for p in self.plays if p.date)
        return (dates[0], dates[-1]) if dates else None


def make_scouting_page(
    report: CoachReport,
    decoder: Decoder,
    plays: Sequence[Play],
) -> ScoutingPage:
    """Make the page on a coach.

    Parameters
    ----------
    report : CoachReport
        The report on the coach.
    decoder : Decoder
        The decoder that has read the plays.
    plays : sequence of Play
        The coach's plays, in order.

    Returns
    -------
    ScoutingPage
        The page.
    """
    from signdecoder.analysis.deciding_plays import deciding_plays
    from signdecoder.analysis.holdout import score_in_order

    scores = score_in_order(decoder, plays)
    predictions = _collect(plays, decoder, scores.loss.tolist(), scores.base_loss.tolist())
    return ScoutingPage(
        report,
        tuple(plays),
        deciding_plays(decoder) if report.summary.has_rule else None,
        predictions,
        scores.held_out(),
        calibration_bins([(p.p_called, p.called) for p in predictions]),
        f"signdecoder {__version__}, weights {decoder.weights.hash[:12]}",
    )


def _collect(
    plays: Sequence[Play], decoder: Decoder, losses: Sequence[float], base: Sequence[float]
) -> tuple[PrequentialPrediction, ...]:
    known = [
        (n, evidence is Evidence.CALLED)
        for n, p in enumerate(plays, 1)
        if (evidence := evidence_in(p, decoder.play, decoder.same_plays)) is not Evidence.SILENT
    ]
    return tuple(
        PrequentialPrediction(n, exp(-loss) if called else 1 - exp(-loss), called, loss, base_loss)
        for (n, called), loss, base_loss in zip(known, losses, base, strict=True)
    )


def running_means(values: Sequence[float]) -> list[float]:
    """Return the mean of the last ten values up to each value.

    Parameters
    ----------
    values : sequence of float, shape (N,)
        The values.

    Returns
    -------
    list of float, shape (N,)
        The running means; the first are of fewer values.
    """
    return [mean(values[max(0, n - _WINDOW) : n]) for n in range(1, len(values) + 1)]


def calibration_bins(predictions: Sequence[tuple[float, bool]]) -> tuple[CalibrationBin, ...]:
    """Sort predictions into bins 20 points wide.

    Parameters
    ----------
    predictions : sequence of (float, bool)
        Predicted probabilities, and whether the play was called.

    Returns
    -------
    tuple of CalibrationBin
        The bins that have predictions, lowest first.
    """
    groups: list[list[tuple[float, bool]]] = [[] for _ in range(_BINS)]
    for p_called, called in predictions:
        groups[min(_BINS - 1, int(p_called * _BINS))].append((p_called, called))
    return tuple(_make_bin(group) for group in groups if group)


def _make_bin(group: Sequence[tuple[float, bool]]) -> CalibrationBin:
    n = len(group)
    rate = sum(called for _, called in group) / n
    middle = (rate + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
    reach = _Z * sqrt(rate * (1 - rate) / n + _Z**2 / (4 * n**2)) / (1 + _Z**2 / n)
    low, high = max(0.0, middle - reach), min(1.0, middle + reach)
    return CalibrationBin(n, mean([p_called for p_called, _ in group]), rate, low, high)


def mean(values: Sequence[float]) -> float:
    """Return the mean of some values.

    Parameters
    ----------
    values : sequence of float
        One value or more.

    Returns
    -------
    float
        Their mean.
    """
    return sum(values) / len(values)
