"""One probability from several: exponential weights with fixed share (Herbster and Warmuth 1998).

Each adviser weighs as much as the log was likely by its answers, plays of long ago counting for
less and less. The mixture costs at most ln(number of advisers) nats more than the best of them,
and little more again each time another becomes the best.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_SHARE = 0.02  # of all weight, given to each adviser alike after each play
_LEAST = 1e-6  # no answer is taken for surer than this


class Mixture:
    """The weights of ``advisers`` on one coach, equal before the first play."""

    def __init__(self, advisers: int) -> None:
        self.weights: Floats = np.full(advisers, 1 / advisers)

    def mix(self, chances: Floats) -> Floats:
        """(…, advisers) chances as one chance each."""
        return np.asarray(chances @ self.weights)

    def learn(self, chances: Floats, called: bool) -> None:
        """Weigh the advisers by what each had said, (advisers,), of a play that came out so."""
        sure = np.clip(chances, _LEAST, 1 - _LEAST)
        weighed = self.weights * (sure if called else 1 - sure)
        share = _SHARE / len(weighed)
        self.weights = (1 - _SHARE) * weighed / weighed.sum() + share
