"""Beliefs saved in the play database: bytes, and what they depend on."""

from __future__ import annotations

from typing import NamedTuple

from signdecoder.bayes.grammar import grammar_hash
from signdecoder.core.names import fold
from signdecoder.lstm.weights import Weights
from signdecoder.store.compaction import count_erasures
from signdecoder.store.store import Store
from signdecoder.store.validation import typed_rows


class SavedBelief(NamedTuple):
    """What a decoder had learned about a coach.

    Attributes
    ----------
    blob : bytes
        The snapshot of the decoder.
    model_hash : str
        The `model_hash` of the weights and the grammar that it was made with.
    plays : int
        The number of plays that it has read.
    plays_hash : str
        A hash of those plays and of the marked changes of signs.
    """

    blob: bytes
    model_hash: str
    plays: int
    plays_hash: str


def model_hash(weights: Weights) -> str:
    """Return the hash that a belief is saved under: it is only read by the same experts.

    Parameters
    ----------
    weights : Weights
        The weights of the network.

    Returns
    -------
    str
        A hash of the weights and of the grammar, which is all rules with their prior.
    """
    return f"{weights.hash}+{grammar_hash()}"


def save_belief(
    store: Store, coach: str, target: str, belief: SavedBelief, n_erasures: int | None = None
) -> None:
    """Save a belief about a coach, in place of the one before.

    Parameters
    ----------
    store : Store
        The play database.
    coach : str
        The name of the coach.
    target : str
        The outcome that the decoder predicts.
    belief : SavedBelief
        What to save.
    n_erasures : int, optional
        The store's `n_erasures` before the plays were read. If plays were erased since, nothing is
        saved: the belief may come from them.
    """
    with store.writing() as db:
        if n_erasures not in (None, count_erasures(db)):
            return
        db.execute(
            "INSERT OR REPLACE INTO beliefs"
            " (coach_key, play, blob, weights_hash, plays, plays_hash) VALUES (?, ?, ?, ?, ?, ?)",
            (
                *(fold(coach), target, belief.blob),
                *(belief.model_hash, belief.plays, belief.plays_hash),
            ),
        )


def load_belief(store: Store, coach: str, target: str) -> SavedBelief | None:
    """Return the saved belief about a coach.

    Parameters
    ----------
    store : Store
        The play database.
    coach : str
        The name of the coach.
    target : str
        The outcome that the decoder predicts.

    Returns
    -------
    SavedBelief or None
        None if there is none.
    """
    with store.reading() as db:
        rows = db.execute(
            "SELECT blob, weights_hash, plays, plays_hash FROM beliefs"
            " WHERE coach_key = ? AND play = ?",
            (fold(coach), target),
        )
        row = next(typed_rows(rows, "btit"), None)
    return None if row is None else SavedBelief(*row)
