"""A plain Keras LSTM on tokens, trained from scratch on the log."""

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
# Chosen on the tuning coaches; without the penalty the log loss is twice as high.
_RATE, _PENALTY, _STEPS = 0.02, 0.1, 200
_PAD, _UNKNOWN, _FIRST = 0, 1, 2  # rows of the embedding: padding, unknown, known signals
_WIDTHS = (12, 24, MAX_SIGNALS)  # signals of a sequence that a network is compiled for


class TokenLSTM(RefitNetwork):
    """Embedding, LSTM and one dense unit, fit by Adam; the same ``seed`` gives the same answers."""

    name = "plain LSTM"

    def __init__(self, play: str = STEAL, *, seed: int = 0) -> None:
        super().__init__(play, seed=seed)
        self._ids: dict[str, int] = {}

    def _fit(self, rows: Sequence[Names], called: Sequence[bool]) -> None:
        names = list(dict.fromkeys(name for row in rows for name in row))[:MAX_VOCABULARY]
        self._ids = {name: number for number, name in enumerate(names, _FIRST)}
        rng = np.random.default_rng(self._seed)
        embedding = rng.uniform(-0.05, 0.05, (_FIRST + MAX_VOCABULARY, _EMBEDDED))
        gates = np.zeros(4 * _UNITS, np.float32)
        gates[_UNITS : 2 * _UNITS] = 1  # forget gates start open
        start = [
            embedding.astype(np.float32),
            draw_kernel(rng, _EMBEDDED, 4 * _UNITS),
            draw_kernel(rng, _UNITS, 4 * _UNITS),
            gates,
            draw_kernel(rng, _UNITS, 1),
            np.zeros(1, np.float32),
        ]
        self._arrays = _fit_loop().fit(start, self._encode(rows), called)

    def _log_odds(self, rows: Sequence[Names]) -> FloatArray:
        return _fit_loop().logits(self._arrays, self._encode(rows))

    def _encode(self, rows: Sequence[Names]) -> NDArray[np.int32]:
        """Encode sequences as token ids, padded: (N, width)."""
        width = next(size for size in _WIDTHS if size >= max(map(len, rows)))
        numbers = np.full((len(rows), width), _PAD, np.int32)
        for row, names in zip(numbers, rows, strict=True):
            row[: len(names)] = [self._ids.get(name, _UNKNOWN) for name in names]
        return numbers


@lru_cache
def _fit_loop() -> FitLoop:
    network = keras.Sequential(
        [
            keras.Input((None,), dtype="int32"),
            keras.layers.Embedding(_FIRST + MAX_VOCABULARY, _EMBEDDED, mask_zero=True),
            # XLA compiles the whole loop, so cuDNN's own kernel cannot be used.
            keras.layers.LSTM(_UNITS, use_cudnn=False),
            keras.layers.Dense(1),
        ]
    )
    return FitLoop(network, keras.optimizers.Adam(_RATE), _STEPS, _PENALTY)
