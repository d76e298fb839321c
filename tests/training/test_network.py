"""The network in NumPy is the network in Keras."""

import os
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from signdecoder.lstm.cell import LSTM, State
from signdecoder.lstm.config import NetworkConfig
from signdecoder.lstm.model import PairModel
from signdecoder.rules.pair_rules import N_SET_RULES
from signdecoder.rules.rule import BLANK
from signdecoder.training.batches import network_inputs
from signdecoder.training.episodes import Bucket, EpisodeBatch, draw_episodes
from tests.support.networks import SMALL, random_weights

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
keras = pytest.importorskip("keras")

KNOWN, SLOTS = 4, 6
WITH_SETS = replace(SMALL, set_rules=N_SET_RULES)


def test_the_lstm_cell_equals_keras_on_a_thousand_random_states() -> None:
    rng = np.random.default_rng(1)
    units, width, rows = 16, 5, 1000
    cell = keras.layers.LSTMCell(units)
    cell.build((rows, width))
    arrays = [rng.normal(0, 1, w.shape).astype(np.float32) for w in cell.weights]
    cell.set_weights(arrays)
    x = rng.normal(0, 2, (rows, width)).astype(np.float32)
    h = rng.uniform(-1, 1, (rows, units)).astype(np.float32)
    c = rng.normal(0, 3, (rows, units)).astype(np.float32)
    _, (h_keras, c_keras) = cell(x, [h, c])
    ours = LSTM(*arrays).step(x, State(h, c))
    assert np.abs(ours.h - np.asarray(h_keras)).max() <= 1e-5
    assert np.abs(ours.c - np.asarray(c_keras)).max() <= 1e-5


@pytest.fixture(scope="module")
def episodes() -> EpisodeBatch:
    """Logs whose coaches use only the first slots, so that the last two stay unseen.

    In the last log some signals were not seen.
    """
    drawn = draw_episodes(Bucket(3, 14, 7, SLOTS), np.random.default_rng(5))
    signals = np.where(drawn.signals >= KNOWN, drawn.signals - KNOWN, drawn.signals)
    signals[2, ::3, ::2] = np.where(signals[2, ::3, ::2] == BLANK, BLANK, SLOTS)
    return replace(drawn, signals=signals)


def encode_slots(row: Sequence[int]) -> list[int]:
    """Return the slots of a sequence; each signal that was not seen is like no other."""
    return [s if s < SLOTS else -1 - n for n, s in enumerate(row) if s != BLANK]


@pytest.mark.parametrize("size", [SMALL, WITH_SETS])
def test_the_keras_network_has_the_arrays_that_inference_expects(size: NetworkConfig) -> None:
    from signdecoder.training.network.build import build_network

    found = {name: array.shape for name, array in build_network(size).parameters().items()}
    assert found == size.shapes()


@pytest.mark.slow
@pytest.mark.parametrize("size", [SMALL, WITH_SETS])
def test_inference_equals_keras_on_whole_logs(episodes: EpisodeBatch, size: NetworkConfig) -> None:
    from signdecoder.training.network.build import build_network

    weights = random_weights(3, size)
    inputs, _, _ = network_inputs(episodes, SLOTS, np.random.default_rng(6))
    said = build_network(size, weights.arrays)(inputs)
    outcome = np.asarray(keras.ops.softmax(said["outcome"]))
    key = np.asarray(keras.ops.softmax(said["key"]))
    ours = PairModel(weights)
    worst = 0.0
    for log in range(3):
        belief = ours.start(0)  # slots come as signals do
        known = 0
        for play in range(14):
            sequence = encode_slots(episodes.signals[log, play].tolist())
            known = max(known, 1 + max(sequence))
            belief = ours.grow(belief, known if play < 4 else KNOWN)
            wide = ours.grow(belief, KNOWN)
            asks, keys = ours.prepare_query(wide), ours.key_sign_probs(wide)
            whole = ours.encoder.encode([sequence]).to_grid(0, SLOTS)
            asked = [
                encode_slots(episodes.signals[log, other].tolist())
                for other in inputs["asked"][log, play].argmax(axis=-1)
            ]
            others = ours.encoder.encode(asked)
            prefix = sequence[: 1 + int(inputs["cut"][log, play, 1].argmax())]
            part = ours.encoder.encode([prefix]).to_grid(0, SLOTS)
            belief = ours.observe(
                wide, whole, int(episodes.evidence[log, play]), bool(episodes.new_game[log, play])
            )
            gaps = (
                ours.predict(asks, others.to_grid(0, SLOTS), True) - outcome[log, play, 0],
                ours.predict(asks, others.to_grid(1, SLOTS), True) - outcome[log, play, 1],
                ours.predict(asks, part, complete=False) - outcome[log, play, 2],
                keys - key[log, play],
            )
            worst = max(worst, *(float(np.abs(gap).max()) for gap in gaps))
    assert worst <= 1e-5


def test_sequences_encoded_together_equal_each_alone() -> None:
    # Pairs that are told the same by one sequence and by another are read as one.
    ours = PairModel(random_weights(4))
    sequences = [[0, 1, 2, 3], [0, 1, 4, 3], [0, 1, 1], [5], [-2, 0, -2, 1], [0, 1, 2, 3]]
    together = ours.encoder.encode(sequences)
    for place, sequence in enumerate(sequences):
        alone = ours.encoder.encode([sequence]).to_grid(0, 8)
        assert np.abs(together.to_grid(place, 8) - alone).max() <= 1e-6


def test_a_late_signal_gives_the_same_pair_state_as_an_early_slot() -> None:
    ours = PairModel(random_weights(4))
    plays = [([0, 1, 0], 0), ([1, 1], 2), ([0], 1), ([2, 0, 3], 0), ([3, 1, 2], 2)]
    grown, roomy = ours.start(0), ours.start(4)
    for sequence, evidence in plays:
        grown = ours.grow(grown, max(grown.slots - 2, 1 + max(sequence)))
        for_grown = ours.encoder.encode([sequence]).to_grid(0, grown.slots)
        grown = ours.observe(grown, for_grown, evidence, new_game=False)
        roomy = ours.observe(
            roomy, ours.encoder.encode([sequence]).to_grid(0, 6), evidence, new_game=False
        )
    assert grown.slots == roomy.slots
    # Only "alone" is compared: pooling takes a mean over the slots, and there were fewer of them.
    assert np.abs(grown.pair_state.h - roomy.pair_state.h).max() <= 1e-6
    assert np.abs(grown.pair_state.c - roomy.pair_state.c).max() <= 1e-6
