"""Rounds to practise on: a simulated coach's plays, drawn from a level and a seed.

The same level and seed make the same round. Nothing is stored.
"""

from __future__ import annotations

from dataclasses import dataclass
from secrets import randbelow

import numpy as np

from signdecoder.core.errors import UsageError
from signdecoder.core.outcomes import STEAL
from signdecoder.core.play import Play
from signdecoder.rules.prior import FAMILY_WEIGHTS
from signdecoder.rules.rule import NO_SIGNAL
from signdecoder.simulation import named_log
from signdecoder.simulation.coach import Noise
from signdecoder.simulation.named_log import SIGNALS, Simulation, name_games
from signdecoder.simulation.sampling import draw_coach
from signdecoder.simulation.seasons import ChangePolicy, draw_games, start_games

PLAYS = 30  # of a round
FEWEST, MOST = 5, 200  # plays of a round
_SEEDS = 10_000
# The least and the highest share of steals in a round: with few there is nothing to find it by.
_STEALS = (1 / 6, 1 / 2)
_MEAN_LENGTH = 4.0  # of sequences, at least: one that ends at once says little


@dataclass(frozen=True, slots=True)
class Difficulty:
    """What kind of coach signs: ``words`` tell a student what to expect.

    ``where`` holds rates, noise, lengths and how many signals; ``wipe_off`` None: some have one,
    and some a signal that confirms. The kinds of rule in ``families`` are equally likely.
    """

    words: str
    families: tuple[str, ...]
    where: named_log.NoiseLevel
    wipe_off: bool | None = False
    other_plays: float = 0.0


_FAMILIES = tuple(family for family in FAMILY_WEIGHTS if family != "null")
_CLEAN = (Noise(), ChangePolicy())
# Rarer steals, as on a real field, would leave nothing to find in one round.
LEVELS: tuple[Difficulty, ...] = (
    Difficulty(
        "Six signals. The one right after the key sign counts.",
        ("next",),
        named_log.NoiseLevel((0.35, 0.45), *_CLEAN, 6, 6),
    ),
    Difficulty(
        "Eight signals. What counts is the next after the key sign, the second or third after it, "
        "or any after it; or the key sign calls it alone.",
        ("next", "kth", "anywhere", "hot"),
        named_log.NoiseLevel((0.3, 0.45), *_CLEAN, 7, 8),
    ),
    Difficulty(
        "Eight signals. What counts comes after the key sign, and another signal wipes it off.",
        ("next", "kth", "anywhere"),
        named_log.NoiseLevel((0.3, 0.45), *_CLEAN, 8, 8),
        wipe_off=True,
    ),
    Difficulty(
        "Ten signals, any kind of rule, counts and places too. Bunts and other plays go by it.",
        _FAMILIES,
        named_log.NoiseLevel((0.25, 0.4), *_CLEAN, 9, 10),
        wipe_off=None,
        other_plays=0.15,
    ),
    Difficulty(
        "Ten signals, any kind of rule, on a youth field: one sign in eight is missed, a rare "
        "runner goes on his own.",
        _FAMILIES,
        named_log.NoiseLevel((0.25, 0.4), named_log.LEVELS["youth"].noise, ChangePolicy(), 9, 10),
        wipe_off=None,
        other_plays=0.15,
    ),
)


@dataclass(frozen=True, slots=True)
class Round:
    """A simulated coach's plays, one after the other, and what they hide.

    ``signals`` are all that he may give, ``rule`` is his rule in words; naming any of
    ``key_signs``, of which there is at least one, is right.
    """

    level: int
    seed: int
    plays: tuple[Play, ...]
    signals: tuple[str, ...]
    rule: str
    key_signs: tuple[str, ...]

    @property
    def command(self) -> str:
        """What plays this very round again."""
        plays = f" --plays {len(self.plays)}" if len(self.plays) != PLAYS else ""
        return f"signdecoder practice --level {self.level} --seed {self.seed}{plays}"


def draw_seed() -> int:
    """A seed that nobody chose."""
    return randbelow(_SEEDS)


def draw_round(level: int, seed: int, plays: int = PLAYS) -> Round:
    """The round of this level, from 1, and seed. Raises UsageError for what there is not."""
    check_round(level, seed, plays)
    rng = np.random.default_rng((level, seed))
    signals = [SIGNALS[i] for i in rng.permutation(len(SIGNALS))]
    del signals[LEVELS[level - 1].where.vocabulary :]
    while True:
        made = _draw_log(LEVELS[level - 1], signals, plays, rng)
        steals = sum(play.outcome == STEAL for play in made.plays)
        if made.key_signs and _STEALS[0] <= steals / plays <= _STEALS[1]:
            in_order = tuple(sorted(signals))
            return Round(level, seed, made.plays, in_order, made.rule, made.key_signs)


def check_round(level: int, seed: int, plays: int) -> None:
    """Raise UsageError unless there is such a round."""
    if not 1 <= level <= len(LEVELS):
        raise UsageError(f"there is no level {level}", f"choose one from 1 to {len(LEVELS)}")
    if seed < 0:
        raise UsageError(f"{seed} is no seed", "give a whole number from 0 on")
    if not FEWEST <= plays <= MOST:
        raise UsageError(
            f"a round cannot have {plays} plays", f"ask for {FEWEST} to {MOST} of them"
        )


def _draw_log(
    level: Difficulty, names: list[str], plays: int, rng: np.random.Generator
) -> Simulation:
    while True:
        coach = draw_coach(
            rng,
            level.where.vocabulary,
            level.where.longest,
            rate=rng.uniform(*level.where.steals),
            other_rate=level.other_plays,
            family=level.families[int(rng.integers(len(level.families)))],
            wipe_off=level.wipe_off,
            noise=level.where.noise,
        )
        plain = level.wipe_off is None or coach.rule.activator == NO_SIGNAL
        if plain and coach.habits.mean_length >= _MEAN_LENGTH:
            return name_games(draw_games(coach, start_games(plays, 1), rng), "Simulated", names)
