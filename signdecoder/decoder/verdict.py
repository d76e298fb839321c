"""When enough is known for a verdict. It follows from what a calibrated belief says of itself.

``own`` (N,) are the chances of the called play on sequences as the coach gives them.
"""

from __future__ import annotations

from math import log

import numpy as np
from numpy.typing import NDArray

from signdecoder.decoder.prediction import HOLD, NOT_ENOUGH

SURE = 0.65  # chance of being right below which nothing is said of a sequence
TOLD_APART = 0.25  # share of the uncertainty that the signs must resolve before anything is said
# A rare sign resolves little in all. It is believed where what sets it apart from his mean, times
# the called plays behind it, comes to so many nats: noise does not, in a thousand plays.
WEIGHTY = 20.0
CRACKED = 0.95  # expected accuracy
# Signs that resolve no more of it, after so many called plays, tell next to nothing.
NEXT_TO_NOTHING, ENOUGH_CALLED = 0.02, 20
# What a called play is worth towards cracking a coach, measured on simulated coaches (tuning
# seeds): with 3, 5 and 7 bits open it took 1.2, 1.8 and 2.6 more of them, by the mean.
_BITS_A_CALL = 2.6


def choose_verdict(p: float, play: str, own: NDArray[np.float64], called: int) -> str:
    """The called play, ``hold`` or ``not enough plays``, for a sequence with chance p.

    ``called`` counts the called plays seen since the signs changed, as far as somebody told of it;
    before the first there is no verdict.
    """
    if not called or max(p, 1 - p) < SURE:
        return NOT_ENOUGH
    if told_apart(own) < TOLD_APART and called * _divergence(p, float(own.mean())) < WEIGHTY:
        return NOT_ENOUGH
    return play if p >= 0.5 else HOLD


def tells_nothing(own: NDArray[np.float64], called: int) -> bool:
    """Do the signs tell next to nothing of his plays, though many of them were called?"""
    return called >= ENOUGH_CALLED and told_apart(own) <= NEXT_TO_NOTHING


def calls_to_go(bits: float) -> int:
    """About how many more called plays crack a coach with so many bits of his rule open."""
    return max(1, round(bits / _BITS_A_CALL))


def expected_accuracy(own: NDArray[np.float64]) -> float:
    """How often the likelier answer is right, by the belief itself."""
    return float(np.maximum(own, 1 - own).mean())


def told_apart(own: NDArray[np.float64]) -> float:
    """The share of the uncertainty about his plays that the signs resolve, by the belief: 0 to 1.

    1 - mean entropy of the predictions / entropy of their mean.
    """
    return float(1 - _entropy(own).mean() / _entropy(own.mean()))


def _entropy(p: NDArray[np.float64] | np.float64) -> NDArray[np.float64]:
    """Entropy of a yes or no with chance p, in nats."""
    q = np.clip(np.asarray(p, np.float64), 1e-12, 1 - 1e-12)
    return np.asarray(-(q * np.log(q) + (1 - q) * np.log(1 - q)))


def _divergence(p: float, q: float) -> float:
    """Kullback and Leibler's divergence of a yes or no with chance p from one with q, in nats."""
    p, q = (min(max(chance, 1e-12), 1 - 1e-12) for chance in (p, q))
    return p * log(p / q) + (1 - p) * log((1 - p) / (1 - q))
