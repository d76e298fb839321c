"""What is expected of a sign card, and what happens after each label: noise, and plays' rates.

Shapes: N noise levels, K plays, O = K + 2 outcomes: nothing, the K plays, "not the target".
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from signdecoder.bayes import noise_levels
from signdecoder.bayes.counts import Floats

NOTHING = 0
"""The outcome and the label without a play; plays are numbered from 1."""
_OTHER = 0.1  # of the called plays that are not run, the share in which another play happens
_LEAST = 1e-12  # probability


@dataclass(frozen=True, slots=True)
class CardPrior:
    """What is expected of a sign card before the first play.

    Attributes
    ----------
    missed, own, p_noise : tuple of float
        N noise levels: how often a called play is not run, how often a play is run without a
        call, and how likely the level is.
    more : float
        Probability of each further value to call a play that has one, in families with sets.
    longer : float
        Odds that a call goes on with one more signal: where that comes next, it is not what the
        signal before it calls.
    unsigned : float
        Probability of a play that no sign calls: it happens at its rate whatever the signals are.
    """

    missed: tuple[float, ...] = tuple(noise_levels.MISSED)
    own: tuple[float, ...] = tuple(noise_levels.OWN)
    p_noise: tuple[float, ...] = tuple(noise_levels.P_NOISE)
    more: float = 0.01
    longer: float = 0.005
    unsigned: float = 0.05


def outcome_probs(prior: CardPrior, rates: Floats, target: int) -> Floats:
    """Return the probability of each outcome, given what is called.

    Parameters
    ----------
    prior : CardPrior
        The noise levels.
    rates : ndarray of float
        (K,) how often each play happens.
    target : int
        The play that "not the target" is about, from 1.

    Returns
    -------
    ndarray of float
        (N, K + 1, O) probabilities, by noise level and label.
    """
    k, share = len(rates), rates / rates.sum()
    missed, own = np.array(prior.missed), np.array(prior.own)
    p = np.zeros((len(missed), k + 1, k + 2))
    p[:, NOTHING, 1:-1] = own[:, None] * share
    p[:, NOTHING, NOTHING] = 1 - own
    for play in range(1, k + 1):
        others = np.delete(np.arange(1, k + 1), play - 1)
        p[:, play, play] = 1 - missed
        rest = share[others - 1] / max(share[others - 1].sum(), _LEAST)
        p[:, play, others] = missed[:, None] * _OTHER * rest
        p[:, play, NOTHING] = missed * (1 - _OTHER if k > 1 else 1.0)
    p[:, :, -1] = 1 - p[:, :, target]
    return np.maximum(p, _LEAST)
