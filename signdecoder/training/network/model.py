"""The pair network in Keras: one small network shared by all ordered pairs of signals (k, l).

Signals are arbitrary names, so the network never sees one. For each pair it sees only where k and l
stand. What it learns about a coach is in the states of LSTMs that read the log play by play, not in
its weights. ``lstm.model`` runs the same network in NumPy.

Shapes: B logs, P plays, T signals per play, V slots for signals, C = V·V pairs, S pair features,
Q queries, R roles.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

from signdecoder.lstm.config import THIRDS, NetworkConfig
from signdecoder.lstm.rule_attention import cancellable_features
from signdecoder.rules.pair_roles import ROLES
from signdecoder.rules.pair_rules import N_FROZEN_RULES, N_PAIR_RULES, N_SET_RULES
from signdecoder.training.network.features import read_plays
from signdecoder.training.network.initializers import RARE
from signdecoder.training.network.layers import OpenCell, OutcomeConditionedDense, Tensor
from signdecoder.training.network.pair_layers import (
    PairAttention,
    PairExchange,
    PairQuery,
    diagonal_of,
)
from signdecoder.training.network.rule_attention import (
    RuleAttention,
    RuleVote,
    cancellation_probability,
    key_sign_log_probs,
    log_odds,
    modifier_log_likelihood,
    modifier_votes,
    shown_by_feature,
    softmax_with_null,
)
from signdecoder.training.network.rule_sets import RuleSets

QUERIES = 3  # before each play: two whole sequences, and a prefix of the play itself
_INNER_LAYERS = ("lstm_cell", "plays", "cell")  # not in the names of arrays


@keras.saving.register_keras_serializable("signdecoder")
class PairNetwork(keras.Model):  # type: ignore[misc]
    """Reads logs and answers queries before each play.

    The names of its layers are those of the arrays in a weight file.

    Parameters
    ----------
    size : NetworkConfig
        The layer sizes.
    taught : bool
        Whether the network has the outputs that only pretraining uses.
    **kwargs
        Passed to Keras.
    """

    def __init__(self, size: NetworkConfig, taught: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.size = size
        lstm, dense = keras.layers.LSTM, keras.layers.Dense
        # XLA compiles the whole step, so cuDNN's own kernel cannot be used.
        recurrent = {"return_sequences": True, "use_cudnn": False}
        # The order of the layers is that of the arrays in a checkpoint.
        self.play = lstm(size.play_units, name="play", **recurrent)
        self.sight = dense(N_FROZEN_RULES, name="sight")
        self.free_sight = dense(size.sight_units - N_FROZEN_RULES, name="free_sight")
        self.evidence = OutcomeConditionedDense(size.evidence_units, size.outcomes, name="evidence")
        self.alone = keras.layers.RNN(
            OpenCell(size.alone_units, name="lstm_cell"), return_sequences=True, name="alone"
        )
        self.exchange = PairExchange(size.pooled_units, size.told_units, name="exchange")
        self.first_vote = RuleAttention(size.sight_units, name="first_vote")
        self.first_answer = dense(size.first_units, activation="relu", name="first_answer")
        self.first = dense(3, name="first")
        self.third = lstm(size.third_units, name="third", **recurrent)
        self.first_thirds = dense(THIRDS, bias_initializer=RARE, name="first_thirds")
        self.left = OutcomeConditionedDense(size.evidence_units, size.outcomes, name="left")
        self.surprise = dense(size.surprise_units, activation="relu", name="surprise")
        self.together = lstm(size.together_units, name="together", **recurrent)
        self.vote = RuleAttention(size.sight_units, name="vote")
        self.thirds = dense(THIRDS, bias_initializer=RARE, name="thirds")
        self.question = PairQuery(size.query_units, name="question")
        self.attention = PairAttention(size.heads, size.head_units, name="attention")
        self.answer = dense(size.query_units, activation="relu", name="answer")
        self.outcome = dense(3, name="outcome")
        self.key_hidden = dense(size.key_units, activation="relu", name="key_hidden")
        self.key = dense(1, name="key")
        self.no_key_hidden = dense(size.key_units, activation="relu", name="no_key_hidden")
        self.no_key = dense(1, name="no_key")
        names = ("first_sets", "sets") if size.set_rules else ()
        self.set_layers = [RuleSets(name=name) for name in names]
        # For pretraining only: the roles of each pair in the rule.
        self.roles = dense(len(ROLES), bias_initializer=RARE, name="roles") if taught else None

    def call(self, inputs: dict[str, Tensor]) -> dict[str, Tensor]:
        """Answer the queries before every play of every log.

        Parameters
        ----------
        inputs : dict of str to Tensor
            ``shown`` (B, P, T, V): one-hot signals, 0 after the end of a sequence. ``outcome``
            (B, P, 5): one-hot evidence. ``new_game`` (B, P). ``cut`` (B, P, 2, T): one-hot last
            signal of the whole sequence and of a prefix. ``asked`` (B, P, 2, P): one-hot plays
            whose sequences are queried.

        Returns
        -------
        dict of str to Tensor
            ``outcome`` (B, P, Q, 3): logits of called, another play and nothing, given only the
            plays before. ``first`` (B, P, 3): the same of this play from the first belief alone.
            ``key`` (B, P, V + 1): logits of the key sign before this play, the last for no single
            key sign. For pretraining only: ``vote`` (B, P, C·N_PAIR_RULES + V·N_SET_RULES + 1),
            log probabilities of the rules before this play, and ``roles`` (B, P, C, R), logits of
            each pair's roles after this play.
        """
        shown, outcome, new_game = inputs["shown"], inputs["outcome"], inputs["new_game"]
        slots = ops.shape(shown)[-1]
        same = ops.reshape(ops.eye(slots), (slots * slots,))
        hidden = read_plays(self.play, shown, inputs["cut"])  # (B, P, 2, C, H)
        features = ops.sigmoid(
            ops.concatenate([self.sight(hidden), self.free_sight(hidden)], axis=-1)
        )
        whole = features[:, :, 0]  # (B, P, C, S)

        # The first belief: each pair for itself.
        evidence = self.evidence(whole, outcome, same, new_game)
        pair_state, counts = ops.split(self._over_plays(self.alone, evidence), 2, axis=-1)
        pairs = self.first_vote(_before(counts))  # (B, P, C, S)
        vote = self._with_sets(0, pairs, whole, outcome, slots)
        shown_rules = vote.shown(whole)
        votes = shown_by_feature(shown_rules)
        guess = ops.concatenate([self.first_answer(votes), votes[..., -1:]], axis=-1)
        surprise = self.surprise(ops.concatenate([guess, outcome], axis=-1))

        # The modifier, and what it leaves of the evidence.
        likelihood = modifier_log_likelihood(
            _total(shown_rules), modifier_votes(shown_rules, whole, slots), outcome
        )
        modifier_state = _before(self._over_plays(self.third, likelihood))  # (B, P, V, H)
        modifier_probs = softmax_with_null(self.first_thirds(modifier_state))
        p_cancelled = cancellation_probability(modifier_probs, whole, slots)[..., None]
        spared = whole * (1.0 - p_cancelled * cancellable_features(self.size.sight_units))
        left = self.left(spared, outcome, same, new_game)

        # The second belief: each pair with messages from the others.
        sums = [ops.sum(x, axis=-1, keepdims=True) for x in (vote.by_pair(), shown_rules)]
        own = ops.concatenate([pair_state, left, p_cancelled, *sums], axis=-1)
        context_state = self._over_plays(self.together, self._messages(own, surprise, slots))
        belief = _before(context_state)
        pairs = self.vote(_before(ops.concatenate([counts, context_state], axis=-1)))
        vote = self._with_sets(1, pairs, spared, outcome, slots)
        queried = ops.einsum("bnqp,bpch->bnqch", inputs["asked"], whole)
        queried = ops.concatenate([queried, features[:, :, 1:]], axis=2)  # (B, P, Q, C, S)
        answers = {
            "outcome": self._answer(vote, belief, modifier_state, queried, slots),
            "first": self.first(guess),
            "key": self._key_logits(belief, vote.by_pair(), slots),
        }
        if self.roles is not None:
            answers |= {"roles": self.roles(context_state), "vote": _log_rule_probs(vote, slots)}
        return answers

    def _with_sets(
        self, number: int, pairs: Tensor, shown: Tensor, outcome: Tensor, slots: int
    ) -> RuleVote:
        """Return a vote on pair rules (B, P, C, S) together with set rules, if there are any."""
        if not self.set_layers:
            return RuleVote(pairs)
        by_pairs = _total(pairs * shown)
        share, sets, members = self.set_layers[number](shown, by_pairs, outcome, slots=slots)
        return RuleVote(share[..., None] * pairs, sets, members)

    def _messages(self, own: Tensor, surprise: Tensor, slots: int) -> Tensor:
        """Exchange messages between pairs: (B, P, C, X) to (B, P, C, U)."""
        messages = self.exchange(_grid(own, slots), surprise)
        batch, plays, candidates, _ = ops.shape(own)
        return ops.reshape(messages, (batch, plays, candidates, self.size.told_units))

    def _answer(
        self,
        vote: RuleVote,
        belief: Tensor,
        modifier_state: Tensor,
        queried: Tensor,
        slots: int,
    ) -> Tensor:
        """Return the logits of outcomes for each query: (B, P, Q, 3)."""
        same = ops.reshape(ops.eye(slots), (slots * slots,))
        whole, prefix = (  # (C, 2): k is l; the sequence is complete
            ops.stack([same, ops.full_like(same, complete)], axis=-1) for complete in (1.0, 0.0)
        )
        flags = ops.stack([whole] * (QUERIES - 1) + [prefix])
        shown_rules = vote.for_queries().shown(queried)
        votes = shown_by_feature(shown_rules)
        odds = self._odds_with_modifier(shown_rules, belief, modifier_state, queried, slots)
        compared = self.question(belief[:, :, None], queried, flags)
        answer = self.answer(ops.concatenate([self.attention(compared), votes, odds], axis=-1))
        return self.outcome(ops.concatenate([answer, odds], axis=-1))

    def _odds_with_modifier(
        self,
        shown_rules: Tensor,
        belief: Tensor,
        modifier_state: Tensor,
        queried: Tensor,
        slots: int,
    ) -> Tensor:
        """Return the log odds of a call by the rules, with modifiers: (B, P, Q, 1)."""
        state = ops.concatenate([diagonal_of(_grid(belief, slots)), modifier_state], axis=-1)
        modifier_probs = softmax_with_null(self.thirds(state))[:, :, None]  # (B, P, 1, V, 3)
        p_called = _total(modifier_probs * modifier_votes(shown_rules, queried, slots))
        p_called += (1.0 - _total(modifier_probs)) * _total(shown_rules)
        return log_odds(p_called)[..., None]

    def _over_plays(self, lstm: keras.layers.RNN, x: Tensor) -> Tensor:
        """Run an LSTM over the plays of every pair: (B, P, C, X) to (B, P, C, H)."""
        batch, plays, candidates, width = ops.shape(x)
        rows = ops.reshape(ops.transpose(x, (0, 2, 1, 3)), (batch * candidates, plays, width))
        states = ops.reshape(lstm(rows), (batch, candidates, plays, -1))
        return ops.transpose(states, (0, 2, 1, 3))

    def _key_logits(self, belief: Tensor, rule_probs: Tensor, slots: int) -> Tensor:
        """Return the logits of the key sign, and of none: (B, P, V + 1)."""
        grid, votes = _grid(belief, slots), key_sign_log_probs(rule_probs, slots)
        best, mean = ops.max(grid, axis=3), ops.mean(grid, axis=3)
        signals = self.key_hidden(ops.concatenate([best, mean, diagonal_of(grid)], axis=-1))
        signals = ops.concatenate([signals, votes[..., :-1, None]], axis=-1)
        overall = ops.concatenate([ops.max(best, axis=2), ops.mean(mean, axis=2)], axis=-1)
        overall = ops.concatenate([self.no_key_hidden(overall), votes[..., -1:]], axis=-1)
        return ops.concatenate([self.key(signals)[..., 0], self.no_key(overall)], axis=-1)

    def freeze_belief(self) -> None:
        """Keep the LSTMs over plays, and all that they read, from learning."""
        for layer in (
            self.free_sight, self.evidence, self.alone, self.exchange, self.first_vote, self.third,
            self.first_thirds, self.left, self.surprise, self.together,
        ):  # fmt: skip
            layer.trainable = False

    def parameters(self) -> dict[str, NDArray[np.float32]]:
        """Return all arrays that inference needs.

        Returns
        -------
        dict of str to ndarray
            The arrays by name, such as ``play/kernel``.
        """
        return {name: np.array(ops.convert_to_numpy(v)) for name, v in self._named()}

    def set_parameters(self, arrays: Mapping[str, NDArray[np.float32]]) -> None:
        """Assign all arrays that inference needs.

        Parameters
        ----------
        arrays : mapping of str to ndarray
            Arrays with the names and shapes of `parameters`.
        """
        for name, variable in self._named():
            variable.assign(arrays[name])

    def _named(self) -> list[tuple[str, Any]]:
        """Return the variables of inference with their names, frozen ones included."""
        named = [(_name(v), v) for v in self.weights if "seed_generator" not in v.path]
        return [(name, v) for name, v in named if not name.startswith("roles/")]


def _log_rule_probs(vote: RuleVote, slots: int) -> Tensor:
    """Return log probabilities: (B, P, C·N_PAIR_RULES + V·N_SET_RULES + 1).

    Of the pair rules, of the set rules, and of all other features.
    """
    batch, plays, candidates, _ = ops.shape(vote.pairs)
    rules = vote.pairs[..., :N_PAIR_RULES]
    rules = ops.reshape(rules, (batch, plays, candidates * N_PAIR_RULES))
    shape = (batch, plays, slots * N_SET_RULES)
    sets = ops.zeros(shape) if vote.sets is None else ops.reshape(vote.sets, shape)
    rules = ops.concatenate([rules, sets], axis=-1)
    others = ops.relu(1.0 - ops.sum(rules, axis=-1, keepdims=True))  # can round to below 0
    return ops.log(ops.concatenate([rules, others], axis=-1) + 1e-6)


def _total(x: Tensor) -> Tensor:
    return ops.sum(x, axis=(-2, -1))


def _before(states: Tensor) -> Tensor:
    """Return the states before each play, from the states after it: (B, P, C, H)."""
    return ops.pad(states[:, :-1], [[0, 0], [1, 0], [0, 0], [0, 0]])


def _grid(x: Tensor, slots: int) -> Tensor:
    """Reshape (B, P, C, X) to (B, P, V, V, X)."""
    batch, plays, _, width = ops.shape(x)
    return ops.reshape(x, (batch, plays, slots, slots, width))


def _name(variable: Any) -> str:
    """Return ``play/kernel`` for ``pair_network/play/lstm_cell/kernel``."""
    parts = [p for p in variable.path.split("/")[1:] if p not in _INNER_LAYERS]
    return "/".join(parts)
