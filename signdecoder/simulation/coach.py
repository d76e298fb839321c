"""Simulated coaches: a sign system, habits that hide it, and the noise between sign and outcome."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from signdecoder.rules.matching import plays_called
from signdecoder.rules.registry import FAMILIES
from signdecoder.rules.rule import BLANK, CALLED, NO_SIGNAL, NOTHING, Rule, Sequences
from signdecoder.simulation.behaviour import Behaviour, draw_sequences
from signdecoder.simulation.patterns import (
    corrupt_one_signal,
    insert_pattern,
    lengths_of,
    place_anywhere,
    replace_signals,
)


@dataclass(frozen=True, slots=True)
class Noise:
    """Why an outcome is not the sign: rates as shares of the plays concerned.

    ``missed``: a called play that nobody ran; ``on_own``: the called play without a sign;
    ``misread``: a signal that the logger dropped or took for another.
    """

    missed: float = 0.0
    on_own: float = 0.0
    misread: float = 0.0


@dataclass(frozen=True, slots=True)
class Coach:
    """A simulated coach. ``rates[j]`` is how often he means to call ``rule.calls[j]``.

    ``hides`` tells whether what else he gives follows from his rule or from his habits alone. One
    who hides gives ``decoys``, rules like his own that mean nothing, in shares of all plays; where
    he calls nothing also wiped dummies and stray live signals, in shares of those plays, and each
    signal of ``strays`` in the share that stands with it. ``calling`` are the habits of the called
    play, as wide as the others; None where they are the same.
    """

    rule: Rule
    habits: Behaviour
    rates: tuple[float, ...]
    noise: Noise
    hides: bool = True
    near_miss_rate: float = 0.4
    dummy_rate: float = 0.15
    decoys: tuple[Rule, ...] = ()
    decoy_rates: tuple[float, ...] = ()
    strays: tuple[tuple[int, float], ...] = ()
    calling: Behaviour | None = None


@dataclass(frozen=True, slots=True)
class SimulatedPlays:
    """N plays of a coach: what was seen, what it called, and what the team then did.

    ``signals`` (N, T) is what the logger saw; ``called`` and ``done`` (N,) hold NOTHING, CALLED or
    the place of another play.
    """

    signals: Sequences
    called: NDArray[np.int8]
    done: NDArray[np.int8]


def draw_plays(coach: Coach, count: int, rng: np.random.Generator) -> SimulatedPlays:
    """``count`` plays of this coach; his rates are met as well as rule and habits let them."""
    if coach.hides:
        sequences = _draw_hiding(coach, count, rng)
    else:
        sequences = draw_sequences(coach.habits, count, rng)
    called = plays_called(coach.rule, sequences)
    done = called.copy()
    if coach.rule.is_null:
        done[rng.random(count) < coach.rates[0]] = CALLED
    done[(called != NOTHING) & (rng.random(count) < coach.noise.missed)] = NOTHING
    done[(called == NOTHING) & (rng.random(count) < coach.noise.on_own)] = CALLED
    return SimulatedPlays(_misread(coach, sequences, rng), called, done)


def outcome_chances(coach: Coach, called: NDArray[np.int8]) -> NDArray[np.float32]:
    """(N, 3) chances of the called play, another play and nothing, for one who knows the rule."""
    missed, on_own = coach.noise.missed, coach.noise.on_own
    if coach.rule.is_null:
        on_own = coach.rates[0] + (1 - coach.rates[0]) * on_own
    rows = np.array(
        [[on_own, 0, 1 - on_own], [1 - missed, 0, missed], [0, 1 - missed, missed]], np.float32
    )
    return rows[np.minimum(called, 2)]


# --- a coach who hides his rule -------------------------------------------------------------------


def _draw_hiding(coach: Coach, count: int, rng: np.random.Generator) -> Sequences:
    meant = _draw_meant(coach, count, rng)
    sequences = np.empty((count, coach.habits.longest), np.int16)
    open_rows = np.arange(count)
    # A decoy can call a play by accident and an implant can be broken by another: draw again.
    # What is still wrong after sixteen rounds stays as it is, and means what it says.
    for _ in range(16):
        fresh = draw_sequences(coach.habits, len(open_rows), rng)
        if coach.calling:
            calls = meant[open_rows] == CALLED
            fresh[calls] = draw_sequences(coach.calling, int(calls.sum()), rng)
        _insert_all(coach, fresh, meant[open_rows], rng)
        sequences[open_rows] = fresh
        open_rows = open_rows[plays_called(coach.rule, fresh) != meant[open_rows]]
        if not len(open_rows):
            break
    return sequences


def _draw_meant(coach: Coach, count: int, rng: np.random.Generator) -> NDArray[np.int8]:
    if coach.rule.is_null:
        return np.zeros(count, np.int8)
    edges = np.cumsum(coach.rates)
    luck = rng.random(count)
    place = np.searchsorted(edges, luck, side="right") + 1
    return np.where(place > len(coach.rates), NOTHING, place).astype(np.int8)


def _insert_decoys(coach: Coach, sequences: Sequences, rng: np.random.Generator) -> None:
    """At most one dead rule in a play, whatever the play calls."""
    which = np.searchsorted(np.cumsum(coach.decoy_rates), rng.random(len(sequences)), side="right")
    for place, decoy in enumerate(coach.decoys):
        insert_pattern(decoy, decoy.calls[0], sequences, which == place, rng)


def _insert_all(
    coach: Coach, sequences: Sequences, meant: NDArray[np.int8], rng: np.random.Generator
) -> None:
    rule = coach.rule
    dead = meant == NOTHING
    near = dead & (rng.random(len(meant)) < coach.near_miss_rate)
    slipped = near & (rng.random(len(meant)) < 0.5)  # the others only hold what means something
    near &= ~slipped
    strays = rule.roles
    if calling := FAMILIES[rule.family].calling_alone(rule):
        # None of these may stand in a play that does not call it.
        replace_signals(sequences, calling, rng)
        strays = tuple(s for s in strays if s not in calling)
    for signal in strays:
        place_anywhere(sequences, near & (rng.random(len(meant)) < 0.5), signal, rng)
    for signal, rate in coach.strays:
        place_anywhere(sequences, dead & (rng.random(len(meant)) < rate), signal, rng)
    insert_pattern(rule, rule.calls[0], sequences, slipped, rng)
    corrupt_one_signal(rule, sequences, slipped, coach.habits.vocabulary, rng)
    _insert_decoys(coach, sequences, rng)
    for place in range(1, len(coach.rates) + 1):
        insert_pattern(rule, rule.calls[place - 1], sequences, meant == place, rng)
    if rule.wipe_off != NO_SIGNAL or rule.activator != NO_SIGNAL:
        dummy = dead & (rng.random(len(meant)) < coach.dummy_rate)
        insert_pattern(rule, rule.calls[0], sequences, dummy, rng)
        if rule.wipe_off != NO_SIGNAL:
            place_anywhere(sequences, dummy, rule.wipe_off, rng, late=True)
    if rule.activator != NO_SIGNAL:
        rows = np.flatnonzero(meant != NOTHING)
        sequences[rows, lengths_of(sequences)[rows] - 1] = rule.activator


def _misread(coach: Coach, sequences: Sequences, rng: np.random.Generator) -> Sequences:
    """What the logger saw: some signals taken for another, some missed."""
    rate = coach.noise.misread
    if rate <= 0:
        return sequences
    seen = sequences.copy()
    hit = (rng.random(seen.shape) < rate) & (seen != BLANK)
    seen[hit] = rng.integers(coach.habits.vocabulary, size=int(hit.sum()))
    dropped = (rng.random(seen.shape) < rate / 2) & (seen != BLANK)
    dropped[lengths_of(seen) - dropped.sum(axis=1) < 1] = False
    seen[dropped] = BLANK
    order = np.argsort(seen == BLANK, axis=1, kind="stable")  # close the gaps, keep the order
    return np.take_along_axis(seen, order, axis=1)
