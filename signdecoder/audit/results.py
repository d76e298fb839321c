"""The results of an audit; most fields are keys of its JSON document."""

from __future__ import annotations

from dataclasses import dataclass

from signdecoder.audit.coach_spec import CoachSpec
from signdecoder.audit.descriptives import Descriptives
from signdecoder.audit.interventions import Kind
from signdecoder.benchmark.bootstrap import Figure


@dataclass(frozen=True, slots=True)
class CrackTime:
    """How soon one opponent reads the signs, over the seasons; None if more never do.

    ``plays``, ``early`` and ``late`` are the median and the quartiles of plays until cracked,
    ``steals`` is the median of steals. ``never`` is a share of the seasons. ``reads`` is the median
    of plays until the opponent reads the coach's natural plays, ``foretold`` the share of all
    steals that they predict.
    """

    opponent: str
    plays: float | None
    early: float | None
    late: float | None
    steals: float | None
    never: float
    reads: float | None
    foretold: float


@dataclass(frozen=True, slots=True)
class Effect:
    """The mean effect of one intervention against the decoder, over the replayed seasons.

    A play is safe if the decoder does not read the coach after it. ``gained`` is the additional
    number of safe plays in a season, with the 95% interval over seasons; ``safe`` is their number
    with the intervention. ``foretold_*`` are the shares of steals that the decoder predicts.
    """

    change: str
    kind: Kind
    gained: Figure
    safe: float
    foretold_before: float
    foretold_after: float

    @property
    def is_clear(self) -> bool:
        """True if the interval of the gain does not include 0."""
        return self.gained.low > 0 or self.gained.high < 0


@dataclass(frozen=True, slots=True)
class Audit:
    """The results of one coach's simulated seasons.

    ``cracks`` are by opponent. ``effects`` are the habits and then the measures, each with the
    largest gain first. ``left_out`` are the interventions that do not fit these signs;
    ``replayed`` is the number of seasons in which each intervention was tried.
    """

    spec: CoachSpec
    seed: int
    seasons: int
    replayed: int
    plays: int
    tells: Descriptives
    cracks: tuple[CrackTime, ...]
    effects: tuple[Effect, ...]
    left_out: tuple[str, ...]
