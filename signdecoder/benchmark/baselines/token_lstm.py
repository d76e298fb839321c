"""A plain Keras LSTM, trained from nothing on the log: what one would try first."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import keras
import numpy as np
from numpy.typing import NDArray

from signdecoder.benchmark.baselines.base import Names
from signdecoder.benchmark.baselines.fit_loop import FitLoop, FloatArray, draw_kernel
from signdecoder.benchmark.baselines.refit import RefitNetwork
from signdecoder.core.outcomes import STEAL
from signdecoder.core.play import MAX_VOCABULARY
from signdecoder.core.sequences import MAX_SIGNALS

_EMBEDDED, _UNITS = 8, 16
# Chosen on coaches drawn for tuning; without the penalty its log loss is twice as high.
_RATE, _PENALTY, _STEPS = 0.02, 0.1, 200
_NOBODY, _STRANGER, _FIRST = 0, 1, 2  # rows of the embedding: no signal, an unknown one, the rest
_WIDTHS = (12, 24, MAX_SIGNALS)  # signals of a sequence that a network is compiled for


class TokenLSTM(RefitNetwork):
    """Embedding, LSTM, one dense unit, by Adam; the same ``seed`` gives the same answers."""

    name = "plain LSTM"

    def __init__(self, play: str = STEAL, *, seed: int = 0) -> None:
        super().__init__(play, seed=seed)
        self._numbers: dict[str, int] = {}

    def _fit(self, rows: Sequence[Names], called: Sequence[bool]) -> None:
        names = list(dict.fromkeys(name for row in rows for name in row))[:MAX_VOCABULARY]
        self._numbers = {name: number for number, name in enumerate(names, _FIRST)}
        rng = np.random.default_rng(self._seed)
        embedding = rng.uniform(-0.05, 0.05, (_FIRST + MAX_VOCABULARY, _EMBEDDED))
        gates = np.zeros(4 * _UNITS, np.float32)
        gates[_UNITS : 2 * _UNITS] = 1  # a cell remembers at first
        start = [
            embedding.astype(np.float32),
            draw_kernel(rng, _EMBEDDED, 4 * _UNITS),
            draw_kernel(rng, _UNITS, 4 * _UNITS),
            gates,
            draw_kernel(rng, _UNITS, 1),
            np.zeros(1, np.float32),
        ]
        self._arrays = _descent().fit(start, self._number(rows), called)

    def _log_odds(self, rows: Sequence[Names]) -> FloatArray:
        return _descent().ask(self._arrays, self._number(rows))

    def _number(self, rows: Sequence[Names]) -> NDArray[np.int32]:
        """Sequences in numbers, ended by _NOBODY: (N, width)."""
        width = next(size for size in _WIDTHS if size >= max(map(len, rows)))
        numbers = np.full((len(rows), width), _NOBODY, np.int32)
        for row, names in zip(numbers, rows, strict=True):
            row[: len(names)] = [self._numbers.get(name, _STRANGER) for name in names]
        return numbers


@lru_cache
def _descent() -> FitLoop:
    network = keras.Sequential(
        [
            keras.Input((None,), dtype="int32"),
            keras.layers.Embedding(_FIRST + MAX_VOCABULARY, _EMBEDDED, mask_zero=True),
            # XLA compiles the whole loop, so cuDNN's own kernel must not be asked for.
            keras.layers.LSTM(_UNITS, use_cudnn=False),
            keras.layers.Dense(1),
        ]
    )
    return FitLoop(network, keras.optimizers.Adam(_RATE), _STEPS, _PENALTY)
