"""One probability from two: exponential weights with fixed share (Herbster and Warmuth 1998).

Each adviser weighs as much as the log was likely by its answers, plays of long ago counting for
less and less: the mixture costs at most ln 2 nats more than the better of them, and little more
each time the other becomes the better. That is multiplied by how far each is trusted at such a
stage of any log.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_SHARE = 0.02  # of all weight, given to both advisers alike after each play
_LEAST = 1e-6  # no answer is taken for surer than this


class FixedShare:
    """The weights of two advisers on one coach.

    ``trust`` is the first one's share after 0, 1, 2, … called plays, the last for all that follow,
    before it is known how they do on this coach.
    """

    def __init__(self, trust: Sequence[float] = (0.5,)) -> None:
        self._trust = tuple(trust)
        self.record: Floats = np.full(2, 0.5)  # how they have done, as shares
        self.called = 0

    @property
    def weights(self) -> Floats:
        """(2,) what the answer of each counts for, summing to 1."""
        first = self._trust[min(self.called, len(self._trust) - 1)]
        weights = self.record * (first, 1 - first)
        return np.asarray(weights / weights.sum())

    def mix(self, chances: Floats) -> Floats:
        """(…, 2) chances as one chance each."""
        return np.asarray(chances @ self.weights)

    def learn(self, chances: Floats, called: bool) -> None:
        """Weigh both by what each had said, (2,), of a play that came out so."""
        sure = np.clip(chances, _LEAST, 1 - _LEAST)
        record = self.record * (sure if called else 1 - sure)
        self.record = (1 - _SHARE) * record / record.sum() + _SHARE / 2
        self.called += called
