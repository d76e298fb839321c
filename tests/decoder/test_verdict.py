"""When a verdict is given: from what the belief says of itself, not from a count of plays."""

from math import log

import numpy as np
import pytest
from numpy.typing import NDArray

from signdecoder.decoder.prediction import HOLD, NOT_ENOUGH
from signdecoder.decoder.verdict import (
    choose_verdict,
    expected_accuracy,
    expected_calls_to_crack,
    explained_uncertainty,
    is_uninformative,
)


def chances(*values: float) -> NDArray[np.float64]:
    return np.array(values, np.float64)


CLEAR = chances(0.99, 0.01, 0.01, 0.01)
VAGUE = chances(0.3, 0.31, 0.29, 0.3)


def test_what_the_signs_resolve() -> None:
    # Predictions of 0.9 and 0.1, mean 0.5: entropy 0.325 of 0.693 nats is left.
    left = -(0.9 * log(0.9) + 0.1 * log(0.1)) / log(2)
    assert explained_uncertainty(chances(0.9, 0.1)) == pytest.approx(1 - left, abs=1e-6)
    assert explained_uncertainty(chances(0.3, 0.3)) == pytest.approx(0, abs=1e-6)
    assert explained_uncertainty(chances(1, 0)) == pytest.approx(1, abs=1e-6)


def test_signs_tell_nothing_if_they_resolve_nothing_of_many_called_plays() -> None:
    flat = chances(0.14, 0.15, 0.15, 0.16)  # 0.4225 of 0.4227 nats are left: 0.05%
    assert is_uninformative(flat, n_called=20)
    assert not is_uninformative(flat, n_called=19)
    assert not is_uninformative(CLEAR, n_called=20)


def test_expected_accuracy_is_the_mean_of_the_better_halves() -> None:
    assert expected_accuracy(chances(0.9, 0.2)) == pytest.approx(0.85)


@pytest.mark.parametrize(
    ("p", "own", "called", "said"),
    [
        (0.9, CLEAR, 3, "bunt"),
        (0.1, CLEAR, 3, HOLD),
        (0.6, CLEAR, 3, NOT_ENOUGH),  # not sure of this sequence
        (0.9, CLEAR, 0, NOT_ENOUGH),  # never saw the play
        (0.1, VAGUE, 30, NOT_ENOUGH),  # his signs tell nothing apart
        (0.9, VAGUE, 5, NOT_ENOUGH),  # 5 x 0.79 nats
        (0.9, VAGUE, 30, "bunt"),  # 30 x 0.79 nats: a rare sign that much is known of
    ],
)
def test_the_verdict(p: float, own: NDArray[np.float64], called: int, said: str) -> None:
    assert choose_verdict(p, "bunt", own, called) == said


def test_more_open_bits_take_more_called_plays() -> None:
    assert [expected_calls_to_crack(bits) for bits in (0.1, 2.6, 5.2, 7.8)] == [1, 1, 2, 3]
