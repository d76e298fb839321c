"""The protocol of a decoder under test."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from signdecoder.benchmark.rule_match import Finding
from signdecoder.core.play import Play

Answers = NDArray[np.float64]
"""Probabilities of the called play: (columns, sequences)."""
ContenderFactory = Callable[[str], "Contender"]
"""Makes a contender for a called play; can be pickled, because cases run in processes."""


class Contender(Protocol):
    """A decoder that learns one coach's plays and gives one or more answers for each sequence."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of its answers."""

    @property
    def every_play(self) -> bool:
        """True if it is fast enough to be asked after every play."""

    def observe_many(self, plays: Sequence[Play]) -> None:
        """Learn plays in order."""

    def mark_change(self) -> None:
        """Hear that the signs change here. Most contenders ignore it."""

    def predict_proba(self, sequences: Sequence[Sequence[str]]) -> Answers:
        """Return the probability of the called play: (columns, sequences)."""

    def key_signs(self) -> tuple[str | None, ...]:
        """Return the best guess of the key sign for each column."""

    def finding(self) -> Finding | None:
        """Return what it reports about the rule, or None if it reports nothing."""


def predict_checked(contender: Contender, sequences: Sequence[Sequence[str]]) -> Answers:
    """Return a contender's probabilities (columns, sequences); raise ValueError if one is invalid.

    A bug in a contender must not pass for an answer.
    """
    answers = contender.predict_proba(sequences)
    for name, row in zip(contender.columns, answers, strict=True):
        invalid = ~((row >= 0) & (row <= 1))  # written so that NaN is invalid, too
        if invalid.any():
            at = int(invalid.argmax())
            raise ValueError(
                f"{name}: {row[at]} for {' '.join(sequences[at])} is not a probability"
            )
    return answers
