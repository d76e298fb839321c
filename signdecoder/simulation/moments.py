"""When simulated plays take place: inning, half, outs and count, as they run in a game."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from signdecoder.core.moments import Moment

_INNINGS = 9
_BALL, _STRIKE = 0.38, 0.42  # shares of pitches; the others are hit into play
_FOUL = 0.4  # share of strikes that are fouls, which cannot be the third strike
_OUT = 0.67  # share of balls in play that are outs


def draw_moments(new_game: NDArray[np.bool_], rng: np.random.Generator) -> tuple[Moment, ...]:
    """Draw the moments of a coach's plays: some pitches of each game, in order.

    The coach's team bats first or last for a whole game. A game has nine innings, and more only if
    that is too few for its plays.

    Parameters
    ----------
    new_game : numpy.ndarray of bool, shape (N,)
        True at the first play of each game.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    tuple of Moment
        N moments.
    """
    starts = np.flatnonzero(new_game).tolist()
    moments: list[Moment] = []
    for start, end in zip(starts, [*starts[1:], len(new_game)], strict=True):
        pitches = _draw_pitches(end - start, rng)
        chosen = rng.choice(len(pitches), end - start, replace=False)
        moments += [pitches[n] for n in np.sort(chosen).tolist()]
    return tuple(moments)


def _draw_pitches(at_least: int, rng: np.random.Generator) -> list[Moment]:
    """Return the moments of all pitches to one team in a game."""
    half = "top" if rng.random() < 0.5 else "bottom"
    pitches: list[Moment] = []
    inning, outs, balls, strikes = 1, 0, 0, 0
    while inning <= _INNINGS or len(pitches) < at_least:
        pitches.append(Moment(inning, half, outs, balls, strikes))
        pitch, second = rng.random(2)
        if pitch < _BALL:
            balls += 1
        elif pitch < _BALL + _STRIKE:
            strikes += int(strikes < 2 or second >= _FOUL)
        if balls == 4 or strikes == 3 or pitch >= _BALL + _STRIKE:
            outs += int(balls < 4 and (strikes == 3 or second < _OUT))
            balls, strikes = 0, 0
        if outs == 3:
            inning, outs = inning + 1, 0
    return pitches
