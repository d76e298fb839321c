"""What an audit says: how soon each opponent reads the signs, and what each change brings."""

from __future__ import annotations

from dataclasses import dataclass

from signdecoder.audit.coach_spec import CoachSpec
from signdecoder.audit.descriptives import Descriptives
from signdecoder.audit.interventions import Kind
from signdecoder.benchmark.bootstrap import Figure


@dataclass(frozen=True, slots=True)
class CrackTime:
    """How soon one opponent reads the signs, over the seasons; None where so many never did.

    ``plays``, ``early`` and ``late`` are the median and the quartiles of plays until cracked,
    ``steals`` the median of steals. ``never`` is a share of the seasons. ``reads`` is the median of
    plays until the coach is read, ``foretold`` the share of all steals that were foretold.
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
    """What one change brings against the decoder, in the mean of the replayed seasons.

    A play is safe if the decoder does not read the coach after it: ``gained`` is how many more of a
    season's are, with the 95% interval over seasons, ``safe`` how many then. ``foretold_*`` are
    shares of the steals.
    """

    change: str
    kind: Kind
    gained: Figure
    safe: float
    foretold_before: float
    foretold_after: float

    @property
    def is_clear(self) -> bool:
        """Is there more to it than the spread over seasons?"""
        return self.gained.low > 0 or self.gained.high < 0


@dataclass(frozen=True, slots=True)
class Audit:
    """What the simulated seasons of a coach say of his signs.

    ``cracks`` are by opponent, ``effects`` the habits and then the measures, each with the greatest
    gain first. ``left_out`` are changes that do not fit these signs; ``replayed`` is the number of
    seasons in which each change was tried.
    """

    signs: CoachSpec
    seed: int
    seasons: int
    replayed: int
    plays: int
    tells: Descriptives
    cracks: tuple[CrackTime, ...]
    effects: tuple[Effect, ...]
    left_out: tuple[str, ...]
