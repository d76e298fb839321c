"""Build a pair network with initial or given weights."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from signdecoder.lstm.config import NetworkConfig
from signdecoder.training.network.initializers import (
    init_evidence_counting,
    init_from_vote,
    init_long_memory,
)
from signdecoder.training.network.model import QUERIES, PairNetwork


def build_network(
    size: NetworkConfig,
    arrays: Mapping[str, NDArray[np.float32]] | None = None,
    taught: bool = False,
) -> PairNetwork:
    """Build a network.

    Parameters
    ----------
    size : NetworkConfig
        The layer sizes.
    arrays : mapping of str to ndarray, optional
        Its weights; by default, initial ones.
    taught : bool
        Whether to add the outputs that only pretraining uses.

    Returns
    -------
    PairNetwork
        The network, built but not compiled.
    """
    network = PairNetwork(size, taught)
    network(
        {
            "shown": np.zeros((1, 2, 3, 2), np.float32),
            "outcome": np.zeros((1, 2, size.outcomes), np.float32),
            "new_game": np.zeros((1, 2), np.float32),
            "cut": np.zeros((1, 2, 2, 3), np.float32),
            "asked": np.zeros((1, 2, QUERIES - 1, 2), np.float32),
        }
    )
    if arrays is not None:
        network.set_parameters(arrays)
    else:
        init_evidence_counting(network.alone)
        init_long_memory(network.third)
        init_long_memory(network.together)
        for dense in (network.first, network.outcome, network.key, network.no_key):
            init_from_vote(dense)
    return network
