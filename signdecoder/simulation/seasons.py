"""A simulated coach's log over his games: when he changes his signs, and when he fakes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from signdecoder.rules.rule import NOTHING, Sequences
from signdecoder.simulation.coach import Coach, draw_plays, outcome_chances
from signdecoder.simulation.sampling import change_signs


@dataclass(frozen=True, slots=True)
class ChangePolicy:
    """What a coach does against thieves.

    ``within`` is the chance that he changes his signs before a play within a game, ``between`` that
    he does between two games. In a share ``fakes`` of his games he puts signs on and sends nobody.
    """

    p_change_within_game: float = 0.0
    p_change_between_games: float = 0.0
    p_fake_game: float = 0.0


@dataclass(frozen=True, slots=True)
class Regime:
    """The time of one sign system: ``since`` is the index of the first play under it, from 0."""

    since: int
    coach: Coach


@dataclass(frozen=True, slots=True)
class SimulatedGames:
    """N plays of a coach over games.

    ``signals`` (N, T) is what the logger saw, ``called`` and ``done`` (N,) as in DrawnPlays,
    ``new_game`` (N,) the first play of each game, ``chances`` (N, 3) of called, another and nothing
    for one who knows the rule and the game's fakes. ``regimes`` in their order, the first since 0.
    """

    signals: Sequences
    called: NDArray[np.int8]
    done: NDArray[np.int8]
    new_game: NDArray[np.bool_]
    chances: NDArray[np.float32]
    regimes: tuple[Regime, ...]


def start_games(plays: int, games: int) -> NDArray[np.bool_]:
    """(plays,) the first play of each of ``games`` games about equally long."""
    game = np.arange(plays) * games // plays
    return np.diff(game, prepend=-1) > 0


def draw_changes(
    new_game: NDArray[np.bool_], policy: ChangePolicy, rng: np.random.Generator
) -> tuple[int, ...]:
    """The plays, from 0, right before which the signs change; never the first."""
    chances = np.where(new_game, policy.p_change_between_games, policy.p_change_within_game)
    chances[0] = 0.0
    return tuple(int(n) for n in np.flatnonzero(rng.random(len(new_game)) < chances))


def draw_games(
    coach: Coach,
    new_game: NDArray[np.bool_],
    rng: np.random.Generator,
    *,
    changes: tuple[int, ...] = (),
    p_fake_game: float = 0.0,
) -> SimulatedGames:
    """This coach's log over games: ``new_game`` (N,) says where each begins.

    ``changes`` are the plays right before which his signs change, ``fakes`` the share of games in
    which he fakes. A change that leaves him as he is begins no reign: signals without meaning.
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
    """The log over games in which these sign systems follow each other, the first since 0."""
    ends = [*(regime.since for regime in regimes[1:]), len(new_game)]
    parts = [
        draw_plays(regime.coach, end - regime.since, rng)
        for regime, end in zip(regimes, ends, strict=True)
    ]
    called = np.concatenate([part.called for part in parts])
    done = np.concatenate([part.done for part in parts])
    chances = np.concatenate(
        [outcome_chances(r.coach, p.called) for r, p in zip(regimes, parts, strict=True)]
    )
    faked = _draw_faked(new_game, p_fake_game, rng) * (called != NOTHING)
    done[rng.random(len(done)) < faked] = NOTHING
    chances[:, :2] *= (1 - faked)[:, None]
    chances[:, 2] = 1 - chances[:, :2].sum(axis=1)
    signals = np.concatenate([part.signals for part in parts])
    return SimulatedGames(signals, called, done, new_game, chances, tuple(regimes))


def _draw_faked(
    new_game: NDArray[np.bool_], p_fake_game: float, rng: np.random.Generator
) -> NDArray[np.float32]:
    """(N,) how often a sign is put on in vain: in most games never, in some on many calls."""
    games = int(new_game.sum())
    share = np.where(rng.random(games) < p_fake_game, rng.uniform(0.3, 0.8, games), 0.0)
    return np.asarray(share[np.cumsum(new_game) - 1], np.float32)
