"""A simulated coach whose rule depends on the moment of the game."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from signdecoder.core.contexts import context_values
from signdecoder.core.moments import Moment
from signdecoder.rules.by_context import ContextRule
from signdecoder.rules.rule import BLANK
from signdecoder.simulation.coach import Coach, SimulatedPlays, draw_plays


@dataclass(frozen=True, slots=True)
class ContextCoach:
    """A simulated coach with a rule for each value of a context.

    Attributes
    ----------
    rule : ContextRule
        The rule.
    coaches : tuple of Coach
        The coach as they are at each value, with the same habits.
    """

    rule: ContextRule
    coaches: tuple[Coach, ...]


AnyCoach = Coach | ContextCoach
"""A coach whose rule holds always, or one whose rule depends on the moment of the game."""


def draw_plays_at(
    coach: AnyCoach, moments: Sequence[Moment], rng: np.random.Generator
) -> SimulatedPlays:
    """Draw plays of a coach at given moments.

    Parameters
    ----------
    coach : Coach or ContextCoach
        The coach.
    moments : sequence of Moment
        When the N plays are; each is noted if the rule depends on it.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    SimulatedPlays
        The plays, with their moments.
    """
    if isinstance(coach, Coach):
        return replace(draw_plays(coach, len(moments), rng), moments=tuple(moments))
    values = np.array([coach.rule.value_in(context_values(moment)) for moment in moments])
    width = coach.coaches[0].habits.longest
    signals = np.full((len(moments), width), BLANK, np.int16)
    called, done = np.zeros((2, len(moments)), np.int8)
    for value, as_then in enumerate(coach.coaches):
        rows = np.flatnonzero(values == value)
        drawn = draw_plays(as_then, len(rows), rng)
        signals[rows], called[rows], done[rows] = drawn.signals, drawn.called, drawn.done
    return SimulatedPlays(signals, called, done, tuple(moments))
