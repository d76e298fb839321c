"""Practice rounds: a simulated coach's plays, drawn from a level and a seed.

The same level and seed give the same round. Nothing is stored.
"""

from __future__ import annotations

from dataclasses import dataclass
from secrets import randbelow

import numpy as np

from signdecoder.core.errors import UsageError
from signdecoder.core.outcomes import STEAL
from signdecoder.core.play import Play
from signdecoder.rules.prior import DRAWN_FAMILIES
from signdecoder.rules.rule import NO_SIGNAL
from signdecoder.simulation import named_log
from signdecoder.simulation.coach import Noise
from signdecoder.simulation.named_log import SIGNALS, Simulation, name_games
from signdecoder.simulation.sampling import draw_coach
from signdecoder.simulation.seasons import ChangePolicy, draw_games, start_games

PLAYS = 30  # in a round, by default
MIN_PLAYS, MAX_PLAYS = 5, 200
_SEEDS = 10_000
# The lowest and highest share of steals in a round; with too few, the rule cannot be found.
_STEAL_RATES = (1 / 6, 1 / 2)
_MIN_MEAN_LENGTH = 4.0  # of sequences; short ones show too little


@dataclass(frozen=True, slots=True)
class Difficulty:
    """One level of difficulty.

    Attributes
    ----------
    words : str
        What to expect, for the student.
    families : tuple of str
        The kinds of rules, which are equally likely.
    where : NoiseLevel
        Rates, noise, lengths and number of signals.
    wipe_off : bool, optional
        Whether the rule has a wipe-off. None: some have one, and some have an activator.
    other_plays : float
        Share of other plays, such as bunts.
    """

    words: str
    families: tuple[str, ...]
    where: named_log.NoiseLevel
    wipe_off: bool | None = False
    other_plays: float = 0.0


_FAMILIES = tuple(family for family in DRAWN_FAMILIES if family != "null")
_CLEAN = (Noise(), ChangePolicy())
# Steals are more common than in real games, so that one round is enough to find the rule.
LEVELS: tuple[Difficulty, ...] = (
    Difficulty(
        "Six signals. The signal right after the key sign counts.",
        ("next",),
        named_log.NoiseLevel((0.35, 0.45), *_CLEAN, 6, 6),
    ),
    Difficulty(
        "Eight signals. The first, second or third signal after the key sign counts, or any after "
        "it. Or the key sign alone means steal.",
        ("next", "kth", "anywhere", "hot"),
        named_log.NoiseLevel((0.3, 0.45), *_CLEAN, 7, 8),
    ),
    Difficulty(
        "Eight signals. A signal after the key sign counts, and another signal wipes it off.",
        ("next", "kth", "anywhere"),
        named_log.NoiseLevel((0.3, 0.45), *_CLEAN, 8, 8),
        wipe_off=True,
    ),
    Difficulty(
        "Ten signals and any kind of rule, including counts and positions. There are bunts and "
        "other plays, too.",
        _FAMILIES,
        named_log.NoiseLevel((0.25, 0.4), *_CLEAN, 9, 10),
        wipe_off=None,
        other_plays=0.15,
    ),
    Difficulty(
        "Ten signals and any kind of rule, in a youth league: players miss one sign in eight, and "
        "a few runners go on their own.",
        _FAMILIES,
        named_log.NoiseLevel((0.25, 0.4), named_log.LEVELS["youth"].noise, ChangePolicy(), 9, 10),
        wipe_off=None,
        other_plays=0.15,
    ),
)


@dataclass(frozen=True, slots=True)
class Round:
    """A simulated coach's plays, and the rule to find.

    Attributes
    ----------
    level : int
        The level, from 1.
    seed : int
        The seed.
    plays : tuple of Play
        The plays in order.
    signals : tuple of str
        All signals that the coach may give, in alphabetical order.
    rule : str
        The coach's rule in words.
    key_signs : tuple of str
        The right key signs; there is at least one.
    """

    level: int
    seed: int
    plays: tuple[Play, ...]
    signals: tuple[str, ...]
    rule: str
    key_signs: tuple[str, ...]

    @property
    def command(self) -> str:
        """The command that plays the same round again."""
        plays = f" --plays {len(self.plays)}" if len(self.plays) != PLAYS else ""
        return f"signdecoder practice --level {self.level} --seed {self.seed}{plays}"


def draw_seed() -> int:
    """Draw a random seed.

    Returns
    -------
    int
        The seed.
    """
    return randbelow(_SEEDS)


def draw_round(level: int, seed: int, plays: int = PLAYS) -> Round:
    """Draw a round.

    Parameters
    ----------
    level : int
        The level, from 1.
    seed : int
        The seed, from 0.
    plays : int
        Number of plays.

    Returns
    -------
    Round
        The round; the same arguments give the same one.

    Raises
    ------
    UsageError
        If an argument is out of range.

    Examples
    --------
    >>> round = draw_round(2, 417)
    >>> round.plays[0].signals, round.plays[0].outcome
    (('shoulder', 'sleeve', 'shoulder', 'shoulder'), 'steal')
    >>> round.command
    'signdecoder practice --level 2 --seed 417'
    """
    validate_round(level, seed, plays)
    rng = np.random.default_rng((level, seed))
    signals = [SIGNALS[i] for i in rng.permutation(len(SIGNALS))]
    del signals[LEVELS[level - 1].where.vocabulary :]
    while True:
        drawn = _draw_log(LEVELS[level - 1], signals, plays, rng)
        steals = sum(play.outcome == STEAL for play in drawn.plays)
        if drawn.key_signs and _STEAL_RATES[0] <= steals / plays <= _STEAL_RATES[1]:
            in_order = tuple(sorted(signals))
            return Round(level, seed, drawn.plays, in_order, drawn.rule, drawn.key_signs)


def validate_round(level: int, seed: int, plays: int) -> None:
    """Check the arguments of `draw_round`.

    Parameters
    ----------
    level : int
        The level, from 1.
    seed : int
        The seed, from 0.
    plays : int
        Number of plays.

    Raises
    ------
    UsageError
        If an argument is out of range.
    """
    if not 1 <= level <= len(LEVELS):
        raise UsageError(f"there is no level {level}", f"choose one from 1 to {len(LEVELS)}")
    if seed < 0:
        raise UsageError(f"{seed} is not a valid seed", "use a whole number, 0 or more")
    if not MIN_PLAYS <= plays <= MAX_PLAYS:
        raise UsageError(f"a round cannot have {plays} plays", f"choose {MIN_PLAYS} to {MAX_PLAYS}")


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
        if plain and coach.habits.mean_length >= _MIN_MEAN_LENGTH:
            return name_games(draw_games(coach, start_games(plays, 1), rng), "Simulated", names)
