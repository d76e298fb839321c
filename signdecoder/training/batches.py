"""Logs as the network learns from them: batches of equal shape, drawn from simulated coaches.

Shapes: B logs, P plays, T signals a play, V slots for signals (some stay unused: a coach may know
signals that he has not shown yet).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from signdecoder.core.outcomes import Evidence
from signdecoder.rules.pair_roles import ROLES, roles_of
from signdecoder.rules.pair_rules import (
    N_PAIR_RULES,
    pair_rule_places,
)
from signdecoder.rules.prior import FLATTENED
from signdecoder.rules.rule import BLANK, CALLED, NOTHING
from signdecoder.simulation.coach import Coach, Noise
from signdecoder.simulation.sampling import draw_coach, draw_family
from signdecoder.simulation.seasons import ChangePolicy, SimulatedGames, draw_changes, draw_games

CHANGE_RATE = 0.25  # share of logs of coaches who change their signs now and then
FAKE_RATE = 0.08  # share of logs of coaches who put signs on in vain in some games
_LIKELY_CALL = 0.3  # chance from which a play counts as one that calls


@dataclass(frozen=True, slots=True)
class Bucket:
    """The shape of a batch. XLA compiles once for each, so there are few."""

    logs: int
    plays: int
    width: int
    slots: int


@dataclass(frozen=True, slots=True)
class EpisodeBatch:
    """B logs: what was seen, and what the network should have said before each play.

    ``signals`` (B, P, T) numbers from 0, BLANK past the end; ``evidence`` (B, P); ``new_game``
    (B, P); ``chances`` (B, P, 3) of called, another, nothing; ``stretch`` (B, P), equal for plays
    of which the same is to be expected; ``key`` (B, P, V + 1), the last for no single key sign;
    ``roles`` (B, P, V·V, R) which roles each candidate has; ``rule`` (B, P, V·V·RULES + 1) what the
    vote should go to, the last for none; ``weight`` (B, P), 0 where a play is
    not asked about.
    """

    signals: NDArray[np.int16]
    evidence: NDArray[np.int8]
    new_game: NDArray[np.bool_]
    chances: NDArray[np.float32]
    stretch: NDArray[np.int16]
    key: NDArray[np.float32]
    key_weight: NDArray[np.float32]
    roles: NDArray[np.bool_]
    rule: NDArray[np.float32]
    weight: NDArray[np.float32]


def draw_episodes(bucket: Bucket, rng: np.random.Generator, trouble: float = 1.0) -> EpisodeBatch:
    """A batch of logs of simulated coaches, each with his own habits, rates and noise.

    ``trouble`` scales how many logs are noisy, change signs or fake them, or lack outcomes; 0:
    all are clean.
    """
    return stack_episodes([_draw_log(bucket, rng, trouble) for _ in range(bucket.logs)])


def stack_episodes(logs: list[EpisodeBatch]) -> EpisodeBatch:
    """Several logs of one shape as one batch."""
    return EpisodeBatch(
        *(np.stack([getattr(e, name) for e in logs]) for name in EpisodeBatch.__slots__)
    )


def join_episodes(first: EpisodeBatch, second: EpisodeBatch) -> EpisodeBatch:
    """Two batches of one shape as one."""
    parts = ((getattr(first, n), getattr(second, n)) for n in EpisodeBatch.__slots__)
    return EpisodeBatch(*(np.concatenate(pair) for pair in parts))


Named = dict[str, NDArray[np.float32]]


def network_inputs(
    episodes: EpisodeBatch, slots: int, rng: np.random.Generator
) -> tuple[Named, Named, Named]:
    """What the network reads, what it should say, and how much each answer counts.

    Before each play it is asked three times: about a play still to come that calls, about one that
    does not, both of the same stretch and weighed by how many there are of each, so that they stand
    for all that are still to come; and about a prefix of the play itself, its length drawn here.
    """
    signals = episodes.signals
    lengths = (signals != BLANK).sum(axis=-1)
    prefix = 1 + (rng.random(lengths.shape) * lengths).astype(np.int64)
    ends = np.stack([lengths, np.minimum(prefix, lengths)], axis=-1) - 1
    asked, shares = _choose_asked(episodes, rng)
    inputs = {
        "shown": (signals[..., None] == np.arange(slots)).astype(np.float32),
        "outcome": np.eye(len(Evidence), dtype=np.float32)[episodes.evidence],
        "new_game": episodes.new_game.astype(np.float32),
        "cut": (ends[..., None] == np.arange(signals.shape[-1])).astype(np.float32),
        "asked": (asked[..., None] == np.arange(signals.shape[1])).astype(np.float32),
    }
    own = episodes.chances[:, :, None]
    logs = np.arange(len(signals))[:, None, None]
    targets = {
        "outcome": np.concatenate([episodes.chances[logs, asked], own], axis=2),
        "first": episodes.chances,
        "key": episodes.key,
        "roles": episodes.roles.astype(np.float32),
        "vote": episodes.rule,
    }
    weights = {
        "outcome": np.concatenate([shares, 0.5 * episodes.weight[..., None]], axis=2),
        "first": episodes.weight,
        "key": episodes.key_weight,
        "roles": episodes.key_weight,
        "vote": episodes.key_weight,
    }
    return inputs, targets, weights


def _choose_asked(
    episodes: EpisodeBatch, rng: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """(B, P, 2) which plays are asked about before each play, and the share each stands for."""
    batch, plays = episodes.evidence.shape
    order = np.arange(plays)
    same = episodes.stretch[:, :, None] == episodes.stretch[:, None, :]
    to_come = same & (order >= order[:, None]) & (episodes.weight > 0)[:, None, :]  # (B, P, P)
    calls = (episodes.chances[..., 0] > _LIKELY_CALL)[:, None, :]
    luck = rng.random((batch, plays, plays))
    chosen, shares = [], []
    for stratum in (to_come & calls, to_come & ~calls):
        chosen.append(np.argmax(luck * stratum, axis=2))
        shares.append(stratum.sum(axis=2) / np.maximum(1, to_come.sum(axis=2)))
    return np.stack(chosen, axis=2), np.stack(shares, axis=2).astype(np.float32)


# --- one log --------------------------------------------------------------------------------------


def _draw_log(bucket: Bucket, rng: np.random.Generator, trouble: float) -> EpisodeBatch:
    coach = _draw_any_coach(bucket, rng, trouble)
    new_game = _draw_game_starts(bucket.plays, rng)
    changes: tuple[int, ...] = ()
    if rng.random() < CHANGE_RATE * trouble:
        hazard = rng.uniform(0.3, 1.5) / bucket.plays
        caution = ChangePolicy(within=hazard, between=rng.uniform(0.05, 0.6))
        changes = draw_changes(new_game, caution, rng)
    fakes = rng.uniform(0.1, 0.6) if rng.random() < FAKE_RATE * trouble else 0.0
    drawn = draw_games(coach, new_game, rng, changes=changes, fakes=fakes)
    ones = np.ones(bucket.plays, np.float32)
    return EpisodeBatch(
        signals=drawn.signals,
        evidence=_hide_outcomes(_read_evidence(drawn.done), rng, trouble),
        new_game=new_game,
        chances=drawn.chances,
        stretch=_number_stretches(drawn, by_game=fakes > 0),
        key=_draw_up_keys(drawn, bucket.slots),
        key_weight=ones,
        roles=_draw_up_roles(drawn, bucket.slots),
        rule=_draw_up_rules(drawn, bucket.slots),
        weight=ones,
    )


def _draw_any_coach(bucket: Bucket, rng: np.random.Generator, trouble: float) -> Coach:
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
        noise=_draw_noise(rng) if rng.random() < 0.3 * trouble else Noise(),
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


def _read_evidence(done: NDArray[np.int8]) -> NDArray[np.int8]:
    evidence = np.full(len(done), Evidence.OTHER, np.int8)
    evidence[done == CALLED] = Evidence.CALLED
    evidence[done == NOTHING] = Evidence.NOTHING
    return evidence


def _draw_up_keys(drawn: SimulatedGames, slots: int) -> NDArray[np.float32]:
    """(N, slots + 1) the key sign in force at each play; equal ones share, the last is for none."""
    key = np.zeros((len(drawn.called), slots + 1), np.float32)
    for reign in drawn.reigns:
        keys = reign.coach.system.key_signs
        key[reign.since :] = 0.0
        key[reign.since :, list(keys) or [slots]] = 1 / max(1, len(keys))
    return key


def _draw_up_roles(drawn: SimulatedGames, slots: int) -> NDArray[np.bool_]:
    """(N, V·V, R) the roles in the rule that is in force at each play."""
    roles = np.zeros((len(drawn.called), slots * slots, len(ROLES)), np.bool_)
    for reign in drawn.reigns:
        roles[reign.since :] = False
        for k, live, role in roles_of(reign.coach.system):
            roles[reign.since :, k * slots + live, role] = True
    return roles


def _draw_up_rules(drawn: SimulatedGames, slots: int) -> NDArray[np.float32]:
    """(N, V·V·RULES + 1) the rule in force at each play; where it is asked twice, both share."""
    rule = np.zeros((len(drawn.called), slots * slots * N_PAIR_RULES + 1), np.float32)
    for reign in drawn.reigns:
        places = pair_rule_places(reign.coach.system, slots) or [-1]
        rule[reign.since :] = 0.0
        rule[reign.since :, places] = 1 / len(places)
    return rule


def _number_stretches(drawn: SimulatedGames, by_game: bool) -> NDArray[np.int16]:
    """(N,) a number that grows with each change of signs, and with each game if they differ."""
    starts = drawn.new_game & by_game
    starts[[reign.since for reign in drawn.reigns]] = True
    return np.cumsum(starts).astype(np.int16)


def _hide_outcomes(
    evidence: NDArray[np.int8], rng: np.random.Generator, trouble: float
) -> NDArray[np.int8]:
    """Some loggers write only steal or not, and nobody sees every outcome."""
    seen = evidence.copy()
    if rng.random() < 0.3 * trouble:
        seen[seen != Evidence.CALLED] = Evidence.NOT_CALLED
    if rng.random() < 0.3 * trouble:
        seen[rng.random(len(seen)) < rng.uniform(0, 0.3)] = Evidence.SILENT
    return seen
