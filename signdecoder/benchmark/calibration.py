"""Debiased calibration error: does a probability of 80% come true 80% of the time?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BINS = 15
MIN_PREDICTIONS = 1000  # with fewer, the error is mostly chance


@dataclass(frozen=True, slots=True)
class Reliability:
    """One bin: its number of predictions, their mean (``said``), and how often they came true."""

    predictions: int
    said: float
    happened: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """The calibration error of a set of predictions, and the bins that it was computed from.

    ``error`` is the root mean squared gap between predicted and observed rates over bins with equal
    counts, minus the part of each gap that chance alone adds: the debiased estimate of Roelofs et
    al. (2020), after Bröcker (2012). It is a share: 0.02 is two points.
    """

    predictions: int
    error: float
    rows: tuple[Reliability, ...]


def measure_calibration(
    p: NDArray[np.float64], happened_mask: NDArray[np.bool_], bins: int = BINS
) -> Calibration | None:
    """Measure the calibration of probabilities (N,) of events (N,); None below MIN_PREDICTIONS."""
    if len(p) < MIN_PREDICTIONS:
        return None
    order = np.argsort(p, kind="stable")
    squared = 0.0
    rows = []
    for chosen in np.array_split(order, bins):
        count, mean, rate = len(chosen), p[chosen].mean(), happened_mask[chosen].mean()
        chance = rate * (1 - rate) / (count - 1)  # the variance of the rate
        squared += count / len(p) * ((mean - rate) ** 2 - chance)
        rows.append(Reliability(count, float(mean), float(rate)))
    return Calibration(len(p), float(np.sqrt(max(squared, 0.0))), tuple(rows))
