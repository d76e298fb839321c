"""What the benchmark asks of every decoder, and what the baselines remember of a log."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Protocol

from signdecoder.core.names import fold
from signdecoder.core.outcomes import STEAL, Evidence, evidence_of, parse_outcome
from signdecoder.core.play import Play

Names = tuple[str, ...]  # a sequence, each name folded


class Baseline(Protocol):
    """A decoder of one coach's signs, asked about one called play."""

    @property
    def name(self) -> str:
        """What its column of the benchmark is called."""

    @property
    def every_play(self) -> bool:
        """Is it cheap enough to be asked after every play?"""

    def observe_many(self, plays: Iterable[Play]) -> None:
        """Remember plays in their order."""

    def probabilities(self, sequences: Sequence[Sequence[str]]) -> list[float]:
        """Chances of the called play for sequences; what is new is learned first."""

    def key_sign(self) -> str | None:
        """Name its best guess of the key sign, None where it has none."""


class KnownPlays:
    """The plays of a log that say whether the called play was on: ``called[i]`` of ``rows[i]``."""

    def __init__(self, play: str = STEAL) -> None:
        self.play = parse_outcome(play, {play})
        self.rows: list[Names] = []
        self.called: list[bool] = []
        self._written: dict[str, str] = {}  # as first written, by folded name

    def learn(self, plays: Iterable[Play]) -> list[tuple[Names, bool]]:
        """Add those plays whose outcome speaks of the called play, and return them."""
        new: list[tuple[Names, bool]] = []
        for play in plays:
            for name in play.signals:
                self._written.setdefault(fold(name), name)
            evidence = evidence_of(play.outcome, self.play)
            if evidence is not Evidence.SILENT:
                new.append((fold_names(play.signals), evidence is Evidence.CALLED))
        self.rows += [names for names, _ in new]
        self.called += [called for _, called in new]
        return new

    @property
    def rate(self) -> float:
        """The rate of the called play after Laplace: one call and one other play more than seen."""
        return laplace(sum(self.called), len(self.called))

    @property
    def both_kinds(self) -> bool:
        """Were there called plays and others? Nothing can be told apart before."""
        return any(self.called) and not all(self.called)

    def write(self, name: str) -> str:
        """Return a folded name as it was first written."""
        return self._written[name]


def laplace(called: int, plays: int) -> float:
    """The rate of calls among plays, one call and one other play taken as seen."""
    return (called + 1) / (plays + 2)


def fold_names(names: Sequence[str]) -> Names:
    """A sequence as it is compared with others."""
    return tuple(map(fold, names))


def pairs_of(names: Names) -> set[tuple[str, str]]:
    """The adjacent pairs of a sequence, each once."""
    return set(pairwise(names))
