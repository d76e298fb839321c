"""Made-up logs with names: what ``signdecoder simulate`` writes and the demo data are made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from signdecoder.coaches import Coach, Noise, draw_plays
from signdecoder.errors import UsageError
from signdecoder.plays import NONE, STEAL, Play
from signdecoder.prior import draw_coach
from signdecoder.systems import BLANK, FAMILIES
from signdecoder.wording import describe

SIGNALS = (
    *("cap", "ear", "nose", "chin", "belt", "wrist", "thigh"),
    *("elbow", "chest", "knee", "clap", "shoulder", "face", "sleeve"),
)
OTHER_PLAYS = ("bunt", "hit_and_run", "take")
_FIRST_DAY = date(2026, 5, 1)


@dataclass(frozen=True, slots=True)
class Level:
    """Where the coach works: rates are shares of plays, lengths and vocabularies are in signals."""

    steals: tuple[float, float]  # lowest and highest share of plays that call a steal
    noise: Noise
    longest: int
    vocabulary: int


LEVELS: Mapping[str, Level] = {
    # Steals per play and missed signs fall with the level, runners on their own come more often.
    "classroom": Level((0.30, 0.45), Noise(), 8, 8),
    "youth": Level((0.12, 0.25), Noise(0.12, 0.005, 0.01), 7, 8),
    "high-school": Level((0.06, 0.12), Noise(0.08, 0.01, 0.02), 10, 10),
    "college": Level((0.03, 0.06), Noise(0.04, 0.02, 0.02), 12, 12),
    "pro": Level((0.02, 0.04), Noise(0.02, 0.03, 0.02), 12, 12),
}


@dataclass(frozen=True, slots=True)
class Simulation:
    """A made-up coach's log, and the rule that it hides, in words."""

    plays: tuple[Play, ...]
    rule: str
    key_signs: tuple[str, ...]


def simulate(
    plays: int,
    seed: int,
    *,
    coach: str = "Simulated coach",
    games: int = 1,
    family: str | None = None,
    wipe_off: bool = False,
    other_plays: float = 0.0,
    level: str = "classroom",
) -> Simulation:
    """``plays`` plays of a made-up coach in ``games`` games, the same from the same seed.

    ``other_plays`` is the share of plays that call a bunt, a hit-and-run or a take. Raises
    UsageError for a family or level that is not known, or wishes that exclude each other.
    """
    if level not in LEVELS:
        raise UsageError(f"there is no level {level!r}", f"choose one of {', '.join(LEVELS)}")
    if family is not None and family not in FAMILIES:
        raise UsageError(f"there is no family {family!r}", f"choose one of {', '.join(FAMILIES)}")
    if wipe_off and family == "null":
        raise UsageError("signals that mean nothing have no wipe-off", "leave --wipe-off out")
    if games > plays:
        raise UsageError(f"{plays} plays cannot fill {games} games", "ask for more plays")
    rng = np.random.default_rng(seed)
    where = LEVELS[level]
    names = [SIGNALS[i] for i in rng.permutation(len(SIGNALS))[: where.vocabulary]]
    made = draw_coach(
        rng,
        where.vocabulary,
        where.longest,
        rate=rng.uniform(*where.steals),
        other_rate=other_plays,
        family=family,
        wipe_off=wipe_off or None,
        noise=where.noise,
    )
    kinds = (NONE, STEAL, *OTHER_PLAYS)
    rule = describe(made.system, names, kinds[1:])
    log = tuple(_name_plays(made, plays, games, coach, names, kinds, rng))
    return Simulation(log, rule, tuple(names[s] for s in made.system.key_signs))


def _name_plays(
    made: Coach,
    plays: int,
    games: int,
    coach: str,
    names: list[str],
    kinds: tuple[str, ...],
    rng: np.random.Generator,
) -> list[Play]:
    drawn = draw_plays(made, plays, rng)
    log = []
    for n, (row, done) in enumerate(zip(drawn.signals, drawn.done, strict=True)):
        game = n * games // plays
        log.append(
            Play(
                tuple(names[s] for s in row if s != BLANK),
                kinds[done],
                coach=coach,
                game=f"Game {game + 1}",
                date=(_FIRST_DAY + timedelta(days=7 * game)).isoformat(),
            )
        )
    return log
