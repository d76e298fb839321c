"""Simulated logs with names: what `signdecoder simulate` writes, and the demo data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from signdecoder.core.errors import UsageError
from signdecoder.core.moments import Moment
from signdecoder.core.outcomes import NONE, STEAL
from signdecoder.core.play import Play
from signdecoder.rules.describe import describe
from signdecoder.rules.registry import FAMILIES
from signdecoder.rules.rule import (
    BLANK,
    NULL,
    Sequences,
)
from signdecoder.simulation.coach import Noise
from signdecoder.simulation.context_coach import draw_plays_at
from signdecoder.simulation.moments import draw_moments
from signdecoder.simulation.sampling import draw_coach
from signdecoder.simulation.seasons import (
    ChangePolicy,
    SimulatedGames,
    draw_changes,
    draw_games,
    start_games,
)
from signdecoder.simulation.wide_coaches import WIDE_KINDS, draw_wide_coach

SIGNALS = (
    *("cap", "ear", "nose", "chin", "belt", "wrist", "thigh"),
    *("elbow", "chest", "knee", "clap", "shoulder", "face", "sleeve"),
)
OTHER_PLAYS = ("bunt", "hit_and_run", "take")
_OUTCOMES = (NONE, STEAL, *OTHER_PLAYS)
_FIRST_DAY = date(2026, 5, 1)
_MOMENT_CELLS = ("inning", "half", "outs", "balls", "strikes")
_SHORTEST = 4  # signals of a sequence of a wider kind


@dataclass(frozen=True, slots=True)
class NoiseLevel:
    """A level of play: how often the coach calls a steal, and how noisy the log is.

    Attributes
    ----------
    steals : tuple of (float, float)
        Lowest and highest share of plays that call a steal.
    noise : Noise
        Why outcomes differ from signs.
    change_policy : ChangePolicy
        How often the signs change, and how often the coach fakes.
    longest : int
        Most signals in a sequence.
    vocabulary : int
        Number of signals that the coach uses.
    """

    steals: tuple[float, float]
    noise: Noise
    change_policy: ChangePolicy
    longest: int
    vocabulary: int


LEVELS: Mapping[str, NoiseLevel] = {
    # From level to level, steals and missed signs get rarer, runners go on their own more often,
    # and signs change and are faked more often, because opponents steal them.
    "classroom": NoiseLevel((0.30, 0.45), Noise(), ChangePolicy(), 8, 8),
    "youth": NoiseLevel(
        (0.12, 0.25), Noise(0.12, 0.005, 0.01), ChangePolicy(0.0005, 0.05, 0.0), 7, 8
    ),
    "high-school": NoiseLevel(
        (0.06, 0.12), Noise(0.08, 0.01, 0.02), ChangePolicy(0.001, 0.1, 0.01), 10, 10
    ),
    "college": NoiseLevel(
        (0.03, 0.06), Noise(0.04, 0.02, 0.02), ChangePolicy(0.003, 0.2, 0.03), 12, 12
    ),
    "pro": NoiseLevel(
        (0.02, 0.04), Noise(0.02, 0.03, 0.02), ChangePolicy(0.006, 0.4, 0.06), 12, 12
    ),
}


@dataclass(frozen=True, slots=True)
class Simulation:
    """A simulated log, and what it hides.

    Attributes
    ----------
    plays : tuple of Play
        The log.
    rule : str
        The rule in words; a line for each later rule, with the play from which on it held.
    key_signs : tuple of str
        The key signs of the first rule.
    changes : tuple of int
        Numbers, from 1, of the first plays under another rule.
    """

    plays: tuple[Play, ...]
    rule: str
    key_signs: tuple[str, ...]
    changes: tuple[int, ...] = ()


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
    """Simulate a coach's log. The same arguments give the same log.

    Parameters
    ----------
    plays : int
        Number of plays.
    seed : int
        Number that selects the coach and the plays.
    coach : str
        Name of the coach.
    games : int
        Number of games.
    family : str, optional
        Family of the rule, or one of WIDE_KINDS; drawn from the prior if None. A coach of such a
        kind has no wipe-off, other plays only where the kind has them, and keeps their signs; the
        log then says when the plays were.
    wipe_off : bool
        True to give the rule a wipe-off; False to leave it to the prior.
    other_plays : float
        Share of plays that call a bunt, a hit-and-run or a take.
    level : str
        One of LEVELS.

    Returns
    -------
    Simulation
        The log, and what it hides.

    Raises
    ------
    UsageError
        If the family or level does not exist, or arguments contradict each other.

    Examples
    --------
    >>> made = simulate(40, seed=7, family="next")
    >>> made.rule
    'thigh right after face = steal'
    >>> made.plays[0].outcome
    'none'
    """
    _check_arguments(plays, games, family, wipe_off, other_plays, level)
    rng = np.random.default_rng(seed)
    where = LEVELS[level]
    names = [SIGNALS[i] for i in rng.permutation(len(SIGNALS))[: where.vocabulary]]
    if family is not None and family not in FAMILIES:
        return _simulate_wide(family, where, start_games(plays, games), coach, names, rng)
    simulated = draw_coach(
        rng,
        where.vocabulary,
        where.longest,
        rate=rng.uniform(*where.steals),
        other_rate=other_plays,
        family=family,
        wipe_off=wipe_off or None,
        noise=where.noise,
    )
    new_game = start_games(plays, games)
    changes = draw_changes(new_game, where.change_policy, rng)
    games_log = draw_games(
        simulated, new_game, rng, changes=changes, p_fake_game=where.change_policy.p_fake_game
    )
    return name_games(games_log, coach, names)


def list_kinds() -> tuple[str, ...]:
    """List what `simulate` takes as the family: the families, and wider kinds of rules.

    Returns
    -------
    tuple of str
        The names.
    """
    return tuple(dict.fromkeys((*FAMILIES, *WIDE_KINDS)))


def _check_arguments(
    plays: int, games: int, family: str | None, wipe_off: bool, other_plays: float, level: str
) -> None:
    """Raise UsageError if an argument is unknown, or contradicts another."""
    if level not in LEVELS:
        raise UsageError(f"there is no level {level!r}", f"choose one of {', '.join(LEVELS)}")
    if family is not None and family not in list_kinds():
        raise UsageError(
            f"there is no family {family!r}", f"choose one of {', '.join(list_kinds())}"
        )
    if family is not None and family not in FAMILIES and (wipe_off or other_plays):
        raise UsageError(
            f"rules of the kind {family} have no wipe-off and no other plays here",
            "remove --wipe-off and --other-plays",
        )
    if wipe_off and family == NULL:
        raise UsageError("meaningless signals have no wipe-off", "remove --wipe-off")
    if games > plays:
        raise UsageError(f"{plays} plays cannot fill {games} games", "ask for more plays")


def _simulate_wide(
    kind: str,
    where: NoiseLevel,
    new_game: NDArray[np.bool_],
    coach: str,
    names: list[str],
    rng: np.random.Generator,
) -> Simulation:
    """Simulate the log of a coach with a wider kind of rule, with the moments of the plays."""
    simulated = draw_wide_coach(
        rng,
        kind,
        where.vocabulary,
        rate=rng.uniform(*where.steals),
        lengths=(_SHORTEST, where.longest),
        noise=where.noise,
    )
    drawn = draw_plays_at(simulated, draw_moments(new_game, rng), rng)
    return Simulation(
        name_plays(drawn.signals, drawn.done, new_game, coach, names, drawn.moments),
        describe(simulated.rule, names, _OUTCOMES[1:]),
        tuple(names[s] for s in simulated.rule.key_signs),
    )


def name_games(drawn: SimulatedGames, coach: str, names: list[str]) -> Simulation:
    """Give names to the signals of a log.

    Parameters
    ----------
    drawn : SimulatedGames
        A log with signals by number.
    coach : str
        Name of the coach.
    names : list of str
        Names of the signals, by number.

    Returns
    -------
    Simulation
        The log with names, and what it hides.
    """
    return Simulation(
        name_plays(drawn.signals, drawn.done, drawn.new_game, coach, names),
        _describe_rules(drawn, names),
        tuple(names[s] for s in drawn.regimes[0].coach.rule.key_signs),
        tuple(regime.since + 1 for regime in drawn.regimes[1:]),
    )


def _describe_rules(drawn: SimulatedGames, names: list[str]) -> str:
    """Describe the rule of each regime, a line each."""
    first, *later = (
        (regime.since + 1, describe(regime.coach.rule, names, _OUTCOMES[1:]))
        for regime in drawn.regimes
    )
    return "\n".join((first[1], *(f"From play {since} on: {rule}" for since, rule in later)))


def name_plays(
    signals: Sequences,
    done: NDArray[np.int8],
    new_game: NDArray[np.bool_],
    coach: str,
    names: list[str],
    moments: Sequence[Moment] = (),
) -> tuple[Play, ...]:
    """Give names to the signals of plays: a game each week.

    Parameters
    ----------
    signals : numpy.ndarray of int16, shape (N, T)
        What was logged.
    done : numpy.ndarray of int8, shape (N,)
        What the team did: NOTHING, CALLED or the number of another play.
    new_game : numpy.ndarray of bool, shape (N,)
        True at the first play of each game.
    coach : str
        Name of the coach.
    names : list of str
        Names of the signals, by number.
    moments : sequence of Moment
        When the plays were; empty if that is not noted.

    Returns
    -------
    tuple of Play
        The plays.
    """
    games = np.cumsum(new_game)
    when = [_name_moment(moment) for moment in moments] or [{}] * len(done)
    return tuple(
        Play(
            tuple(names[s] for s in row if s != BLANK),
            _OUTCOMES[outcome],
            coach=coach,
            game=f"Game {game}",
            date=(_FIRST_DAY + timedelta(days=7 * (int(game) - 1))).isoformat(),
            context=context,
        )
        for row, outcome, game, context in zip(signals, done, games, when, strict=True)
    )


def _name_moment(moment: Moment) -> dict[str, str]:
    """Return the cells of a moment by column."""
    cells = {column: getattr(moment, column) for column in _MOMENT_CELLS}
    return {column: str(cell) for column, cell in cells.items() if cell is not None}
