"""The votes of the candidate-wise network in Keras: ``votes.py`` is the same in NumPy.

Shapes: V slots for signals, C = V·V candidates, S sights, O kinds of outcome.
"""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from signdecoder.lessons import AFTER, PRESENT
from signdecoder.network_layers import Tensor, diagonal_of
from signdecoder.network_start import expect, expect_none, speak_for_own
from signdecoder.votes import LEAST_VOTE, paired_sights


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


def wipe_votes(shares: Tensor, sights: Tensor, slots: int) -> Tensor:
    """What would be voted for a play if a signal wiped off: (…, C, S) twice to (…, V, 2).

    For each signal w: all shares whose sights the play shows after the last w; and all, if w does
    not come. Rules of one signal have sights of their own for the first.
    """
    shown = shares * sights
    grid = (*ops.shape(shown)[:-2], slots, slots)
    paired = paired_sights(shown.shape[-1])
    pairs = ops.reshape(ops.sum(shown * paired, axis=-1), grid)
    others = ops.sum(shown * (1 - paired), axis=(-2, -1))
    after = ops.reshape(ops.broadcast_to(sights[..., AFTER], ops.shape(shown)[:-1]), grid)
    both = ops.einsum("...wk,...kl->...wl", after, pairs) * after
    wiped = ops.sum(both, axis=-1) + others[..., None]
    come = ops.broadcast_to(sights[..., PRESENT], ops.shape(shown)[:-1])
    absent = 1.0 - diagonal_of(ops.reshape(come, grid)[..., None])[..., 0]
    total = ops.sum(pairs, axis=(-2, -1)) + others
    return ops.stack([wiped, total[..., None] * absent], axis=-1)


def weigh_wipes(total: Tensor, if_wiped: Tensor, outcome: Tensor) -> Tensor:
    """How an outcome speaks for each signal as the one that wipes off: (…, V, 2) nats.

    ``total`` (…) and ``if_wiped`` (…, V, 2) are what was voted, ``outcome`` (…, O) one-hot.
    """
    called, not_called = outcome[..., 0], ops.sum(outcome[..., 1:4], axis=-1)
    for_it = _surely(if_wiped) - _surely(total)[..., None, None]
    against = _surely(1.0 - if_wiped) - _surely(1.0 - total)[..., None, None]
    return called[..., None, None] * for_it + not_called[..., None, None] * against


def log_odds(chance: Tensor) -> Tensor:
    """Of a vote, which is never taken for quite sure."""
    return _surely(chance) - _surely(1.0 - chance)


def _surely(chance: Tensor) -> Tensor:
    return ops.log(chance + LEAST_VOTE)


def count_votes(shares: Tensor, sights: Tensor) -> Tensor:
    """What is voted for a play: (…, C, S) shares and sights to (…, S + 1).

    The shares whose sights the play shows, summed over the candidates, and the log odds of all.
    """
    votes = ops.sum(shares * sights, axis=-2)
    total = ops.sum(votes, axis=-1, keepdims=True)
    return ops.concatenate([votes, log_odds(total)], axis=-1)
