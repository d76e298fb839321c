"""Does what is called 80 % come true in 80 % of cases?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BINS = 15
FEWEST = 1000  # predictions below which nothing is said: the error would be mostly luck


@dataclass(frozen=True, slots=True)
class Reliability:
    """Predictions of about the same size: how many, their mean, and how often they came true."""

    predictions: int
    said: float
    happened: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """The calibration error of so many predictions, and the bins that it comes from.

    ``error`` is the root of the mean squared gap between what is said and what happens, over bins
    with equally many predictions, freed of what chance alone adds to each gap (Roelofs and others
    2020, after Bröcker 2012). It is a share: 0.02 is two points.
    """

    predictions: int
    error: float
    rows: tuple[Reliability, ...]


def measure_calibration(
    said: NDArray[np.float64], happened: NDArray[np.bool_], bins: int = BINS
) -> Calibration | None:
    """The calibration of predictions (N,) of what happened (N,); None for fewer than FEWEST."""
    if len(said) < FEWEST:
        return None
    order = np.argsort(said, kind="stable")
    squared = 0.0
    rows = []
    for chosen in np.array_split(order, bins):
        count, mean, rate = len(chosen), said[chosen].mean(), happened[chosen].mean()
        chance = rate * (1 - rate) / (count - 1)  # the variance of the rate
        squared += count / len(said) * ((mean - rate) ** 2 - chance)
        rows.append(Reliability(count, float(mean), float(rate)))
    return Calibration(len(said), float(np.sqrt(max(squared, 0.0))), tuple(rows))
