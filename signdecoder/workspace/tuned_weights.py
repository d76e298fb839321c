"""Weights that were tuned on a store's plays, and which coaches they are used for."""

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
from signdecoder.store.compaction import count_erasures
from signdecoder.store.store import Store
from signdecoder.store.validation import typed_rows

_SERVED = "serves"  # the key, in the description of weights, of the coaches they are used for
_N_KNOWN_BY = 8  # plays by which a coach is known again under another name
_LARGEST = 5 * MOST_VALUES  # bytes of arrays: four per value, and the archive around them


def save_weights(
    store: Store,
    play: str,
    weights: Weights,
    coaches: Iterable[str] | None = None,
    n_erasures: int | None = None,
) -> None:
    """Save tuned weights, in place of those before.

    A coach is known by the numbers of some plays, so the weights follow when the coach is renamed
    or merged, and another coach of the same name does not get them.

    Parameters
    ----------
    store : Store
        The play database.
    play : str
        The outcome that they predict.
    weights : Weights
        The weights.
    coaches : iterable of str, optional
        The coaches that they are used for; by default all.
    n_erasures : int, optional
        The store's `n_erasures` before the plays were read.

    Raises
    ------
    SigndecoderError
        If plays were erased since: the weights may come from them.
    """
    served = {} if coaches is None else {_SERVED: [_known_by(store, name) for name in coaches]}
    meta = describe_weights(replace(weights, training={**weights.training, **served}))
    with store.writing() as db:
        if n_erasures not in (None, count_erasures(db)):
            raise SigndecoderError(
                "plays were deleted for good meanwhile, so the weights were not saved",
                "run the command again",
            )
        db.execute(
            "INSERT OR REPLACE INTO weights (play, arrays, meta) VALUES (?, ?, ?)",
            (play, pack_arrays(weights.arrays), meta),
        )


def load_weights(store: Store, play: str, coach: str) -> Weights | None:
    """Return the tuned weights for an outcome, if they are used for a coach.

    Parameters
    ----------
    store : Store
        The play database.
    play : str
        The outcome to predict.
    coach : str
        The name of the coach.

    Returns
    -------
    Weights or None
        None if there are none for this coach.
    """
    weights = find_weights(store, play)
    return weights if weights and serve(store, weights, coach) else None


def serve(store: Store, weights: Weights, coach: str) -> bool:
    """Return whether tuned weights are used for a coach.

    Parameters
    ----------
    store : Store
        The play database that they are saved in.
    weights : Weights
        The tuned weights.
    coach : str
        The name of the coach.

    Returns
    -------
    bool
        True if they predict this coach better, or were saved for all coaches.
    """
    served = weights.training.get(_SERVED)
    if not isinstance(served, list):
        return True
    # Version 0.2 knew coaches by a hash of their names.
    named = blake2b(fold(coach).encode(), digest_size=6).hexdigest() in served
    return named or any(_is_coach_of(store, numbers, coach) for numbers in served)


def _known_by(store: Store, coach: str) -> list[int]:
    """Return the numbers of a few plays of a coach, from all over the log."""
    numbers = [play.id for play in store.plays(coach) if play.id is not None]
    return numbers[:: max(1, len(numbers) // _N_KNOWN_BY)][:_N_KNOWN_BY]


def _is_coach_of(store: Store, numbers: object, coach: str) -> bool:
    """Return whether most of these plays that are left are of a coach."""
    if not isinstance(numbers, list) or not all(type(number) is int for number in numbers):
        return False
    own = [fold(play.coach) == fold(coach) for play in store.plays_numbered(numbers)]
    return 2 * sum(own) > len(own)


def find_weights(store: Store, play: str) -> Weights | None:
    """Return the tuned weights for an outcome, no matter which coaches they are used for.

    Parameters
    ----------
    store : Store
        The play database, which may come from a stranger.
    play : str
        The outcome to predict.

    Returns
    -------
    Weights or None
        None if there are none.

    Raises
    ------
    SigndecoderError
        If they are damaged or too large.
    """
    with store.reading() as db:
        size = db.execute(
            "SELECT length(arrays), length(meta) FROM weights WHERE play = ?", (play,)
        ).fetchone()
        if size is None:
            return None
        fits = (
            size[0] <= _LARGEST and size[1] <= LONGEST_ABOUT
        )  # otherwise they are not even fetched
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


def drop_weights(store: Store, play: str) -> bool:
    """Delete the tuned weights for an outcome.

    Parameters
    ----------
    store : Store
        The play database.
    play : str
        The outcome.

    Returns
    -------
    bool
        Whether there were any.
    """
    with store.writing() as db:
        return db.execute("DELETE FROM weights WHERE play = ?", (play,)).rowcount > 0
