"""Mix two experts: exponential weights with fixed share (Herbster and Warmuth 1998).

The weight of an expert is how likely its predictions made the log, and older plays count less and
less. The mixture costs at most ln 2 nats more than the better expert, and a little more each time
the other becomes the better one. The weights are multiplied by a prior weight that depends on how
many called plays there have been.

References
----------
M. Herbster and M. K. Warmuth (1998), Tracking the best expert. Machine Learning 32.

N. Cesa-Bianchi and G. Lugosi (2006), Prediction, learning, and games. Cambridge University Press.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_SHARE = 0.02  # of all weight, split between both experts after each play
_MIN_P = 1e-6  # predictions are clipped to [_MIN_P, 1 - _MIN_P] when experts are weighed


class FixedShare:
    """Keep the weights of two experts on one coach.

    Parameters
    ----------
    prior_weights : sequence of float
        Prior weight of the first expert after 0, 1, 2, … called plays, the last one for all that
        follow.

    Attributes
    ----------
    expert_weights : ndarray of float
        (2,) weight of each expert by its predictions on this coach, summing to 1.
    n_called : int
        How many plays so far were the target.
    trust : float
        What the prior weight of the first expert is multiplied by, from 0 to 1.

    Examples
    --------
    >>> mixture = FixedShare()
    >>> round(float(mixture.mix(np.array([0.9, 0.5]))), 2)
    0.7
    >>> mixture.learn(np.array([0.9, 0.5]), called=True)
    >>> bool(mixture.weights[0] > mixture.weights[1])
    True
    """

    def __init__(self, prior_weights: Sequence[float] = (0.5,)) -> None:
        self._prior_weights = tuple(prior_weights)
        self.expert_weights: Floats = np.full(2, 0.5)
        self.n_called = 0
        self.trust = 1.0

    @property
    def weights(self) -> Floats:
        """(2,) the weight of each expert in the mixture, summing to 1."""
        first = self._prior_weights[min(self.n_called, len(self._prior_weights) - 1)] * self.trust
        weights = self.expert_weights * (first, 1 - first)
        return np.asarray(weights / weights.sum())

    def mix(self, predictions: Floats) -> Floats:
        """Return the mixture of both experts' predictions.

        Parameters
        ----------
        predictions : ndarray of float
            (…, 2) probability of the target by each expert.

        Returns
        -------
        ndarray of float
            (…) mixed probabilities.
        """
        return np.asarray(predictions @ self.weights)

    def learn(self, predictions: Floats, called: bool) -> None:
        """Update the weights with one play.

        Parameters
        ----------
        predictions : ndarray of float
            (2,) what each expert predicted for it.
        called : bool
            Whether it was the target.
        """
        p = np.clip(predictions, _MIN_P, 1 - _MIN_P)
        weights = self.expert_weights * (p if called else 1 - p)
        self.expert_weights = (1 - _SHARE) * weights / weights.sum() + _SHARE / 2
        self.n_called += called
