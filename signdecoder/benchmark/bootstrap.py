"""Means and quantiles over coaches, with 95% intervals from the bootstrap (Efron 1979)."""

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
    """A mean and its 95% interval."""

    mean: float
    low: float
    high: float


class Sample:
    """N coaches of several families, with each family weighted by its share, not its number.

    ``shares`` None weights all families equally. Intervals come from the bootstrap: coaches are
    resampled with replacement, with the same draws for every figure, so figures can be compared.
    """

    def __init__(self, families: Sequence[str], shares: Mapping[str, float] | None = None) -> None:
        counts = {family: families.count(family) for family in set(families)}
        self._weights = np.array([(shares[f] if shares else 1.0) / counts[f] for f in families])
        self._draws = _draw(len(families))

    def figure(self, values: Floats) -> Figure:
        """Return the mean of one value (N,) per coach, NaN for none; at least one is not NaN."""
        present = ~np.isnan(values)
        weights = self._weights * present
        weighted = weights * np.where(present, values, 0.0)
        drawn = self._draws @ weights
        usable = drawn > 0  # a draw may have no coach with a value
        low, high = np.quantile((self._draws @ weighted)[usable] / drawn[usable], _EDGES)
        return Figure(float(weighted.sum() / weights.sum()), float(low), float(high))

    def mean(self, values: Floats) -> float:
        """Return the mean without its interval."""
        return self.figure(values).mean

    def median_interval(self, values: Floats) -> tuple[float, float]:
        """Return the 95% interval of the median of one value (N,) per coach; inf sorts last."""
        order = np.argsort(values, kind="stable")
        below = np.cumsum(self._draws[:, order], axis=1)
        medians = values[order][np.argmax(below >= ceil(len(values) / 2), axis=1)]
        low, high = (quantile(medians, edge) for edge in _EDGES)
        return low, high


def quantile(values: Floats, share: float) -> float:
    """Return the lowest value that at least this share of values does not exceed; may be inf."""
    return float(np.sort(values)[max(ceil(share * len(values)), 1) - 1])


def standard_error(values: Floats) -> float | None:
    """Return the standard error of the mean of values (N,), or None for a single value."""
    return float(values.std(ddof=1) / len(values) ** 0.5) if len(values) > 1 else None


def mean_figure(values: Floats) -> Figure:
    """Return the mean of values (N,) with Student's t interval, which is right for few values too.

    The interval of a single value is infinite.
    """
    mean, error = float(values.mean()), standard_error(values)
    if error is None:
        return Figure(mean, -float("inf"), float("inf"))
    freedom = len(values) - 1
    # The 97.5% quantile; its expansion is accurate to 0.1% from ten degrees of freedom on.
    t = _STUDENT[freedom] if freedom in _STUDENT else 1.96 + 2.37 / freedom + 2.82 / freedom**2
    return Figure(mean, mean - t * error, mean + t * error)


@lru_cache(maxsize=8)
def _draw(coaches: int) -> Floats:
    """Draw how often each coach occurs in each bootstrap sample: (draws, N)."""
    rng = np.random.default_rng((_SEED, coaches))
    return rng.multinomial(coaches, np.full(coaches, 1 / coaches), size=_DRAWS).astype(np.float64)
