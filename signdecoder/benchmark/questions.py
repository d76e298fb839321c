"""Fresh sequences of a simulated coach to ask a decoder about; half of them call the play.

Most of the others are near misses: sequences of the same coach that contain all of the rule but
one signal. Ordinary dead plays would flatter a decoder, because a sequence without any part of
the rule is easy to tell from one that has all of it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from signdecoder.core.moments import Moment
from signdecoder.rules.by_context import AnyRule, ContextRule
from signdecoder.rules.rule import (
    CALLED,
    Sequences,
)
from signdecoder.simulation.coach import Coach, Noise, SimulatedPlays, draw_plays

CALLING = 50  # sequences that call the play, and as many that do not
NEAR = 35  # of those that do not: near misses, if the rule has that many
_DRAWN = 3000  # plays that the questions are taken from


@dataclass(frozen=True, slots=True)
class Questions:
    """Sequences (Q, T), half of which call: those first, then near misses, then dead plays.

    ``rate`` is the share of the coach's plays that call. ``moments`` are when the sequences are
    given; empty if the rule does not depend on it.
    """

    sequences: Sequences
    rate: float
    moments: tuple[Moment, ...] = ()

    @property
    def called_mask(self) -> NDArray[np.bool_]:
        """Which sequences call the play: (Q,)."""
        return np.arange(len(self.sequences)) < len(self.sequences) // 2


NO_QUESTIONS = Questions(np.empty((0, 1), np.int16), 0.0)


def draw_questions(coach: Coach, rng: np.random.Generator) -> Questions | None:
    """Draw questions about this coach, or return None if there are too few calls to ask about.

    The sequences are as the coach gave them. Misread signals are noise of the log only.
    """
    drawn = draw_plays(replace(coach, noise=Noise()), _DRAWN, rng)
    near = find_near_misses(coach.rule, drawn.signals, drawn.called)
    return choose_questions(drawn, near, CALLING, NEAR)


def choose_questions(
    drawn: SimulatedPlays, near: NDArray[np.int64], calling: int, n_near: int
) -> Questions | None:
    """Choose ``calling`` plays that call, and as many that do not, ``n_near`` of them near misses.

    ``near`` (M,) are the rows of the near misses. Returns None if there are too few plays.
    """
    called_mask = drawn.called == CALLED
    if not calling <= called_mask.sum() <= len(called_mask) - calling:
        return None
    near = near[:n_near]
    dead = np.setdiff1d(np.flatnonzero(~called_mask), near)
    rows = [*np.flatnonzero(called_mask)[:calling], *near, *dead[: calling - len(near)]]
    moments = tuple(drawn.moments[row] for row in rows) if drawn.moments else ()
    return Questions(drawn.signals[rows], float(called_mask.mean()), moments)


def find_near_misses(
    rule: AnyRule, sequences: Sequences, called: NDArray[np.int8]
) -> NDArray[np.int64]:
    """Return the rows of sequences (N, T) that contain all signals of the rule but one or none.

    They are among the rows where ``called`` (N,) is nothing or another play. A rule about any
    signal has no near misses that differ from other plays. If the rule depends on a context, they
    contain a key sign and a live signal of any moment.
    """
    if isinstance(rule, ContextRule):
        groups = (rule.key_signs, rule.live_signals)
        shown = [np.isin(sequences, signals).any(axis=1) for signals in groups]
        return np.flatnonzero((called != CALLED) & np.all(shown, axis=0))
    # One signal in two roles counts once.
    roles = {frozenset(group) for group in replace(rule, calls=rule.calls[:1]).role_groups}
    n_present = np.zeros(len(sequences), np.int64)
    for signals in roles:
        n_present += np.isin(sequences, list(signals)).any(axis=1)
    return np.flatnonzero((called != CALLED) & (n_present >= max(1, len(roles) - 1)))
