"""Scores of predictions on plays that were not learned yet.

The plays are scored prequentially: each is predicted, then learned (Dawid 1984).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from signdecoder.core.evidence import evidence_in
from signdecoder.core.names import fold
from signdecoder.core.outcomes import Evidence
from signdecoder.core.play import Play
from signdecoder.core.same_plays import SAME_PLAYS, SamePlays
from signdecoder.decoder.decoder import Decoder
from signdecoder.decoder.prequential import Column
from signdecoder.lstm.weights import Weights

EVERY = 4  # every fourth game is held out
FEWEST_GAMES = 4  # with fewer, no game is held out; each play is predicted from those before it
_LEAST = 1e-6  # probabilities are clipped to this before their log is taken


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Mean scores over plays with a known outcome, each predicted before it was learned.

    Attributes
    ----------
    how : {"games", "in order"}
        Whether games were held out, or each play was predicted from those before it.
    plays : int
        The number of plays that were scored.
    log_loss, accuracy : float or None
        Mean log loss in nats and share of right predictions; None without a play.
    base_log_loss, base_accuracy : float or None
        The same for the rate of the called play so far.
    """

    how: Literal["games", "in order"]
    plays: int
    log_loss: float | None
    accuracy: float | None
    base_log_loss: float | None
    base_accuracy: float | None


@dataclass(frozen=True, slots=True)
class Scores:
    """Scores of each play.

    Attributes
    ----------
    loss, base_loss : ndarray of float64, shape (N,)
        Log loss in nats of the decoder and of the rate so far.
    right, base_right : ndarray of bool, shape (N,)
        Whether each prediction was right.
    game : ndarray of int64, shape (N,)
        The number of the held-out game.
    how : {"games", "in order"}
        Whether games were held out.
    """

    loss: NDArray[np.float64]
    right: NDArray[np.bool_]
    base_loss: NDArray[np.float64]
    base_right: NDArray[np.bool_]
    game: NDArray[np.int64]
    how: Literal["games", "in order"]

    def held_out(self) -> HeldOut:
        """Return the means.

        Returns
        -------
        HeldOut
            The means; None for each if no play was scored.
        """
        rows = (self.loss, self.right, self.base_loss, self.base_right)
        means = [float(row.mean()) if len(row) else None for row in rows]
        return HeldOut(self.how, len(self.loss), *means)

    def loss_by_game(self) -> NDArray[np.float64]:
        """Return the log loss of each held-out game.

        Returns
        -------
        ndarray of float64
            The sum over the game's plays, for every game with a scored play.
        """
        return np.array([self.loss[self.game == g].sum() for g in np.unique(self.game)])


def hold_out_games(plays: Sequence[Play]) -> tuple[list[Play], list[list[Play]]]:
    """Split a coach's plays into those to learn first and the games to hold out.

    Parameters
    ----------
    plays : sequence of Play
        One coach's plays, in order.

    Returns
    -------
    first : list of Play
        The plays to learn first; none if there are few games.
    games : list of list of Play
        The games to predict.
    """
    games = [list(game) for _, game in groupby(plays, key=lambda p: fold(p.game))]
    if len({fold(p.game) for p in plays}) < FEWEST_GAMES:
        return [], games
    held = games[EVERY - 1 :: EVERY]
    return [p for i, game in enumerate(games) if i % EVERY != EVERY - 1 for p in game], held


def score(
    plays: Sequence[Play], play: str, weights: Weights, same_plays: SamePlays = SAME_PLAYS
) -> Scores:
    """Score the held-out plays of one coach; each is predicted, then learned.

    Parameters
    ----------
    plays : sequence of Play
        The coach's plays, in order.
    play : str
        The called play.
    weights : Weights
        The network to score.
    same_plays : SamePlays, optional
        The outcomes that count as the same play of this coach.

    Returns
    -------
    Scores
        The scores of each play.
    """
    first, games = hold_out_games(plays)
    rest = [p for game in games for p in game]
    decoder = Decoder(
        play=play, weights=weights, separate=same_plays.separate, same=same_plays.same
    )
    decoder.observe_many([*first, *rest])
    p_called = decoder.prequential[len(first) :, Column.TOGETHER]
    game_of = [number for number, game in enumerate(games) for _ in game]
    return _score(first, rest, p_called.tolist(), decoder, game_of)


def score_in_order(decoder: Decoder, plays: Sequence[Play]) -> Scores:
    """Score all plays of one coach; each was predicted from those before it, then learned.

    Parameters
    ----------
    decoder : Decoder
        The decoder that has read the plays; what it predicted is not computed again.
    plays : sequence of Play
        The coach's plays, in order.

    Returns
    -------
    Scores
        The scores of each play.
    """
    p_called = decoder.prequential[:, Column.TOGETHER].tolist()
    return _score([], plays, p_called, decoder, [0] * len(plays))


def _score(
    first: Sequence[Play],
    rest: Sequence[Play],
    p_called: Sequence[float],
    decoder: Decoder,
    game_of: Sequence[int],
) -> Scores:
    """Score the predictions of the plays after the first ones, and the rate so far."""
    target = (decoder.play, decoder.same_plays)
    known = [e for e in (evidence_in(p, *target) for p in first) if e is not Evidence.SILENT]
    hits, total = sum(e is Evidence.CALLED for e in known), len(known)
    rows: list[tuple[float, bool, float, bool, int]] = []
    for p, probability, number in zip(rest, p_called, game_of, strict=True):
        evidence = evidence_in(p, *target)
        if evidence is Evidence.SILENT:
            continue
        called = evidence is Evidence.CALLED
        # Laplace smoothing: the rate is never 0 or 1.
        base = (hits + 1) / (total + 2)
        scores = (*_score_prediction(probability, called), *_score_prediction(base, called))
        rows.append((*scores, number))
        hits, total = hits + called, total + 1
    loss, right, base_loss, base_right, scored = zip(*rows, strict=True) if rows else ((),) * 5
    return Scores(
        np.array(loss, np.float64),
        np.array(right, np.bool_),
        np.array(base_loss, np.float64),
        np.array(base_right, np.bool_),
        np.array(scored, np.int64),
        "games" if first else "in order",
    )


def _score_prediction(p: float, called: bool) -> tuple[float, bool]:
    """Return the log loss of a probability in nats, and whether its answer was right."""
    return -float(np.log(max(p if called else 1 - p, _LEAST))), (p >= 0.5) == called
