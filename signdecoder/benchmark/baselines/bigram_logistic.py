"""Logistic regression on the bigrams of a sequence (scikit-learn)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from signdecoder.benchmark.baselines.base import Names, bigrams_of
from signdecoder.benchmark.baselines.refit import RefitBaseline
from signdecoder.core.errors import SigndecoderError
from signdecoder.core.outcomes import STEAL

_C = 2.0  # on the tuning coaches the log loss is flat from 1 to 3


class BigramLogistic(RefitBaseline):
    """One L2-penalized weight for each bigram in the log; a new bigram has no weight."""

    name = "pair regression"

    def __init__(self, play: str = STEAL, *, c: float = _C) -> None:
        super().__init__(play)
        self._bigrams: list[tuple[str, str]] = []  # by column
        self._columns: dict[tuple[str, str], int] = {}
        self._model = _make_regression(c)

    def _fit(self, rows: Sequence[Names], called: Sequence[bool]) -> None:
        self._bigrams = sorted({pair for names in rows for pair in bigrams_of(names)}) or [("", "")]
        self._columns = {pair: column for column, pair in enumerate(self._bigrams)}
        self._model.fit(self._design_matrix(rows), np.array(called))

    def _predict(self, rows: Sequence[Names]) -> list[float]:
        proba: NDArray[np.float64] = self._model.predict_proba(self._design_matrix(rows))
        return [float(p) for p in proba[:, 1]]

    def _find_key(self) -> str | None:
        """Return the first signal of the bigram with the largest positive weight."""
        weights: NDArray[np.float64] = self._model.coef_[0]
        best = int(weights.argmax())
        return self._bigrams[best][0] if weights[best] > 0 else None

    def _design_matrix(self, rows: Sequence[Names]) -> NDArray[np.float64]:
        """Return which bigrams each sequence contains: (N, bigrams) of 0 and 1."""
        matrix = np.zeros((len(rows), len(self._bigrams)))
        for row, names in zip(matrix, rows, strict=True):
            row[[self._columns[p] for p in bigrams_of(names) if p in self._columns]] = 1
        return matrix


def _make_regression(c: float) -> Any:
    """Return an unfitted logistic regression of scikit-learn, which only this baseline needs."""
    try:
        from sklearn.linear_model import LogisticRegression
    except ImportError:
        raise SigndecoderError(
            "the pair regression needs scikit-learn, which is not installed",
            "install signdecoder[bench]",
        ) from None
    return LogisticRegression(C=c, max_iter=1000)
