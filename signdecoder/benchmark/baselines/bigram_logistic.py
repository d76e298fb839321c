"""Logistic regression on which adjacent pairs a sequence holds (scikit-learn)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from signdecoder.benchmark.baselines.base import Names, pairs_of
from signdecoder.benchmark.baselines.refit import RefitBaseline
from signdecoder.core.errors import SigndecoderError
from signdecoder.core.outcomes import STEAL

_C = 2.0  # on coaches drawn for tuning the log loss is flat from 1 to 3


class BigramLogistic(RefitBaseline):
    """One weight, with an L2 penalty, for each pair that the log holds; others count nothing."""

    name = "pair regression"
    every_play = True

    def __init__(self, play: str = STEAL, *, c: float = _C) -> None:
        super().__init__(play)
        self._pairs: list[tuple[str, str]] = []  # by column
        self._columns: dict[tuple[str, str], int] = {}
        self._model = _make_regression(c)

    def _fit(self, rows: Sequence[Names], called: Sequence[bool]) -> None:
        self._pairs = sorted({pair for names in rows for pair in pairs_of(names)}) or [("", "")]
        self._columns = {pair: column for column, pair in enumerate(self._pairs)}
        self._model.fit(self._held(rows), np.array(called))

    def _ask(self, rows: Sequence[Names]) -> list[float]:
        chances: NDArray[np.float64] = self._model.predict_proba(self._held(rows))
        return [float(p) for p in chances[:, 1]]

    def _find_key(self) -> str | None:
        """The first signal of the pair that speaks most for the called play."""
        weights: NDArray[np.float64] = self._model.coef_[0]
        best = int(weights.argmax())
        return self._pairs[best][0] if weights[best] > 0 else None

    def _held(self, rows: Sequence[Names]) -> NDArray[np.float64]:
        """Which pairs each sequence holds: (N, pairs) of 0 and 1."""
        held = np.zeros((len(rows), len(self._pairs)))
        for row, names in zip(held, rows, strict=True):
            row[[self._columns[p] for p in pairs_of(names) if p in self._columns]] = 1
        return held


def _make_regression(c: float) -> Any:
    """An unfitted logistic regression of scikit-learn, which only this baseline needs."""
    try:
        from sklearn.linear_model import LogisticRegression
    except ImportError:
        raise SigndecoderError(
            "the pair regression needs scikit-learn, which is not installed",
            "install signdecoder[bench]",
        ) from None
    return LogisticRegression(C=c, max_iter=1000)
