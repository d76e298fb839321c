"""Scores of predictions on plays that were not learned yet.

The plays are scored prequentially: each is predicted, then learned (Dawid 1984). With enough games,
half of them are predicted after the other half was learned, and then the other way round
(cross-validation with two folds, Stone 1974).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from signdecoder.core.evidence import evidence_in
from signdecoder.core.letters import find_letter_cases
from signdecoder.core.names import fold
from signdecoder.core.outcomes import Evidence
from signdecoder.core.play import Play
from signdecoder.core.same_plays import SAME_PLAYS, SamePlays
from signdecoder.decoder.decoder import Decoder
from signdecoder.decoder.prequential import Column
from signdecoder.lstm.weights import Weights

FOLDS = 2  # parts that are held out in turn
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
        The number of the play's game.
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


@dataclass(frozen=True, slots=True)
class Split:
    """Games of a coach that are held out together, and the plays that are learned first.

    Attributes
    ----------
    learned : list of Play
        The plays of all other games, in order; none if the coach has few games.
    held_out : list of Play
        The plays to predict, in order.
    game : list of int
        The number of the game of each play to predict, from 0, among all games of the coach.
    """

    learned: list[Play]
    held_out: list[Play]
    game: list[int]


def split_games(plays: Sequence[Play]) -> list[Split]:
    """Split a coach's games so that each is held out once.

    Every second game is held out, then the others. So each half has early and late games, and signs
    that change during a season are in both.

    Parameters
    ----------
    plays : sequence of Play
        One coach's plays, in order.

    Returns
    -------
    list of Split
        The folds. With fewer than FEWEST_GAMES there is one, in which nothing is learned first.
    """
    numbers: dict[str, int] = {}
    game = [numbers.setdefault(fold(p.game), len(numbers)) for p in plays]
    if len(numbers) < FEWEST_GAMES:
        return [Split([], list(plays), game)]
    pairs = list(zip(plays, game, strict=True))
    return [
        Split(
            [p for p, n in pairs if n % FOLDS != turn],
            [p for p, n in pairs if n % FOLDS == turn],
            [n for n in game if n % FOLDS == turn],
        )
        for turn in reversed(range(FOLDS))  # the first fold learns the larger part
    ]


def score(
    plays: Sequence[Play], play: str, weights: Weights, same_plays: SamePlays = SAME_PLAYS
) -> Scores:
    """Score the plays of one coach; the games are held out in turn.

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
    splits = split_games(plays)
    return join_scores([score_split(split, play, weights, same_plays) for split in splits])


def score_split(
    split: Split, play: str, weights: Weights, same_plays: SamePlays = SAME_PLAYS
) -> Scores:
    """Score the held-out plays of a fold; each is predicted, then learned.

    Parameters
    ----------
    split : Split
        The plays to learn first, and those to predict.
    play : str
        The called play.
    weights : Weights
        The network to score.
    same_plays : SamePlays, optional
        The outcomes that count as the same play.

    Returns
    -------
    Scores
        The scores of each held-out play.
    """
    plays = [*split.learned, *split.held_out]
    decoder = Decoder(
        play=play,
        weights=weights,
        separate=same_plays.separate,
        same=same_plays.same,
        # The store spells a letter in one case only where case does not matter.
        case_matters=find_letter_cases(p.signals for p in plays).matter,
    )
    decoder.observe_many(plays)
    p_called = decoder.prequential[len(split.learned) :, Column.TOGETHER]
    return _score(split.learned, split.held_out, p_called.tolist(), decoder, split.game)


def join_scores(parts: Sequence[Scores]) -> Scores:
    """Join the scores of the folds of one coach.

    Parameters
    ----------
    parts : sequence of Scores
        The scores of at least one fold.

    Returns
    -------
    Scores
        The scores of all plays.
    """
    names = ("loss", "right", "base_loss", "base_right", "game")
    rows = {name: np.concatenate([getattr(part, name) for part in parts]) for name in names}
    return Scores(**rows, how=parts[0].how)


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
