"""The 2019 network on n-gram counts, reimplemented from its description (Keras)."""

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
_MAX_COLUMNS = 4096  # the n-grams that most plays contain; 15 signals have 3,615
_RATE, _STEPS = 0.1, 1000  # as accurate as the published figures; more steps gain nothing


class NGramMLP(RefitNetwork):
    """Counts of each n-gram of 1 to 3 signals, 64 sigmoid units, one output.

    Only n-grams in the log have a column, because the weight of another would stay random. The same
    ``seed`` gives the same answers.
    """

    name = "n-gram net"

    def __init__(self, play: str = STEAL, *, seed: int = 0) -> None:
        super().__init__(play, seed=seed)
        self._columns: dict[Names, int] = {}

    def _fit(self, rows: Sequence[Names], called: Sequence[bool]) -> None:
        counts = Counter(gram for names in rows for gram in set(ngrams_of(names)))
        ranked = sorted(counts, key=lambda gram: (-counts[gram], gram))[:_MAX_COLUMNS]
        self._columns = {gram: column for column, gram in enumerate(ranked)}
        rng = np.random.default_rng(self._seed)
        kernel = np.zeros((_padded(len(ranked)), _HIDDEN), np.float32)
        kernel[: len(ranked)] = draw_kernel(rng, len(ranked), _HIDDEN)
        output = draw_kernel(rng, _HIDDEN, 1)
        start = [kernel, np.zeros(_HIDDEN, np.float32), output, np.zeros(1, np.float32)]
        self._arrays = _fit_loop(len(kernel)).fit(start, self._count(rows), called)

    def _log_odds(self, rows: Sequence[Names]) -> FloatArray:
        return _fit_loop(_padded(len(self._columns))).logits(self._arrays, self._count(rows))

    def _count(self, rows: Sequence[Names]) -> FloatArray:
        """Count each n-gram in each sequence: (N, columns)."""
        counts = np.zeros((len(rows), _padded(len(self._columns))), np.float32)
        for row, names in zip(counts, rows, strict=True):
            for gram in ngrams_of(names):
                if gram in self._columns:
                    row[self._columns[gram]] += 1
        return counts


def ngrams_of(names: Names) -> list[Names]:
    """Return all n-grams of 1 to 3 signals in a sequence, with repetitions."""
    return [
        names[start : start + length]
        for length in range(1, _LONGEST + 1)
        for start in range(len(names) - length + 1)
    ]


def _padded(columns: int) -> int:
    """Return the width that the network is compiled for: 256 times a power of four."""
    padded = 256
    while padded < columns:
        padded *= 4
    return padded


@lru_cache
def _fit_loop(columns: int) -> FitLoop:
    network = keras.Sequential(
        [
            keras.Input((columns,)),
            keras.layers.Dense(_HIDDEN, activation="sigmoid"),
            keras.layers.Dense(1),  # the last sigmoid is in the loss
        ]
    )
    return FitLoop(network, keras.optimizers.SGD(_RATE), _STEPS)
