"""Fresh sequences of a simulated coach that a decoder is asked about: half of them call the play.

Most of the others nearly do: he gave them too, but they hold most of what the rule takes. Dead
plays as they come would flatter: it is easy to tell a sequence that has nothing of the rule from
one that has all of it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from signdecoder.rules.rule import CALLED, FAMILIES, NO_SIGNAL, Rule, Sequences
from signdecoder.simulation.coach import Coach, Noise, draw_plays

CALLING = 50  # sequences that call the play, and as many that do not
NEAR = 35  # of those that do not: near misses, as far as the rule has any
_DRAWN = 3000  # plays that the questions are taken from


@dataclass(frozen=True, slots=True)
class Questions:
    """2 · CALLING sequences (Q, T), those that call the play first; ``rate`` is his share of them.

    After the calls come the near misses, then his own dead plays.
    """

    sequences: Sequences
    rate: float

    @property
    def called(self) -> NDArray[np.bool_]:
        """(Q,): does this sequence call the play?"""
        return np.arange(len(self.sequences)) < CALLING


NO_QUESTIONS = Questions(np.empty((0, 1), np.int16), 0.0)


def draw_questions(coach: Coach, rng: np.random.Generator) -> Questions | None:
    """Questions about this coach, or None where he shows too few calls to ask about.

    The sequences are as he gave them: whoever mistakes a signal mistakes it in the log.
    """
    clean = replace(coach, noise=Noise())
    drawn = draw_plays(clean, _DRAWN, rng)
    calls = drawn.called == CALLED
    if not CALLING <= calls.sum() <= _DRAWN - CALLING:
        return None
    near = find_near_misses(coach.system, drawn.signals, drawn.called)[:NEAR]
    dead = np.setdiff1d(np.flatnonzero(~calls), near)
    rows = [*np.flatnonzero(calls)[:CALLING], *near, *dead[: CALLING - len(near)]]
    return Questions(drawn.signals[rows], float(calls.mean()))


def find_near_misses(
    system: Rule, sequences: Sequences, called: NDArray[np.int8]
) -> NDArray[np.int64]:
    """Rows of sequences (N, T) that nearly call the play: they hold all that it takes but one sign.

    Of (N,) ``called`` they are those that call nothing or another play. A rule about any signal has
    none that could be told from the rest.
    """
    live = () if FAMILIES[system.family].counts else system.calls[:1]
    telling = {system.indicator, system.second, system.wipe_off, system.activator, *live}
    telling.discard(NO_SIGNAL)
    held = np.zeros(len(sequences), np.int64)
    for signal in telling:
        held += (sequences == signal).any(axis=1)
    return np.flatnonzero((called != CALLED) & (held >= max(1, len(telling) - 1)))
