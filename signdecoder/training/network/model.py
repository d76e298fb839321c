"""The candidate-wise Keras LSTM: one small network shared by all ordered pairs of signals (k, l).

Signals are arbitrary names, so the network never sees one: for each candidate pair it sees only
where its k and its l stand. What it learns of a coach is kept in the cells of two LSTMs that read
his log play by play, not in its weights. ``candidates.py`` runs the same network without Keras.

Shapes: B logs, P plays, T signals a play, V slots for signals, C = V·V candidates, Q questions.
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
from signdecoder.rules.pair_rules import (
    N_FROZEN_RULES,
    N_PAIR_RULES,
)
from signdecoder.training.network.initializers import (
    RARE,
    count_evidence,
    remember_long,
    trust_the_vote,
)
from signdecoder.training.network.layers import (
    CandidateAttention,
    CandidateExchange,
    CandidateQuestion,
    OpenCell,
    OutcomeConditionedDense,
    Tensor,
    diagonal_of,
)
from signdecoder.training.network.rule_attention import (
    Vote,
    cancellation_probability,
    key_sign_log_probs,
    log_odds,
    modifier_log_likelihood,
    modifier_votes,
    shown_rule_probs,
    softmax_with_null,
)

QUESTIONS = 3  # asked before each play: two whole sequences, and a prefix of its own


@keras.saving.register_keras_serializable("signdecoder")
class PairNetwork(keras.Model):  # type: ignore[misc]
    """Reads logs of plays and answers questions before each; see the module's text for the shapes.

    Inputs: ``shown`` (B, P, T, V) one-hot signals, all zero past a sequence's end; ``outcome``
    (B, P, 5) one-hot evidence; ``new_game`` (B, P); ``cut`` (B, P, 2, T) one-hot of the last signal
    of the whole sequence and of a prefix; ``asked`` (B, P, 2, P) one-hot of the plays whose whole
    sequences are asked about.
    Outputs: ``outcome`` (B, P, Q, 3) logits of called / another / nothing, each given only the
    plays before; ``first`` (B, P, 3) a first guess of the same of this play, by the first belief
    alone; ``key`` (B, P, V + 1) logits of the key sign before this play, the last for "no single
    key"; ``vote`` (B, P, C·RULES + 1) the log of each rule's share before it; ``roles``
    (B, P, C, R) logits of each candidate's roles, given this play too. The last two are for
    training only.
    """

    def __init__(self, size: NetworkConfig, taught: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.size = size
        lstm, dense = keras.layers.LSTM, keras.layers.Dense
        # XLA compiles the whole step, so cuDNN's own kernel must not be asked for.
        recurrent = {"return_sequences": True, "use_cudnn": False}
        self.play = lstm(size.play_units, name="play", **recurrent)
        self.sight = dense(N_FROZEN_RULES, name="sight")
        self.free_sight = dense(size.sight_units - N_FROZEN_RULES, name="free_sight")
        self.evidence = OutcomeConditionedDense(size.evidence_units, size.outcomes, name="evidence")
        self.alone = keras.layers.RNN(
            OpenCell(size.alone_units, name="lstm_cell"), return_sequences=True, name="alone"
        )
        self.exchange = CandidateExchange(size.pooled_units, size.told_units, name="exchange")
        self.first_vote = Vote(size.sight_units, name="first_vote")
        self.first_answer = dense(size.first_units, activation="relu", name="first_answer")
        self.first = dense(3, name="first")
        self.third = lstm(size.third_units, name="third", **recurrent)
        self.first_thirds = dense(THIRDS, bias_initializer=RARE, name="first_thirds")
        self.left = OutcomeConditionedDense(size.evidence_units, size.outcomes, name="left")
        self.surprise = dense(size.surprise_units, activation="relu", name="surprise")
        self.together = lstm(size.together_units, name="together", **recurrent)
        self.vote = Vote(size.sight_units, name="vote")
        self.thirds = dense(THIRDS, bias_initializer=RARE, name="thirds")
        self.question = CandidateQuestion(size.query_units, name="question")
        self.attention = CandidateAttention(size.heads, size.head_units, name="attention")
        self.answer = dense(size.query_units, activation="relu", name="answer")
        self.outcome = dense(3, name="outcome")
        self.key_hidden = dense(size.key_units, activation="relu", name="key_hidden")
        self.key = dense(1, name="key")
        self.no_key_hidden = dense(size.key_units, activation="relu", name="no_key_hidden")
        self.no_key = dense(1, name="no_key")
        # A head for training only: what part each candidate plays in the rule.
        self.roles = dense(len(ROLES), bias_initializer=RARE, name="roles") if taught else None

    def call(self, inputs: dict[str, Tensor]) -> dict[str, Tensor]:
        """Logits of outcomes, key signs and roles for every play of every log."""
        shown, outcome = inputs["shown"], inputs["outcome"]
        batch, plays, _, slots = ops.shape(shown)
        candidates = slots * slots
        same = ops.reshape(ops.eye(slots), (candidates,))
        flags = ops.stack(  # (2, C, 2): k is l; the sequence is complete
            [ops.stack([same, ops.full_like(same, whole)], axis=-1) for whole in (1.0, 0.0)]
        )

        h = _read_plays(self.play, shown, inputs["cut"])  # (B, P, 2, C, H)
        sights = ops.sigmoid(ops.concatenate([self.sight(h), self.free_sight(h)], axis=-1))
        whole = sights[:, :, 0]

        seen = self.evidence(whole, outcome, same, inputs["new_game"])
        opened = self._over_plays(self.alone, seen)
        alone, counts = ops.split(opened, 2, axis=-1)
        shares = self.first_vote(_before(counts))  # (B, P, C, S)
        votes = shown_rule_probs(shares, whole)
        guess = ops.concatenate([self.first_answer(votes), votes[..., -1:]], axis=-1)
        surprise = self.surprise(ops.concatenate([guess, outcome], axis=-1))

        voted = [ops.sum(x, axis=-1, keepdims=True) for x in (shares, shares * whole)]
        weighed = modifier_log_likelihood(
            _total(shares * whole), modifier_votes(shares, whole, slots), outcome
        )
        third = _before(self._over_plays(self.third, weighed))  # (B, P, V, H)
        lost = cancellation_probability(softmax_with_null(self.first_thirds(third)), whole, slots)[
            ..., None
        ]
        left = whole * (1.0 - lost * cancellable_features(self.size.sight_units))
        left = self.left(left, outcome, same, inputs["new_game"])
        own = _grid(ops.concatenate([alone, left, lost, *voted], axis=-1), slots)
        told = self.exchange(own, surprise)
        told = ops.reshape(told, (batch, plays, candidates, self.size.told_units))
        known = self._over_plays(self.together, told)
        before = _before(known)

        other = ops.einsum("bnqp,bpch->bnqch", inputs["asked"], whole)
        asked = ops.concatenate([other, sights[:, :, 1:]], axis=2)  # (B, P, Q, C, H)
        about = ops.stack([flags[0]] * (QUESTIONS - 1) + [flags[1]])
        shares = self.vote(_before(ops.concatenate([counts, known], axis=-1)))
        votes = shown_rule_probs(shares[:, :, None], asked)
        odds = self._left_by_thirds(shares[:, :, None], before, third, asked, slots)
        asked = self.question(before[:, :, None], asked, about)
        answer = self.answer(ops.concatenate([self.attention(asked), votes, odds], axis=-1))
        answer = ops.concatenate([answer, odds], axis=-1)
        said = {
            "outcome": self.outcome(answer),
            "first": self.first(guess),
            "key": self._key_logits(before, shares, slots),
        }
        if self.roles is not None:
            said |= {"roles": self.roles(known), "vote": _log_shares(shares)}
        return said

    def _left_by_thirds(
        self, shares: Tensor, before: Tensor, third: Tensor, asked: Tensor, slots: int
    ) -> Tensor:
        """Log odds of what a third signal leaves of the vote on each question: (B, P, Q, 1)."""
        known = ops.concatenate([diagonal_of(_grid(before, slots)), third], axis=-1)
        chances = softmax_with_null(self.thirds(known))[:, :, None]  # (B, P, 1, V, 3)
        left = _total(chances * modifier_votes(shares, asked, slots))
        left += (1.0 - _total(chances)) * _total(shares * asked)
        return log_odds(left)[..., None]

    def _over_plays(self, cell: keras.layers.LSTM, x: Tensor) -> Tensor:
        """Run an LSTM over the plays of every candidate alone: (B, P, C, X) to (B, P, C, H)."""
        batch, plays, candidates, width = ops.shape(x)
        rows = ops.reshape(ops.transpose(x, (0, 2, 1, 3)), (batch * candidates, plays, width))
        states = ops.reshape(cell(rows), (batch, candidates, plays, -1))
        return ops.transpose(states, (0, 2, 1, 3))

    def _key_logits(self, before: Tensor, shares: Tensor, slots: int) -> Tensor:
        grid, votes = _grid(before, slots), key_sign_log_probs(shares, slots)
        best, mean = ops.max(grid, axis=3), ops.mean(grid, axis=3)
        signals = self.key_hidden(ops.concatenate([best, mean, diagonal_of(grid)], axis=-1))
        signals = ops.concatenate([signals, votes[..., :-1, None]], axis=-1)
        overall = ops.concatenate([ops.max(best, axis=2), ops.mean(mean, axis=2)], axis=-1)
        overall = ops.concatenate([self.no_key_hidden(overall), votes[..., -1:]], axis=-1)
        return ops.concatenate([self.key(signals)[..., 0], self.no_key(overall)], axis=-1)

    def parameters(self) -> dict[str, NDArray[np.float32]]:
        """The weights as named arrays, such as ``play/kernel``: all that inference needs."""
        return {name: np.array(ops.convert_to_numpy(v)) for name, v in self._named()}

    def set_parameters(self, arrays: Mapping[str, NDArray[np.float32]]) -> None:
        """Put named arrays back; names and shapes must be this network's own."""
        for name, variable in self._named():
            variable.assign(arrays[name])

    def _named(self) -> list[tuple[str, Any]]:
        """The arrays of inference, also where a layer is frozen for a while."""
        named = [(_name(v), v) for v in self.weights if "seed_generator" not in v.path]
        return [(name, v) for name, v in named if not name.startswith("roles/")]


@keras.saving.register_keras_serializable("signdecoder")
class LessonNetwork(keras.Model):  # type: ignore[misc]
    """What the play LSTM of a network reads, brought to a test: see ``lessons.py``.

    Inputs as the network's, ``cut`` (B, P, 1, T); output ``calls`` (B, P, C, rules) logits.
    """

    def __init__(self, network: PairNetwork, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.play, self.sights = network.play, (network.sight, network.free_sight)

    def call(self, inputs: dict[str, Tensor]) -> dict[str, Tensor]:
        """Does each rule about a pair call the play?"""
        read = _read_plays(self.play, inputs["shown"], inputs["cut"])
        logits = [sight(read[:, :, 0]) for sight in self.sights]
        return {"calls": ops.concatenate(logits, axis=-1)[..., :N_PAIR_RULES]}


def candidate_features(shown: Tensor) -> Tensor:
    """Each play from each candidate's point of view: (B, P, T, V) to (B, P, C, T, 4).

    Per signal: is it k, is it l, is it the same as the one before, as the one two before.
    """
    batch, plays, width, slots = ops.shape(shown)
    grid = (batch, plays, slots, slots, width)
    signals = ops.transpose(shown, (0, 1, 3, 2))  # (B, P, V, T)
    parts = [
        ops.broadcast_to(signals[:, :, :, None], grid),
        ops.broadcast_to(signals[:, :, None, :], grid),
    ]
    for steps in (1, 2):
        again = ops.sum(shown[:, :, steps:] * shown[:, :, :-steps], axis=-1)
        again = ops.pad(again, [[0, 0], [0, 0], [steps, 0]])
        parts.append(ops.broadcast_to(again[:, :, None, None], grid))
    return ops.reshape(ops.stack(parts, axis=-1), (batch, plays, slots * slots, width, 4))


def build_network(
    size: NetworkConfig,
    arrays: Mapping[str, NDArray[np.float32]] | None = None,
    taught: bool = False,
) -> PairNetwork:
    """A network with fresh weights, or with those given; ``taught`` adds what training asks."""
    network = PairNetwork(size, taught)
    network(
        {
            "shown": np.zeros((1, 2, 3, 2), np.float32),
            "outcome": np.zeros((1, 2, size.outcomes), np.float32),
            "new_game": np.zeros((1, 2), np.float32),
            "cut": np.zeros((1, 2, 2, 3), np.float32),
            "asked": np.zeros((1, 2, QUESTIONS - 1, 2), np.float32),
        }
    )
    if arrays is not None:
        network.set_parameters(arrays)
    else:
        count_evidence(network.alone)
        remember_long(network.third)
        remember_long(network.together)
        for dense in (network.first, network.outcome, network.key, network.no_key):
            trust_the_vote(dense)
    return network


def _read_plays(play: keras.layers.LSTM, shown: Tensor, cut: Tensor) -> Tensor:
    """The play LSTM's hidden values of every candidate at Q places: (B, P, Q, C, H)."""
    batch, plays, width, slots = ops.shape(shown)
    x = candidate_features(shown)  # (B, P, C, T, 4)
    h = play(ops.reshape(x, (batch * plays * slots * slots, width, 4)))
    h = ops.reshape(h, (batch, plays, slots * slots, width, play.units))
    return ops.einsum("bpcth,bpqt->bpqch", h, cut)


def _log_shares(shares: Tensor) -> Tensor:
    """(B, P, C, S) shares of a vote to the logs of the rules' and of all others' together."""
    batch, plays, candidates, _ = ops.shape(shares)
    rules = ops.reshape(shares[..., :N_PAIR_RULES], (batch, plays, candidates * N_PAIR_RULES))
    others = ops.relu(1.0 - ops.sum(rules, axis=-1, keepdims=True))  # rounding can go below 0
    return ops.log(ops.concatenate([rules, others], axis=-1) + 1e-6)


def _total(x: Tensor) -> Tensor:
    return ops.sum(x, axis=(-2, -1))


def _before(states: Tensor) -> Tensor:
    """What was known before each play, from what is known after it: (B, P, C, H)."""
    return ops.pad(states[:, :-1], [[0, 0], [1, 0], [0, 0], [0, 0]])


def _grid(x: Tensor, slots: int) -> Tensor:
    """(B, P, C, X) to (B, P, V, V, X)."""
    batch, plays, _, width = ops.shape(x)
    return ops.reshape(x, (batch, plays, slots, slots, width))


def _name(variable: Any) -> str:
    """``candidate_network/play/lstm_cell/kernel`` to ``play/kernel``."""
    parts = [p for p in variable.path.split("/")[1:] if p != "lstm_cell"]
    return "/".join(parts)
