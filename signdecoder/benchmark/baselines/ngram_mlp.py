"""The net of 2019 on counts of n-grams, written from its description (Keras)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

import keras
import numpy as np

from signdecoder.benchmark.baselines.base import Names
from signdecoder.benchmark.baselines.fit_loop import FitLoop, FloatArray, draw_kernel
from signdecoder.benchmark.baselines.refit import RefitNetwork
from signdecoder.core.outcomes import STEAL

_LONGEST = 3  # signals of an n-gram
_HIDDEN = 64
_MOST_COLUMNS = 4096  # n-grams weighed, those that most plays hold; 15 signals have 3,615
_RATE, _STEPS = 0.1, 1000  # accurate as the published figures are; more steps gain nothing


class NGramMLP(RefitNetwork):
    """How often each n-gram of 1 to 3 signals occurs, into 64 sigmoid units, into one.

    Only n-grams that the log holds have a column: the weight of another would stay as it was drawn.
    The same ``seed`` gives the same answers.
    """

    name = "n-gram net"

    def __init__(self, play: str = STEAL, *, seed: int = 0) -> None:
        super().__init__(play, seed=seed)
        self._columns: dict[Names, int] = {}

    def _fit(self, rows: Sequence[Names], called: Sequence[bool]) -> None:
        held = Counter(gram for names in rows for gram in set(ngrams_of(names)))
        ranked = sorted(held, key=lambda gram: (-held[gram], gram))[:_MOST_COLUMNS]
        self._columns = {gram: column for column, gram in enumerate(ranked)}
        rng = np.random.default_rng(self._seed)
        kernel = np.zeros((_padded(len(ranked)), _HIDDEN), np.float32)
        kernel[: len(ranked)] = draw_kernel(rng, len(ranked), _HIDDEN)
        output = draw_kernel(rng, _HIDDEN, 1)
        start = [kernel, np.zeros(_HIDDEN, np.float32), output, np.zeros(1, np.float32)]
        self._arrays = _descent(len(kernel)).fit(start, self._count(rows), called)

    def _log_odds(self, rows: Sequence[Names]) -> FloatArray:
        return _descent(_padded(len(self._columns))).ask(self._arrays, self._count(rows))

    def _count(self, rows: Sequence[Names]) -> FloatArray:
        """How often each n-gram occurs in each sequence: (N, columns)."""
        counts = np.zeros((len(rows), _padded(len(self._columns))), np.float32)
        for row, names in zip(counts, rows, strict=True):
            for gram in ngrams_of(names):
                if gram in self._columns:
                    row[self._columns[gram]] += 1
        return counts


def ngrams_of(names: Names) -> list[Names]:
    """All runs of 1 to 3 signals in a sequence, each as often as it occurs."""
    return [
        names[start : start + length]
        for length in range(1, _LONGEST + 1)
        for start in range(len(names) - length + 1)
    ]


def _padded(columns: int) -> int:
    """So many columns a net is compiled for: a power of four."""
    padded = 256
    while padded < columns:
        padded *= 4
    return padded


@lru_cache
def _descent(columns: int) -> FitLoop:
    network = keras.Sequential(
        [
            keras.Input((columns,)),
            keras.layers.Dense(_HIDDEN, activation="sigmoid"),
            keras.layers.Dense(1),  # the last sigmoid is in the loss
        ]
    )
    return FitLoop(network, keras.optimizers.SGD(_RATE), _STEPS)
