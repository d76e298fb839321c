"""How good the predictions are on plays that were not yet learned from."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from signdecoder.core.names import fold
from signdecoder.core.outcomes import Evidence, evidence_of
from signdecoder.core.play import Play
from signdecoder.decoder.decoder import Decoder
from signdecoder.lstm.weights import Weights

EVERY = 4  # one game in four is held out
FEWEST_GAMES = 4  # below this nothing is held out: each play is predicted from those before it
_LEAST = 1e-6  # a probability is never taken for less than this


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Predict, then learn: log loss in nats and accuracy over plays whose outcome is known.

    ``base_*`` is what the rate of the called play so far would have scored.
    """

    how: Literal["games", "in order"]
    plays: int
    log_loss: float | None
    accuracy: float | None
    base_log_loss: float | None
    base_accuracy: float | None


@dataclass(frozen=True, slots=True)
class Scores:
    """Play by play: log loss of the decoder and the base, whether each was right, which game."""

    loss: NDArray[np.float64]
    right: NDArray[np.bool_]
    base_loss: NDArray[np.float64]
    base_right: NDArray[np.bool_]
    game: NDArray[np.int64]
    how: Literal["games", "in order"]

    def held_out(self) -> HeldOut:
        """The means, or nothing where no play was scored."""
        rows = (self.loss, self.right, self.base_loss, self.base_right)
        means = [float(row.mean()) if len(row) else None for row in rows]
        return HeldOut(self.how, len(self.loss), *means)

    def loss_by_game(self) -> NDArray[np.float64]:
        """The summed log loss of each held-out game that has a scored play."""
        return np.array([self.loss[self.game == g].sum() for g in np.unique(self.game)])


def split_games(plays: Sequence[Play]) -> tuple[list[Play], list[list[Play]]]:
    """One coach's plays, in order, as those to learn first and the games to hold out after them."""
    games = [list(game) for _, game in groupby(plays, key=lambda p: fold(p.game))]
    if len({fold(p.game) for p in plays}) < FEWEST_GAMES:
        return [], games
    held = games[EVERY - 1 :: EVERY]
    return [p for i, game in enumerate(games) if i % EVERY != EVERY - 1 for p in game], held


def score(plays: Sequence[Play], play: str, weights: Weights) -> Scores:
    """Predict each held-out play of one coach, then learn it; ``plays`` are in order."""
    first, games = split_games(plays)
    return _score(Decoder(play=play, weights=weights), first, games)


def score_in_order(
    plays: Sequence[Play], play: str, weights: Weights, changes: Collection[int] = ()
) -> Scores:
    """Predict each play of one coach from those before it, then learn it.

    The signs changed, as somebody knows, right before the plays ``changes``, from 0.
    """
    marks = sorted(n for n in changes if 0 < n < len(plays))
    reigns = [list(plays[a:b]) for a, b in pairwise([0, *marks, len(plays)])]
    return _score(Decoder(play=play, weights=weights), [], reigns, told=True)


def _score(
    decoder: Decoder, first: Sequence[Play], games: Sequence[Sequence[Play]], told: bool = False
) -> Scores:
    """Learn the first plays, then predict each of the others; ``told``: signs change in between."""
    play = decoder.play
    decoder.observe_many(first)
    known = [e for e in (evidence_of(p.outcome, play) for p in first) if e is not Evidence.SILENT]
    hits, total = sum(e is Evidence.CALLED for e in known), len(known)
    rows: list[tuple[float, bool, float, bool, int]] = []
    for number, game in enumerate(games):
        if told and number:
            decoder.mark_change()
        for p in game:
            evidence = evidence_of(p.outcome, play)
            if evidence is not Evidence.SILENT:
                called = evidence is Evidence.CALLED
                # One call and one other play are taken as seen: a rate is never quite 0 or 1.
                base = (hits + 1) / (total + 2)
                (opinion,) = decoder.opinions([p.signals])
                rows.append((*_mark(opinion.probability, called), *_mark(base, called), number))
                hits, total = hits + called, total + 1
            decoder.observe_many([p])
    loss, right, base_loss, base_right, game_of = zip(*rows, strict=True) if rows else ((),) * 5
    return Scores(
        np.array(loss, np.float64),
        np.array(right, np.bool_),
        np.array(base_loss, np.float64),
        np.array(base_right, np.bool_),
        np.array(game_of, np.int64),
        "games" if first else "in order",
    )


def _mark(p: float, called: bool) -> tuple[float, bool]:
    """The log loss of a probability in nats, and whether its better half was right."""
    return -float(np.log(max(p if called else 1 - p, _LEAST))), (p >= 0.5) == called
