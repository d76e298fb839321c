"""Prequential predictions: the probability of the target of each play, before its outcome.

They are saved with a belief, so that nobody has to read the plays again to score them, and are
checked when they are read: a saved belief may come from a stranger (Dawid 1984).

References
----------
A. P. Dawid (1984), Present position and potential developments: some personal views. Statistical
theory: the prequential approach. Journal of the Royal Statistical Society A 147.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from signdecoder.core.errors import SigndecoderError

_STORED = np.dtype("<f4")
_TOLERANCE = 1e-6  # of rounding to float32


class Column(IntEnum):
    """Who predicted: a column of prequential predictions."""

    TOGETHER = 0
    LSTM = 1
    RULES = 2


def pack_prequential(predictions: NDArray[np.float32]) -> bytes:
    """Return prequential predictions as bytes.

    Parameters
    ----------
    predictions : ndarray of float32
        (N, 3) probability of the target for each play, one column for each `Column`.

    Returns
    -------
    bytes
        12 bytes for each play.
    """
    return predictions.astype(_STORED).tobytes()


def unpack_prequential(blob: bytes, n_plays: int) -> NDArray[np.float32]:
    """Return the prequential predictions that were packed.

    Parameters
    ----------
    blob : bytes
        What `pack_prequential` returned.
    n_plays : int
        The number of plays that they are about.

    Returns
    -------
    ndarray of float32
        (N, 3) probability of the target for each play.

    Raises
    ------
    SigndecoderError
        If they are of another number of plays, or cannot be probabilities and their mixture.
    """
    if len(blob) != n_plays * len(Column) * _STORED.itemsize:
        raise _refuse("they are of another log")
    predictions = np.frombuffer(blob, _STORED).reshape(-1, len(Column))
    # Neither of these holds for a value that is not a number.
    are_probabilities = ((predictions >= 0) & (predictions <= 1)).all()
    mixture, experts = predictions[:, Column.TOGETHER], predictions[:, Column.LSTM :]
    low, high = experts.min(axis=1) - _TOLERANCE, experts.max(axis=1) + _TOLERANCE
    if not are_probabilities or not ((mixture >= low) & (mixture <= high)).all():
        raise _refuse("they are not probabilities and their mixture")
    return predictions.astype(np.float32)


def _refuse(why: str) -> SigndecoderError:
    return SigndecoderError(
        f"the saved predictions are damaged: {why}", "they are computed again from the plays"
    )
