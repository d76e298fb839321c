"""What was learned, kept in the store beside the plays: weights as arrays, beliefs as bytes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from hashlib import blake2b

from signdecoder.core.errors import SigndecoderError
from signdecoder.core.names import fold
from signdecoder.core.npz import pack_arrays, refuse
from signdecoder.lstm.weights import (
    LONGEST_ABOUT,
    MOST_VALUES,
    Weights,
    describe_weights,
    unpack_weights,
)
from signdecoder.store.store import Store
from signdecoder.store.validation import typed_rows

_SERVED = "serves"  # in what weights say of themselves: the marks of coaches
_LARGEST = 5 * MOST_VALUES  # bytes of arrays: four a value, and the archive around them


def save_weights(
    store: Store, play: str, weights: Weights, coaches: Iterable[str] | None = None
) -> None:
    """Keep the weights for a called play in the place of those it had.

    They serve these coaches, or all where none are named.
    """
    served = {} if coaches is None else {_SERVED: sorted(map(_mark, coaches))}
    meta = describe_weights(replace(weights, training={**weights.training, **served}))
    with store.writing() as db:
        db.execute(
            "INSERT OR REPLACE INTO weights (play, arrays, meta) VALUES (?, ?, ?)",
            (play, pack_arrays(weights.arrays), meta),
        )


def load_weights(store: Store, play: str, coach: str) -> Weights | None:
    """Return the weights that were learned for a called play, if they serve this coach."""
    weights = find_weights(store, play)
    return weights if weights and serve(weights, coach) else None


def serve(weights: Weights, coach: str) -> bool:
    """Is this coach to be asked about with these learned weights?"""
    served = weights.training.get(_SERVED)
    return not isinstance(served, list) or _mark(coach) in served


def _mark(coach: str) -> str:
    """A short name for a coach, however long his own is."""
    return blake2b(fold(coach).encode(), digest_size=6).hexdigest()


def find_weights(store: Store, play: str) -> Weights | None:
    """Return the weights that were learned for a called play; a store may come from a stranger."""
    with store.reading() as db:
        size = db.execute(
            "SELECT length(arrays), length(meta) FROM weights WHERE play = ?", (play,)
        ).fetchone()
        if size is None:
            return None
        fits = size[0] <= _LARGEST and size[1] <= LONGEST_ABOUT  # else it is not even fetched
        query = "SELECT arrays, meta FROM weights WHERE play = ?"
        row = next(typed_rows(db.execute(query, (play,)), "bt"), None) if fits else None
    where = f"the weights for {play} in the store {store.path}"
    try:
        if row is None:
            raise refuse(where, "they are larger than weights can be")
        arrays, meta = row
        return unpack_weights(meta, arrays, where, "tuned")
    except SigndecoderError as error:
        hint = "`signdecoder train --shipped` goes back to the shipped ones"
        raise SigndecoderError(error.message, hint) from None


def tuned_plays(store: Store) -> list[str]:
    """Return the called plays that weights were learned for."""
    with store.reading() as db:
        rows = db.execute("SELECT play FROM weights ORDER BY play")
        return [play for (play,) in typed_rows(rows, "t")]


def drop_weights(store: Store, play: str) -> bool:
    """Forget the weights for a called play; were there any?"""
    with store.writing() as db:
        return db.execute("DELETE FROM weights WHERE play = ?", (play,)).rowcount > 0
