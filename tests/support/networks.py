"""Random weights of a small network, for tests of how a network runs."""

import numpy as np

from signdecoder.lstm.config import NetworkConfig
from signdecoder.lstm.weights import Weights

SMALL = NetworkConfig(
    play_units=6,
    sight_units=72,
    evidence_units=5,
    alone_units=7,
    pooled_units=3,
    first_units=4,
    third_units=4,
    surprise_units=4,
    told_units=6,
    together_units=9,
    query_units=8,
    heads=2,
    head_units=4,
    key_units=5,
)


def random_weights(seed: int = 0, size: NetworkConfig = SMALL) -> Weights:
    """Return weights with the right names and shapes, and random values."""
    rng = np.random.default_rng(seed)
    arrays = {
        name: rng.normal(0, 0.4, shape).astype(np.float32) for name, shape in size.shapes().items()
    }
    return Weights(arrays, size, {"data": "none"}, name="random")
