"""Sufficient statistics of a rule, and their marginal likelihood with noise integrated out.

All that a log says about a rule is a *count pair*: how many plays that it calls were the target
(``n_run``), and how many were not (``n_missed``). With the log's totals, the pair gives the other
two counts: plays without a call that were the target, and that were not. Rules with the same pair
are equally likely, so there are few pairs to weigh no matter how many rules there are.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Places = NDArray[np.int64]

_LOG_ZERO = -1e9


@dataclass(frozen=True, slots=True)
class NoiseRates:
    """The prior over both noise rates: how often a sign is missed, and how often none was needed.

    Attributes
    ----------
    clean : float
        Probability that both rates equal ``least``; otherwise each is drawn from its own grid,
        independently.
    least : float
        The rates of a clean coach.
    missed : tuple of float
        The grid of the rate at which called plays are not run.
    missed_odds : tuple of float
        The prior weight of each of its values.
    own : tuple of float
        The grid of the rate at which the target is run without a call.
    own_odds : tuple of float
        The prior weight of each of its values.
    """

    clean: float = 0.7
    least: float = 0.0005
    missed: tuple[float, ...] = (0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4)
    missed_odds: tuple[float, ...] = (0.2, 0.2, 0.2, 0.15, 0.1, 0.1, 0.05)
    own: tuple[float, ...] = (0.005, 0.01, 0.02, 0.04, 0.08, 0.15, 0.25, 0.4)
    own_odds: tuple[float, ...] = (0.2, 0.2, 0.2, 0.2, 0.11, 0.06, 0.02, 0.01)

    def log_p_missed(self, n_missed: Places, n_run: Places) -> Floats:
        """Return the log likelihood of what happened to called plays.

        Parameters
        ----------
        n_missed : ndarray of int
            (N,) called plays that were not the target.
        n_run : ndarray of int
            (N,) called plays that were.

        Returns
        -------
        ndarray of float
            (2, N) log likelihood for a clean and for a noisy coach.
        """
        return self._log_p(self.missed, self.missed_odds, n_missed, n_run)

    def log_p_own(self, n_own: Places, n_neither: Places) -> Floats:
        """Return the log likelihood of what happened to plays that no sign called.

        Parameters
        ----------
        n_own : ndarray of int
            (N,) such plays that were the target.
        n_neither : ndarray of int
            (N,) such plays that were not.

        Returns
        -------
        ndarray of float
            (2, N) log likelihood for a clean and for a noisy coach.
        """
        return self._log_p(self.own, self.own_odds, n_own, n_neither)

    def log_likelihood(self, calls: Places, hits: Places, n_plays: int, n_run: int) -> Floats:
        """Return the log likelihood of a log's outcomes under some rules.

        Parameters
        ----------
        calls : ndarray of int
            (N,) how many plays each rule calls.
        hits : ndarray of int
            (N,) how many of those were the target.
        n_plays : int
            The number of plays.
        n_run : int
            How many plays were the target.

        Returns
        -------
        ndarray of float
            (N,) log likelihood, noise integrated out.
        """
        own = n_run - hits
        log_p = self.log_p_missed(calls - hits, hits)
        log_p += self.log_p_own(own, n_plays - calls - own)
        return np.asarray(np.logaddexp.reduce(log_p + self.log_classes, axis=0))

    def _log_p(
        self, rates: tuple[float, ...], odds: tuple[float, ...], hits: Places, misses: Places
    ) -> Floats:
        log_hit, log_miss, log_share = _logs((self.least, *rates), (1.0, *odds))
        log_p = log_hit * hits + log_miss * misses
        noisy = log_p[1:] + log_share[1:]
        top = noisy.max(axis=0)
        log_p[1] = top + np.log(np.exp(noisy - top).sum(axis=0))
        return log_p[:2]

    @property
    def log_classes(self) -> Floats:
        """(2, 1) the log prior of a clean and of a noisy coach."""
        return _log(np.array([[self.clean], [1 - self.clean]]))


@lru_cache(maxsize=16)
def _logs(rates: tuple[float, ...], odds: tuple[float, ...]) -> tuple[Floats, Floats, Floats]:
    """Return columns of log(rate), log(1 - rate) and log shares; the first share stands apart."""
    column = np.array(rates)[:, None]
    shares = np.array(odds)[:, None] / sum(odds[1:])
    return _log(column), _log(1 - column), np.log(shares)


def _log(p: Floats) -> Floats:
    """Return the log; that of 0 is so low that nothing makes up for it, yet 0 times it is 0."""
    return np.asarray(np.where(p > 0, np.log(np.maximum(p, 1e-300)), _LOG_ZERO))


DEAD = 1  # the number of the count pair of pruned rules: no log is possible under it
BEYOND = 2**40  # more plays than any log has


class CountTable:
    """Number the count pairs that occur: 0 is (0, 0), 1 is DEAD, the others follow as they occur.

    Shapes: C count pairs.

    Parameters
    ----------
    noise : NoiseRates
        The prior over noise.

    Attributes
    ----------
    n_run : ndarray of int
        (C,) called plays that were the target, by number of the pair.
    n_missed : ndarray of int
        (C,) called plays that were not.
    """

    def __init__(self, noise: NoiseRates) -> None:
        self._noise = noise
        self._number: dict[tuple[int, int], int] = {}
        self.n_run = np.zeros(0, np.int64)
        self.n_missed = np.zeros(0, np.int64)
        self._log_missed = np.zeros((2, 0))  # likelihood of the called plays, clean and noisy
        self._log_missed_if_run = np.zeros((2, 0))  # the same with one more that is run
        self.find(np.array([0, BEYOND]), np.array([0, 0]))

    def __len__(self) -> int:
        """Return the number of count pairs."""
        return len(self.n_run)

    def find(self, n_run: Places, n_missed: Places) -> Places:
        """Return the numbers of count pairs, adding those that are new.

        Parameters
        ----------
        n_run : ndarray of int
            (N,) called plays that were the target.
        n_missed : ndarray of int
            (N,) called plays that were not.

        Returns
        -------
        ndarray of int
            (N,) numbers.
        """
        pairs = list(zip(n_run.tolist(), n_missed.tolist(), strict=True))
        fresh = [pair for pair in dict.fromkeys(pairs) if pair not in self._number]
        if fresh:
            for pair in fresh:
                self._number[pair] = len(self._number)
            run, missed = np.array(fresh, np.int64).T
            self.n_run = np.append(self.n_run, run)
            self.n_missed = np.append(self.n_missed, missed)
            log_p = self._noise.log_p_missed(missed, run)
            self._log_missed = np.concatenate([self._log_missed, log_p], axis=1)
            log_p = self._noise.log_p_missed(missed, run + 1)
            self._log_missed_if_run = np.concatenate([self._log_missed_if_run, log_p], axis=1)
        return np.array([self._number[pair] for pair in pairs], np.int64)

    def keep(self, used: Places) -> tuple[CountTable, Places]:
        """Return a table of some count pairs only.

        Parameters
        ----------
        used : ndarray of int
            The numbers of the pairs to keep.

        Returns
        -------
        tuple of CountTable and ndarray of int
            The new table, and (C,) the new number of each old pair; DEAD for the rest.
        """
        fewer, number = CountTable(self._noise), np.full(len(self), DEAD)
        number[used] = fewer.find(self.n_run[used], self.n_missed[used])
        return fewer, number

    def after(self, numbers: Places, run: bool) -> Places:
        """Return the count pair after one more called play.

        Parameters
        ----------
        numbers : ndarray of int
            (N,) numbers of pairs.
        run : bool
            Whether the play was the target.

        Returns
        -------
        ndarray of int
            (C,) the next pair, by number of the pair; -1 for pairs not among ``numbers``.
        """
        found = np.full(len(self), -1)
        found[DEAD] = DEAD
        there = np.flatnonzero(np.bincount(numbers, minlength=len(self)))
        there = there[there != DEAD]
        found[there] = self.find(self.n_run[there] + run, self.n_missed[there] + (not run))
        return found

    def log_likelihood(self, n_run: int, n_not_run: int) -> Floats:
        """Return the log likelihood of a log under rules with each count pair.

        Parameters
        ----------
        n_run : int
            How many plays of the log were the target.
        n_not_run : int
            How many were not.

        Returns
        -------
        ndarray of float
            (C,) log likelihood; -inf for a pair that the log cannot have.
        """
        return self._joint(self._log_missed, n_run - self.n_run, n_not_run - self.n_missed)

    def log_likelihood_if_run(self, n_run: int, n_not_run: int) -> tuple[Floats, Floats]:
        """Return the log likelihood if the next play is the target.

        Parameters
        ----------
        n_run : int
            How many plays of the log were the target.
        n_not_run : int
            How many were not.

        Returns
        -------
        tuple of ndarray of float
            (C,) log likelihood if the rule does not call the next play, and (C,) if it does.
        """
        neither = n_not_run - self.n_missed
        uncalled = self._joint(self._log_missed, n_run + 1 - self.n_run, neither)
        return uncalled, self._joint(self._log_missed_if_run, n_run - self.n_run, neither)

    def _joint(self, log_missed: Floats, n_own: Places, n_neither: Places) -> Floats:
        log_own = self._noise.log_p_own(np.maximum(n_own, 0), np.maximum(n_neither, 0))
        clean, noisy = self._noise.log_classes + log_missed + log_own
        joint = np.logaddexp(clean, noisy)
        possible = (n_own >= 0) & (n_neither >= 0) & (joint > _LOG_ZERO / 2)
        return np.where(possible, joint, -np.inf)
