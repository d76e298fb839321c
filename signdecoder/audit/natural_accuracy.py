"""How well an opponent reads a coach's own plays as they come, the steals and the others alike.

The questions of the benchmark are mostly near misses, so that who passes knows the rule. A coach
who gives none of these is read by less: by whoever has seen that his key comes with a steal alone.
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


def own_weights(
    case: Case, regimes: Sequence[Regime], rng: np.random.Generator
) -> tuple[Floats, ...]:
    """What each question (Q,) of each of his quizzes weighs, if they are to be like his plays."""
    pairs = zip(regimes, case.question_sets, strict=True)
    return tuple(_weigh(regime.coach, quiz, case.names, rng) for regime, quiz in pairs)


def own_accuracy(case: Case, paper: Predictions, weights: Sequence[Floats]) -> Floats:
    """(A,) how much of his own plays one decoder reads, each time that it was asked."""
    accuracy = np.empty(len(paper.n_seen))
    for n, (seen, said) in enumerate(zip(paper.n_seen.tolist(), paper.p_called, strict=True)):
        place = case.question_sets.index(quiz := case.questions_after(seen))
        accuracy[n] = weights[place] @ ((said >= 0.5) == quiz.called_mask)
    return accuracy


def _weigh(
    coach: Coach, quiz: QuestionSet, names: Sequence[str], rng: np.random.Generator
) -> Floats:
    """The calls weigh one half; of the others near misses weigh what is their share of his plays.

    Where there are no questions of one kind, the other kind weighs for both.
    """
    plays = draw_plays(coach, _PLAYS, rng)
    near_plays = len(find_near_misses(coach.rule, plays.signals, plays.called))
    share = near_plays / max(1, int((plays.called != CALLED).sum()))
    asked = number_sequences(quiz.sequences, names)
    near = np.zeros(len(asked), np.bool_)
    near[find_near_misses(coach.rule, asked, quiz.called_mask.astype(np.int8))] = True
    far = ~near & ~quiz.called_mask
    if not (near.any() and far.any()):
        share = float(near.any())
    weights = quiz.called_mask / quiz.called_mask.sum()
    weights = weights + share * near / max(1, near.sum()) + (1 - share) * far / max(1, far.sum())
    return np.asarray(weights / 2)
