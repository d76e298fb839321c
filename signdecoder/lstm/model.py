"""The pair network in NumPy: belief state update and query.

`signdecoder.training.network.model` is the same network in Keras, for training; a test compares the
two. Inference needs no TensorFlow, so a prediction takes milliseconds.

Shapes: V slots, C = V·V pairs of slots (k, l), S pair features, H units. The last two slots of
every grid are *unseen*: they stand for any signal that has not appeared yet, so that a new signal
needs no second reading of the log, only a copy of what is believed about unseen ones.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from signdecoder.lstm.cell import Floats, State
from signdecoder.lstm.layers import Layers, softmax
from signdecoder.lstm.rule_attention import (
    RuleVote,
    cancellable_features,
    cancellation_probability,
    key_sign_log_probs,
    log_odds,
    modifier_log_likelihood,
    modifier_votes,
    shown_by_feature,
    softmax_with_null,
)
from signdecoder.lstm.rule_sets import RuleSets, SetBelief
from signdecoder.lstm.sequence_encoder import UNSEEN, SequenceEncoder, take_rows
from signdecoder.lstm.weights import Weights


@dataclass(frozen=True, slots=True)
class PairBelief:
    """What the network believes about a coach. A value: observing returns a new one.

    Attributes
    ----------
    slots : int
        The number of slots V, including the unseen ones.
    pair_state : State
        (C, H) the LSTM that reads the plays for each pair alone.
    modifier_state : State
        (V, H) the LSTM that reads them for each signal as a wipe-off or activator.
    context_state : State
        (C, H) the LSTM that reads them for each pair with messages from all others.
    first_sets : SetBelief, optional
        The set rules, if the network has them, with what the plays show as evidence.
    sets : SetBelief, optional
        The same with what a modifier leaves of it.
    """

    slots: int
    pair_state: State
    modifier_state: State
    context_state: State
    first_sets: SetBelief | None = None
    sets: SetBelief | None = None


@dataclass(frozen=True, slots=True)
class QueryContext:
    """What a query needs that does not depend on the queried sequence.

    Attributes
    ----------
    belief : ndarray of float32
        (C, Q) projection of the belief.
    vote : RuleVote
        The probability of each rule.
    modifier_probs : ndarray of float32
        (V, 3) probability of each slot to be the modifier: a wipe-off of what came before it, a
        wipe-off of everything, an activator.
    """

    belief: Floats
    vote: RuleVote
    modifier_probs: Floats


class PairModel:
    """Run the pair network with NumPy on trained weights.

    Parameters
    ----------
    weights : Weights
        The trained network.

    Attributes
    ----------
    size : NetworkConfig
        Its layer sizes.
    encoder : SequenceEncoder
        The LSTM that reads the signals of a play.
    """

    def __init__(self, weights: Weights) -> None:
        self._layers = Layers(weights.arrays)
        self.size = weights.size
        self.encoder = SequenceEncoder(weights)
        # Weights files call the three LSTMs over plays by these names.
        self._pair_lstm, self._modifier_lstm, self._context_lstm = (
            self._layers.lstm(name) for name in ("alone", "third", "together")
        )
        names = ("first_sets", "sets") if self.size.set_rules else ()
        self._sets = [RuleSets(weights.arrays, name) for name in names]

    def start(self, n_signals: int) -> PairBelief:
        """Return the belief before the first play.

        Parameters
        ----------
        n_signals : int
            The number of signals with a slot.

        Returns
        -------
        PairBelief
            The initial belief.
        """
        slots = n_signals + UNSEEN
        return PairBelief(
            slots,
            self._pair_lstm.start(slots * slots),
            self._modifier_lstm.start(slots),
            self._context_lstm.start(slots * slots),
            *(sets.start(slots) for sets in self._sets),
        )

    def grow(self, belief: PairBelief, n_signals: int) -> PairBelief:
        """Return the same belief with slots for more signals.

        Parameters
        ----------
        belief : PairBelief
            The belief so far.
        n_signals : int
            The number of signals with a slot.

        Returns
        -------
        PairBelief
            The larger belief; new signals start from what is believed about unseen ones.
        """
        old, slots = belief.slots, n_signals + UNSEEN
        if slots <= old:
            return belief
        n_seen = old - UNSEEN
        # Every new or unseen signal was the first unseen one.
        came_from = np.minimum(np.arange(slots), n_seen)
        rows = came_from[:, None] * old + came_from[None, :]
        fresh = np.arange(slots) >= n_seen
        # Two different signals that were both unseen were two different unseen ones.
        rows[fresh[:, None] & fresh[None, :] & ~np.eye(slots, dtype=bool)] = (
            n_seen * old + n_seen + 1
        )
        flat = rows.ravel()
        return PairBelief(
            slots,
            take_rows(belief.pair_state, flat),
            take_rows(belief.modifier_state, came_from),
            take_rows(belief.context_state, flat),
            *(sets.take(rows, came_from) for sets in (belief.first_sets, belief.sets) if sets),
        )

    def observe(
        self, belief: PairBelief, features: Floats, evidence: int, new_game: bool
    ) -> PairBelief:
        """Return the belief after one more play.

        Parameters
        ----------
        belief : PairBelief
            The belief before the play.
        features : ndarray of float32
            (C, S) pair features of its sequence.
        evidence : int
            What its outcome says about the target, an `Evidence`.
        new_game : bool
            Whether a game begins with it.

        Returns
        -------
        PairBelief
            The belief after it.
        """
        inputs = self._layers.combine_evidence("evidence", features, evidence, new_game)
        pair_state = self._pair_lstm.step(inputs, belief.pair_state)
        pairs = self._layers.rule_softmax("first_vote", belief.pair_state.c)
        vote = self._vote_with_sets(0, pairs, belief.first_sets)
        shown = vote.shown(features)
        votes = shown_by_feature(shown)
        outcome = np.eye(self.size.outcomes, dtype=np.float32)[evidence]
        guess = [self._layers.relu("first_answer", votes), votes[-1:]]
        surprise = self._layers.relu("surprise", np.concatenate([*guess, outcome]))
        # (C, 1) each: the probability of the pair's rules, and of those that the play shows.
        of_pair, of_shown = (x.sum(axis=1, keepdims=True) for x in (vote.by_pair(), shown))
        likelihood = modifier_log_likelihood(
            of_shown.sum(), modifier_votes(shown, features), evidence
        )
        modifier_state = self._modifier_lstm.step(likelihood, belief.modifier_state)
        modifier_probs = softmax_with_null(
            self._layers.dense("first_thirds", belief.modifier_state.h)
        )
        cancelled = cancellation_probability(modifier_probs, features)[:, None]
        left = features * (1 - cancelled * cancellable_features(features.shape[1]))
        sets = self._observe_sets(belief, (pairs, features), left, evidence)
        left = self._layers.combine_evidence("left", left, evidence, new_game)
        own = np.concatenate([pair_state.h, left, cancelled, of_pair, of_shown], axis=1)
        messages = self._layers.exchange(own, surprise, belief.slots)
        context_state = self._context_lstm.step(messages, belief.context_state)
        return PairBelief(belief.slots, pair_state, modifier_state, context_state, *sets)

    def _observe_sets(
        self, belief: PairBelief, first: tuple[Floats, Floats], left: Floats, evidence: int
    ) -> list[SetBelief]:
        """Return what is believed about set rules after a play; nothing without set rules.

        ``first`` are the first vote on pair rules and what the play shows; ``left`` is what a
        modifier leaves of it, for the last vote.
        """
        if not belief.first_sets or not belief.sets:
            return []
        of_first, of_last = self._sets
        pairs, features = first
        return [
            of_first.observe(belief.first_sets, features, np.vdot(pairs, features), evidence),
            of_last.observe(belief.sets, left, np.vdot(self._pair_vote(belief), left), evidence),
        ]

    def prepare_query(self, belief: PairBelief) -> QueryContext:
        """Compute everything a query needs that does not depend on the queried sequence.

        Parameters
        ----------
        belief : PairBelief
            The belief to query.

        Returns
        -------
        QueryContext
            The context, valid until the next play.
        """
        states = [belief.context_state.h[:: belief.slots + 1], belief.modifier_state.h]
        return QueryContext(
            self._layers.dense("question/belief", belief.context_state.h),
            self._vote(belief),
            softmax_with_null(self._layers.dense("thirds", np.concatenate(states, axis=1))),
        )

    def predict(
        self, context: QueryContext, features: Floats, complete: bool
    ) -> NDArray[np.float64]:
        """Return the probability of each kind of outcome.

        Parameters
        ----------
        context : QueryContext
            The belief, prepared for queries.
        features : ndarray of float32
            (…, C, S) pair features of the queried sequences.
        complete : bool
            False if more signals may follow.

        Returns
        -------
        ndarray of float
            (…, 3) probabilities of the target, of another play, and of nothing.
        """
        shown = context.vote.shown(features)
        votes = shown_by_feature(shown)
        with_modifier = context.modifier_probs * modifier_votes(shown, features)
        with_modifier = with_modifier.sum(axis=(-2, -1))
        total = votes[..., :-1].sum(axis=-1)
        odds = log_odds(with_modifier + (1 - context.modifier_probs.sum()) * total)[..., None]
        heads = self._layers.attend(self._layers.query(context.belief, features, complete))
        answer = self._layers.relu("answer", np.concatenate([heads, votes, odds], axis=-1))
        logits = self._layers.dense("outcome", np.concatenate([answer, odds], axis=-1))
        return softmax(logits.astype(np.float64), axis=-1)

    def key_sign_probs(self, belief: PairBelief) -> NDArray[np.float64]:
        """Return the probability of each slot to be the key sign.

        Parameters
        ----------
        belief : PairBelief
            The belief to query.

        Returns
        -------
        ndarray of float
            (V + 1,) probabilities; the last one is that no single signal is the key sign.
        """
        grid = belief.context_state.h.reshape(belief.slots, belief.slots, -1)
        best, mean = grid.max(axis=1), grid.mean(axis=1)
        diagonal = grid[np.arange(belief.slots), np.arange(belief.slots)]
        signals = np.concatenate([best, mean, diagonal], axis=-1)
        overall = np.concatenate([best.max(axis=0), mean.mean(axis=0)])
        log_probs = key_sign_log_probs(self.rule_probs(belief))
        signals = np.column_stack([self._layers.relu("key_hidden", signals), log_probs[:-1]])
        overall = np.append(self._layers.relu("no_key_hidden", overall), log_probs[-1])
        logits = [self._layers.dense("key", signals)[:, 0], self._layers.dense("no_key", overall)]
        return softmax(np.concatenate(logits).astype(np.float64), axis=-1)

    def rule_probs(self, belief: PairBelief) -> Floats:
        """Return the probability of each rule of each pair.

        Parameters
        ----------
        belief : PairBelief
            The belief to query.

        Returns
        -------
        ndarray of float32
            (C, S) probabilities, those of set rules shared among their pairs; they sum to less
            than 1, the rest is that none of them is the rule.
        """
        return self._vote(belief).by_pair()

    def _vote(self, belief: PairBelief) -> RuleVote:
        """Return the probability of each rule by all that is believed."""
        return self._vote_with_sets(1, self._pair_vote(belief), belief.sets)

    def _pair_vote(self, belief: PairBelief) -> Floats:
        """Return the last vote on pair rules (C, S), without set rules."""
        states = np.concatenate([belief.pair_state.c, belief.context_state.h], axis=1)
        return self._layers.rule_softmax("vote", states)

    def _vote_with_sets(self, number: int, pairs: Floats, sets: SetBelief | None) -> RuleVote:
        """Return a vote on pair rules together with set rules, if the network has them."""
        if not sets:
            return RuleVote(pairs)
        share, of_sets = self._sets[number].vote(sets)
        return RuleVote(share * pairs, of_sets)
