"""How well it has gone: what was said of plays before their outcomes were known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

from signdecoder.core.outcomes import Evidence, evidence_of
from signdecoder.decoder.prediction import Prediction

_LEAST = 1e-6  # no chance is taken for surer than this


@dataclass(frozen=True, slots=True)
class RunningScore:
    """Of the last plays with a verdict and a known outcome: how many, how many came true.

    ``log_loss`` is the mean over all of the last plays with a known outcome, in nats; nan without.
    """

    judged: int
    right: int
    log_loss: float


def score_predictions(said: Sequence[tuple[Prediction, str]], last: int = 20) -> RunningScore:
    """The score of the ``last`` predictions, each with the outcome of its play."""
    known = [
        (prediction, outcome)
        for prediction, outcome in said
        if evidence_of(outcome, prediction.play) is not Evidence.SILENT
    ][-last:]
    judged = [true for p, outcome in known if (true := p.came_true(outcome)) is not None]
    losses = [_loss(p, outcome) for p, outcome in known]
    return RunningScore(
        len(judged), sum(judged), sum(losses) / len(losses) if losses else float("nan")
    )


def _loss(said: Prediction, outcome: str) -> float:
    called = evidence_of(outcome, said.play) is Evidence.CALLED
    chance = said.probability if called else 1 - said.probability
    return -log(max(chance, _LEAST))
