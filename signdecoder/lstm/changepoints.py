"""Bayesian online change-point detection (Adams and MacKay 2007) with the pair network as model.

A *segment* is what the network believes if the signs changed right before the segment's first play.
Its weight is its share of the likelihood of the plays. A segment begins only where a play came out
against the prediction, or where many did before, so that a log without surprises costs no more than
one belief.

Shapes: N sequences, C pairs, S pair features, D shrinkage factors (see `signdecoder.lstm.segment`).

References
----------
R. P. Adams and D. J. C. MacKay (2007), Bayesian online changepoint detection. arXiv:0710.3742.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from signdecoder.core.outcomes import Evidence
from signdecoder.lstm.cell import Floats
from signdecoder.lstm.model import PairBelief, PairModel
from signdecoder.lstm.segment import SHRINKAGE_PRIOR, Segment
from signdecoder.lstm.sequence_encoder import UNSEEN

MAX_SEGMENTS = 4
# These were measured on simulated coaches, tuning seeds: with them the log loss after 30 plays
# grows by 0.007 nats if the log is noisy, does not change if it is not, and falls by 0.09 in the 20
# plays after a change.
_HAZARD = 0.01  # probability of a change right before a play that surprises
_NOISE = 0.05  # share of uninformative plays: without it each missed sign looks like a change
_SURPRISE = 1.5  # nats by which the loss of a play exceeds its expectation
_MIN_CALLED = 2  # called plays in the heaviest segment before a surprise counts
# If the network should rather be doubted than trusted, what it counted long ago binds it too much.
# Then a segment begins every 16 plays, with the probability that it predicts better (measured
# on the one real log; simulated logs of 40 plays, noisy ones too, do not change).
_RESTART_EVERY, _P_RESTART = 16, 0.4
_MIN_SEGMENT_AGE = 4  # plays before a segment may be dropped
_MIN_WEIGHT = 1e-3  # weight below which a segment is dropped
_SIGNIFICANT = 1e-2  # weight below which a segment does not take part in predictions
_EPSILON = 1e-9
_QUERY_BATCH = 8  # sequences per query: more would leave the processor's cache


@dataclass(frozen=True, slots=True)
class ChangePointFilter:
    """All segments of a log, oldest first. A value: updating returns another filter.

    Attributes
    ----------
    model : PairModel
        The network.
    segments : tuple of Segment
        The segments, their weights summing to 1.
    """

    model: PairModel
    segments: tuple[Segment, ...]

    @classmethod
    def begin(cls, model: PairModel, start: int, n_signals: int) -> Self:
        """Return a filter with one segment that has not read a play.

        Parameters
        ----------
        model : PairModel
            The network.
        start : int
            The first play that it will read, from 0.
        n_signals : int
            The number of signals with a slot.

        Returns
        -------
        ChangePointFilter
            The filter.
        """
        return cls(model, (Segment(start, model.start(n_signals), 0, SHRINKAGE_PRIOR),))

    @property
    def slots(self) -> int:
        """The number of slots of each belief, including the unseen ones."""
        return self.segments[0].belief.slots

    @property
    def n_signals(self) -> int:
        """The number of signals with a slot."""
        return self.slots - UNSEEN

    @property
    def start(self) -> int:
        """The first play that any segment has read."""
        return self.segments[0].start

    @property
    def heaviest(self) -> Segment:
        """The likeliest segment."""
        return max(self.segments, key=lambda segment: segment.weight)

    def grow(self, n_signals: int) -> Self:
        """Return the same filter with slots for more signals.

        Parameters
        ----------
        n_signals : int
            The number of signals with a slot.

        Returns
        -------
        ChangePointFilter
            The filter; new signals start from what is believed about unseen ones.
        """
        grow = self.model.grow
        return self._with([replace(s, belief=grow(s.belief, n_signals)) for s in self.segments])

    # --- predictions ------------------------------------------------------------------------------

    def predict(self, features: Sequence[Floats], complete: bool) -> NDArray[np.float64]:
        """Return the probability of the target for some sequences.

        Parameters
        ----------
        features : sequence of ndarray of float32
            The pair features (C, S) of N sequences.
        complete : bool
            False if more signals may follow.

        Returns
        -------
        ndarray of float
            (N,) probabilities.
        """
        total = np.zeros(len(features))
        for segment, weight in self._significant_segments():
            p = segment.calibrate(self._query(segment.belief, features, complete))
            total += weight * (p @ segment.shrinkage_probs)
        return total

    def key_sign_probs(self) -> NDArray[np.float64]:
        """Return the probability of each slot to be the key sign.

        Returns
        -------
        ndarray of float
            (V + 1,) probabilities; the last one is that no single signal is the key sign.
        """
        probs = [
            weight * self.model.key_sign_probs(segment.belief)
            for segment, weight in self._significant_segments()
        ]
        return np.asarray(np.sum(probs, axis=0))

    def _significant_segments(self) -> list[tuple[Segment, float]]:
        """List the segments that take part in predictions, with weights that sum to 1."""
        significant = [s for s in self.segments if s.weight >= _SIGNIFICANT]
        total = sum(segment.weight for segment in significant)
        return [(segment, segment.weight / total) for segment in significant]

    def _query(
        self, belief: PairBelief, features: Sequence[Floats], complete: bool
    ) -> NDArray[np.float64]:
        """Return (N,) probabilities of the target by one belief, uncalibrated."""
        context = self.model.prepare_query(belief)
        p = [
            self.model.predict(context, np.stack(features[begin : begin + _QUERY_BATCH]), complete)
            for begin in range(0, len(features), _QUERY_BATCH)
        ]
        return np.concatenate(p)[:, Evidence.CALLED]

    # --- learning ---------------------------------------------------------------------------------

    def observe(
        self, place: int, features: Floats, evidence: Evidence, new_game: bool
    ) -> tuple[Self, float]:
        """Learn from one play.

        Parameters
        ----------
        place : int
            The number of the play in the log, from 0.
        features : ndarray of float32
            (C, S) pair features of its sequence.
        evidence : Evidence
            What its outcome says about the target.
        new_game : bool
            Whether a game begins with it.

        Returns
        -------
        tuple of ChangePointFilter and float
            The filter after the play, and the probability of the target before its outcome: the
            same as by `predict`.
        """
        predictions = [self._predict_one(segment, features) for segment in self.segments]
        p_of = dict(zip((s.start for s in self.segments), predictions, strict=True))
        p_before = sum(
            weight * float(p_of[segment.start] @ segment.shrinkage_probs)
            for segment, weight in self._significant_segments()
        )
        p_called = sum(
            float(segment.weights @ p)
            for segment, p in zip(self.segments, predictions, strict=True)
        )
        p_outcome = likelihood(np.array(p_called), evidence)

        def _update(segment: Segment, p: NDArray[np.float64]) -> Segment:
            return Segment(
                segment.start,
                self.model.observe(segment.belief, features, evidence, new_game),
                segment.n_called + (evidence is Evidence.CALLED),
                (segment.weights * likelihood(p, evidence) / p_outcome).astype(np.float32),
            )

        segments = list(map(_update, self.segments, predictions))
        if p_change := self._p_change(place, p_called, evidence):
            belief = self.model.start(self.n_signals)
            fresh = Segment(place, belief, 0, np.float32(p_change) * self._shrinkage_probs)
            segments.append(_update(fresh, self._predict_one(fresh, features)))
        return self._with(_prune(segments, place)), p_before

    def _p_change(self, place: int, p_called: float, evidence: Evidence) -> float:
        """Return the prior probability of a change right before this play; 0 for no new segment."""
        if self.heaviest.n_called < _MIN_CALLED:
            return 0.0
        if _is_surprising(p_called, evidence):
            return _HAZARD
        is_due = place - self.segments[-1].start >= _RESTART_EVERY
        is_doubtful = self._shrinkage_probs[0] < 0.5
        return _P_RESTART if is_due and is_doubtful else 0.0

    @property
    def _shrinkage_probs(self) -> Floats:
        """(D,) the posterior of the shrinkage factors."""
        return np.asarray(np.sum([segment.weights for segment in self.segments], axis=0))

    def _predict_one(self, segment: Segment, features: Floats) -> NDArray[np.float64]:
        """Return (D,) probabilities of the target for one complete sequence, by one segment."""
        return np.asarray(
            segment.calibrate(self._query(segment.belief, [features], complete=True))[0]
        )

    def _with(self, segments: Sequence[Segment]) -> Self:
        return replace(self, segments=tuple(segments))


def likelihood(p_called: NDArray[np.float64], evidence: Evidence) -> NDArray[np.float64]:
    """Return the likelihood of an outcome, with noise, by probabilities of the target.

    Parameters
    ----------
    p_called : ndarray of float
        Probabilities of the target, of any shape.
    evidence : Evidence
        What the outcome says about the target.

    Returns
    -------
    ndarray of float
        The likelihoods, of the same shape.
    """
    if evidence is Evidence.SILENT:
        return np.ones_like(p_called)
    p = p_called if evidence is Evidence.CALLED else 1 - p_called
    return np.asarray((1 - _NOISE) * p + _NOISE / 2)


def _is_surprising(p_called: float, evidence: Evidence) -> bool:
    """Return whether the log loss of a play far exceeds its expectation."""
    if evidence is Evidence.SILENT:
        return False
    p = min(max(p_called, _EPSILON), 1 - _EPSILON)
    if_called, if_not = -math.log(p), -math.log(1 - p)
    expected = p * if_called + (1 - p) * if_not
    return (if_called if evidence is Evidence.CALLED else if_not) - expected > _SURPRISE


def _prune(segments: list[Segment], place: int) -> list[Segment]:
    """Keep the segments that matter after play ``place``, and make their weights sum to 1."""
    heaviest = max(segments, key=lambda segment: segment.weight)

    def is_young(segment: Segment) -> bool:
        return place - segment.start < _MIN_SEGMENT_AGE

    others = [s for s in segments if s is not heaviest and (is_young(s) or s.weight >= _MIN_WEIGHT)]
    others.sort(key=lambda s: (is_young(s), s.weight), reverse=True)
    kept = sorted([heaviest, *others[: MAX_SEGMENTS - 1]], key=lambda s: s.start)
    total = np.float32(sum(segment.weight for segment in kept))
    return [replace(segment, weights=segment.weights / total) for segment in kept]
