"""Means and quantiles over coaches, with the 95 % intervals that another draw of coaches gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import ceil

import numpy as np
from numpy.typing import NDArray

_DRAWS = 1000
_SEED = 20170701
_EDGES = (0.025, 0.975)
_STUDENT = {
    1: 12.706, 2: 4.303, 3: 3.182, 4: 2.776, 5: 2.571, 6: 2.447, 7: 2.365, 8: 2.306, 9: 2.262
}  # fmt: skip

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Figure:
    """A mean and its 95 % interval."""

    mean: float
    low: float
    high: float


class Sample:
    """N coaches of several families, each family as heavy as its share and not as its number.

    ``shares`` None: all families equally heavy. Intervals come from the bootstrap: coaches drawn
    again with replacement, the same draws for every figure, so that figures can be compared.
    """

    def __init__(self, families: Sequence[str], shares: Mapping[str, float] | None = None) -> None:
        counts = {family: families.count(family) for family in set(families)}
        self._weights = np.array([(shares[f] if shares else 1.0) / counts[f] for f in families])
        self._draws = _draw(len(families))

    def figure(self, values: Floats) -> Figure:
        """The mean of a value (N,) a coach; those that have none are nan, and not all are."""
        there = ~np.isnan(values)
        weights = self._weights * there
        worth = weights * np.where(there, values, 0.0)
        drawn = self._draws @ weights
        some = drawn > 0  # a draw may hold no coach that has a value
        low, high = np.quantile((self._draws @ worth)[some] / drawn[some], _EDGES)
        return Figure(float(worth.sum() / weights.sum()), float(low), float(high))

    def mean(self, values: Floats) -> float:
        """The mean alone."""
        return self.figure(values).mean

    def median_interval(self, values: Floats) -> tuple[float, float]:
        """The 95 % interval of the median of a value (N,) a coach; inf is greater than all."""
        order = np.argsort(values, kind="stable")
        below = np.cumsum(self._draws[:, order], axis=1)
        medians = values[order][np.argmax(below >= ceil(len(values) / 2), axis=1)]
        low, high = (quantile(medians, edge) for edge in _EDGES)
        return low, high


def quantile(values: Floats, share: float) -> float:
    """The least value that at least this share does not exceed; inf stays inf."""
    return float(np.sort(values)[max(ceil(share * len(values)), 1) - 1])


def standard_error(values: Floats) -> float | None:
    """The standard error of the mean of a value (N,) a coach; None for a single one."""
    return float(values.std(ddof=1) / len(values) ** 0.5) if len(values) > 1 else None


def mean_figure(values: Floats) -> Figure:
    """The mean of a value (N,) a coach, by Student's t: right for the few of a small trial, too.

    The interval of a single one reaches everywhere.
    """
    mean, error = float(values.mean()), standard_error(values)
    if error is None:
        return Figure(mean, -float("inf"), float("inf"))
    free = len(values) - 1
    # The 97.5 % quantile; from ten degrees of freedom on its expansion is good to 0.1 %.
    wide = _STUDENT[free] if free in _STUDENT else 1.96 + 2.37 / free + 2.82 / free**2
    return Figure(mean, mean - wide * error, mean + wide * error)


@lru_cache(maxsize=8)
def _draw(coaches: int) -> Floats:
    """(draws, N): how often each coach comes in each draw."""
    rng = np.random.default_rng((_SEED, coaches))
    return rng.multinomial(coaches, np.full(coaches, 1 / coaches), size=_DRAWS).astype(np.float64)
