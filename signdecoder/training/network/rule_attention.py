"""The votes of the candidate-wise network in Keras: ``votes.py`` is the same in NumPy.

Shapes: V slots for signals, C = V·V candidates, S sights, O kinds of outcome.
"""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from signdecoder.lstm.rule_attention import MIN_RULE_PROB, cancellable_features, key_sign_shares
from signdecoder.rules.pair_rules import (
    LIVE_AFTER_KEY,
    LIVE_LAST,
    LIVE_PRESENT,
)
from signdecoder.training.network.initializers import expect, expect_none, speak_for_own
from signdecoder.training.network.layers import Tensor, diagonal_of


@keras.saving.register_keras_serializable("signdecoder")
class Vote(keras.layers.Layer):  # type: ignore[misc]
    """One vote shared out among all sights of all candidates: which of them is the rule?

    A sight of a candidate, such as "l right after k", is a hypothesis. What is left is for none.
    """

    def __init__(self, sights: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.sights = sights

    def build(self, known_shape: tuple[int | None, ...]) -> None:
        """Make the weights; at first a cell of the belief speaks for the sight of its number."""
        self.kernel = self.add_weight(
            shape=(known_shape[-1], self.sights), initializer=speak_for_own, name="kernel"
        )
        self.bias = self.add_weight(shape=(self.sights,), initializer=expect, name="bias")
        self.none = self.add_weight(shape=(1,), initializer=expect_none, name="none")

    def call(self, known: Tensor) -> Tensor:
        """(…, C, H) what is known to (…, C, S) shares, which sum to less than 1."""
        logits = ops.matmul(known, self.kernel) + self.bias
        most = ops.maximum(ops.max(logits, axis=(-2, -1), keepdims=True), self.none)
        most = ops.stop_gradient(most)
        shares = ops.exp(logits - most)
        return shares / (ops.sum(shares, axis=(-2, -1), keepdims=True) + ops.exp(self.none - most))


def modifier_votes(shares: Tensor, sights: Tensor, slots: int) -> Tensor:
    """What would be voted if a third signal wiped off or confirmed: (…, C, S) twice to (…, V, 3).

    For each signal w: all shares whose sights the play shows after the last w; all, if w does not
    come; and all, if w comes last. Rules of one signal have sights of their own for the first.
    """
    shown = shares * sights
    grid = (*ops.shape(shown)[:-2], slots, slots)
    paired = cancellable_features(shown.shape[-1])
    pairs = ops.reshape(ops.sum(shown * paired, axis=-1), grid)
    others = ops.sum(shown * (1 - paired), axis=(-2, -1))
    after = ops.reshape(ops.broadcast_to(sights[..., LIVE_AFTER_KEY], ops.shape(shown)[:-1]), grid)
    both = ops.einsum("...wk,...kl->...wl", after, pairs) * after
    wiped = ops.sum(both, axis=-1) + others[..., None]
    total = (ops.sum(pairs, axis=(-2, -1)) + others)[..., None]
    come, last = (
        diagonal_of(
            ops.reshape(ops.broadcast_to(sights[..., n], ops.shape(shown)[:-1]), grid)[..., None]
        )[..., 0]
        for n in (LIVE_PRESENT, LIVE_LAST)
    )
    return ops.stack([wiped, total * (1.0 - come), total * last], axis=-1)


def modifier_log_likelihood(total: Tensor, if_third: Tensor, outcome: Tensor) -> Tensor:
    """How an outcome speaks for each signal as one that wipes off or confirms: (…, V, 3) nats.

    ``total`` (…) and ``if_third`` (…, V, 3) are what was voted, ``outcome`` (…, O) one-hot.
    """
    called, not_called = outcome[..., 0], ops.sum(outcome[..., 1:4], axis=-1)
    for_it = _safe_log(if_third) - _safe_log(total)[..., None, None]
    against = _safe_log(1.0 - if_third) - _safe_log(1.0 - total)[..., None, None]
    return called[..., None, None] * for_it + not_called[..., None, None] * against


def softmax_with_null(logits: Tensor) -> Tensor:
    """One vote on which signal is the third, and how: (…, V, 3) logits to chances."""
    most = ops.maximum(ops.max(logits, axis=(-2, -1), keepdims=True), 0.0)
    most = ops.stop_gradient(most)
    chances = ops.exp(logits - most)
    return chances / (ops.exp(-most) + ops.sum(chances, axis=(-2, -1), keepdims=True))


def cancellation_probability(chances: Tensor, sights: Tensor, slots: int) -> Tensor:
    """How surely a third signal cancels what a play shows of each candidate: (…, C).

    ``chances`` (…, V, 3) of each signal to be the third, ``sights`` (…, C, S).
    """
    grid = (*ops.shape(sights)[:-2], slots, slots)
    after, come, last = (
        ops.reshape(sights[..., n], grid) for n in (LIVE_AFTER_KEY, LIVE_PRESENT, LIVE_LAST)
    )
    come, last = (diagonal_of(x[..., None])[..., 0] for x in (come, last))
    before, all_of_it, confirms = (chances[..., n] for n in range(3))
    cancels = before + all_of_it * come + confirms * (1.0 - last)  # (…, V), but for what it leaves
    leaves = ops.einsum("...wk,...wl->...kl", before[..., None] * after, after)
    # The third is neither k nor l.
    own = cancels[..., None] + cancels[..., None, :] * (1.0 - ops.eye(slots))
    lost = ops.sum(cancels, axis=-1)[..., None, None] - own - leaves
    return ops.reshape(ops.relu(lost), ops.shape(sights)[:-1])


def key_sign_log_probs(shares: Tensor, slots: int) -> Tensor:
    """Logs of the votes on each signal as the key sign, and on none: (…, C, S) to (…, V + 1)."""
    of_k, of_l = (
        ops.reshape(ops.matmul(shares, keys), (*ops.shape(shares)[:-2], slots, slots))
        for keys in key_sign_shares(shares.shape[-1])
    )
    signals = ops.sum(of_k, axis=-1) + ops.sum(of_l, axis=-2)
    none = 1.0 - ops.sum(signals, axis=-1, keepdims=True)
    return _safe_log(ops.concatenate([signals, none], axis=-1))


def log_odds(chance: Tensor) -> Tensor:
    """Of a vote, which is never taken for quite sure."""
    return _safe_log(chance) - _safe_log(1.0 - chance)


def _safe_log(chance: Tensor) -> Tensor:
    return ops.log(chance + MIN_RULE_PROB)


def shown_rule_probs(shares: Tensor, sights: Tensor) -> Tensor:
    """What is voted for a play: (…, C, S) shares and sights to (…, S + 1).

    The shares whose sights the play shows, summed over the candidates, and the log odds of all.
    """
    votes = ops.sum(shares * sights, axis=-2)
    total = ops.sum(votes, axis=-1, keepdims=True)
    return ops.concatenate([votes, log_odds(total)], axis=-1)
