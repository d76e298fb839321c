"""A segment of a log: what the network believes if the signs changed right before it.

The network's probabilities are calibrated by temperature scaling (Guo et al. 2017).

Shapes: N sequences, D shrinkage factors.

References
----------
C. Guo, G. Pleiss, Y. Sun and K. Q. Weinberger (2017), On calibration of modern neural networks.
ICML.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from signdecoder.lstm.cell import Floats
from signdecoder.lstm.model import PairBelief

# Inverse temperature of the log odds after 0, 1, 2, … called plays, the last one for all that
# follow: the network is overconfident before them and underconfident after (measured on simulated
# coaches, tuning seeds). One temperature for each stage, after Guo et al. 2017.
_INVERSE_TEMPERATURES = (0.75, 0.85, 1.0, 1.05, 1.2)
# Candidate multipliers for the log odds (1 = trust the network), and their prior. Coaches may be
# noisier than any in training, or their log a hundred times as long.
SHRINKAGE = (1.0, 0.65, 0.4)
SHRINKAGE_PRIOR = np.array([0.97, 0.02, 0.01], np.float32)


@dataclass(frozen=True, slots=True)
class Segment:
    """The hypothesis that the signs changed right before play ``start``.

    Attributes
    ----------
    start : int
        The first play of the segment, from 0.
    belief : PairBelief
        What the network believes after reading the plays from there on.
    n_called : int
        How many of those plays were the target.
    weights : ndarray of float32
        (D,) posterior weight of the segment with each shrinkage factor.
    """

    start: int
    belief: PairBelief
    n_called: int
    weights: Floats

    @property
    def weight(self) -> float:
        """The posterior weight of the segment."""
        return float(self.weights.sum())

    @property
    def shrinkage_probs(self) -> Floats:
        """(D,) the posterior of the shrinkage factors within this segment."""
        return np.asarray(self.weights / self.weight)

    def calibrate(self, p: NDArray[np.float64]) -> NDArray[np.float64]:
        """Scale the log odds of predictions by temperature and by each shrinkage factor.

        Parameters
        ----------
        p : ndarray of float
            (N,) probabilities from the network.

        Returns
        -------
        ndarray of float
            (N, D) calibrated probabilities.
        """
        stage = min(self.n_called, len(_INVERSE_TEMPERATURES) - 1)
        power = _INVERSE_TEMPERATURES[stage] * np.array(SHRINKAGE)
        odds_for, odds_against = p[:, None] ** power, (1 - p[:, None]) ** power
        return np.asarray(odds_for / (odds_for + odds_against))
