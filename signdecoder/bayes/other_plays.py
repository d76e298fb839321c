"""Where other plays came: evidence of the indicator that they share with the called play.

A *frame* is what the rules of one indicator have in common, such as "the signal right after the
cap". The other plays of a coach stand in the same frame: under the right one, some live signals
always bring another play, the rest never do, and without the indicator none comes.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from signdecoder.bayes.counts import Floats, Places

# What a sequence shows of a frame: nothing, several live signals, or from ALONE on a single one.
HIDDEN, SEVERAL, ALONE = 0, 1, 2
Showings = NDArray[np.int64]

# Beta's parameters of another play's rate: hidden, several, alone.
_RATES = ((0.1, 1.9), (0.5, 1.5), (0.2, 0.6))


@dataclass(slots=True)
class OtherPlayCounts:
    """How often another play came, by frame and by what a sequence showed of it.

    ``tries`` (F, K) counts plays with no called play, ``hits`` (F, K) those that were another play;
    frame 0 is never shown.
    """

    tries: Places
    hits: Places

    @classmethod
    def begin(cls, frames: int, signals: int) -> OtherPlayCounts:
        """Before the first play."""
        tries, hits = np.zeros((2, frames, ALONE + signals), np.int64)
        return cls(tries, hits)

    @property
    def others(self) -> int:
        """How many plays were another play."""
        return int(self.hits[0].sum())

    def count(self, shown: Showings, other: bool) -> None:
        """One more play that was another play, or nothing, and (F,) what it showed."""
        everywhere = np.arange(len(shown))
        self.tries[everywhere, shown] += 1
        self.hits[everywhere, shown] += other

    def grow(self, frames: int, signals: int, place: Places) -> OtherPlayCounts:
        """The same counts among more frames: (F,) the place of each of these."""
        larger = OtherPlayCounts.begin(frames, signals)
        for mine, its in ((self.tries, larger.tries), (self.hits, larger.hits)):
            its[:, HIDDEN] = mine[0, HIDDEN]  # new ones have never been shown, like frame 0
            its[place, : mine.shape[1]] = mine
        return larger

    def log_chances(self) -> Floats:
        """(F,) log chance of which plays were other plays, each rate integrated out."""
        if not self.others:  # a coach without other plays says nothing of where they would stand
            return np.zeros(len(self.tries))
        hidden, several, alone = _RATES
        return np.asarray(
            log_beta(hidden, self.hits[:, HIDDEN], self.tries[:, HIDDEN])
            + log_beta(several, self.hits[:, SEVERAL], self.tries[:, SEVERAL])
            + log_beta(alone, self.hits[:, ALONE:], self.tries[:, ALONE:]).sum(axis=1)
        )


def log_beta(rate: tuple[float, float], hits: Places, tries: Places) -> Floats:
    """Log chance of a row with so many hits, its rate drawn from Beta(rate)."""
    a, b = rate
    most = 1 << int(tries.max()).bit_length()
    total, hit, miss = (_log_rising(start, most) for start in (a + b, a, b))
    return np.asarray(hit[hits] + miss[tries - hits] - total[tries])


@lru_cache(maxsize=64)
def _log_rising(start: float, count: int) -> Floats:
    """(count + 1,) log of start (start + 1) …, so many factors: Beta's integrals in pieces."""
    return np.concatenate([[0.0], np.cumsum(np.log(start + np.arange(count)))])
