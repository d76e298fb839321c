"""Fresh sequences of a simulated coach that a decoder is asked about: half of them call the play.

Most of the others nearly do. Dead plays alone would flatter: it is easy to tell a sequence that
has nothing of the rule from one that has all of it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from signdecoder.coaches import Coach, Noise, draw_plays
from signdecoder.implants import lengths_of, place_anywhere
from signdecoder.systems import BLANK, CALLED, NO_SIGNAL, Sequences, plays_called

CALLING = 50  # sequences that call the play, and as many that do not
NEAR = 35  # of those that do not: near misses, as far as the rule has any
_DRAWN = 3000  # plays that the questions are taken from
_EDITS = 700  # tries at a near miss


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
    near = draw_near_misses(clean, drawn.signals[calls], NEAR, rng)
    parts = (
        drawn.signals[calls][:CALLING],
        near,
        drawn.signals[~calls][: CALLING - len(near)],
    )
    return Questions(np.concatenate(parts), float(calls.mean()))


def draw_near_misses(
    coach: Coach, calls: Sequences, most: int, rng: np.random.Generator
) -> Sequences:
    """At most ``most`` sequences (N, T) that are one slip away from calling the play.

    A sequence that calls it, with one signal replaced, one dropped, two swapped or a wipe-off put
    in, and that calls it no longer.
    """
    edited = calls[rng.integers(len(calls), size=_EDITS)]
    wipes = coach.system.wipe_off != NO_SIGNAL
    slip = rng.integers(4 if wipes else 3, size=_EDITS)
    lengths = lengths_of(edited)
    everyone = np.arange(_EDITS)
    first = (rng.random(_EDITS) * lengths).astype(np.int64)
    # Another place than the first; where there is only one signal, the same.
    step = 1 + (rng.random(_EDITS) * np.maximum(lengths - 1, 1)).astype(np.int64)
    second = (first + step) % lengths
    swapped = edited.copy()
    swapped[everyone, first] = edited[everyone, second]
    swapped[everyone, second] = edited[everyone, first]
    other = edited[everyone, first] + rng.integers(1, coach.habits.vocabulary, size=_EDITS)
    replaced = edited.copy()
    replaced[everyone, first] = other % coach.habits.vocabulary
    dropped = _drop(edited, first)
    edited = np.select(
        [(slip == n)[:, None] for n in range(3)], [replaced, dropped, swapped], edited
    ).astype(edited.dtype)
    if wipes:
        place_anywhere(edited, slip == 3, coach.system.wipe_off, rng, late=True)
    misses = (plays_called(coach.system, edited) != CALLED) & (lengths_of(edited) > 0)
    return np.asarray(edited[misses][:most])


def _drop(sequences: Sequences, place: NDArray[np.int64]) -> Sequences:
    """Each sequence without the signal at its place."""
    width = sequences.shape[1]
    source = np.arange(width) + (np.arange(width) >= place[:, None])
    padded = np.pad(sequences, ((0, 0), (0, 1)), constant_values=BLANK)
    return np.take_along_axis(padded, source, axis=1)
