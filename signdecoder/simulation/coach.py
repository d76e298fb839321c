"""A simulated coach: a rule, habits that hide it, and noise between the sign and the outcome."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from signdecoder.core.moments import Moment
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
    """Why an outcome differs from the sign, as probabilities.

    Attributes
    ----------
    missed : float
        A called play is not run.
    on_own : float
        The called play is run without a sign.
    misread : float
        A signal is logged as another one; half as often it is dropped.
    """

    missed: float = 0.0
    on_own: float = 0.0
    misread: float = 0.0


@dataclass(frozen=True, slots=True)
class Coach:
    """A simulated coach.

    Attributes
    ----------
    rule : Rule
        The rule.
    habits : Behaviour
        What the decoys are drawn from.
    rates : tuple of float
        Share of plays in which the coach intends each of `rule.calls`.
    noise : Noise
        Why outcomes differ from signs.
    hides : bool
        True if the coach adds decoys on purpose to hide the rule; False if the sequences follow
        from the habits alone.
    near_miss_rate : float
        Share of plays without a call that nearly show one.
    dummy_rate : float
        Share of plays without a call that show one which is wiped off or not confirmed.
    decoys : tuple of Rule
        Meaningless rules like the coach's own.
    decoy_rates : tuple of float
        Share of all plays that show each decoy.
    strays : tuple of (int, float)
        Signals added to plays without a call, each with its share of those plays.
    calling : Behaviour, optional
        Habits in plays that call the called play, as wide as the others; None if they are the same.
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
    """N plays of a coach.

    Attributes
    ----------
    signals : numpy.ndarray of int16, shape (N, T)
        What was logged.
    called : numpy.ndarray of int8, shape (N,)
        What the coach called: NOTHING, CALLED or the number of another play.
    done : numpy.ndarray of int8, shape (N,)
        What the team then did, likewise.
    moments : tuple of Moment
        When the plays were; empty if that was not drawn.
    """

    signals: Sequences
    called: NDArray[np.int8]
    done: NDArray[np.int8]
    moments: tuple[Moment, ...] = ()


def draw_plays(coach: Coach, count: int, rng: np.random.Generator) -> SimulatedPlays:
    """Draw plays of a coach.

    The plays meet the rates if the rule and the habits allow it.

    Parameters
    ----------
    coach : Coach
        The coach.
    count : int
        Number N of plays.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    SimulatedPlays
        The plays.
    """
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


def outcome_probs(coach: Coach, called: NDArray[np.int8]) -> NDArray[np.float32]:
    """Compute the probabilities of the outcomes for someone who knows the rule.

    Parameters
    ----------
    coach : Coach
        The coach.
    called : numpy.ndarray of int8, shape (N,)
        What each play calls: NOTHING, CALLED or the number of another play.

    Returns
    -------
    numpy.ndarray of float32, shape (N, 3)
        Probabilities of the called play, another play and nothing.
    """
    missed, on_own = coach.noise.missed, coach.noise.on_own
    if coach.rule.is_null:
        on_own = coach.rates[0] + (1 - coach.rates[0]) * on_own
    rows = np.array(
        [[on_own, 0, 1 - on_own], [1 - missed, 0, missed], [0, 1 - missed, missed]], np.float32
    )
    return rows[np.minimum(called, 2)]


# --- a coach who hides the rule -------------------------------------------------------------------


def _draw_hiding(coach: Coach, count: int, rng: np.random.Generator) -> Sequences:
    """Draw (N, T) sequences that hide the rule among decoys."""
    intended = _draw_intended(coach, count, rng)
    sequences = np.empty((count, coach.habits.longest), np.int16)
    open_rows = np.arange(count)
    # A decoy can call a play by accident, and a pattern can be broken by another: draw again.
    # What is still wrong after sixteen rounds stays, and calls what it shows.
    for _ in range(16):
        fresh = draw_sequences(coach.habits, len(open_rows), rng)
        if coach.calling:
            calls = intended[open_rows] == CALLED
            fresh[calls] = draw_sequences(coach.calling, int(calls.sum()), rng)
        _insert_all(coach, fresh, intended[open_rows], rng)
        sequences[open_rows] = fresh
        open_rows = open_rows[plays_called(coach.rule, fresh) != intended[open_rows]]
        if not len(open_rows):
            break
    return sequences


def _draw_intended(coach: Coach, count: int, rng: np.random.Generator) -> NDArray[np.int8]:
    """Draw (N,) what the coach intends to call."""
    if coach.rule.is_null:
        return np.zeros(count, np.int8)
    edges = np.cumsum(coach.rates)
    luck = rng.random(count)
    place = np.searchsorted(edges, luck, side="right") + 1
    return np.where(place > len(coach.rates), NOTHING, place).astype(np.int8)


def _insert_decoys(coach: Coach, sequences: Sequences, rng: np.random.Generator) -> None:
    """Insert at most one decoy into each play, with or without a call."""
    which = np.searchsorted(np.cumsum(coach.decoy_rates), rng.random(len(sequences)), side="right")
    for place, decoy in enumerate(coach.decoys):
        insert_pattern(decoy, decoy.calls[0], sequences, which == place, rng)


def _insert_all(
    coach: Coach, sequences: Sequences, intended: NDArray[np.int8], rng: np.random.Generator
) -> None:
    """Insert into (N, T) decoys the (N,) intended calls, and what hides the rule in the others."""
    rule = coach.rule
    no_call = intended == NOTHING
    near = no_call & (rng.random(len(intended)) < coach.near_miss_rate)
    corrupted = near & (rng.random(len(intended)) < 0.5)
    near &= ~corrupted  # these only contain signals with a role
    strays = rule.role_groups
    if calling := FAMILIES[rule.family].calling_alone(rule):
        # None of these may stand in a play that does not call it.
        replace_signals(sequences, calling, rng)
        strays = tuple(group for group in strays if not set(group) & set(calling))
    for signals in strays:
        place_anywhere(sequences, near & (rng.random(len(intended)) < 0.5), signals, rng)
    for signal, rate in coach.strays:
        place_anywhere(sequences, no_call & (rng.random(len(intended)) < rate), (signal,), rng)
    insert_pattern(rule, rule.calls[0], sequences, corrupted, rng)
    corrupt_one_signal(rule, sequences, corrupted, coach.habits.vocabulary, rng)
    _insert_decoys(coach, sequences, rng)
    for place in range(1, len(coach.rates) + 1):
        insert_pattern(rule, rule.calls[place - 1], sequences, intended == place, rng)
    if rule.wipe_off != NO_SIGNAL or rule.activator != NO_SIGNAL:
        dummy = no_call & (rng.random(len(intended)) < coach.dummy_rate)
        insert_pattern(rule, rule.calls[0], sequences, dummy, rng)
        if rule.wipe_off != NO_SIGNAL:
            place_anywhere(sequences, dummy, (rule.wipe_off,), rng, late=True)
    if rule.activator != NO_SIGNAL:
        rows = np.flatnonzero(intended != NOTHING)
        sequences[rows, lengths_of(sequences)[rows] - 1] = rule.activator


def _misread(coach: Coach, sequences: Sequences, rng: np.random.Generator) -> Sequences:
    """Return (N, T) what was logged: some signals taken for others, some missed."""
    rate = coach.noise.misread
    if rate <= 0:
        return sequences
    logged = sequences.copy()
    hit = (rng.random(logged.shape) < rate) & (logged != BLANK)
    logged[hit] = rng.integers(coach.habits.vocabulary, size=int(hit.sum()))
    dropped = (rng.random(logged.shape) < rate / 2) & (logged != BLANK)
    dropped[lengths_of(logged) - dropped.sum(axis=1) < 1] = False
    logged[dropped] = BLANK
    order = np.argsort(logged == BLANK, axis=1, kind="stable")  # close the gaps, keep the order
    return np.take_along_axis(logged, order, axis=1)
