"""Batches of logs: simulated coaches of all kinds, with the targets before each play.

Shapes: B logs, P plays, T signals per play, V slots for signals (some stay unused, because a coach
may have signals that did not occur yet).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from signdecoder.core.outcomes import Evidence
from signdecoder.rules.pair_roles import ROLES, roles_of
from signdecoder.rules.pair_rules import (
    N_PAIR_RULES,
    N_SET_RULES,
    pair_rule_places,
)
from signdecoder.rules.prior import FLATTENED
from signdecoder.rules.rule import CALLED, NOTHING
from signdecoder.simulation.coach import Coach, Noise
from signdecoder.simulation.random_rules import draw_family
from signdecoder.simulation.sampling import draw_coach
from signdecoder.simulation.seasons import ChangePolicy, SimulatedGames, draw_changes, draw_games

CHANGE_RATE = 0.25  # share of logs whose coach changes signs
FAKE_RATE = 0.08  # share of logs whose coach fakes signs in some games


@dataclass(frozen=True, slots=True)
class Bucket:
    """The shape of a batch. XLA compiles once for each, so there are few.

    Attributes
    ----------
    logs, plays, width, slots : int
        B, P, T and V: logs, plays per log, signals per play, slots for signals.
    """

    logs: int
    plays: int
    width: int
    slots: int


@dataclass(frozen=True, slots=True)
class EpisodeBatch:
    """B logs and the targets before each play.

    Attributes
    ----------
    signals : ndarray of int16, shape (B, P, T)
        Signal numbers from 0, BLANK after the end of a sequence.
    evidence : ndarray of int8, shape (B, P)
        `Evidence` of each outcome.
    new_game : ndarray of bool, shape (B, P)
        True at the first play of a game.
    chances : ndarray of float32, shape (B, P, 3)
        Probabilities of called, another play, nothing.
    segment_id : ndarray of int16, shape (B, P)
        Equal for plays under the same signs.
    key : ndarray of float32, shape (B, P, V + 1)
        Distribution of the key sign; the last entry is for no single key sign.
    key_weight : ndarray of float32, shape (B, P)
        Weight of the targets about the rule.
    roles : ndarray of bool, shape (B, P, V·V, R)
        Which roles each pair has in the rule.
    rule : ndarray of float32, shape (B, P, V·V·N_PAIR_RULES + V·N_SET_RULES + 1)
        Distribution over pair rules, then set rules; the last entry is for none of them.
    weight : ndarray of float32, shape (B, P)
        Weight of the outcome, 0 where it is unknown.
    """

    signals: NDArray[np.int16]
    evidence: NDArray[np.int8]
    new_game: NDArray[np.bool_]
    chances: NDArray[np.float32]
    segment_id: NDArray[np.int16]
    key: NDArray[np.float32]
    key_weight: NDArray[np.float32]
    roles: NDArray[np.bool_]
    rule: NDArray[np.float32]
    weight: NDArray[np.float32]


def draw_episodes(
    bucket: Bucket, rng: np.random.Generator, noise_level: float = 1.0
) -> EpisodeBatch:
    """Draw a batch of logs of simulated coaches, each with their own habits, rates and noise.

    Parameters
    ----------
    bucket : Bucket
        The shape of the batch.
    rng : numpy.random.Generator
        Source of randomness.
    noise_level : float
        Factor for the share of logs that are noisy, change or fake signs, or lack outcomes; with
        0 all are clean.

    Returns
    -------
    EpisodeBatch
        The batch.
    """
    return stack_episodes(
        [
            make_episode(*draw_log(bucket, rng, noise_level), bucket.slots, rng, noise_level)
            for _ in range(bucket.logs)
        ]
    )


def stack_episodes(logs: list[EpisodeBatch]) -> EpisodeBatch:
    """Stack single logs of the same shape into a batch.

    Parameters
    ----------
    logs : list of EpisodeBatch
        Logs without the batch axis.

    Returns
    -------
    EpisodeBatch
        The batch.
    """
    return EpisodeBatch(
        *(np.stack([getattr(e, name) for e in logs]) for name in EpisodeBatch.__slots__)
    )


def join_episodes(first: EpisodeBatch, second: EpisodeBatch) -> EpisodeBatch:
    """Concatenate two batches of the same shape.

    Parameters
    ----------
    first, second : EpisodeBatch
        The batches.

    Returns
    -------
    EpisodeBatch
        All logs of both.
    """
    parts = ((getattr(first, n), getattr(second, n)) for n in EpisodeBatch.__slots__)
    return EpisodeBatch(*(np.concatenate(pair) for pair in parts))


# --- one log --------------------------------------------------------------------------------------


def draw_log(
    bucket: Bucket, rng: np.random.Generator, noise_level: float = 1.0
) -> tuple[SimulatedGames, bool]:
    """Draw the plays of a simulated coach.

    Parameters
    ----------
    bucket : Bucket
        The shape of the log.
    rng : numpy.random.Generator
        Source of randomness.
    noise_level : float
        As in `draw_episodes`.

    Returns
    -------
    drawn : SimulatedGames
        The plays.
    by_game : bool
        Whether games differ, because the coach fakes signs in some.
    """
    coach = _draw_any_coach(bucket, rng, noise_level)
    new_game = _draw_game_starts(bucket.plays, rng)
    changes: tuple[int, ...] = ()
    if rng.random() < CHANGE_RATE * noise_level:
        hazard = rng.uniform(0.3, 1.5) / bucket.plays
        change_policy = ChangePolicy(
            p_change_within_game=hazard, p_change_between_games=rng.uniform(0.05, 0.6)
        )
        changes = draw_changes(new_game, change_policy, rng)
    fakes = rng.uniform(0.1, 0.6) if rng.random() < FAKE_RATE * noise_level else 0.0
    return draw_games(coach, new_game, rng, changes=changes, p_fake_game=fakes), fakes > 0


def make_episode(
    drawn: SimulatedGames,
    by_game: bool,
    slots: int,
    rng: np.random.Generator,
    noise_level: float = 1.0,
) -> EpisodeBatch:
    """Return a log with its targets.

    Parameters
    ----------
    drawn : SimulatedGames
        The plays.
    by_game : bool
        Whether games differ.
    slots : int
        Number of slots for signals, V.
    rng : numpy.random.Generator
        Source of randomness; it decides which outcomes are unknown.
    noise_level : float
        As in `draw_episodes`.

    Returns
    -------
    EpisodeBatch
        The log, without the batch axis.
    """
    ones = np.ones(len(drawn.called), np.float32)
    places = (
        (regime.since, pair_rule_places(regime.coach.rule, slots)) for regime in drawn.regimes
    )
    return EpisodeBatch(
        signals=drawn.signals,
        evidence=_hide_outcomes(_evidence_of(drawn.done), rng, noise_level),
        new_game=drawn.new_game,
        chances=drawn.probs,
        segment_id=_segment_ids(drawn, by_game),
        key=_key_targets(drawn, slots),
        key_weight=ones,
        roles=_role_targets(drawn, slots),
        rule=rule_targets(places, len(ones), slots),
        weight=ones,
    )


def rule_targets(
    places: Iterable[tuple[int, list[int]]], plays: int, slots: int
) -> NDArray[np.float32]:
    """Return the distribution over rules at each play.

    Parameters
    ----------
    places : iterable of (int, list of int)
        The first play under each rule, and the places where the network is asked about the rule.
    plays : int
        Number of plays, N.
    slots : int
        Number of slots for signals, V.

    Returns
    -------
    ndarray of float32, shape (N, V·V·N_PAIR_RULES + V·N_SET_RULES + 1)
        The distribution; the last entry is for rules without a place.
    """
    rule = np.zeros((plays, slots * (slots * N_PAIR_RULES + N_SET_RULES) + 1), np.float32)
    for since, places_of_rule in places:
        rule[since:] = 0.0
        rule[since:, places_of_rule or [-1]] = 1 / max(1, len(places_of_rule))
    return rule


def _draw_any_coach(bucket: Bucket, rng: np.random.Generator, noise_level: float) -> Coach:
    vocabulary = max(2, bucket.slots - int(rng.integers(0, 3)))
    if rng.random() < 0.08:
        vocabulary = int(rng.integers(1, 4))
    rate = rng.uniform(0.12, 0.55) if rng.random() < 0.75 else rng.uniform(0.04, 0.15)
    vocabulary = max(2, vocabulary)
    return draw_coach(
        rng,
        vocabulary,
        bucket.width,
        rate=rate,
        other_rate=0.0 if rng.random() < 0.5 else rng.uniform(0.05, 0.35),
        family=draw_family(rng, vocabulary, FLATTENED),
        noise=_draw_noise(rng) if rng.random() < 0.3 * noise_level else Noise(),
    )


def _draw_noise(rng: np.random.Generator) -> Noise:
    if rng.random() < 0.64:
        return Noise(rng.uniform(0, 0.15), rng.uniform(0, 0.06), rng.uniform(0, 0.04))
    return Noise(rng.uniform(0, 0.3), rng.uniform(0, 0.4), rng.uniform(0, 0.05))


def _draw_game_starts(plays: int, rng: np.random.Generator) -> NDArray[np.bool_]:
    starts = np.zeros(plays, np.bool_)
    starts[0] = True
    if rng.random() < 0.5:
        starts |= rng.random(plays) < 1 / rng.uniform(8, 60)
    return starts


def _evidence_of(done: NDArray[np.int8]) -> NDArray[np.int8]:
    evidence = np.full(len(done), Evidence.OTHER, np.int8)
    evidence[done == CALLED] = Evidence.CALLED
    evidence[done == NOTHING] = Evidence.NOTHING
    return evidence


def _key_targets(drawn: SimulatedGames, slots: int) -> NDArray[np.float32]:
    """Return the distribution of the key sign at each play, the last for none: (N, slots + 1)."""
    key = np.zeros((len(drawn.called), slots + 1), np.float32)
    for regime in drawn.regimes:
        keys = regime.coach.rule.key_signs
        key[regime.since :] = 0.0
        key[regime.since :, list(keys) or [slots]] = 1 / max(1, len(keys))
    return key


def _role_targets(drawn: SimulatedGames, slots: int) -> NDArray[np.bool_]:
    """Return the roles of each pair in the rule in force at each play: (N, V·V, R)."""
    roles = np.zeros((len(drawn.called), slots * slots, len(ROLES)), np.bool_)
    for regime in drawn.regimes:
        roles[regime.since :] = False
        for k, live, role in roles_of(regime.coach.rule):
            roles[regime.since :, k * slots + live, role] = True
    return roles


def _segment_ids(drawn: SimulatedGames, by_game: bool) -> NDArray[np.int16]:
    """Return a number that grows with each change of signs, and each game if they differ: (N,)."""
    starts = drawn.new_game & by_game
    starts[[regime.since for regime in drawn.regimes]] = True
    return np.cumsum(starts).astype(np.int16)


def _hide_outcomes(
    evidence: NDArray[np.int8], rng: np.random.Generator, noise_level: float
) -> NDArray[np.int8]:
    """Hide outcomes: some people log only steal or not, and some outcomes are not seen."""
    known = evidence.copy()
    if rng.random() < 0.3 * noise_level:
        known[known != Evidence.CALLED] = Evidence.NOT_CALLED
    if rng.random() < 0.3 * noise_level:
        known[rng.random(len(known)) < rng.uniform(0, 0.3)] = Evidence.SILENT
    return known
