"""A simulated coach's log over games: changes of signs, and fakes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from signdecoder.rules.rule import NOTHING, Sequences
from signdecoder.simulation.coach import Coach, draw_plays, outcome_probs
from signdecoder.simulation.sampling import change_signs


@dataclass(frozen=True, slots=True)
class ChangePolicy:
    """What a coach does against opponents who steal signs.

    Attributes
    ----------
    p_change_within_game : float
        Probability that the signs change right before a play, within a game.
    p_change_between_games : float
        Probability that the signs change between two games.
    p_fake_game : float
        Probability that the coach fakes in a game: calls plays that nobody runs.
    """

    p_change_within_game: float = 0.0
    p_change_between_games: float = 0.0
    p_fake_game: float = 0.0


@dataclass(frozen=True, slots=True)
class Regime:
    """The time between two changes of signs.

    Attributes
    ----------
    since : int
        Index of the first play, from 0.
    coach : Coach
        The coach, with the rule of this time.
    """

    since: int
    coach: Coach


@dataclass(frozen=True, slots=True)
class SimulatedGames:
    """N plays of a coach over games.

    Attributes
    ----------
    signals : numpy.ndarray of int16, shape (N, T)
        What was logged.
    called, done : numpy.ndarray of int8, shape (N,)
        What the coach called, and what the team did; see SimulatedPlays.
    new_game : numpy.ndarray of bool, shape (N,)
        True at the first play of each game.
    probs : numpy.ndarray of float32, shape (N, 3)
        Probabilities of the called play, another play and nothing for someone who knows the rule
        and how often the coach fakes in the game.
    regimes : tuple of Regime
        The regimes in their order, the first since 0.
    """

    signals: Sequences
    called: NDArray[np.int8]
    done: NDArray[np.int8]
    new_game: NDArray[np.bool_]
    probs: NDArray[np.float32]
    regimes: tuple[Regime, ...]


def start_games(plays: int, games: int) -> NDArray[np.bool_]:
    """Divide plays into games of about equal length.

    Parameters
    ----------
    plays : int
        Number N of plays.
    games : int
        Number of games, at most N.

    Returns
    -------
    numpy.ndarray of bool, shape (N,)
        True at the first play of each game.

    Examples
    --------
    >>> start_games(5, 2).tolist()
    [True, False, False, True, False]
    """
    game = np.arange(plays) * games // plays
    return np.diff(game, prepend=-1) > 0


def draw_changes(
    new_game: NDArray[np.bool_], policy: ChangePolicy, rng: np.random.Generator
) -> tuple[int, ...]:
    """Draw when the signs change.

    Parameters
    ----------
    new_game : numpy.ndarray of bool, shape (N,)
        True at the first play of each game.
    policy : ChangePolicy
        How often the signs change.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    tuple of int
        Indices of the plays right before which the signs change; never 0.
    """
    p_change = np.where(new_game, policy.p_change_between_games, policy.p_change_within_game)
    p_change[0] = 0.0
    return tuple(int(n) for n in np.flatnonzero(rng.random(len(new_game)) < p_change))


def draw_games(
    coach: Coach,
    new_game: NDArray[np.bool_],
    rng: np.random.Generator,
    *,
    changes: tuple[int, ...] = (),
    p_fake_game: float = 0.0,
) -> SimulatedGames:
    """Draw a coach's log over games.

    Parameters
    ----------
    coach : Coach
        The coach before the first change.
    new_game : numpy.ndarray of bool, shape (N,)
        True at the first play of each game.
    rng : numpy.random.Generator
        Source of randomness.
    changes : tuple of int
        Indices of the plays right before which the signs change. A change that leaves the coach
        as they are, because the signals are meaningless, begins no regime.
    p_fake_game : float
        Probability that the coach fakes in a game.

    Returns
    -------
    SimulatedGames
        The log.
    """
    regimes = [Regime(0, coach)]
    for since in changes:
        changed = change_signs(regimes[-1].coach, rng)
        if changed is not regimes[-1].coach:
            regimes.append(Regime(since, changed))
    return play_regimes(regimes, new_game, rng, p_fake_game=p_fake_game)


def play_regimes(
    regimes: Sequence[Regime],
    new_game: NDArray[np.bool_],
    rng: np.random.Generator,
    *,
    p_fake_game: float = 0.0,
) -> SimulatedGames:
    """Draw a log over games in which given regimes follow each other.

    Parameters
    ----------
    regimes : sequence of Regime
        The regimes in their order, the first since 0.
    new_game : numpy.ndarray of bool, shape (N,)
        True at the first play of each game.
    rng : numpy.random.Generator
        Source of randomness.
    p_fake_game : float
        Probability that the coach fakes in a game.

    Returns
    -------
    SimulatedGames
        The log.
    """
    ends = [*(regime.since for regime in regimes[1:]), len(new_game)]
    parts = [
        draw_plays(regime.coach, end - regime.since, rng)
        for regime, end in zip(regimes, ends, strict=True)
    ]
    called = np.concatenate([part.called for part in parts])
    done = np.concatenate([part.done for part in parts])
    probs = np.concatenate(
        [outcome_probs(r.coach, p.called) for r, p in zip(regimes, parts, strict=True)]
    )
    p_faked = _draw_faked(new_game, p_fake_game, rng) * (called != NOTHING)
    done[rng.random(len(done)) < p_faked] = NOTHING
    probs[:, :2] *= (1 - p_faked)[:, None]
    probs[:, 2] = 1 - probs[:, :2].sum(axis=1)
    signals = np.concatenate([part.signals for part in parts])
    return SimulatedGames(signals, called, done, new_game, probs, tuple(regimes))


def _draw_faked(
    new_game: NDArray[np.bool_], p_fake_game: float, rng: np.random.Generator
) -> NDArray[np.float32]:
    """Return (N,) the probability that a call is a fake: 0 in most games, high in some."""
    games = int(new_game.sum())
    share = np.where(rng.random(games) < p_fake_game, rng.uniform(0.3, 0.8, games), 0.0)
    return np.asarray(share[np.cumsum(new_game) - 1], np.float32)
