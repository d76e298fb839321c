"""Attention over the rules of all pairs, in Keras; `lstm.rule_attention` is the same in NumPy.

Shapes: V slots for signals, C = V·V pairs, S pair features, O kinds of outcome.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import keras
from keras import ops

from signdecoder.lstm.rule_attention import MIN_RULE_PROB, cancellable_features, key_sign_shares
from signdecoder.lstm.rule_sets import TINY
from signdecoder.rules.pair_rules import LIVE_AFTER_KEY, LIVE_LAST, LIVE_PRESENT
from signdecoder.training.network.initializers import (
    log_prior_initializer,
    null_initializer,
    scaled_identity_initializer,
)
from signdecoder.training.network.layers import Tensor
from signdecoder.training.network.pair_layers import diagonal_of
from signdecoder.training.network.rule_sets import set_features, shared_among_pairs


@dataclass(frozen=True, slots=True)
class RuleVote:
    """How the probability is divided among all rules; `lstm.rule_attention.RuleVote` in Keras.

    Attributes
    ----------
    pairs : Tensor, shape (…, C, S)
        The probability of each rule of each pair.
    sets : Tensor, shape (…, V, F), optional
        The probability of each set rule, if the network has them.
    members : Tensor, shape (…, V, V, F), optional
        The probability of each membership.
    """

    pairs: Tensor
    sets: Tensor = None
    members: Tensor = None

    def by_pair(self) -> Tensor:
        """Return the probability of each rule of each pair, its share of set rules included.

        Returns
        -------
        Tensor, shape (…, C, S)
            Probabilities.
        """
        if self.sets is None:
            return self.pairs
        share = self.sets / (ops.sum(self.members, axis=-2) + TINY)
        return self.pairs + shared_among_pairs(
            self.members * share[..., None, :], self.pairs.shape[-1]
        )

    def shown(self, features: Tensor) -> Tensor:
        """Return the probability of the rules that plays show, by the pair that shows it.

        Parameters
        ----------
        features : Tensor, shape (…, C, S)
            The pair features of the plays.

        Returns
        -------
        Tensor, shape (…, C, S)
            Probabilities; their sum is that of a call.
        """
        shown = self.pairs * features
        if self.sets is None:
            return shown
        hits = self.members * set_features(features, ops.shape(self.members)[-2])
        called = 1.0 - ops.exp(ops.sum(ops.log(1.0 - hits), axis=-2))
        share = self.sets * called / (ops.sum(hits, axis=-2) + TINY)
        return shown + shared_among_pairs(hits * share[..., None, :], self.pairs.shape[-1])

    def for_queries(self) -> RuleVote:
        """Return the same vote with an axis for the queries before each play.

        Returns
        -------
        RuleVote
            The vote.
        """
        if self.sets is None:
            return RuleVote(self.pairs[:, :, None])
        return RuleVote(self.pairs[:, :, None], self.sets[:, :, None], self.members[:, :, None])


@keras.saving.register_keras_serializable("signdecoder")
class RuleAttention(keras.layers.Layer):  # type: ignore[misc]
    """A softmax over the pair features of all pairs, to find which of them is the rule.

    A feature of a pair, such as "l right after k", is one hypothesis. The rest of the probability
    is for none of them.

    Parameters
    ----------
    n_features : int
        Number of pair features, S.
    **kwargs
        Passed to Keras.
    """

    def __init__(self, n_features: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.n_features = n_features

    def build(self, belief_shape: tuple[int | None, ...]) -> None:
        """Create the weights; at first, each cell of the belief votes for one feature.

        Parameters
        ----------
        belief_shape : tuple of int
            (…, C, H).
        """
        self.kernel = self.add_weight(
            shape=(belief_shape[-1], self.n_features),
            initializer=scaled_identity_initializer,
            name="kernel",
        )
        self.bias = self.add_weight(
            shape=(self.n_features,), initializer=log_prior_initializer, name="bias"
        )
        self.none = self.add_weight(shape=(1,), initializer=null_initializer, name="none")

    def call(self, belief: Tensor) -> Tensor:
        """Compute the probability of each rule.

        Parameters
        ----------
        belief : Tensor, shape (…, C, H)
            The belief about each pair.

        Returns
        -------
        Tensor, shape (…, C, S)
            Probabilities, which sum to less than 1.
        """
        logits = ops.matmul(belief, self.kernel) + self.bias
        top = ops.maximum(ops.max(logits, axis=(-2, -1), keepdims=True), self.none)
        top = ops.stop_gradient(top)
        weights = ops.exp(logits - top)
        return weights / (ops.sum(weights, axis=(-2, -1), keepdims=True) + ops.exp(self.none - top))


def modifier_votes(shown: Tensor, features: Tensor, slots: int) -> Tensor:
    """Return P(called) of a play if each signal were the modifier, in each of three ways.

    For each signal w: the probability of the rules that the play shows after the last w; of all
    that it shows, if w does not occur; and of all that it shows, if w comes last. Rules of one
    signal have features of their own for the first way.

    Parameters
    ----------
    shown : Tensor, shape (…, C, S)
        What the play shows of each rule, from `RuleVote.shown`.
    features : Tensor, shape (…, C, S)
        The pair features of the play.
    slots : int
        V.

    Returns
    -------
    Tensor, shape (…, V, 3)
        Probabilities for a wipe-off, a wipe-off anywhere and an activator.
    """
    grid = (*ops.shape(shown)[:-2], slots, slots)
    cancellable = cancellable_features(shown.shape[-1])
    pairs = ops.reshape(ops.sum(shown * cancellable, axis=-1), grid)
    others = ops.sum(shown * (1 - cancellable), axis=(-2, -1))
    after = ops.broadcast_to(features[..., LIVE_AFTER_KEY], ops.shape(shown)[:-1])
    after = ops.reshape(after, grid)
    both = ops.einsum("...wk,...kl->...wl", after, pairs) * after
    wiped = ops.sum(both, axis=-1) + others[..., None]
    total = (ops.sum(pairs, axis=(-2, -1)) + others)[..., None]
    present, last = (
        diagonal_of(
            ops.reshape(ops.broadcast_to(features[..., n], ops.shape(shown)[:-1]), grid)[..., None]
        )[..., 0]
        for n in (LIVE_PRESENT, LIVE_LAST)
    )
    return ops.stack([wiped, total * (1.0 - present), total * last], axis=-1)


def modifier_log_likelihood(total: Tensor, if_modifier: Tensor, outcome: Tensor) -> Tensor:
    """Return the log likelihood ratio of each signal being the modifier, given an outcome.

    Parameters
    ----------
    total : Tensor, shape (…)
        P(called) without a modifier.
    if_modifier : Tensor, shape (…, V, 3)
        P(called) for each modifier, from `modifier_votes`.
    outcome : Tensor, shape (…, O)
        One-hot outcome.

    Returns
    -------
    Tensor, shape (…, V, 3)
        Log likelihood ratios in nats.
    """
    called, not_called = outcome[..., 0], ops.sum(outcome[..., 1:4], axis=-1)
    log_ratio_called = _safe_log(if_modifier) - _safe_log(total)[..., None, None]
    log_ratio_not = _safe_log(1.0 - if_modifier) - _safe_log(1.0 - total)[..., None, None]
    return called[..., None, None] * log_ratio_called + not_called[..., None, None] * log_ratio_not


def softmax_with_null(logits: Tensor) -> Tensor:
    """Return a softmax over signals and ways, with one more class of logit 0 for none.

    Parameters
    ----------
    logits : Tensor, shape (…, V, 3)
        Logits.

    Returns
    -------
    Tensor, shape (…, V, 3)
        Probabilities, which sum to less than 1.
    """
    top = ops.maximum(ops.max(logits, axis=(-2, -1), keepdims=True), 0.0)
    top = ops.stop_gradient(top)
    weights = ops.exp(logits - top)
    return weights / (ops.exp(-top) + ops.sum(weights, axis=(-2, -1), keepdims=True))


def cancellation_probability(modifier_probs: Tensor, features: Tensor, slots: int) -> Tensor:
    """Return the probability that a modifier cancels the play, for each pair.

    Parameters
    ----------
    modifier_probs : Tensor, shape (…, V, 3)
        P(modifier) for a wipe-off, a wipe-off anywhere and an activator.
    features : Tensor, shape (…, C, S)
        The pair features of the play.
    slots : int
        V.

    Returns
    -------
    Tensor, shape (…, C)
        Probabilities.
    """
    grid = (*ops.shape(features)[:-2], slots, slots)
    after, present, last = (
        ops.reshape(features[..., n], grid) for n in (LIVE_AFTER_KEY, LIVE_PRESENT, LIVE_LAST)
    )
    present, last = (diagonal_of(x[..., None])[..., 0] for x in (present, last))
    before, anywhere, activator = (modifier_probs[..., n] for n in range(3))
    # (…, V) for each modifier, without the pairs that come after a wipe-off.
    cancels = before + anywhere * present + activator * (1.0 - last)
    spared = ops.einsum("...wk,...wl->...kl", before[..., None] * after, after)
    # The modifier is neither k nor l.
    own = cancels[..., None] + cancels[..., None, :] * (1.0 - ops.eye(slots))
    cancelled = ops.sum(cancels, axis=-1)[..., None, None] - own - spared
    return ops.reshape(ops.relu(cancelled), ops.shape(features)[:-1])


def key_sign_log_probs(rule_probs: Tensor, slots: int) -> Tensor:
    """Return the log probability of each signal, and of none, as the key sign.

    Parameters
    ----------
    rule_probs : Tensor, shape (…, C, S)
        The probability of each rule.
    slots : int
        V.

    Returns
    -------
    Tensor, shape (…, V + 1)
        Log probabilities.
    """
    of_k, of_l = (
        ops.reshape(ops.matmul(rule_probs, keys), (*ops.shape(rule_probs)[:-2], slots, slots))
        for keys in key_sign_shares(rule_probs.shape[-1])
    )
    signals = ops.sum(of_k, axis=-1) + ops.sum(of_l, axis=-2)
    none = 1.0 - ops.sum(signals, axis=-1, keepdims=True)
    return _safe_log(ops.concatenate([signals, none], axis=-1))


def log_odds(p: Tensor) -> Tensor:
    """Return the log odds of probabilities, bounded by MIN_RULE_PROB.

    Parameters
    ----------
    p : Tensor
        Probabilities.

    Returns
    -------
    Tensor
        Log odds of the same shape.
    """
    return _safe_log(p) - _safe_log(1.0 - p)


def _safe_log(p: Tensor) -> Tensor:
    return ops.log(p + MIN_RULE_PROB)


def shown_by_feature(shown: Tensor) -> Tensor:
    """Return the probability of the rules that a play shows, by feature and in all.

    Parameters
    ----------
    shown : Tensor, shape (…, C, S)
        What the play shows of each rule, from `RuleVote.shown`.

    Returns
    -------
    Tensor, shape (…, S + 1)
        Probabilities summed over pairs, and the log odds of their total.
    """
    by_feature = ops.sum(shown, axis=-2)
    total = ops.sum(by_feature, axis=-1, keepdims=True)
    return ops.concatenate([by_feature, log_odds(total)], axis=-1)
