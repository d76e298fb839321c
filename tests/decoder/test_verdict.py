"""The verdict: it depends on the probabilities, not on a number of plays."""

from math import log

import numpy as np
import pytest
from numpy.typing import NDArray

from signdecoder.decoder.decoder import Decoder
from signdecoder.decoder.prediction import HOLD, NOT_ENOUGH
from signdecoder.decoder.verdict import (
    choose_verdict,
    expected_accuracy,
    expected_calls_to_crack,
    explained_before,
    explained_uncertainty,
    is_uninformative,
    supported_accuracy,
)
from signdecoder.simulation.named_log import simulate
from tests.support.decoders import WEIGHTS


def probs(*values: float) -> NDArray[np.float64]:
    return np.array(values, np.float64)


CLEAR = probs(0.99, 0.01, 0.01, 0.01)
VAGUE = probs(0.3, 0.31, 0.29, 0.3)


def test_explained_uncertainty_is_relative_mutual_information() -> None:
    # Predictions of 0.9 and 0.1, mean 0.5: entropy 0.325 of 0.693 nats is left.
    left = -(0.9 * log(0.9) + 0.1 * log(0.1)) / log(2)
    assert explained_uncertainty(probs(0.9, 0.1)) == pytest.approx(1 - left, abs=1e-6)
    assert explained_uncertainty(probs(0.3, 0.3)) == pytest.approx(0, abs=1e-6)
    assert explained_uncertainty(probs(1, 0)) == pytest.approx(1, abs=1e-6)


def test_signs_that_explain_nothing_of_20_called_plays_are_uninformative() -> None:
    flat = probs(0.14, 0.15, 0.15, 0.16)  # 0.4225 of 0.4227 nats are left: 0.05%
    assert is_uninformative(flat, n_called=20)
    assert not is_uninformative(flat, n_called=19)
    assert not is_uninformative(CLEAR, n_called=20)


def test_expected_accuracy_is_the_mean_probability_of_the_likelier_answer() -> None:
    assert expected_accuracy(probs(0.9, 0.2)) == pytest.approx(0.85)


@pytest.mark.parametrize(
    ("p", "p_probes", "n_called", "verdict"),
    [
        (0.9, CLEAR, 3, "bunt"),
        (0.1, CLEAR, 3, HOLD),
        (0.6, CLEAR, 3, NOT_ENOUGH),  # not confident about this sequence
        (0.9, CLEAR, 0, NOT_ENOUGH),  # never saw the play
        (0.1, VAGUE, 30, NOT_ENOUGH),  # the signs explain nothing
        (0.9, VAGUE, 5, NOT_ENOUGH),  # 5 x 0.79 nats
        (0.9, VAGUE, 30, "bunt"),  # 30 x 0.79 nats: a rare sign with enough evidence
    ],
)
def test_the_verdict_depends_on_probability_probes_and_called_plays(
    p: float, p_probes: NDArray[np.float64], n_called: int, verdict: str
) -> None:
    explained = explained_uncertainty(p_probes)
    assert choose_verdict(p, "bunt", p_probes, n_called, explained) == verdict


def test_more_uncertainty_takes_more_called_plays() -> None:
    assert [expected_calls_to_crack(bits, 5) for bits in (0.1, 2.6, 5.2, 7.8)] == [1, 1, 2, 3]


def test_promises_are_held_against_sure_predictions_of_the_last_plays() -> None:
    called = np.array([True, False] * 10)
    sure = np.where(called, 0.97, 0.02)
    assert supported_accuracy(sure, called) > 0.99
    assert supported_accuracy(np.full(20, 0.6), called) == 1, "nothing was said for sure"
    assert supported_accuracy(sure, np.roll(called, 1)) < 0.2
    failed_long_ago = np.concatenate([np.full(30, 0.97), sure])
    outcomes = np.concatenate([np.zeros(30, np.bool_), called])
    assert supported_accuracy(failed_long_ago, outcomes) > 0.99


def test_whole_plays_tell_what_the_signs_explain() -> None:
    called = np.array([True, False, False] * 8)
    assert explained_before(np.where(called, 0.95, 0.02), called) > 0.8
    assert explained_before(np.full(24, 1 / 3), called) == pytest.approx(0, abs=1e-6)
    assert explained_before(np.where(called, 0.05, 0.9), called) < 0
    few = called & (np.arange(24) < 6)
    assert explained_before(np.where(few, 0.95, 0.02), few) == 0, "two called plays are too few"


def test_no_number_of_plays_is_promised_that_did_not_come_true_before() -> None:
    assert [expected_calls_to_crack(0.1, n_called) for n_called in (11, 12, 60)] == [1, None, None]
    for seed in (3, 7):  # signs that say nothing; a chance pattern explains much of both logs
        decoder = Decoder(weights=WEIGHTS)
        decoder.observe_many(simulate(40, seed, family="null").plays)
        assert decoder.n_called >= 12
        assert not decoder.cracked
        assert decoder.expected_calls_to_crack() is None
