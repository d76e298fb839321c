"""The base class of the baselines, and what they remember of a log."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import ClassVar

import numpy as np

from signdecoder.benchmark.contender import Answers
from signdecoder.benchmark.rule_match import Finding
from signdecoder.core.evidence import evidence_in
from signdecoder.core.names import fold
from signdecoder.core.outcomes import STEAL, Evidence, parse_outcome
from signdecoder.core.play import Play

Names = tuple[str, ...]  # a sequence, each name folded


class Baseline(ABC):
    """A contender with one answer, no use for a change of signs, and no rule to report."""

    name: ClassVar[str]
    every_play: ClassVar[bool] = True

    @property
    def columns(self) -> tuple[str, ...]:
        """The name of its one answer."""
        return (self.name,)

    @abstractmethod
    def observe_many(self, plays: Iterable[Play]) -> None:
        """Remember plays in order."""

    def mark_change(self) -> None:  # noqa: B027
        """Ignore it: a baseline assumes that signs never change."""

    @abstractmethod
    def probabilities(self, sequences: Sequence[Sequence[str]]) -> list[float]:
        """Return the probability of the called play for each sequence, after learning new plays."""

    def predict_proba(self, sequences: Sequence[Sequence[str]]) -> Answers:
        """Return the same probabilities as one column: (1, sequences)."""
        return np.array([self.probabilities(sequences)], np.float64)

    @abstractmethod
    def key_sign(self) -> str | None:
        """Return its best guess of the key sign, or None if it has none."""

    def key_signs(self) -> tuple[str | None, ...]:
        """Return the same guess, as one column."""
        return (self.key_sign(),)

    def finding(self) -> Finding | None:
        """Return None: a baseline reports no rule."""
        return None


class KnownPlays:
    """The plays of a log with evidence about the called play: ``called[i]`` for ``rows[i]``."""

    def __init__(self, play: str = STEAL) -> None:
        self.play = parse_outcome(play, {play})
        self.rows: list[Names] = []
        self.called: list[bool] = []
        self._spellings: dict[str, str] = {}  # as first written, by folded name

    def add(self, plays: Iterable[Play]) -> list[tuple[Names, bool]]:
        """Add the plays whose outcome is evidence about the called play, and return them."""
        new: list[tuple[Names, bool]] = []
        for play in plays:
            for name in play.signals:
                self._spellings.setdefault(fold(name), name)
            evidence = evidence_in(play, self.play)
            if evidence is not Evidence.SILENT:
                new.append((fold_names(play.signals), evidence is Evidence.CALLED))
        self.rows += [names for names, _ in new]
        self.called += [called for _, called in new]
        return new

    @property
    def rate(self) -> float:
        """The rate of the called play with Laplace's rule of succession."""
        return laplace(sum(self.called), len(self.called))

    @property
    def has_both_classes(self) -> bool:
        """True if there are called plays and others; a classifier needs both."""
        return any(self.called) and not all(self.called)

    def spelling(self, name: str) -> str:
        """Return a folded name as it was first written."""
        return self._spellings[name]


def laplace(n_called: int, n_plays: int) -> float:
    """Return the rate of called plays by Laplace's rule of succession, (n + 1) / (N + 2)."""
    return (n_called + 1) / (n_plays + 2)


def fold_names(names: Sequence[str]) -> Names:
    """Return a sequence with its names folded, ready to be compared."""
    return tuple(map(fold, names))


def bigrams_of(names: Names) -> set[tuple[str, str]]:
    """Return the set of adjacent pairs of a sequence."""
    return set(pairwise(names))
