"""Logs beyond the grammar: a signal of the rule goes by several names, or signals are not seen.

A coach is drawn as for any other log. Then one signal is split into two to four, so that a set of
signals plays its role: any of several live signals, or any of several indicators. In other logs
some signals were not seen, or the outcomes of many plays are unknown.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from signdecoder.core.outcomes import Evidence
from signdecoder.rules.pair_roles import ROLES, roles_of
from signdecoder.rules.pair_rules import set_rule_places
from signdecoder.rules.rule import BLANK, NO_SIGNAL, Rule
from signdecoder.simulation.seasons import SimulatedGames
from signdecoder.training.episodes import (
    Bucket,
    EpisodeBatch,
    draw_log,
    make_episode,
    rule_targets,
    stack_episodes,
)

NOISE_LEVEL = 0.5
"""Factor for the share of logs that are noisy, change or fake signs, or lack outcomes."""
SPLIT = 0.5  # share of logs in which a signal is split
UNSEEN = 0.1  # share of logs in which some signals are not seen
QUIET = 0.08  # share of logs in which the outcome of half of the plays is unknown
_LIVE, _INDICATOR = 0.6, 0.3  # shares of split logs in which it is a live signal, or the indicator
_MOST = 4  # signals that one is split into
_TRIES = 20  # coaches drawn to find one with a signal to split


def draw_wide_episodes(bucket: Bucket, rng: np.random.Generator) -> EpisodeBatch:
    """Draw a batch of logs, about half of them beyond the grammar.

    Parameters
    ----------
    bucket : Bucket
        The shape of the batch.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    EpisodeBatch
        The batch. A signal that was not seen has a number beyond the slots.
    """
    return stack_episodes([_draw_wide_log(bucket, rng) for _ in range(bucket.logs)])


def _draw_wide_log(bucket: Bucket, rng: np.random.Generator) -> EpisodeBatch:
    split = rng.random() < SPLIT
    log = _draw_split_log(bucket, rng) if split else _draw_plain_log(bucket, rng)
    if rng.random() < UNSEEN:
        missed = (log.signals != BLANK) & (rng.random(log.signals.shape) < rng.uniform(0.02, 0.15))
        log = replace(log, signals=np.where(missed, bucket.slots, log.signals).astype(np.int16))
    if rng.random() < QUIET:
        unknown = rng.random(bucket.plays) < 0.5
        evidence = np.where(unknown, Evidence.SILENT, log.evidence).astype(np.int8)
        log = replace(log, evidence=evidence)
    return log


def _draw_plain_log(bucket: Bucket, rng: np.random.Generator) -> EpisodeBatch:
    drawn, by_game = draw_log(bucket, rng, NOISE_LEVEL)
    return make_episode(drawn, by_game, bucket.slots, rng, NOISE_LEVEL)


def _draw_split_log(bucket: Bucket, rng: np.random.Generator) -> EpisodeBatch:
    """Draw a log in which one signal of the rule goes by several names."""
    names = int(rng.integers(2, min(_MOST, bucket.slots - 2) + 1))
    small = replace(bucket, slots=bucket.slots - names + 1)
    for _ in range(_TRIES):
        drawn, by_game = draw_log(small, rng, NOISE_LEVEL)
        signal = _choose_signal(drawn.regimes[0].coach.rule, small.slots, rng)
        if signal is not None and not any(_needs_repeats(r.coach.rule) for r in drawn.regimes):
            break
    else:
        return _draw_plain_log(bucket, rng)
    order = rng.permutation(bucket.slots)
    clones = order[[signal, *range(small.slots, bucket.slots)]]
    signals = np.where(drawn.signals >= 0, order[drawn.signals], drawn.signals)
    split = drawn.signals == signal
    shares = rng.dirichlet(np.full(names, 3.0))
    signals[split] = rng.choice(clones, size=int(split.sum()), p=shares)
    renamed = replace(drawn, signals=signals.astype(np.int16))
    log = make_episode(renamed, by_game, bucket.slots, rng, NOISE_LEVEL)
    return replace(log, **_split_targets(drawn, order, clones, bucket.slots))


def _choose_signal(rule: Rule, slots: int, rng: np.random.Generator) -> int | None:
    """Return the signal to split, or None if the rule has none in the role that is to be split."""
    kind = rng.random()
    if kind < _LIVE:
        choices = [] if rule.counts else [s for s in rule.calls[:1] if s != NO_SIGNAL]
    elif kind < _LIVE + _INDICATOR:
        choices = [s for s in (rule.indicator,) if s != NO_SIGNAL]
    else:
        choices = list(range(slots))
    return int(rng.choice(choices)) if choices else None


def _needs_repeats(rule: Rule) -> bool:
    """Return whether the rule compares signals with each other, whichever they are."""
    return NO_SIGNAL in rule.calls


def _split_targets(
    drawn: SimulatedGames, order: NDArray[np.int64], clones: NDArray[np.int64], slots: int
) -> dict[str, Any]:
    """Return the targets about the rule, in which all clones have the role of the first."""
    count = len(drawn.called)
    key = np.zeros((count, slots + 1), np.float32)
    roles = np.zeros((count, slots * slots, len(ROLES)), np.bool_)
    rules = []
    for regime in drawn.regimes:
        rule, since = _renumber(regime.coach.rule, order), slice(regime.since, None)
        signs = [c for s in rule.key_signs for c in (clones if s == clones[0] else (s,))]
        key[since], roles[since] = 0.0, False
        key[since, signs or [slots]] = 1 / max(1, len(signs))
        for k, live, role in roles_of(rule):
            pairs = product(*(clones if s == clones[0] else (s,) for s in (k, live)))
            for one, other in pairs:
                roles[since, one * slots + other, role] = True
        rules.append((regime.since, set_rule_places(rule, int(clones[0]), slots)))
    return {"key": key, "roles": roles, "rule": rule_targets(rules, count, slots)}


def _renumber(rule: Rule, order: NDArray[np.int64]) -> Rule:
    """Return a rule with each signal replaced by its number in another order."""

    def new(signal: int) -> int:
        return int(order[signal]) if signal >= 0 else signal

    return replace(
        rule,
        calls=rule.calls if rule.counts else tuple(map(new, rule.calls)),
        indicator=new(rule.indicator),
        second=new(rule.second),
        wipe_off=new(rule.wipe_off),
        activator=new(rule.activator),
    )
