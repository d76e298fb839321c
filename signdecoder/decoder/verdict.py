"""When the decoder commits to a verdict, and when it abstains.

Selective prediction: the verdict is withheld unless the calibrated probabilities themselves say
that it is worth having (El-Yaniv and Wiener 2010).

Shapes: N probe sequences in the coach's style; ``p_probes`` (N,) is the probability of the target
on each of them.

References
----------
R. El-Yaniv and Y. Wiener (2010), On the foundations of noise-free selective classification. Journal
of Machine Learning Research 11.
"""

from __future__ import annotations

from math import log

import numpy as np
from numpy.typing import NDArray

from signdecoder.decoder.prediction import HOLD, NOT_ENOUGH

MIN_CONFIDENCE = 0.65  # probability of being right below which the verdict is withheld
MIN_EXPLAINED = 0.25  # share of the uncertainty that the signs must explain
# A rare sign explains little overall. It is trusted if its distance from the coach's mean, times
# the called plays, is at least this many nats: noise does not get there in a thousand plays.
_MIN_EVIDENCE = 20.0
CRACKED = 0.95  # expected accuracy
# If the signs explain no more than this after so many called plays, they barely predict the play.
_UNINFORMATIVE, _MANY_CALLED = 0.02, 20
# What a called play contributes to cracking a coach, measured on simulated coaches (tuning seeds):
# with 3, 5 and 7 bits of uncertainty it took 1.2, 1.8 and 2.6 more of them on average.
_BITS_PER_CALL = 2.6


def choose_verdict(p: float, target: str, p_probes: NDArray[np.float64], n_called: int) -> str:
    """Choose the verdict for one sequence.

    Parameters
    ----------
    p : float
        The probability of the target.
    target : str
        The outcome to predict.
    p_probes : ndarray of float
        (N,) probability of the target on probe sequences.
    n_called : int
        Called plays since the user last marked a change of signs.

    Returns
    -------
    str
        The target, ``hold``, or ``not enough plays``.
    """
    if not n_called or max(p, 1 - p) < MIN_CONFIDENCE:
        return NOT_ENOUGH
    evidence = n_called * _divergence(p, float(p_probes.mean()))
    if explained_uncertainty(p_probes) < MIN_EXPLAINED and evidence < _MIN_EVIDENCE:
        return NOT_ENOUGH
    return target if p >= 0.5 else HOLD


def is_uninformative(p_probes: NDArray[np.float64], n_called: int) -> bool:
    """Return whether the signs barely predict the play although many called plays were seen.

    Parameters
    ----------
    p_probes : ndarray of float
        (N,) probability of the target on probe sequences.
    n_called : int
        Called plays since the user last marked a change of signs.

    Returns
    -------
    bool
        True from 20 called plays on if the signs explain 2% of the uncertainty or less.
    """
    return n_called >= _MANY_CALLED and explained_uncertainty(p_probes) <= _UNINFORMATIVE


def expected_calls_to_crack(bits: float) -> int:
    """Estimate how many more called plays it takes to crack a coach.

    Parameters
    ----------
    bits : float
        The entropy of the rule posterior.

    Returns
    -------
    int
        The number of called plays, at least 1.

    Examples
    --------
    >>> expected_calls_to_crack(5.2)
    2
    """
    return max(1, round(bits / _BITS_PER_CALL))


def expected_accuracy(p_probes: NDArray[np.float64]) -> float:
    """Return how often the likelier answer is right, according to the probabilities themselves.

    Parameters
    ----------
    p_probes : ndarray of float
        (N,) probability of the target on probe sequences.

    Returns
    -------
    float
        A number from 0.5 to 1.

    Examples
    --------
    >>> round(expected_accuracy(np.array([0.1, 0.8])), 2)
    0.85
    """
    return float(np.maximum(p_probes, 1 - p_probes).mean())


def explained_uncertainty(p_probes: NDArray[np.float64]) -> float:
    """Return the share of the uncertainty about plays that the signs explain.

    1 - mean entropy of the predictions / entropy of their mean: relative mutual information.

    Parameters
    ----------
    p_probes : ndarray of float
        (N,) probability of the target on probe sequences.

    Returns
    -------
    float
        A number from 0 to 1.

    Examples
    --------
    >>> explained_uncertainty(np.array([0.2, 0.2]))
    0.0
    >>> round(explained_uncertainty(np.array([0.0, 1.0])), 2)
    1.0
    """
    return float(1 - _entropy(p_probes).mean() / _entropy(p_probes.mean()))


def _entropy(p: NDArray[np.float64] | np.float64) -> NDArray[np.float64]:
    """Return the entropy of a Bernoulli distribution, in nats."""
    q = np.clip(np.asarray(p, np.float64), 1e-12, 1 - 1e-12)
    return np.asarray(-(q * np.log(q) + (1 - q) * np.log(1 - q)))


def _divergence(p: float, q: float) -> float:
    """Return the Kullback-Leibler divergence of Bernoulli(p) from Bernoulli(q), in nats."""
    p, q = (min(max(probability, 1e-12), 1 - 1e-12) for probability in (p, q))
    return p * log(p / q) + (1 - p) * log((1 - p) / (1 - q))
