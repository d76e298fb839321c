"""A hash of the grammar: the rules that a coach may have, their prior, and what they match.

Saved beliefs depend on it. A new family, another prior or another meaning of a rule gives another
hash, so that no belief is read with rules that it was not about.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b

import numpy as np

from signdecoder.bayes.changepoints import Hazards
from signdecoder.bayes.counts import NoiseRates
from signdecoder.bayes.hypotheses import Hypotheses
from signdecoder.bayes.noise_levels import P_NOISE
from signdecoder.bayes.set_structures import HOT_SHARE, RELATIONS
from signdecoder.bayes.wide import PAIR_SIZES, SET_SIZES
from signdecoder.core.contexts import CONTEXT_KINDS

_N_SIGNALS = 6  # as many as a coach is assumed to have at least: all families have rules
_CLASSES = (frozenset({0, 1, 2}), frozenset({3, 4}))
# Sequences that tell rules apart; of one length, so that they are searched together.
_N_SEQUENCES, _LENGTH = 6, 9
_SIZE = 16  # bytes
# How plays are read.
_READING = "missed signals are completed; of other plays it counts where they occur"


@lru_cache(maxsize=1)
def grammar_hash() -> str:
    """Return a hash of the rules, their prior, what they match, and the priors of noise and change.

    Returns
    -------
    str
        32 hexadecimal digits, the same on every machine.
    """
    hypotheses = Hypotheses(_N_SIGNALS, classes=_CLASSES)
    digest = blake2b(digest_size=_SIZE)
    unlisted = (
        hypotheses.wide.prior,
        RELATIONS,
        HOT_SHARE,
        SET_SIZES,
        PAIR_SIZES,
        P_NOISE.tolist(),
        _READING,
    )
    for part in (hypotheses.bases.starts, NoiseRates(), Hazards(), CONTEXT_KINDS, unlisted):
        digest.update(repr(part).encode())
    # Prior probabilities are whole multiples of one unit: no machine rounds them differently.
    digest.update(np.append(hypotheses.prior, hypotheses.null_prior).astype("<f8").tobytes())
    for matching in hypotheses.matching_rules_of_each(_sequences()):
        digest.update(np.sort(matching).astype("<i8").tobytes())
    return digest.hexdigest()


def _sequences() -> list[tuple[int, ...]]:
    """List sequences of signals that follow no rule, the same each time."""
    # A linear congruential generator (Knuth): NumPy's streams may change between versions.
    state, sequences = 1, []
    for _ in range(_N_SEQUENCES):
        signals = []
        for _ in range(_LENGTH):
            state = (1664525 * state + 1013904223) % 2**32
            signals.append(state * _N_SIGNALS >> 32)
        sequences.append(tuple(signals))
    return sequences
