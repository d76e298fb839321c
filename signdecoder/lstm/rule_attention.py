"""Attention over pair rules: which rule of which pair is the coach's, and what that implies.

A *pair feature* is something that a sequence shows of a pair of signals, such as "l right after k".
Each feature of each pair is a hypothesis, and a softmax gives it a probability. A third signal, the
*modifier*, may cancel a rule (wipe-off) or confirm it (activator).

`signdecoder.training.network.rule_attention` is the same in Keras; a test compares the two.

Shapes: V slots, C = V·V pairs, S pair features.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from signdecoder.core.outcomes import Evidence
from signdecoder.lstm.cell import Floats
from signdecoder.lstm.rule_sets import SetVote
from signdecoder.rules.pair_rules import (
    KEY_SIGN_SHARES,
    LIVE_AFTER_KEY,
    LIVE_LAST,
    LIVE_PRESENT,
    N_PAIR_RULES,
    TAKES_BOTH,
)

MIN_RULE_PROB = 0.01  # added to probabilities before a log: none is taken for certain


@dataclass(frozen=True, slots=True)
class RuleVote:
    """How the probability is divided among all rules; what it lacks to 1 is for none of them.

    Attributes
    ----------
    pairs : ndarray of float32
        (C, S) probability of each rule of each pair.
    sets : SetVote, optional
        The probability of each set rule, if the network has them.
    """

    pairs: Floats
    sets: SetVote | None = None

    def by_pair(self) -> Floats:
        """Return the probability of each rule of each pair, its share of set rules included.

        Returns
        -------
        ndarray of float32
            (C, S) probabilities.
        """
        if not self.sets:
            return self.pairs
        probs = self.pairs.copy()
        self.sets.add_probs(probs)
        return probs

    def shown(self, features: Floats) -> Floats:
        """Return the probability of the rules that a sequence shows, by the pair that shows it.

        Parameters
        ----------
        features : ndarray of float32
            (…, C, S) what the sequence shows of each, from 0 to 1.

        Returns
        -------
        ndarray of float32
            (…, C, S) probabilities; their sum is that of a call.
        """
        shown = self.pairs * features
        if self.sets:
            self.sets.add_shown(shown, features)
        return shown


def shown_by_feature(shown: Floats) -> Floats:
    """Return the probability of the rules that a sequence shows, for each feature and in all.

    Parameters
    ----------
    shown : ndarray of float32
        (…, C, S) what the sequence shows of each rule, from `RuleVote.shown`.

    Returns
    -------
    ndarray of float32
        (…, S + 1): for each feature the sum over pairs, and the log odds of the total.
    """
    sums = shown.sum(axis=-2)
    total = sums.sum(axis=-1, keepdims=True)
    return np.concatenate([sums, log_odds(total)], axis=-1)


def cancellable_features(n_features: int) -> Floats:
    """Return which features a modifier can cancel: those of both signals, and the learned ones.

    Parameters
    ----------
    n_features : int
        The number S of pair features.

    Returns
    -------
    ndarray of float32
        (S,) 1 where a modifier can cancel, else 0.
    """
    cancellable = np.ones(n_features, np.float32)
    cancellable[:N_PAIR_RULES] = TAKES_BOTH
    return cancellable


def key_sign_shares(n_features: int) -> Floats:
    """Return which signal of the pair is the key sign of each feature.

    Parameters
    ----------
    n_features : int
        The number S of pair features.

    Returns
    -------
    ndarray of float32
        (2, S) the share of k and the share of l; the learned features have none.
    """
    shares = np.zeros((2, n_features), np.float32)
    shares[:, :N_PAIR_RULES] = np.transpose(KEY_SIGN_SHARES)
    return shares


def modifier_votes(shown: Floats, features: Floats) -> Floats:
    """Return the probability of the shown rules for each possible modifier.

    Parameters
    ----------
    shown : ndarray of float32
        (…, C, S) probability of each rule of each pair, times what the sequence shows of it.
    features : ndarray of float32
        (…, C, S) what the sequence shows of each.

    Returns
    -------
    ndarray of float32
        (…, V, 3) what is left if this signal wipes off what came before it, if it wipes off
        everything, and if it is needed as the last signal.
    """
    slots = int(np.sqrt(shown.shape[-2]))
    grid = (*shown.shape[:-2], slots, slots)
    cancellable = cancellable_features(shown.shape[-1])
    pairs = (shown @ cancellable).reshape(grid)
    others = (shown @ (1 - cancellable)).sum(axis=-1)
    after = features[..., LIVE_AFTER_KEY].reshape(grid)
    wiped = ((after @ pairs) * after).sum(axis=-1) + others[..., None]
    total = (pairs.sum(axis=(-2, -1)) + others)[..., None]
    present, last = (features[..., :: slots + 1, n] for n in (LIVE_PRESENT, LIVE_LAST))
    return np.stack([wiped, total * (1 - present), total * last], axis=-1)


def modifier_log_likelihood(total: Floats, votes: Floats, evidence: int) -> Floats:
    """Return how much an outcome supports each possible modifier.

    Parameters
    ----------
    total : ndarray of float32
        () probability of all shown rules.
    votes : ndarray of float32
        (V, 3) the same for each possible modifier, from `modifier_votes`.
    evidence : int
        What the outcome says about the target, an `Evidence`.

    Returns
    -------
    ndarray of float32
        (V, 3) log likelihood ratios, in nats.
    """
    if evidence == Evidence.SILENT:
        return np.zeros_like(votes)
    if evidence == Evidence.CALLED:
        return safe_log(votes) - safe_log(total)
    return safe_log(1 - votes) - safe_log(1 - total)


def softmax_with_null(logits: Floats) -> Floats:
    """Return a softmax with one more option, none, whose logit is 0.

    Parameters
    ----------
    logits : ndarray of float32
        (V, 3) logits of each possible modifier.

    Returns
    -------
    ndarray of float32
        (V, 3) probabilities; what they lack to 1 is the probability of no modifier.

    Examples
    --------
    >>> softmax_with_null(np.zeros((1, 3), np.float32)).tolist()
    [[0.25, 0.25, 0.25]]
    """
    peak = np.maximum(logits.max(), np.float32(0))  # a bare 0 would make everything float64
    odds = np.exp(logits - peak)
    return np.asarray(odds / (np.exp(-peak) + odds.sum()))


def cancellation_probability(modifier_probs: Floats, features: Floats) -> Floats:
    """Return the probability that a modifier cancels the play, for each pair.

    Parameters
    ----------
    modifier_probs : ndarray of float32
        (V, 3) probability of each possible modifier.
    features : ndarray of float32
        (C, S) what the sequence shows of each pair.

    Returns
    -------
    ndarray of float32
        (C,) probabilities. The modifier is neither signal of the pair.
    """
    slots = len(modifier_probs)
    after = features[:, LIVE_AFTER_KEY].reshape(slots, slots)
    present, last = (features[:: slots + 1, n] for n in (LIVE_PRESENT, LIVE_LAST))
    before, everything, activator = modifier_probs.T
    cancels = before + everything * present + activator * (1 - last)  # (V,)
    spared = (before[:, None] * after).T @ after  # pairs after the last wipe-off
    own = cancels[:, None] + cancels * (1 - np.eye(slots, dtype=np.float32))
    return np.asarray(np.maximum(cancels.sum() - own - spared, 0).ravel())


def key_sign_log_probs(rule_probs: Floats) -> Floats:
    """Return the log probability of each signal to be the key sign.

    Parameters
    ----------
    rule_probs : ndarray of float32
        (C, S) probability of each rule of each pair.

    Returns
    -------
    ndarray of float32
        (V + 1,) log probabilities; the last one is that none of them is.
    """
    slots = int(np.sqrt(len(rule_probs)))
    shares = key_sign_shares(rule_probs.shape[1])
    of_k, of_l = (rule_probs @ shares.T).T.reshape(2, slots, slots)
    signals = of_k.sum(axis=1) + of_l.sum(axis=0)
    return safe_log(np.append(signals, 1 - signals.sum()))


def log_odds(p: Floats) -> Floats:
    """Return the log odds of probabilities, bounded by `MIN_RULE_PROB`.

    Parameters
    ----------
    p : ndarray of float32
        Probabilities, any shape.

    Returns
    -------
    ndarray of float32
        Log odds, of the same shape.
    """
    return safe_log(p) - safe_log(1 - p)


def safe_log(p: Floats) -> Floats:
    """Return the log of probabilities, bounded from below.

    Parameters
    ----------
    p : ndarray of float32
        Probabilities, any shape.

    Returns
    -------
    ndarray of float32
        ``log(p + MIN_RULE_PROB)``, of the same shape.
    """
    return np.asarray(np.log(p + MIN_RULE_PROB))
