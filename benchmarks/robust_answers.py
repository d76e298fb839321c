"""Predictions of plays that were not learned, and their tables, for robust_check.py."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from signdecoder.benchmark.cases import Case
from signdecoder.benchmark.metrics import log_loss
from signdecoder.benchmark.real_log import RateSoFar
from signdecoder.core.outcomes import STEAL
from signdecoder.core.play import Play
from signdecoder.core.text import columns
from signdecoder.decoder.decoder import Decoder

NEXT = slice(40, 80)  # plays of a coach that are in no log

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """Predictions of N plays.

    ``p`` (N, 2) are the probabilities of the mixture and of the LSTM; ``decided`` (N,) says whether
    there was a verdict, and ``called`` (N,) what happened.
    """

    p: Floats
    decided: Flags
    called: Flags

    @property
    def right(self) -> Flags:
        """Return whether the likelier answer is right (N, 2)."""
        return np.asarray((self.p >= 0.5) == self.called[:, None])

    def losses(self) -> Floats:
        """Return the mean log loss in nats (2,)."""
        return np.array([log_loss(p, self.called).mean() for p in self.p.T])


@dataclass(frozen=True, slots=True, eq=False)
class LogResult:
    """Predictions after reading a log: of fresh sequences and of the next plays.

    ``rate_loss`` is the log loss on the next plays if the log's rate is predicted each time.
    ``cracked``, ``rule`` and ``changed`` say what the report claims.
    """

    quiz: Answers
    ahead: Answers
    rate_loss: float
    cracked: bool
    rule: bool
    changed: bool


def ask(decoder: Decoder, sequences: Sequence[tuple[str, ...]], called: Flags) -> Answers:
    """Predict sequences whose outcome is known."""
    predictions = decoder.predict_many(sequences)
    return Answers(
        np.array([(p.probability, p.lstm) for p in predictions]),
        np.array([p.decides for p in predictions]),
        np.asarray(called, np.bool_),
    )


def ask_plays(decoder: Decoder, plays: Sequence[Play]) -> Answers:
    """Predict plays that were not learned."""
    return ask(decoder, [p.signals for p in plays], np.array([p.outcome == STEAL for p in plays]))


def evaluate_log(log: Sequence[Play], case: Case, *others: Case) -> LogResult:
    """Read a log; predict a coach's fresh sequences, and the next plays of all these coaches."""
    decoder = Decoder()
    decoder.observe_many(log)
    questions = case.question_sets[-1]
    ahead = ask_plays(decoder, [p for e in (case, *others) for p in e.log[NEXT]])
    return LogResult(
        ask(decoder, questions.sequences, questions.called_mask),
        ahead,
        float(log_loss(np.full(len(ahead.called), rate_of(log)), ahead.called).mean()),
        decoder.cracked,
        decoder.has_rule,
        bool(decoder.change_points()),
    )


def rate_of(log: Sequence[Play]) -> float:
    """Return the rate of steals in a log, with one of each outcome as a prior."""
    base = RateSoFar(STEAL)
    base.observe_many(log)
    return base.probabilities([()])[0]


def verdicts(answers: Sequence[Answers]) -> tuple[str, str, str]:
    """Return the share with a verdict, how often it is right, and how often it should be."""
    decided = np.concatenate([a.decided for a in answers])
    if not decided.any():
        return points(0), "–", "–"
    p = np.concatenate([a.p[:, 0] for a in answers])[decided]
    right = np.concatenate([a.right[:, 0] for a in answers])[decided]
    return points(decided.mean()), points(right.mean()), points(np.maximum(p, 1 - p).mean())


def points(share: float) -> str:
    """Return a share in percent with one decimal."""
    return f"{100 * share:.1f}"


def print_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows below their headings."""
    print("\n".join(f"  {line}" for line in columns([head, *rows], "<" + ">" * (len(head) - 1))))
