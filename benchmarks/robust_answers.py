"""What is said of plays that were not learned, and how that is told, for robust_check.py."""

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

NEXT = slice(40, 80)  # plays of a coach that no log has

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """What was said of N plays: ``said`` (N, 2) by the mixture and by the LSTM alone.

    ``decided`` (N,) with a verdict other than `not enough plays`; ``called`` (N,) what was true.
    """

    said: Floats
    decided: Flags
    called: Flags

    @property
    def right(self) -> Flags:
        """(N, 2): is the likelier answer right?"""
        return np.asarray((self.said >= 0.5) == self.called[:, None])

    def losses(self) -> Floats:
        """(2,) mean log loss in nats."""
        return np.array([log_loss(by, self.called).mean() for by in self.said.T])


@dataclass(frozen=True, slots=True, eq=False)
class Read:
    """A log that was read: what was then said of fresh sequences and of next plays.

    ``rate_loss`` is the log loss on next plays of who says the rate of the log each time. The
    report says that he is ``cracked``, tells a ``rule`` or that the signs ``changed``.
    """

    quiz: Answers
    ahead: Answers
    rate_loss: float
    cracked: bool
    rule: bool
    changed: bool


def ask(decoder: Decoder, sequences: Sequence[tuple[str, ...]], called: Flags) -> Answers:
    """Ask about sequences of which it is known whether they call the play."""
    said = decoder.predict_many(sequences)
    return Answers(
        np.array([(p.probability, p.lstm) for p in said]),
        np.array([p.decides for p in said]),
        np.asarray(called, np.bool_),
    )


def ask_plays(decoder: Decoder, plays: Sequence[Play]) -> Answers:
    """Ask about plays that it has not learned."""
    return ask(decoder, [p.signals for p in plays], np.array([p.outcome == STEAL for p in plays]))


def read(log: Sequence[Play], case: Case, *others: Case) -> Read:
    """Read a log and ask about one coach's fresh sequences, and his and others' next plays."""
    decoder = Decoder()
    decoder.observe_many(log)
    quiz = case.question_sets[-1]
    ahead = ask_plays(decoder, [p for e in (case, *others) for p in e.log[NEXT]])
    return Read(
        ask(decoder, quiz.sequences, quiz.called),
        ahead,
        float(log_loss(np.full(len(ahead.called), rate_of(log)), ahead.called).mean()),
        decoder.cracked,
        decoder.finds_rule,
        bool(decoder.changes()),
    )


def rate_of(log: Sequence[Play]) -> float:
    """How often the log's plays were steals, one of each taken as seen before."""
    base = RateSoFar(STEAL)
    base.learn(log)
    return float(base.ask([()])[0, 0])


def verdicts(answers: Sequence[Answers]) -> tuple[str, str, str]:
    """The share with a verdict, how often that is right, and how often its chances promise."""
    decided = np.concatenate([a.decided for a in answers])
    if not decided.any():
        return points(0), "–", "–"
    said = np.concatenate([a.said[:, 0] for a in answers])[decided]
    right = np.concatenate([a.right[:, 0] for a in answers])[decided]
    return points(decided.mean()), points(right.mean()), points(np.maximum(said, 1 - said).mean())


def points(share: float) -> str:
    """A share in per cent, to a tenth."""
    return f"{100 * share:.1f}"


def print_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows under their heads."""
    print("\n".join(f"  {line}" for line in columns([head, *rows], "<" + ">" * (len(head) - 1))))
