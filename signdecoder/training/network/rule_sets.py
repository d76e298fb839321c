"""Set rules in Keras; `lstm.rule_sets` is the same in NumPy and explains them.

Shapes: B logs, P plays, V slots for signals, C = V·V pairs, S pair features, F set features, O
kinds of outcome. A group is the signal that all pairs of a set share, a member the one that
differs.
"""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from signdecoder.lstm.config import SET_RATES
from signdecoder.lstm.rule_sets import MOST_CERTAIN
from signdecoder.rules.pair_rules import KEY_SET_RULES, LIVE_SET_RULES, N_SET_RULES
from signdecoder.training.network.initializers import (
    member_initializer,
    set_prior_initializer,
    set_rates_initializer,
)
from signdecoder.training.network.layers import Tensor


@keras.saving.register_keras_serializable("signdecoder")
class SetCell(keras.layers.Layer):  # type: ignore[misc]
    """One step of the belief about the set rules; outputs what was believed before it.

    A row of its inputs is one pair of one log; all pairs of a group follow each other.

    Parameters
    ----------
    **kwargs
        Passed to Keras.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.state_size = [N_SET_RULES, N_SET_RULES, 1]
        self.output_size = sum(self.state_size)
        self.slots = 1  # V, which differs from batch to batch

    def build(self, _: Any) -> None:
        """Create the rates of the set rules and of the pair rules together.

        Parameters
        ----------
        _ : tuple of int
            The shape of the inputs.
        """
        self.rates, self.pair_rates = (
            self.add_weight(shape=shape, initializer=set_rates_initializer, name=name)
            for name, shape in (("rates", (SET_RATES, N_SET_RULES)), ("pair_rates", (SET_RATES,)))
        )
        self.member = self.add_weight(
            shape=(N_SET_RULES,), initializer=member_initializer, name="member"
        )

    def call(
        self, inputs: Tensor, states: list[Tensor], training: bool = False
    ) -> tuple[Tensor, list[Tensor]]:
        """Take one step.

        Parameters
        ----------
        inputs : Tensor, shape (B·V·V, F + 3)
            What the play shows, the probability of a call by the pair rules, and whether it was
            called, and not called.
        states : list of Tensor
            (B·V·V, F) the evidence for each membership and for each set rule, and (B·V·V, 1) for
            the pair rules. All members of a group repeat the second, all pairs the third.
        training : bool
            Not used.

        Returns
        -------
        output : Tensor, shape (B·V·V, 2·F + 1)
            The probability of each membership and the evidence for each set rule and for the pair
            rules, before the play.
        states : list of Tensor
            The states after it.
        """
        evidence, total, of_pairs = states
        shown, by_pairs = inputs[:, :N_SET_RULES], inputs[:, N_SET_RULES:-2]
        outcome = inputs[:, -2:]
        members = MOST_CERTAIN * ops.sigmoid(self.member + evidence)
        spared = 1.0 - members * shown  # no call by this signal
        # Broadcasting is left to operators: XLA cannot differentiate broadcast_to within a loop.
        by_group = ops.reshape(ops.log(spared), (-1, self.slots, N_SET_RULES))
        log_none = ops.sum(by_group, axis=1, keepdims=True)
        # No call by any other signal, and none by any.
        others = ops.reshape(ops.exp(log_none - by_group), (-1, N_SET_RULES))
        none = ops.reshape(ops.exp(log_none + ops.zeros_like(by_group)), (-1, N_SET_RULES))
        ratio = _log_likelihood(outcome, self.rates, 1.0 - (1.0 - shown) * others)
        ratio -= _log_likelihood(outcome, self.rates, 1.0 - others)
        memory, pair_memory = ops.sigmoid(self.rates[2]), ops.sigmoid(self.pair_rates[2])
        return ops.concatenate([members, total, of_pairs], axis=-1), [
            memory * evidence + ratio,
            pair_memory * total + _log_likelihood(outcome, self.rates, 1.0 - none),
            pair_memory * of_pairs + _log_likelihood(outcome, self.pair_rates, by_pairs),
        ]


@keras.saving.register_keras_serializable("signdecoder")
class RuleSets(keras.layers.Layer):  # type: ignore[misc]
    """Read the plays of each log, and weigh set rules against the vote on pair rules.

    Parameters
    ----------
    **kwargs
        Passed to Keras.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.plays = keras.layers.RNN(SetCell(name="cell"), return_sequences=True, name="plays")

    def build(self, shown_shape: Any, by_pairs_shape: Any, outcome_shape: Any) -> None:
        """Create the weights.

        Parameters
        ----------
        shown_shape, by_pairs_shape, outcome_shape : tuple of int
            The shapes of the inputs.
        """
        self.plays.build((None, shown_shape[1], N_SET_RULES + 3))
        self.bias = self.add_weight(
            shape=(N_SET_RULES,), initializer=set_prior_initializer, name="bias"
        )

    def call(
        self, shown: Tensor, by_pairs: Tensor, outcome: Tensor, slots: int
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Read the plays.

        Parameters
        ----------
        shown : Tensor, shape (B, P, C, S)
            The pair features that each play shows.
        by_pairs : Tensor, shape (B, P)
            The probability of a call by the vote on pair rules.
        outcome : Tensor, shape (B, P, O)
            One-hot outcomes.
        slots : int
            V.

        Returns
        -------
        pairs : Tensor, shape (B, P, 1)
            The probability of the pair rules together, before each play.
        sets : Tensor, shape (B, P, V, F)
            The probability of each set rule.
        members : Tensor, shape (B, P, V, V, F)
            The probability of each membership.
        """
        batch, plays = ops.shape(shown)[:2]
        known = [by_pairs, outcome[..., 0], ops.sum(outcome[..., 1:4], axis=-1)]
        known = ops.stack(known, axis=-1)[:, :, None, None]
        known = ops.broadcast_to(known, (batch, plays, slots, slots, 3))
        rows = ops.concatenate([set_features(shown, slots), known], axis=-1)
        rows = ops.transpose(rows, (0, 2, 3, 1, 4))
        cell = self.plays.cell
        cell.slots = slots
        said = self.plays(ops.reshape(rows, (batch * slots * slots, plays, N_SET_RULES + 3)))
        said = ops.reshape(said, (batch, slots, slots, plays, cell.output_size))
        said = ops.transpose(said, (0, 3, 1, 2, 4))
        members = said[..., :N_SET_RULES]
        sets = cell.rates[3] * said[:, :, :, 0, N_SET_RULES:-1] + self.bias
        pairs = cell.pair_rates[3] * said[:, :, :1, 0, -1:]
        peak = ops.maximum(ops.max(sets, axis=(-2, -1), keepdims=True), pairs)
        peak = ops.stop_gradient(peak)
        odds, pair_odds = ops.exp(sets - peak), ops.exp(pairs - peak)
        total = ops.sum(odds, axis=(-2, -1), keepdims=True) + pair_odds
        return (pair_odds / total)[..., 0], odds / total, members


def set_features(features: Tensor, slots: int) -> Tensor:
    """Return what sequences show of the set rules.

    Parameters
    ----------
    features : Tensor, shape (…, C, S)
        Pair features.
    slots : int
        V.

    Returns
    -------
    Tensor, shape (…, V, V, F)
        What they show of each member of each group.
    """
    grid = ops.reshape(features, (*ops.shape(features)[:-2], slots, slots, features.shape[-1]))
    live, key = (ops.take(grid, rules, axis=-1) for rules in (LIVE_SET_RULES, KEY_SET_RULES))
    return ops.concatenate([live, ops.swapaxes(key, -3, -2)], axis=-1)


def shared_among_pairs(by_group: Tensor, n_features: int) -> Tensor:
    """Return values of members of groups as those of pairs and features.

    Parameters
    ----------
    by_group : Tensor, shape (…, V, V, F)
        A value for each member of each group.
    n_features : int
        S.

    Returns
    -------
    Tensor, shape (…, C, S)
        The value of each feature of each pair; 0 for features without set rules.
    """
    n_live = len(LIVE_SET_RULES)
    live, key = by_group[..., :n_live], ops.swapaxes(by_group[..., n_live:], -3, -2)
    places = (
        ops.one_hot(list(LIVE_SET_RULES), n_features),
        ops.one_hot(list(KEY_SET_RULES), n_features),
    )
    grid = ops.matmul(live, places[0]) + ops.matmul(key, places[1])
    *outer, slots, _, _ = ops.shape(grid)
    return ops.reshape(grid, (*outer, slots * slots, n_features))


def _log_likelihood(outcome: Tensor, rates: Tensor, p_call: Tensor) -> Tensor:
    """Return the log probability of outcomes (called, not called) that are called with p_call."""
    stray = ops.sigmoid(rates[1])
    p_run = stray + (1.0 - stray) * (1.0 - ops.sigmoid(rates[0])) * p_call
    return outcome[:, :1] * ops.log(p_run) + outcome[:, 1:] * ops.log(1.0 - p_run)
