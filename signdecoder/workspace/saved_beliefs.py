"""Beliefs saved in the play database: bytes, and what they depend on."""

from __future__ import annotations

from dataclasses import dataclass

from signdecoder.core.names import fold
from signdecoder.store.store import Store
from signdecoder.store.validation import typed_rows


@dataclass(frozen=True, slots=True)
class SavedBelief:
    """What a decoder had learned about a coach.

    Attributes
    ----------
    blob : bytes
        The snapshot of the decoder.
    weights_hash : str
        The hash of the weights that it was made with.
    plays : int
        The number of plays that it has read.
    plays_hash : str
        A hash of those plays and of the marked changes of signs.
    """

    blob: bytes
    weights_hash: str
    plays: int
    plays_hash: str


def save_belief(store: Store, coach: str, target: str, belief: SavedBelief) -> None:
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
    """
    with store.writing() as db:
        db.execute(
            "INSERT OR REPLACE INTO beliefs"
            " (coach_key, play, blob, weights_hash, plays, plays_hash) VALUES (?, ?, ?, ?, ?, ?)",
            (
                *(fold(coach), target, belief.blob),
                *(belief.weights_hash, belief.plays, belief.plays_hash),
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
