"""How well an opponent reads a coach's natural plays, steals and other plays alike.

The questions of the benchmark are mostly near misses, so that only a decoder that knows the rule
passes. A coach who never gives near misses can be read with less: it may be enough to notice that
their key sign comes with a steal only.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from signdecoder.audit.coach_spec import number_sequences
from signdecoder.benchmark.cases import Case, QuestionSet
from signdecoder.benchmark.questions import find_near_misses
from signdecoder.benchmark.runner import Predictions
from signdecoder.rules.rule import CALLED
from signdecoder.simulation.coach import Coach, draw_plays
from signdecoder.simulation.seasons import Regime

_PLAYS = 1000

Floats = NDArray[np.float64]


def natural_weights(
    case: Case, regimes: Sequence[Regime], rng: np.random.Generator
) -> tuple[Floats, ...]:
    """Return the weight of each question (Q,) that makes a question set match natural plays."""
    pairs = zip(regimes, case.question_sets, strict=True)
    return tuple(_weights(regime.coach, questions, case.names, rng) for regime, questions in pairs)


def natural_accuracy(case: Case, predictions: Predictions, weights: Sequence[Floats]) -> Floats:
    """Return one decoder's accuracy on natural plays, each time that it was asked: (A,)."""
    accuracy = np.empty(len(predictions.n_seen))
    answers = zip(predictions.n_seen.tolist(), predictions.p_called, strict=True)
    for n, (n_seen, p_called) in enumerate(answers):
        questions = case.questions_after(n_seen)
        place = case.question_sets.index(questions)
        accuracy[n] = weights[place] @ ((p_called >= 0.5) == questions.called_mask)
    return accuracy


def _weights(
    coach: Coach, questions: QuestionSet, names: Sequence[str], rng: np.random.Generator
) -> Floats:
    """Give the calls one half, and near misses their share of the coach's other plays.

    If there are no questions of one kind, the other kind gets the weight of both.
    """
    plays = draw_plays(coach, _PLAYS, rng)
    n_near = len(find_near_misses(coach.rule, plays.signals, plays.called))
    share = n_near / max(1, int((plays.called != CALLED).sum()))
    sequences = number_sequences(questions.sequences, names)
    called_mask = questions.called_mask
    near_mask = np.zeros(len(sequences), np.bool_)
    near_mask[find_near_misses(coach.rule, sequences, called_mask.astype(np.int8))] = True
    far_mask = ~near_mask & ~called_mask
    if not (near_mask.any() and far_mask.any()):
        share = float(near_mask.any())
    weights = called_mask / called_mask.sum()
    weights = weights + share * near_mask / max(1, near_mask.sum())
    weights = weights + (1 - share) * far_mask / max(1, far_mask.sum())
    return np.asarray(weights / 2)
