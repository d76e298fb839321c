"""How far the decoder's predictions can be trusted on one coach, by how they came true.

The coach's rule may be of no kind that the decoder knows. Then some rule may fit the plays so far
and fail on the next ones. So what the experts predict together is taken as right only in part: each
*level* says how often plays that they call are not run, and how often plays that they do not call
are. Levels are weighed by the plays, each predicted before its outcome was known. Before the first
play the levels that leave much unexplained have a share of the probability: the share of coaches
with unknown rules. The answer stays the same, it is only less certain.

Shapes: L levels, N probabilities.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from signdecoder.core.shares import UNKNOWN_SHARE

Floats = NDArray[np.float64]

_MISSED = (0.0, 0.05, 0.15, 0.3, 0.5)  # rates at which plays that were called are not run
_OWN = (0.0, 0.03, 0.08, 0.16, 0.3)  # rates at which other plays are run
_N_KNOWN = 2  # rates of each kind that misread plays explain, where the rule is known
_CLEAN = 0.9  # share of coaches with known rules whose plays are read without an error
_FORGOTTEN = 0.01  # of what plays have told, before each play: signs and luck change
_LEAST_P = 2e-3  # predictions are never taken for more certain than that


class RuleRecord(NamedTuple):
    """What one rule makes of the plays of a log, asked again.

    Attributes
    ----------
    explained : int
        Called plays, such as steals, that the rule calls too.
    unexplained : int
        Those that it does not.
    not_run : int
        Plays that the rule calls and that were something else.
    neither : int
        All other plays.
    """

    explained: int
    unexplained: int
    not_run: int
    neither: int

    @classmethod
    def of_replay(cls, replay: Iterable[tuple[object, bool, bool]]) -> RuleRecord:
        """Count what a rule makes of some plays.

        Parameters
        ----------
        replay : iterable of tuple
            For each play its signals, whether the rule calls it, and whether it was run.

        Returns
        -------
        RuleRecord
            The counts.
        """
        n = Counter((calls, was_run) for _, calls, was_run in replay)
        return cls(n[True, True], n[False, True], n[True, False], n[False, False])

    @property
    def rate(self) -> float:
        """The share of plays that the rule calls."""
        return (self.explained + self.not_run) / max(1, sum(self))


class Reliability:
    """Track how far predictions of one coach's plays came true.

    Parameters
    ----------
    unknown_share : float, optional
        The share of coaches with rules of no known kind, from 0 to less than 1.

    Examples
    --------
    >>> reliability = Reliability()
    >>> before = float(reliability.adjust(np.array(0.99)))
    >>> for _ in range(12):
    ...     reliability.learn(0.99, called=False)
    >>> before > 0.9, float(reliability.adjust(np.array(0.99))) < 0.8
    (True, True)
    """

    def __init__(self, unknown_share: float = UNKNOWN_SHARE) -> None:
        self.unknown_share = unknown_share
        self._missed, self._own = np.array(list(product(_MISSED, _OWN))).T
        self._weights = self._prior = _prior(unknown_share)

    def learn(self, p: float, called: bool) -> None:
        """Learn from one play.

        Parameters
        ----------
        p : float
            The probability of the target before its outcome was known.
        called : bool
            Whether it was the target.
        """
        by_level = self._by_level(np.clip(np.array(p), _LEAST_P, 1 - _LEAST_P))
        weights = self._weights * (by_level if called else 1 - by_level)
        self._weights = (1 - _FORGOTTEN) * weights / weights.sum() + _FORGOTTEN * self._prior

    def learn_record(self, record: RuleRecord) -> None:
        """Learn from plays that one rule is asked about again; older plays count as much as others.

        Parameters
        ----------
        record : RuleRecord
            What the rule got right and wrong.
        """
        sure = self._by_level(np.array([1 - _LEAST_P, _LEAST_P]))
        hits = np.array([record.explained, record.unexplained])
        misses = np.array([record.not_run, record.neither])
        log_p = np.log(sure).T @ hits + np.log(1 - sure).T @ misses
        weights = self._weights * np.exp(log_p - log_p.max())
        self._weights = weights / weights.sum()

    def adjust(self, p: Floats) -> Floats:
        """Return probabilities that are as certain as the coach's plays support.

        Parameters
        ----------
        p : ndarray of float
            (N,) or () probabilities of the target.

        Returns
        -------
        ndarray of float
            The same shape; on the same side of one half.
        """
        certainty = np.asarray(p) - 0.5
        called, not_called = (1 - 2 * rate @ self._weights for rate in (self._missed, self._own))
        return np.asarray(0.5 + certainty * np.where(certainty >= 0, called, not_called))

    def p_wrong(self, rate: float, share: float) -> float:
        """Return the probability that more than a share of all plays is predicted wrong.

        Parameters
        ----------
        rate : float
            The share of plays that are called.
        share : float
            A share of plays.

        Returns
        -------
        float
            The probability.
        """
        wrong = rate * self._missed + (1 - rate) * self._own
        return float(self._weights[wrong > share].sum())

    def _by_level(self, p: Floats) -> Floats:
        """Return (…, L) the probability of the target at each level."""
        certainty = np.asarray(p)[..., None] - 0.5
        rate = np.where(certainty >= 0, self._missed, self._own)
        return np.asarray(0.5 + certainty * (1 - 2 * rate))


def _prior(unknown_share: float) -> Floats:
    """Return (L,) the prior of the levels."""
    prior = np.full((len(_MISSED), len(_OWN)), 1.0)
    known = prior[:_N_KNOWN, :_N_KNOWN]
    known[:] = 0
    prior *= unknown_share / prior.sum()
    known[:] = (1 - unknown_share) * (1 - _CLEAN) / (known.size - 1)
    known[0, 0] = (1 - unknown_share) * _CLEAN
    return prior.ravel()
