"""Exams: what kind of simulated coaches every decoder meets, in the same way."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from signdecoder.core.errors import UsageError
from signdecoder.rules.prior import FAMILY_WEIGHTS
from signdecoder.simulation.coach import Noise
from signdecoder.simulation.named_log import LEVELS

CHECKPOINTS = (3, 5, 8, 10, 12, 15, 20, 30, 40, 50, 60, 80, 100, 120)  # plays seen
FAMILIES = tuple(family for family in FAMILY_WEIGHTS if family != "null")
Seeds = Literal["tuning", "report"]
SEEDS: tuple[Seeds, ...] = ("tuning", "report")
MOST_SIGNALS = 20  # of one coach: the decoder weighs no more

_EVERY = 60  # up to so many plays a quick decoder is asked after each


@dataclass(frozen=True, slots=True)
class Scenario:
    """What coaches are drawn, and how long they are watched. Rates are shares of plays.

    ``family`` None: all but null, equally often. ``noises`` and ``levels`` are taken in turn; with
    levels, theirs are the rates, the noise, the signals, and how often signs change or are faked.
    ``change_at`` is the first play under another system; ``flip_within``: one of the first so many
    outcomes is wrong. Plays from ``scored_from`` on count where each next play is predicted.
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
        """After how many plays the scoreboard tells how well a decoder does."""
        return tuple(n for n in CHECKPOINTS if n <= self.plays)

    def asks_after(self, plays: int) -> bool:
        """Is a quick decoder asked when it has seen so many plays?"""
        return plays <= _EVERY or plays % 10 == 0


_LIGHT, _USUAL, _HEAVY = Noise(0.04, 0.015, 0.015), Noise(0.08, 0.03, 0.03), Noise(0.16, 0.06, 0.06)
EXAMS: Mapping[str, Scenario] = {
    exam.name: exam
    for exam in (
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


def choose_exam(
    name: str = "exam",
    *,
    coaches: int | None = None,
    family: str | None = None,
    vocabulary: tuple[int, int] | None = None,
    noise: Noise | None = None,
    level: str | None = None,
    seeds: str | None = None,
) -> Scenario:
    """The exam of this name, other where it is wished for.

    Raises UsageError for what there is not, and for wishes that exclude each other.
    """
    exam = EXAMS[_known("exam", name, EXAMS)]
    if level is not None:
        if name not in ("exam", "levels"):
            raise UsageError(f"the exam {name} has no levels", "leave --exam or --level out")
        exam = replace(EXAMS["levels"], levels=(_known("level", level, LEVELS),))
    if exam.levels and (vocabulary or noise):
        raise UsageError(
            "a level has its own signals and noise", "leave --vocabulary and --noise out"
        )
    if vocabulary is not None and not MOST_SIGNALS >= vocabulary[1] >= vocabulary[0] >= 4:
        raise UsageError(
            f"there are no coaches with {vocabulary[0]} to {vocabulary[1]} signals",
            f"name two numbers from 4 to {MOST_SIGNALS}",
        )
    if family is not None and _known("family", family, FAMILY_WEIGHTS) == "null" and exam.change_at:
        raise UsageError("signals that mean nothing do not change", "take another family")
    wishes: dict[str, Any] = {
        "coaches": coaches,
        "family": family,
        "vocabulary": vocabulary,
        "noises": noise and (noise,),
        "seeds": None if seeds is None else _known("kind of seeds", seeds, SEEDS),
    }
    return replace(exam, **{name: wish for name, wish in wishes.items() if wish is not None})


def _known(what: str, name: str, known: Collection[str]) -> str:
    if name not in known:
        raise UsageError(f"there is no {what} {name!r}", f"choose one of {', '.join(known)}")
    return name
