"""The mixture: between its advisers, never much worse than the better, quick to change over."""

from math import log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signdecoder.core.play import Play
from signdecoder.decoder.fixed_share import FixedShare

CHANCES = st.floats(0.001, 0.999)


def loss_of(said: float, called: bool) -> float:
    return -log(said if called else 1 - said)


@given(st.lists(st.tuples(CHANCES, CHANCES, st.booleans()), min_size=1, max_size=60))
def test_it_costs_little_more_than_the_better_adviser(
    log_: list[tuple[float, float, bool]],
) -> None:
    mixture, losses = FixedShare(), np.zeros(3)
    for lstm, rules, called in log_:
        said = np.array([lstm, rules])
        losses += [loss_of(p, called) for p in (lstm, rules, float(mixture.mix(said)))]
        mixture.learn(said, called)
    # ln 2 to begin with, and for each play the weight that is shared out: -ln(1 - 0.02 / 2).
    assert losses[2] <= min(losses[:2]) + log(2) + len(log_) * -log(0.99) + 1e-9


def test_an_adviser_that_was_wrong_comes_back_when_it_is_right() -> None:
    mixture = FixedShare()
    for _ in range(30):
        mixture.learn(np.array([0.9, 0.1]), called=False)
    assert mixture.weights[0] < 0.02
    for _ in range(4):
        mixture.learn(np.array([0.9, 0.1]), called=True)
    assert mixture.weights[0] > 0.9


def test_trust_goes_by_the_called_plays_seen() -> None:
    mixture, same = FixedShare((0.8, 0.5, 0.2)), np.array([0.3, 0.3])
    shares = []
    for called in (False, True, True, True):
        shares.append(float(mixture.weights[0]))
        mixture.learn(same, called)
    assert shares == pytest.approx([0.8, 0.8, 0.5, 0.2])
    assert mixture.weights[0] == pytest.approx(0.2)


def test_equal_answers_are_the_answer() -> None:
    assert FixedShare((0.7,)).mix(np.array([[0.4, 0.4], [0.1, 0.9]])) == pytest.approx([0.4, 0.34])


def test_what_was_learned_is_taken_up_without_reading_the_plays_again() -> None:
    from signdecoder.decoder.ensemble import Ensemble
    from signdecoder.lstm.weights import SHIPPED, read_weights

    weights = read_weights(SHIPPED)
    plays = [Play(("cap", "ear"), "steal"), Play(("ear", "belt"), "none"), Play(("cap",), "none")]
    learned = Ensemble("steal", weights)
    learned.learn(plays)
    again = Ensemble.resume("steal", weights, plays, (), learned.snapshot())
    asked = again.log.vocabulary.encode_many([("cap", "ear"), ("belt",)])
    found = again.predict(asked, True)  # the last bits depend on what was read together
    np.testing.assert_allclose(found, learned.predict(asked, True), rtol=1e-6)
