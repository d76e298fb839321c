"""One vote on the rule, shared out among all that a play may show, and how it is counted.

A *sight* is something that a play shows of a candidate pair, such as "l right after k"; each sight
of each candidate is a hypothesis and has a share of the vote.

Shapes: C = V·V candidates, S features.
"""

from __future__ import annotations

import numpy as np

from signdecoder.core.outcomes import Evidence
from signdecoder.lstm.cell import Floats
from signdecoder.rules.pair_rules import (
    KEY_SIGN_SHARES,
    LIVE_AFTER_KEY,
    LIVE_LAST,
    LIVE_PRESENT,
    N_PAIR_RULES,
    TAKES_BOTH,
)

MIN_RULE_PROB = 0.01  # no vote is taken for surer than about this


def shown_rule_probs(rule_probs: Floats, features: Floats) -> Floats:
    """Rule probabilities (C, S) times features (…, C, S), by rule, and log odds: (…, S + 1)."""
    votes = np.einsum("cs,...cs->...s", rule_probs, features)
    total = votes.sum(axis=-1, keepdims=True)
    return np.concatenate([votes, log_odds(total)], axis=-1)


def cancellable_features(count: int) -> Floats:
    """(S,) 1 for each sight that a third signal can wipe off: those of pairs, and the free ones."""
    paired = np.ones(count, np.float32)
    paired[:N_PAIR_RULES] = TAKES_BOTH
    return paired


def key_sign_shares(count: int) -> Floats:
    """(2, S) how much of each sight's key sign is k, and how much l; the free ones have none."""
    keys = np.zeros((2, count), np.float32)
    keys[:, :N_PAIR_RULES] = np.transpose(KEY_SIGN_SHARES)
    return keys


def modifier_votes(rule_probs: Floats, features: Floats) -> Floats:
    """What would be voted if a third signal wiped off what came before, or all, or confirmed.

    (…, C, S) twice to (…, V, 3).
    """
    shown = rule_probs * features
    slots = int(np.sqrt(shown.shape[-2]))
    grid = (*shown.shape[:-2], slots, slots)
    paired = cancellable_features(shown.shape[-1])
    pairs = (shown @ paired).reshape(grid)
    others = (shown @ (1 - paired)).sum(axis=-1)
    after = features[..., LIVE_AFTER_KEY].reshape(grid)
    wiped = ((after @ pairs) * after).sum(axis=-1) + others[..., None]
    total = (pairs.sum(axis=(-2, -1)) + others)[..., None]
    come, last = (features[..., :: slots + 1, n] for n in (LIVE_PRESENT, LIVE_LAST))
    return np.stack([wiped, total * (1 - come), total * last], axis=-1)


def modifier_log_likelihood(total: Floats, votes: Floats, evidence: int) -> Floats:
    """How an outcome speaks for each signal as one that wipes off or confirms: (V, 3) nats."""
    if evidence == Evidence.SILENT:
        return np.zeros_like(votes)
    if evidence == Evidence.CALLED:
        return _safe_log(votes) - _safe_log(total)
    return _safe_log(1 - votes) - _safe_log(1 - total)


def softmax_with_null(logits: Floats) -> Floats:
    """One vote on which signal is the third, and how: (V, 3) logits to chances."""
    most = np.maximum(logits.max(), np.float32(0))  # a bare 0 would make all of it float64
    chances = np.exp(logits - most)
    return np.asarray(chances / (np.exp(-most) + chances.sum()))


def cancellation_probability(chances: Floats, features: Floats) -> Floats:
    """How surely a third signal (V, 3) cancels what a play shows of each (C, S) candidate: (C,)."""
    slots = len(chances)
    after = features[:, LIVE_AFTER_KEY].reshape(slots, slots)
    come, last = (features[:: slots + 1, n] for n in (LIVE_PRESENT, LIVE_LAST))
    before, all_of_it, confirms = chances.T
    cancels = before + all_of_it * come + confirms * (1 - last)  # but for what it leaves
    leaves = (before[:, None] * after).T @ after
    own = cancels[:, None] + cancels * (1 - np.eye(slots, dtype=np.float32))
    return np.asarray(np.maximum(cancels.sum() - own - leaves, 0).ravel())


def key_sign_log_probs(rule_probs: Floats) -> Floats:
    """Logs of the votes (C, S) on each signal as the key sign, and last on none: (V + 1,)."""
    slots = int(np.sqrt(len(rule_probs)))
    of_k, of_l = (rule_probs @ key_sign_shares(rule_probs.shape[1]).T).T.reshape(2, slots, slots)
    signals = of_k.sum(axis=1) + of_l.sum(axis=0)
    return _safe_log(np.append(signals, 1 - signals.sum()))


def log_odds(chance: Floats) -> Floats:
    """Of a vote, which is never taken for quite sure."""
    return _safe_log(chance) - _safe_log(1 - chance)


def _safe_log(chance: Floats) -> Floats:
    return np.asarray(np.log(chance + MIN_RULE_PROB))
