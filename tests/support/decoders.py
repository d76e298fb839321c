"""Decoders with random weights, and plays for them."""

from collections.abc import Sequence

import numpy as np

from signdecoder.core.play import Play
from signdecoder.decoder.decoder import Decoder
from signdecoder.lstm.weights import Weights
from tests.support.networks import random_weights

WEIGHTS = random_weights(7)
SEQUENCES = [["cap", "belt"], ["ear"], ["belt", "chin", "cap", "cap"], ["never", "seen", "before"]]


def draw_plays(count: int, signals: int = 5, games: int = 1) -> list[Play]:
    """Draw plays of one coach, the same ones each time."""
    rng = np.random.default_rng(3)
    names = ["cap", "belt", "ear", "chin", "nose", *(f"signal {n}" for n in range(40))][:signals]
    return [
        Play(
            tuple(names[n] for n in rng.integers(signals, size=rng.integers(1, 7))),
            ("steal", "none", "bunt", "unknown", "not_steal")[rng.integers(5)],
            coach="Hawks",
            game=f"game {n * games // count}",
        )
        for n in range(count)
    ]


def learn(plays: Sequence[Play], weights: Weights = WEIGHTS, play: str = "steal") -> Decoder:
    """Return a decoder that has observed some plays."""
    decoder = Decoder(play=play, weights=weights)
    decoder.observe_many(plays)
    return decoder


def predict_all(decoder: Decoder, sequences: Sequence[Sequence[str]] = SEQUENCES) -> list[float]:
    """Return the probabilities of some sequences."""
    return [p.probability for p in decoder.predict_many(sequences)]
