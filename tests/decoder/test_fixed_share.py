"""The mixture of two experts: bounded by both, close to the better one, quick to switch."""

from math import log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signdecoder.core.play import Play
from signdecoder.decoder.fixed_share import FixedShare

PROBABILITIES = st.floats(0.001, 0.999)


def loss_of(p: float, called: bool) -> float:
    return -log(p if called else 1 - p)


@given(st.lists(st.tuples(PROBABILITIES, PROBABILITIES, st.booleans()), min_size=1, max_size=60))
def test_the_mixture_costs_little_more_than_the_better_expert(
    log_: list[tuple[float, float, bool]],
) -> None:
    mixture, losses = FixedShare(), np.zeros(3)
    for lstm, rules, called in log_:
        predictions = np.array([lstm, rules])
        mixed = float(mixture.mix(predictions))
        losses += [loss_of(p, called) for p in (lstm, rules, mixed)]
        mixture.learn(predictions, called)
    # ln 2 at the start, and for each play the weight that is shared: -ln(1 - 0.02 / 2).
    assert losses[2] <= min(losses[:2]) + log(2) + len(log_) * -log(0.99) + 1e-9


def test_an_expert_that_was_wrong_regains_weight_when_it_is_right() -> None:
    mixture = FixedShare()
    for _ in range(30):
        mixture.learn(np.array([0.9, 0.1]), called=False)
    assert mixture.weights[0] < 0.02
    for _ in range(4):
        mixture.learn(np.array([0.9, 0.1]), called=True)
    assert mixture.weights[0] > 0.9


def test_the_prior_weight_depends_on_the_number_of_called_plays() -> None:
    mixture, same = FixedShare((0.8, 0.5, 0.2)), np.array([0.3, 0.3])
    shares = []
    for called in (False, True, True, True):
        shares.append(float(mixture.weights[0]))
        mixture.learn(same, called)
    assert shares == pytest.approx([0.8, 0.8, 0.5, 0.2])
    assert mixture.weights[0] == pytest.approx(0.2)


def test_equal_predictions_are_not_changed_by_mixing() -> None:
    assert FixedShare((0.7,)).mix(np.array([[0.4, 0.4], [0.1, 0.9]])) == pytest.approx([0.4, 0.34])


def test_a_resumed_ensemble_gives_the_same_predictions() -> None:
    from signdecoder.decoder.ensemble import Ensemble
    from signdecoder.lstm.weights import SHIPPED, read_weights

    weights = read_weights(SHIPPED)
    plays = [Play(("cap", "ear"), "steal"), Play(("ear", "belt"), "none"), Play(("cap",), "none")]
    learned = Ensemble.begin("steal", weights)
    learned.learn(plays)
    again = Ensemble.resume("steal", weights, plays, (), learned.snapshot())
    ids = again.log.vocabulary.encode_many([("cap", "ear"), ("belt",)])
    found = again.predict(ids, True)  # the last bits depend on the batch
    np.testing.assert_allclose(found, learned.predict(ids, True), rtol=1e-6)
