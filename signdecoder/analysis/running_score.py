"""How good the last predictions were, each made before its outcome was known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

from signdecoder.core.outcomes import Evidence
from signdecoder.decoder.prediction import Prediction

_LEAST = 1e-6  # probabilities are clipped to this before their log is taken


@dataclass(frozen=True, slots=True)
class RunningScore:
    """The score of the last predictions.

    Attributes
    ----------
    judged : int
        How many had a verdict and a known outcome.
    right : int
        How many of those verdicts were right.
    log_loss : float
        The mean log loss in nats over all with a known outcome; nan if there is none.
    """

    judged: int
    right: int
    log_loss: float


def score_predictions(
    predictions: Sequence[tuple[Prediction, str]], last: int = 20
) -> RunningScore:
    """Score the last predictions.

    Parameters
    ----------
    predictions : sequence of (Prediction, str)
        Each prediction with the outcome of its play.
    last : int, optional
        How many predictions with a known outcome to score.

    Returns
    -------
    RunningScore
        The score.
    """
    known = [
        (prediction, outcome)
        for prediction, outcome in predictions
        if prediction.evidence(outcome) is not Evidence.SILENT
    ][-last:]
    judged = [true for p, outcome in known if (true := p.came_true(outcome)) is not None]
    losses = [_log_loss(p, outcome) for p, outcome in known]
    return RunningScore(
        len(judged), sum(judged), sum(losses) / len(losses) if losses else float("nan")
    )


def _log_loss(prediction: Prediction, outcome: str) -> float:
    called = prediction.evidence(outcome) is Evidence.CALLED
    p = prediction.probability if called else 1 - prediction.probability
    return -log(max(p, _LEAST))
