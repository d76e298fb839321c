"""Where other plays occurred: evidence about the indicator that they share with the target.

A *context* is what the rules of one indicator have in common, such as "the signal right after the
cap". The coach's other plays use the same context: in the right one, some live signals always bring
another play, the rest never do, and without the indicator none occurs. Their rates are integrated
out, which makes each context a product of beta-binomial likelihoods. What counts is where other
plays occurred, not how many: that a team steals more in one game than in another says nothing about
its signs, and must not look like a change of signs.

Shapes: F contexts, K kinds of what a sequence may show of one.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from signdecoder.bayes.counts import Floats, Places

# What a sequence shows of a context: nothing, several live signals, or from ALONE on a single one.
HIDDEN, SEVERAL, ALONE = 0, 1, 2
Showings = NDArray[np.int64]

# Beta parameters of the rate of other plays, if a sequence shows nothing, several, a single one.
_PRIORS = ((0.1, 1.9), (0.5, 1.5), (0.2, 0.6))


@dataclass(slots=True)
class OtherPlayCounts:
    """How often another play occurred, by context and by what a sequence showed of it.

    Attributes
    ----------
    tries : ndarray of int
        (F, K) plays that were not the target. Context 0 is never shown.
    hits : ndarray of int
        (F, K) those among them that were another play.
    log_factor : ndarray of float
        (F,) log of what the likelihood is multiplied by, for plays of which it is not known what
        they showed.
    """

    tries: Places
    hits: Places
    log_factor: Floats

    @classmethod
    def begin(cls, n_contexts: int, n_live: int) -> OtherPlayCounts:
        """Return counts before the first play.

        Parameters
        ----------
        n_contexts : int
            The number of contexts F.
        n_live : int
            How many live signals, or numbers, a context may have at most.

        Returns
        -------
        OtherPlayCounts
            All zero.
        """
        tries, hits = np.zeros((2, n_contexts, ALONE + n_live), np.int64)
        return cls(tries, hits, np.zeros(n_contexts))

    @property
    def n_others(self) -> int:
        """How many plays were another play."""
        return int(self.hits[0].sum())

    def count(self, shown: Showings, other: bool) -> None:
        """Count one more play that was not the target.

        Parameters
        ----------
        shown : ndarray of int
            (F,) what its sequence shows of each context.
        other : bool
            Whether it was another play.
        """
        every = np.arange(len(shown))
        self.tries[every, shown] += 1
        self.hits[every, shown] += other

    def count_partly(self, p_shown: Floats, other: bool) -> None:
        """Count a play that was not the target, and whose signals were missed in part.

        It is as likely as the mean over what it may have shown. It then counts as the likeliest of
        these, and the factor keeps the rest.

        Parameters
        ----------
        p_shown : ndarray of float
            (F, K) how probably its sequence shows what of each context.
        other : bool
            Whether it was another play.
        """
        hidden, several, alone = _PRIORS
        a, b = np.array([hidden, several] + [alone] * (p_shown.shape[1] - ALONE)).T
        p_other = (self.hits + a) / (self.tries + (a + b))
        p = p_other if other else 1 - p_other
        joint = p_shown * p
        best, every = joint.argmax(axis=1), np.arange(len(p))
        self.log_factor += np.log(joint.sum(axis=1) / p[every, best])
        self.count(best, other)

    def grow(self, n_contexts: int, n_live: int, place: Places) -> OtherPlayCounts:
        """Return the same counts among more contexts.

        Parameters
        ----------
        n_contexts : int
            The new number of contexts.
        n_live : int
            How many live signals, or numbers, a context may then have.
        place : ndarray of int
            (F,) the new number of each context.

        Returns
        -------
        OtherPlayCounts
            The larger counts.
        """
        larger = OtherPlayCounts.begin(n_contexts, n_live)
        for mine, its in ((self.tries, larger.tries), (self.hits, larger.hits)):
            its[:, HIDDEN] = mine[0, HIDDEN]  # new ones have never been shown, like context 0
            its[place, : mine.shape[1]] = mine
        larger.log_factor[place] = self.log_factor
        return larger

    def log_likelihood(self) -> Floats:
        """Return the log likelihood of which plays were other plays, the rates integrated out.

        Returns
        -------
        ndarray of float
            (F,) log likelihood if the coach's indicator belongs to each context, relative to plays
            that occur whatever is shown, as in context 0.
        """
        if not self.n_others:  # without other plays there is no evidence where they would occur
            return np.zeros(len(self.tries))
        hidden, several, alone = _PRIORS
        return np.asarray(
            self.log_factor
            + log_beta_binomial(hidden, self.hits[:, HIDDEN], self.tries[:, HIDDEN])
            + log_beta_binomial(several, self.hits[:, SEVERAL], self.tries[:, SEVERAL])
            + log_beta_binomial(alone, self.hits[:, ALONE:], self.tries[:, ALONE:]).sum(axis=1)
            - log_beta_binomial(hidden, self.hits[:1].sum(axis=1), self.tries[:1].sum(axis=1))
        )


def log_beta_binomial(prior: tuple[float, float], hits: Places, tries: Places) -> Floats:
    """Return the log likelihood of a row of hits and misses whose rate has a beta prior.

    Parameters
    ----------
    prior : tuple of float
        The parameters a and b of the beta distribution.
    hits : ndarray of int
        The number of hits, any shape.
    tries : ndarray of int
        The number of hits and misses, of the same shape.

    Returns
    -------
    ndarray of float
        Log likelihood, of the same shape.

    Examples
    --------
    >>> float(np.exp(log_beta_binomial((1.0, 1.0), np.array([1]), np.array([1])))[0])
    0.5
    """
    a, b = prior
    most = 1 << int(tries.max()).bit_length()
    total, hit, miss = (_log_rising(start, most) for start in (a + b, a, b))
    return np.asarray(hit[hits] + miss[tries - hits] - total[tries])


@lru_cache(maxsize=64)
def _log_rising(start: float, count: int) -> Floats:
    """Return (count + 1,) logs of the rising factorials start (start + 1) … of each length."""
    return np.concatenate([[0.0], np.cumsum(np.log(start + np.arange(count)))])
