"""One more reading of a log for each kind of context, such as the number of outs.

The network does not know the moment of a play. So that it can follow coaches whose signs depend on
it, the log is also read once for each kind of context: with a filter for each value, such as two
outs, which observes only the plays with that value. The *plain* reading observes every play. All
readings are weighed by how well they predicted the plays, as rules are by their likelihood.

Most coaches' signs depend on no context, and each reading costs time. Readings are therefore given
up by successive halving (Jamieson and Talwalkar 2016).

Shapes: N sequences, C pairs, S pair features.

References
----------
K. Jamieson and A. Talwalkar (2016), Non-stochastic best arm identification and hyperparameter
optimization. AISTATS.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from signdecoder.core.contexts import CONTEXT_KINDS, NOT_NOTED
from signdecoder.core.encoded_log import EncodedPlay
from signdecoder.lstm.cell import Floats
from signdecoder.lstm.changepoints import ChangePointFilter, likelihood
from signdecoder.lstm.context_reading import ContextReading
from signdecoder.lstm.model import PairModel

_PRIOR = 0.025  # probability of each kind, as by the rule posterior
# Weight below which a reading takes no part in predictions: before much is known each kind keeps
# about its prior, and would make every question cost several times as much to change little.
_SIGNIFICANT = 0.05
# A reading is given up for good once its weight is below this. On simulated coaches whose signs
# depend on a context (tuning seeds), the log odds of its reading never fell below -3: weight 1e-3.
_HOPELESS = 3e-4
# Called plays that the second best reading, the third, and so on may see before it is given up.
_TRIALS = (12, 12, 6, 6)

_T = TypeVar("_T")
_Weighed = list[tuple[float, ChangePointFilter]]


@dataclass(frozen=True, slots=True)
class ContextReadings:
    """The plain reading of a log, and one for each kind of context that its plays tell.

    A value: updating returns another one. Filters that have read the same plays are one object and
    cost as much as one.

    Attributes
    ----------
    model : PairModel
        The network.
    plain : ChangePointFilter
        The plain reading.
    by_kind : mapping of int to ContextReading
        The other readings, by the kind of context; none for a log without contexts.
    """

    model: PairModel
    plain: ChangePointFilter
    by_kind: Mapping[int, ContextReading] = field(default_factory=dict)

    @classmethod
    def begin(cls, model: PairModel, start: int, n_signals: int) -> Self:
        """Return readings that have not read a play.

        Parameters
        ----------
        model : PairModel
            The network.
        start : int
            The first play that they will read, from 0.
        n_signals : int
            The number of signals with a slot.

        Returns
        -------
        ContextReadings
            The readings.
        """
        return cls(model, ChangePointFilter.begin(model, start, n_signals))

    def grow(self, n_signals: int) -> Self:
        """Return the same readings with slots for more signals.

        Parameters
        ----------
        n_signals : int
            The number of signals with a slot.

        Returns
        -------
        ContextReadings
            The readings.
        """
        grow = _once(lambda each: each.grow(n_signals))
        by_kind = {
            kind: replace(reading, filters={v: grow(f) for v, f in reading.filters.items()})
            for kind, reading in self.by_kind.items()
        }
        return replace(self, plain=grow(self.plain), by_kind=by_kind)

    # --- predictions ------------------------------------------------------------------------------

    def predict(
        self,
        features: Sequence[Floats],
        complete: bool,
        contexts: Sequence[tuple[int, ...]],
        n_signals: int,
    ) -> NDArray[np.float64]:
        """Return the probability of the target for some sequences.

        Parameters
        ----------
        features : sequence of ndarray of float32
            The pair features (C, S) of N sequences.
        complete : bool
            False if more signals may follow.
        contexts : sequence of tuple of int
            For each sequence the value of each kind of context. Where it is not noted, the values
            count as they are common.
        n_signals : int
            The number of signals with a slot in the features.

        Returns
        -------
        ndarray of float
            (N,) probabilities.
        """
        readings, total = self.weigh(), np.zeros(len(features))
        fresh = ChangePointFilter.begin(self.model, 0, n_signals)  # for values never seen
        asked: dict[int, tuple[ChangePointFilter, NDArray[np.float64]]] = {}
        for row, context in enumerate(contexts):
            for kind, weight in readings.items():
                for share, each in self._filters(kind, context, fresh):
                    _, weights = asked.setdefault(id(each), (each, np.zeros(len(features))))
                    weights[row] += weight * share
        for each, weights in asked.values():
            rows = np.flatnonzero(weights).tolist()
            p = each.grow(n_signals).predict([features[row] for row in rows], complete)
            total[rows] += weights[rows] * p
        return total

    def _filters(
        self, kind: int | None, context: tuple[int, ...], fresh: ChangePointFilter
    ) -> _Weighed:
        """List the filters of a reading that answer in a context; their weights sum to 1."""
        if kind is None:
            return [(1.0, self.plain)]
        reading, value = self.by_kind[kind], context[kind]
        p_values = reading.p_values if value == NOT_NOTED else {value: 1.0}
        return [(p, reading.filters.get(value, fresh)) for value, p in p_values.items()]

    def weigh(self, least: float = _SIGNIFICANT) -> dict[int | None, float]:
        """Return the weight of each reading, from a least weight on; together they weigh 1.

        Parameters
        ----------
        least : float
            The least weight.

        Returns
        -------
        dict of int to float
            Weights by kind of context; that of the plain reading under None.
        """
        log_weights: dict[int | None, float] = {None: math.log(1 - _PRIOR * len(CONTEXT_KINDS))}
        for kind, reading in self.by_kind.items():
            if reading.filters:
                log_weights[kind] = math.log(_PRIOR) + reading.log_odds
        top = max(log_weights.values())
        weights = {kind: math.exp(log - top) for kind, log in log_weights.items()}
        bar = least * sum(weights.values())
        kept = {kind: weight for kind, weight in weights.items() if weight >= bar}
        return {kind: weight / sum(kept.values()) for kind, weight in kept.items()}

    @property
    def leading(self) -> _Weighed:
        """The filters of the reading with most of the weight, by how common each is."""
        likeliest, weight = max(self.weigh(least=0).items(), key=lambda item: item[1])
        if likeliest is None or weight < 0.5:
            return [(1.0, self.plain)]
        reading = self.by_kind[likeliest]
        total = sum(reading.n_plays)
        return [(reading.n_plays[v] / total, each) for v, each in reading.filters.items()]

    # --- learning ---------------------------------------------------------------------------------

    def observe(self, place: int, features: Floats, play: EncodedPlay) -> tuple[Self, float]:
        """Learn from one play.

        Parameters
        ----------
        place : int
            The number of the play in the log, from 0.
        features : ndarray of float32
            (C, S) pair features of its sequence.
        play : EncodedPlay
            The play.

        Returns
        -------
        tuple of ContextReadings and float
            The readings after the play, and the probability of the target before its outcome: the
            same as by `predict`.
        """
        evidence = play.evidence
        observe = _once(lambda each: each.observe(place, features, evidence, play.new_game))
        plain, p_plain = observe(self.plain)
        n_signals, p_before = self.plain.n_signals, p_plain
        if self.weigh().keys() != {None}:
            p_before = float(self.predict([features], True, [play.context], n_signals)[0])
        noted = [kind for kind, value in enumerate(play.context) if value != NOT_NOTED]
        if not noted:
            return replace(self, plain=plain), p_before
        # The first value of a context begins like the plain reading, if that is new too. They are
        # one object until another value turns up.
        is_new = self.plain.start == place
        fresh = self.plain if is_new else ChangePointFilter.begin(self.model, place, n_signals)
        by_kind = dict(self.by_kind)
        for kind in noted:
            value, before = play.context[kind], by_kind.get(kind)
            reading = (before or ContextReading.begin(kind)).count(value, evidence)
            if before is None or before.filters:
                own, p_own = observe(reading.filters.get(value, fresh))
                better, worse = np.log(likelihood(np.array([p_own, p_plain]), evidence))
                # Rounded as it is saved, so that a saved belief continues in the same way.
                log_odds = float(np.float32(reading.log_odds + better - worse))
                filters = {**reading.filters, value: own}
                reading = replace(reading, log_odds=log_odds, filters=filters)
            by_kind[kind] = reading
        return replace(self, plain=plain, by_kind=by_kind)._give_up(), p_before

    def _give_up(self) -> Self:
        """Give up the readings that are hopeless, and those that have lost their trial."""
        weights = self.weigh(least=_HOPELESS)
        tried = [kind for kind, r in self.by_kind.items() if r.filters and r.n_called]
        ranked = sorted(tried, key=lambda kind: -self.by_kind[kind].log_odds)
        lost = {
            kind
            for kind, most in zip(ranked[1:], _TRIALS, strict=False)
            if self.by_kind[kind].n_called >= most
        }
        by_kind = {
            kind: reading
            if kind in weights and kind not in lost
            else replace(reading, log_odds=0.0, filters={})
            for kind, reading in self.by_kind.items()
        }
        return replace(self, by_kind=by_kind)


def _once(compute: Callable[[ChangePointFilter], _T]) -> Callable[[ChangePointFilter], _T]:
    """Return a function that computes something once for each filter, told apart by identity."""
    done: dict[int, tuple[ChangePointFilter, _T]] = {}

    def get(each: ChangePointFilter) -> _T:
        if id(each) not in done:
            done[id(each)] = each, compute(each)  # holding the filter keeps its id its own
        return done[id(each)][1]

    return get
