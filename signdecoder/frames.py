"""Where a coach's other plays came: evidence of the indicator that they share with the called play."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from signdecoder.tallies import Floats, Places

# Beta's parameters of another play's rate where a sequence shows the indicator, and where not.
_SHOWN = (0.5, 1.5)
_NOT_SHOWN = (0.2, 1.8)


@dataclass(slots=True)
class Frames:
    """How often another play came where each frame was shown; frame 0 is never shown.

    Other plays share the indicator: under the right one they come where it is shown. Counts of
    plays with no called play: (F,) ``shown`` and of these ``with_other``.
    """

    shown: Places
    with_other: Places
    plays: int = 0
    others: int = 0

    def count(self, framed: NDArray[np.bool_], other: bool) -> None:
        """One more play that was another play, or nothing."""
        self.shown += framed
        self.plays += 1
        if other:
            self.with_other += framed
            self.others += 1

    def grow(self, frames: int, place: Places) -> Frames:
        """The same counts among more frames: (F,) the place of each of these."""
        shown, with_other = np.zeros((2, frames), np.int64)
        shown[place], with_other[place] = self.shown, self.with_other
        return Frames(shown, with_other, self.plays, self.others)

    def log_chances(self) -> Floats:
        """(F,) log chance of which plays were other plays, each rate integrated out."""
        if not self.others:  # a coach without other plays says nothing of where they would stand
            return np.zeros(len(self.shown))
        hidden, with_other = self.plays - self.shown, self.others - self.with_other
        return log_beta(_SHOWN, self.with_other, self.shown) + log_beta(
            _NOT_SHOWN, with_other, hidden
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
