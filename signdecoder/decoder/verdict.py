"""When the decoder commits to a verdict, and when it abstains.

Selective prediction: the verdict is withheld unless the calibrated probabilities themselves say
that it is worth having (El-Yaniv and Wiener 2010).

Shapes: N probe sequences in the coach's style; ``p_probes`` (N,) is the probability of the target
on each of them.

References
----------
E. B. Wilson (1927), Probable inference, the law of succession, and statistical inference. Journal
of the American Statistical Association 22.

R. El-Yaniv and Y. Wiener (2010), On the foundations of noise-free selective classification. Journal
of Machine Learning Research 11.
"""

from __future__ import annotations

from math import log

import numpy as np
from numpy.typing import NDArray

from signdecoder.decoder.prediction import HOLD, MISSED_VERDICT, NOT_ENOUGH
from signdecoder.decoder.reliability import RuleRecord

MIN_CONFIDENCE = 0.65  # probability of being right below which the verdict is withheld
# Probability that missed signals would give the other answer up to which a verdict stands without
# them.
MOST_MISSED = 0.2
MIN_EXPLAINED = 0.25  # share of the uncertainty that the signs must explain
# A rare sign explains little overall. It is trusted if its distance from the coach's mean, times
# the called plays, is at least this many nats: noise does not get there in a thousand plays.
_MIN_EVIDENCE = 20.0
CRACKED = 0.95  # expected accuracy
MUCH = 0.1  # share of plays predicted wrong from which the coach's rule is of no known kind
MOST_UNKNOWN = 0.08  # probability of such a rule up to which a coach may be cracked
SOME = 0.05  # share of plays that a rule gets wrong from which it is not the coach's
MOST_UNEXPLAINED = 0.035  # share of the coach's own plays that the rules may get wrong, asked again
# The coach's own plays, predicted before their outcome was known, that promises are checked by:
# those of the last plays whose predictions were this sure.
_CHECKED, _SURE = 20, 0.8
# Probability from which a called play was foreseen. Of 43 claims about tuning coaches with rules of
# unknown kinds, 11 were false after 20 plays, mostly where no call had been foreseen yet.
_FORESEEN = 0.75
_WILSON_Z = 1.28  # of the bound that one coach in ten exceeds by luck
_SKILL_PLAYS, _SKILL_CALLED = 30, 3  # last plays whose uncertainty is measured; called among them
# If the signs explain no more than this after so many called plays, they barely predict the play.
_UNINFORMATIVE, _MANY_CALLED = 0.02, 20
# What a called play contributes to cracking a coach, measured on simulated coaches (tuning seeds):
# with 3, 5 and 7 bits of uncertainty it took 1.2, 1.8 and 2.6 more of them on average.
_BITS_PER_CALL = 2.6
# After so many called plays, the estimate of how many it takes was wrong time and again: before the
# first play there are 7 bits of uncertainty, which three called plays should remove.
_REFUTED_CALLED = 12


def explains_enough(record: RuleRecord) -> bool:
    """Return whether a rule gets the coach's own plays right, except for what people misread.

    Parameters
    ----------
    record : RuleRecord
        What the rule makes of the plays, asked again.

    Returns
    -------
    bool
        True if it gets one play wrong, or one in twenty.

    Examples
    --------
    >>> explains_enough(RuleRecord(17, 14, 0, 40)), explains_enough(RuleRecord(30, 1, 1, 40))
    (False, True)
    """
    return record.unexplained + record.not_run <= max(1, SOME * sum(record))


def choose_verdict(
    p: float,
    target: str,
    p_probes: NDArray[np.float64],
    n_called: int,
    explained: float,
    missed: float = 0.0,
) -> str:
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
    explained : float
        The share of the uncertainty that the signs explain, as in `explained_uncertainty` or
        `explained_before`.
    missed : float
        The probability that missed signals would give the other answer.

    Returns
    -------
    str
        The target, ``hold``, ``not enough plays``, or ``unknown`` if enough is known of the
        coach's signs and the answer depends on what was missed.
    """
    if n_called and missed > MOST_MISSED and explained >= MIN_EXPLAINED:
        return MISSED_VERDICT
    if not n_called or max(p, 1 - p) < MIN_CONFIDENCE:
        return NOT_ENOUGH
    evidence = n_called * _divergence(p, float(p_probes.mean()))
    if explained < MIN_EXPLAINED and evidence < _MIN_EVIDENCE:
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


def expected_calls_to_crack(bits: float, n_called: int) -> int | None:
    """Estimate how many more called plays it takes to crack a coach.

    Parameters
    ----------
    bits : float
        The entropy of the rule posterior.
    n_called : int
        Called plays since the user last marked a change of signs.

    Returns
    -------
    int or None
        The number of called plays, at least 1. None if so many were seen that the estimate, which
        was made before each of them, did not hold: the signs may say nothing.

    Examples
    --------
    >>> expected_calls_to_crack(5.2, 4), expected_calls_to_crack(0.3, 20)
    (2, None)
    """
    return max(1, round(bits / _BITS_PER_CALL)) if n_called < _REFUTED_CALLED else None


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


def foresaw_a_call(p_before: NDArray[np.float64], called: NDArray[np.bool_]) -> bool:
    """Return whether at least one called play was predicted before it was run.

    Until then a rule has only been fitted to the called plays, and tested on others.

    Parameters
    ----------
    p_before : ndarray of float
        (N,) probability of the target of each play before its outcome was known.
    called : ndarray of bool
        (N,) whether it was the target.

    Returns
    -------
    bool
        True if one of the called plays had a probability of 75% or more.

    Examples
    --------
    >>> foresaw_a_call(np.array([0.2, 0.9, 0.1]), np.array([True, True, False]))
    True
    """
    return bool((p_before[called] >= _FORESEEN).any())


def supported_accuracy(p_before: NDArray[np.float64], called: NDArray[np.bool_]) -> float:
    """Return the accuracy that the coach's own last plays support, at most.

    It is the upper end of the Wilson interval of how often sure predictions came true (Wilson
    1927). A play counts if its prediction was sure before its outcome was known: others only say
    that little was known yet.

    Parameters
    ----------
    p_before : ndarray of float
        (N,) probability of the target of each play before its outcome was known.
    called : ndarray of bool
        (N,) whether it was the target.

    Returns
    -------
    float
        A number from 0 to 1; 1 where no prediction was sure.

    Examples
    --------
    >>> sure = np.full(15, 0.99)
    >>> round(supported_accuracy(sure, np.arange(15) > 2), 2)
    0.9
    """
    last, outcomes = p_before[-_CHECKED:], called[-_CHECKED:]
    sure = np.maximum(last, 1 - last) >= _SURE
    n = int(sure.sum())
    if not n:
        return 1.0
    right, z2 = float(((last >= 0.5) == outcomes)[sure].mean()), _WILSON_Z**2
    half = _WILSON_Z * np.sqrt(right * (1 - right) / n + z2 / (4 * n * n))
    return float(min(1.0, (right + z2 / (2 * n) + half) / (1 + z2 / n)))


def explained_before(p_before: NDArray[np.float64], called: NDArray[np.bool_]) -> float:
    """Return the share of the uncertainty about the last plays that predictions took away.

    Unlike probe sequences these are whole plays, so it holds for signs that a splice would destroy.

    Parameters
    ----------
    p_before : ndarray of float
        (N,) probability of the target of each play before its outcome was known.
    called : ndarray of bool
        (N,) whether it was the target.

    Returns
    -------
    float
        At most 1; 0 if few plays were called, or none were not.
    """
    last, outcomes = p_before[-_SKILL_PLAYS:], called[-_SKILL_PLAYS:]
    if outcomes.sum() < _SKILL_CALLED or outcomes.all():
        return 0.0
    p_outcome = np.where(outcomes, last, 1 - last)
    loss = -np.log(np.maximum(p_outcome, 1e-12)).mean()
    return float(1 - loss / _entropy(outcomes.mean()))


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
