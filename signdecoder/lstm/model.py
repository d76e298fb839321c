"""The candidate-wise network in NumPy: all that a query needs.

``network.py`` is the same network in Keras, for training; a test holds the two together. Running
it needs no TensorFlow, so an answer takes milliseconds.

Shapes: N plays, T signals a play, V slots, C = V·V candidates (k, l), H units. The last two slots
of every grid are *unseen*: they stand for any signal that has not come yet, so that a new signal
needs no second reading of the log, only a copy of what is known of the unseen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from signdecoder.lstm.cell import LSTM, Floats, State
from signdecoder.lstm.rule_attention import (
    count_votes,
    key_votes,
    log_odds,
    lost_to_thirds,
    paired_sights,
    share_thirds,
    third_votes,
    weigh_thirds,
)
from signdecoder.lstm.sequence_encoder import UNSEEN, SequenceEncoder, take_rows
from signdecoder.lstm.weights import Arrays, Weights


@dataclass(frozen=True, slots=True)
class PairBelief:
    """What is known of a coach: the states of the two belief LSTMs, a row a candidate (C, H).

    A value: observing makes a new one. ``slots`` counts the unseen ones too.
    """

    slots: int
    alone: State
    third: State
    together: State


@dataclass(frozen=True, slots=True)
class QueryContext:
    """What a belief brings to every question.

    ``belief`` (C, Q); the ``shares`` (C, S) of its vote; the chances of each slot to be the third
    signal, which wipes off what came before it, or all, or confirms, ``thirds`` (V, 3).
    """

    belief: Floats
    shares: Floats
    thirds: Floats


class PairModel:
    """The candidate-wise network, run with NumPy on trained weights."""

    def __init__(self, weights: Weights) -> None:
        self._arrays: Arrays = weights.arrays
        self.size = weights.size
        self.plays = SequenceEncoder(weights)
        self.alone, self.third, self.together = (
            self._lstm(name) for name in ("alone", "third", "together")
        )

    def start(self, known: int) -> PairBelief:
        """The belief before the first play, with slots for ``known`` signals."""
        slots = known + UNSEEN
        return PairBelief(
            slots,
            self.alone.start(slots * slots),
            self.third.start(slots),
            self.together.start(slots * slots),
        )

    def grow(self, belief: PairBelief, known: int) -> PairBelief:
        """The same belief with slots for ``known`` signals: new ones know what the unseen know."""
        old, slots = belief.slots, known + UNSEEN
        if slots <= old:
            return belief
        seen = old - UNSEEN
        # Every new or unseen signal was the first unseen one.
        came_from = np.minimum(np.arange(slots), seen)
        rows = came_from[:, None] * old + came_from[None, :]
        fresh = np.arange(slots) >= seen
        # Two different signals that were both unseen were two different unseen ones.
        rows[fresh[:, None] & fresh[None, :] & ~np.eye(slots, dtype=bool)] = seen * old + seen + 1
        flat = rows.ravel()
        return PairBelief(
            slots,
            take_rows(belief.alone, flat),
            take_rows(belief.third, came_from),
            take_rows(belief.together, flat),
        )

    def observe(
        self, belief: PairBelief, sights: Floats, evidence: int, new_game: bool
    ) -> PairBelief:
        """The belief after one more play, from its ``sights`` (C, S) and what its outcome says."""
        slots = belief.slots
        alone = self.alone.step(self._see("evidence", sights, evidence, new_game), belief.alone)
        shares = self._vote("first_vote", belief.alone.c)
        votes = count_votes(shares, sights)
        outcome = np.eye(self.size.outcomes, dtype=np.float32)[evidence]
        guess = [self._relu("first_answer", votes), votes[-1:]]
        surprise = self._relu("surprise", np.concatenate([*guess, outcome]))
        voted = [x.sum(axis=1, keepdims=True) for x in (shares, shares * sights)]
        weighed = weigh_thirds(voted[1].sum(), third_votes(shares, sights), evidence)
        third = self.third.step(weighed, belief.third)
        chances = share_thirds(self._dense("first_thirds", belief.third.h))
        lost = lost_to_thirds(chances, sights)[:, None]
        left = sights * (1 - lost * paired_sights(sights.shape[1]))
        own = np.concatenate(
            [alone.h, self._see("left", left, evidence, new_game), lost, *voted], axis=1
        )
        told = self._exchange(own, surprise, slots)
        together = self.together.step(told, belief.together)
        return PairBelief(slots, alone, third, together)

    def asks(self, belief: PairBelief) -> QueryContext:
        """What the belief brings to every question until the next play."""
        known = [belief.together.h[:: belief.slots + 1], belief.third.h]
        return QueryContext(
            self._dense("question/belief", belief.together.h),
            self.vote(belief),
            share_thirds(self._dense("thirds", np.concatenate(known, axis=1))),
        )

    def answer(self, asks: QueryContext, sights: Floats, complete: bool) -> NDArray[np.float64]:
        """Chances (3,) of called, another and nothing, for a play of ``sights`` (…, C, S)."""
        a = self._arrays
        asked = asks.belief + sights @ a["question/play/kernel"]
        flags = a["question/flags/kernel"]
        asked[..., :: int(np.sqrt(sights.shape[-2])) + 1, :] += flags[0]  # k = l
        if complete:
            asked += flags[1]
        votes = count_votes(asks.shares, sights)
        left = (asks.thirds * third_votes(asks.shares, sights)).sum(axis=(-2, -1))
        total = votes[..., :-1].sum(axis=-1)
        odds = log_odds(left + (1 - asks.thirds.sum()) * total)[..., None]
        heads = self._attend(np.maximum(asked, 0))
        answer = self._relu("answer", np.concatenate([heads, votes, odds], axis=-1))
        logits = self._dense("outcome", np.concatenate([answer, odds], axis=-1))
        return _softmax(logits.astype(np.float64), axis=-1)

    def key_chances(self, belief: PairBelief) -> NDArray[np.float64]:
        """Chance of each slot to be the key sign, and last that no single one is: (V + 1,)."""
        grid = belief.together.h.reshape(belief.slots, belief.slots, -1)
        best, mean = grid.max(axis=1), grid.mean(axis=1)
        diagonal = grid[np.arange(belief.slots), np.arange(belief.slots)]
        signals = np.concatenate([best, mean, diagonal], axis=-1)
        overall = np.concatenate([best.max(axis=0), mean.mean(axis=0)])
        votes = key_votes(self.vote(belief))
        signals = np.column_stack([self._relu("key_hidden", signals), votes[:-1]])
        overall = np.append(self._relu("no_key_hidden", overall), votes[-1])
        logits = [self._dense("key", signals)[:, 0], self._dense("no_key", overall)]
        return _softmax(np.concatenate(logits).astype(np.float64), axis=-1)

    def _see(self, name: str, sights: Floats, evidence: int, new_game: bool) -> Floats:
        """What the sights (C, S) of a play say with its outcome: (C, U)."""
        kernel, bias, flags = (
            self._arrays[f"{name}/{part}"] for part in ("kernel", "bias", "flags")
        )
        seen = sights @ kernel[evidence] + (bias[evidence] + np.float32(new_game) * flags[1])
        seen[:: int(np.sqrt(len(sights))) + 1] += flags[0]  # the candidates with k = l
        return np.asarray(seen)

    def _exchange(self, own: Floats, overall: Floats, slots: int) -> Floats:
        """What each candidate hears of the others and of all, with its own: (C, told)."""
        a = self._arrays
        pooled = self._relu("exchange/project", own).reshape(slots, slots, -1)
        rows, columns = pooled.max(axis=1), pooled.max(axis=0)
        diagonal = pooled[np.arange(slots), np.arange(slots)]
        signals = np.concatenate([rows, columns, diagonal], axis=-1)
        everything = np.concatenate([rows.max(axis=0), pooled.mean(axis=(0, 1)), overall])
        mirror = pooled.swapaxes(0, 1).reshape(slots * slots, -1)
        told = self._dense("exchange/own", np.concatenate([own, mirror], axis=1))
        told += everything @ a["exchange/of_all/kernel"]
        grid = told.reshape(slots, slots, -1)
        grid += (signals @ a["exchange/of_k/kernel"])[:, None]
        grid += (signals @ a["exchange/of_l/kernel"])[None, :]
        return np.maximum(told, 0)

    def vote(self, belief: PairBelief) -> Floats:
        """The share of every sight of every pair in the vote on the rule, by all known: (C, S)."""
        return self._vote("vote", np.concatenate([belief.alone.c, belief.together.h], axis=1))

    def _vote(self, name: str, known: Floats) -> Floats:
        """The share of every sight of every candidate in what is known (C, H): (C, S)."""
        logits, none = self._dense(name, known), self._arrays[f"{name}/none"]
        most = max(logits.max(), none[0])
        shares = np.exp(logits - most)
        return np.asarray(shares / (shares.sum() + np.exp(none - most)))

    def _attend(self, asked: Floats) -> Floats:
        """What the heads pick: (…, C, Q) to (…, heads·U)."""
        a = self._arrays
        attention = _softmax(asked @ a["attention/score"], axis=-2)
        pooled = np.swapaxes(attention, -2, -1) @ asked  # (…, heads, Q)
        values = np.einsum("...hq,hqu->...hu", pooled, a["attention/value"])
        return np.asarray(values.reshape(*values.shape[:-2], -1))

    def _lstm(self, name: str) -> LSTM:
        a = self._arrays
        return LSTM(a[f"{name}/kernel"], a[f"{name}/recurrent_kernel"], a[f"{name}/bias"])

    def _dense(self, name: str, x: Floats) -> Floats:
        return x @ self._arrays[f"{name}/kernel"] + self._arrays[f"{name}/bias"]

    def _relu(self, name: str, x: Floats) -> Floats:
        return np.maximum(self._dense(name, x), 0)


def _softmax(x: NDArray[Any], axis: int) -> NDArray[Any]:
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return np.asarray(e / e.sum(axis=axis, keepdims=True))
