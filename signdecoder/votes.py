"""One vote on the rule, shared out among all that a play may show, and how it is counted.

A *sight* is something that a play shows of a candidate pair, such as "l right after k"; each sight
of each candidate is a hypothesis and has a share of the vote.

Shapes: C = V·V candidates, S sights.
"""

from __future__ import annotations

import numpy as np

from signdecoder.lessons import AFTER, PAIRED, PRESENT, RULES
from signdecoder.lstm import Floats
from signdecoder.plays import Evidence

LEAST_VOTE = 0.01  # no vote is taken for surer than about this


def count_votes(shares: Floats, sights: Floats) -> Floats:
    """The shares (C, S) of what a play's sights (…, C, S) show, and the odds of all: (…, S + 1)."""
    votes = np.einsum("cs,...cs->...s", shares, sights)
    total = votes.sum(axis=-1, keepdims=True)
    return np.concatenate([votes, log_odds(total)], axis=-1)


def paired_sights(count: int) -> Floats:
    """(S,) 1 for each sight that a third signal can wipe off: those of pairs, and the free ones."""
    paired = np.ones(count, np.float32)
    paired[:RULES] = PAIRED
    return paired


def wipe_votes(shares: Floats, sights: Floats) -> Floats:
    """What would be voted if a signal wiped off, what came before it or all: (…, V, 2)."""
    shown = shares * sights
    slots = int(np.sqrt(shown.shape[-2]))
    grid = (*shown.shape[:-2], slots, slots)
    paired = paired_sights(shown.shape[-1])
    pairs = (shown @ paired).reshape(grid)
    others = (shown @ (1 - paired)).sum(axis=-1)
    after = sights[..., AFTER].reshape(grid)
    wiped = ((after @ pairs) * after).sum(axis=-1) + others[..., None]
    absent = 1 - sights[..., :: slots + 1, PRESENT]
    total = pairs.sum(axis=(-2, -1)) + others
    return np.stack([wiped, total[..., None] * absent], axis=-1)


def weigh_wipes(total: Floats, if_wiped: Floats, evidence: int) -> Floats:
    """How an outcome speaks for each signal as the one that wipes off: (V, 2) nats."""
    if evidence == Evidence.SILENT:
        return np.zeros_like(if_wiped)
    if evidence == Evidence.CALLED:
        return _surely(if_wiped) - _surely(total)
    return _surely(1 - if_wiped) - _surely(1 - total)


def log_odds(chance: Floats) -> Floats:
    """Of a vote, which is never taken for quite sure."""
    return _surely(chance) - _surely(1 - chance)


def _surely(chance: Floats) -> Floats:
    return np.asarray(np.log(chance + LEAST_VOTE))
