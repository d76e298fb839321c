"""Descriptive statistics of a coach's plays that may give the rule away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from signdecoder.rules.matching import plays_called
from signdecoder.rules.registry import FAMILIES
from signdecoder.rules.rule import (
    CALLED,
    NO_SIGNAL,
    NOTHING,
    Rule,
    Sequences,
)
from signdecoder.simulation.coach import Coach, draw_plays
from signdecoder.simulation.patterns import lengths_of

_PLAYS = 300  # of the coach of each season


@dataclass(frozen=True, slots=True)
class SignalUse:
    """How a signal of the rule is used, as shares.

    ``called`` is the share of called plays among the plays that show it, ``dead`` the share of
    plays without a call that show it, ``plays`` the share of all plays that show it. ``another`` is
    the mean share of plays that show a signal outside the rule, None if there is none.
    """

    signal: int
    called: float
    dead: float
    plays: float
    another: float | None


@dataclass(frozen=True, slots=True)
class Descriptives:
    """Statistics of a coach, averaged over the seasons.

    ``rule`` is the share of plays that show the rule, wiped off or not. ``dead_rule`` is the share
    of the most common rule of the same family that means nothing, None if any signal calls.
    Lengths are in signals: of called plays, and of plays without a call.
    """

    key: SignalUse | None
    live: SignalUse | None
    rule: float
    dead_rule: float | None
    called_length: float
    dead_length: float


def measure_descriptives(coaches: Sequence[Coach], seed: int) -> Descriptives:
    """Measure the coaches of the seasons on fresh plays, which no opponent sees."""
    rule = coaches[0].rule
    live = NO_SIGNAL if rule.counts else rule.calls[0]
    rules, dead_rules, called_lengths, dead_lengths = [], [], [], []
    uses: dict[int, list[tuple[float, ...]]] = {s: [] for s in (rule.indicator, live)}
    for number, coach in enumerate(coaches):
        rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(4, number)))
        plays = draw_plays(coach, _PLAYS, rng)
        lengths = lengths_of(plays.signals)
        rules.append(_share(coach.rule.plain, plays.signals))
        if rule.calls[0] != NO_SIGNAL:
            dead_rules.append(_most_common_fake(coach, plays.signals))
        called_lengths += lengths[plays.called == CALLED].tolist()
        dead_lengths += lengths[plays.called == NOTHING].tolist()
        for signal, rows in uses.items():
            if signal != NO_SIGNAL:
                rows.append(_use(signal, coach, plays.signals, plays.called))
    return Descriptives(
        _mean_use(rule.indicator, uses),
        _mean_use(live, uses),
        float(np.mean(rules)),
        float(np.mean(dead_rules)) if dead_rules else None,
        float(np.mean(called_lengths)),
        float(np.mean(dead_lengths)),
    )


def _use(
    signal: int, coach: Coach, sequences: Sequences, called: NDArray[np.int8]
) -> tuple[float, ...]:
    there = (sequences == signal).any(axis=1)
    others = [s for s in range(coach.habits.vocabulary) if s not in coach.rule.roles]
    another = [(sequences == s).any(axis=1).mean() for s in others]
    return (
        float((called[there] == CALLED).mean()) if there.any() else 0.0,
        float(there[called == NOTHING].mean()),
        float(there.mean()),
        float(np.mean(another)) if another else float("nan"),
    )


def _mean_use(signal: int, uses: dict[int, list[tuple[float, ...]]]) -> SignalUse | None:
    if signal == NO_SIGNAL:
        return None
    called, dead, plays, another = (float(x) for x in np.mean(uses[signal], axis=0))
    return SignalUse(signal, called, dead, plays, None if np.isnan(another) else another)


def _share(rule: Rule, sequences: Sequences) -> float:
    """Return the share of sequences that this rule calls."""
    return float((plays_called(rule, sequences) == CALLED).mean())


def _most_common_fake(coach: Coach, sequences: Sequences) -> float:
    """Return the share of plays that show the most common similar rule that means nothing."""
    rule, signals = coach.rule.plain, range(coach.habits.vocabulary)
    keys = [NO_SIGNAL] if rule.indicator == NO_SIGNAL else list(signals)
    lives = range(1, 6) if rule.counts else signals
    equal = rule.second != NO_SIGNAL and rule.second == rule.indicator
    taken, taken_keys = (*rule.calls, *rule.more_live), rule.indicators
    rule = replace(rule, more_live=(), more_indicators=())
    if rule.second in FAMILIES[rule.family].live_signals(rule):
        taken, rule = (*rule.calls, rule.second), replace(rule, second=NO_SIGNAL)
    rivals = (
        replace(rule, indicator=key, calls=(live,), second=key if equal else rule.second)
        for key in keys
        for live in lives
        if key != live and (key not in taken_keys or live not in taken)
    )
    return max((_share(rival, sequences) for rival in rivals), default=0.0)
