"""The adjustments of trained weights."""

import numpy as np

from signdecoder.lstm.model import PairModel
from signdecoder.lstm.weights import Weights
from signdecoder.rules.pair_rules import N_FROZEN_RULES
from signdecoder.training.postprocess import ADJUSTMENTS, apply_posthoc_adjustments
from tests.support.networks import SMALL, random_weights

TRAINED = random_weights(3)
FIRM = apply_posthoc_adjustments(TRAINED.arrays)


def test_only_the_last_rule_attention_and_two_forget_biases_change() -> None:
    changed = {name for name in FIRM if not np.array_equal(FIRM[name], TRAINED.arrays[name])}
    assert changed == {"vote/kernel", "vote/bias", "together/bias", "third/bias"}
    assert TRAINED.hash == random_weights(3).hash  # the given weights stay unchanged


def test_evidence_has_more_weight_and_learned_features_a_lower_prior() -> None:
    network, firm = PairModel(TRAINED), PairModel(Weights(FIRM, SMALL))
    belief = network.observe(
        network.start(3), np.full((25, SMALL.sight_units), 0.5, np.float32), 0, True
    )

    def odds(of: PairModel, known: object) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
        shares = of.rule_probs(known)  # type: ignore[arg-type]
        return np.asarray(np.log(shares / (1 - shares.sum())))

    empty = network.start(3)
    rarer = np.where(np.arange(SMALL.sight_units) < N_FROZEN_RULES, 0.0, -3.0)
    np.testing.assert_allclose(
        odds(firm, empty) - odds(network, empty), rarer + [[0]] * 25, atol=1e-3
    )
    counts = [belief.pair_state.c @ TRAINED.arrays["vote/kernel"][: SMALL.alone_units]]
    counts.append(belief.context_state.h @ TRAINED.arrays["vote/kernel"][SMALL.alone_units :])
    more = odds(firm, belief) - odds(network, belief)
    gain = 0.4 * counts[0] + 0.3 * counts[1] + rarer
    np.testing.assert_allclose(more, gain, atol=1e-3)


def test_forget_biases_are_larger() -> None:
    for lstm, units in (("together", SMALL.together_units), ("third", SMALL.third_units)):
        more = FIRM[f"{lstm}/bias"] - TRAINED.arrays[f"{lstm}/bias"]
        expected = np.zeros((4, units), np.float32)
        expected[1] = ADJUSTMENTS[f"memory of {lstm}"]
        np.testing.assert_allclose(more, expected.ravel(), atol=1e-6)
