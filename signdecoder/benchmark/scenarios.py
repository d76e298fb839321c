"""Scenarios: which simulated coaches the decoders are compared on."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from signdecoder.core.errors import UsageError
from signdecoder.rules.prior import DRAWN_FAMILIES, FAMILY_WEIGHTS
from signdecoder.simulation.coach import Noise
from signdecoder.simulation.named_log import LEVELS

CHECKPOINTS = (3, 5, 8, 10, 12, 15, 20, 30, 40, 50, 60, 80, 100, 120)  # plays seen
FAMILIES = tuple(family for family in DRAWN_FAMILIES if family != "null")
Seeds = Literal["tuning", "report"]
SEEDS: tuple[Seeds, ...] = ("tuning", "report")
MAX_SIGNALS = 20  # of one coach; the decoder uses no more

_EVERY = 60  # up to this many plays, a fast decoder is asked after each one


@dataclass(frozen=True, slots=True)
class Scenario:
    """Which coaches are drawn, and how many plays of each. Rates are shares of plays.

    ``family`` None means every family except null, equally often. ``noises`` and ``levels`` are
    used in turn; a level sets the rates, the noise, the signals, and how often signs change or are
    faked. ``change_at`` is the first play under a new rule. ``flip_within`` N makes one of the
    first N outcomes wrong. Predictions of next plays are scored from ``scored_from`` on.
    """

    name: str = "exam"
    coaches: int = 300
    family: str | None = None
    vocabulary: tuple[int, int] = (6, 12)
    rate: tuple[float, float] = (0.15, 0.45)
    other_rates: tuple[float, ...] = (0.0, 0.2)
    noises: tuple[Noise, ...] = (Noise(),)
    levels: tuple[str, ...] = ()
    plays: int = 40
    games: int = 1
    width: int = 12
    change_at: int | None = None
    flip_within: int = 0
    scored_from: int = 1
    seeds: Seeds = "report"

    @property
    def checkpoints(self) -> tuple[int, ...]:
        """The numbers of plays after which results are reported."""
        return tuple(n for n in CHECKPOINTS if n <= self.plays)

    def asks_after(self, plays: int) -> bool:
        """Return True if a fast decoder is asked after this many plays."""
        return plays <= _EVERY or plays % 10 == 0


_LIGHT, _USUAL, _HEAVY = Noise(0.04, 0.015, 0.015), Noise(0.08, 0.03, 0.03), Noise(0.16, 0.06, 0.06)
SCENARIOS: Mapping[str, Scenario] = {
    scenario.name: scenario
    for scenario in (
        Scenario(),
        Scenario("noise", noises=(_USUAL,)),
        Scenario("noises", noises=(Noise(), _LIGHT, _USUAL, _HEAVY)),
        Scenario("flip", flip_within=10),
        Scenario("change", plays=50, change_at=25, scored_from=31),
        Scenario("null", family="null", plays=60),
        Scenario("levels", levels=tuple(LEVELS), plays=120, games=3),
        Scenario("low", rate=(0.10, 0.15), plays=60),
    )
}


def choose_scenario(
    name: str = "exam",
    *,
    coaches: int | None = None,
    family: str | None = None,
    vocabulary: tuple[int, int] | None = None,
    noise: Noise | None = None,
    level: str | None = None,
    seeds: str | None = None,
) -> Scenario:
    """Return the scenario of this name with these changes.

    Raises UsageError for unknown names and for changes that contradict each other.
    """
    scenario = SCENARIOS[_known("scenario", name, SCENARIOS)]
    if level is not None:
        if name not in ("exam", "levels"):
            raise UsageError(
                f"the scenario {name!r} has no levels", "use --exam or --level, not both"
            )
        scenario = replace(SCENARIOS["levels"], levels=(_known("level", level, LEVELS),))
    if scenario.levels and (vocabulary or noise):
        raise UsageError(
            "a level sets its own signals and noise", "remove --vocabulary and --noise"
        )
    if vocabulary is not None and not MAX_SIGNALS >= vocabulary[1] >= vocabulary[0] >= 4:
        raise UsageError(
            f"{vocabulary[0]} to {vocabulary[1]} is not a valid range of signals",
            f"write two numbers from 4 to {MAX_SIGNALS}, the smaller one first",
        )
    if (
        family is not None
        and _known("family", family, FAMILY_WEIGHTS) == "null"
        and scenario.change_at
    ):
        raise UsageError("signs without meaning cannot change", "choose another family")
    changes: dict[str, Any] = {
        "coaches": coaches,
        "family": family,
        "vocabulary": vocabulary,
        "noises": noise and (noise,),
        "seeds": None if seeds is None else _known("kind of seeds", seeds, SEEDS),
    }
    return replace(
        scenario, **{name: value for name, value in changes.items() if value is not None}
    )


def _known(what: str, name: str, known: Collection[str]) -> str:
    if name not in known:
        raise UsageError(f"there is no {what} {name!r}", f"choose one of {', '.join(known)}")
    return name
