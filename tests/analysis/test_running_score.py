"""The running score, calculated by hand."""

from math import isnan, log

import pytest

from signdecoder.analysis.running_score import score_predictions
from signdecoder.decoder.prediction import Prediction


def said(chance: float, verdict: str) -> Prediction:
    return Prediction(("cap",), "steal", chance, chance, chance, verdict)


def test_a_score_worked_by_hand() -> None:
    score = score_predictions(
        [
            (said(0.9, "steal"), "steal"),
            (said(0.8, "steal"), "bunt"),
            (said(0.1, "hold"), "none"),
            (said(0.5, "not enough plays"), "steal"),
            (said(0.5, "steal"), "unknown"),  # teaches nothing
        ]
    )
    losses = [-log(0.9), -log(0.2), -log(0.9), -log(0.5)]
    assert (score.judged, score.right) == (3, 2)
    assert score.log_loss == pytest.approx(sum(losses) / 4)


def test_only_the_last_predictions_are_scored() -> None:
    old = [(said(0.9, "steal"), "none")] * 5
    new = [(said(0.9, "steal"), "steal")] * 20
    score = score_predictions(old + new)
    assert (score.judged, score.right) == (20, 20)
    assert score.log_loss == pytest.approx(-log(0.9))


def test_without_predictions_the_score_is_empty() -> None:
    score = score_predictions([])
    assert (score.judged, score.right) == (0, 0)
    assert isnan(score.log_loss)
