"""What was learned, kept in the store beside the plays: weights as arrays, beliefs as bytes."""

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from signdecoder.errors import SigndecoderError
from signdecoder.plays import fold
from signdecoder.store import Store

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Arrays = Mapping[str, NDArray[np.generic]]


@dataclass(frozen=True, slots=True)
class Belief:
    """A saved belief, the hash of the weights behind it, and the plays that it has read."""

    blob: bytes
    weights_hash: str
    plays: int
    plays_hash: str


def save_weights(store: Store, play: str, arrays: "Arrays", meta: Mapping[str, Any]) -> None:
    """Keep the weights for a called play in the place of those it had."""
    import numpy as np

    packed = io.BytesIO()
    np.savez(packed, **dict(arrays), allow_pickle=False)
    with store.writing() as db:
        db.execute(
            "INSERT OR REPLACE INTO weights (play, arrays, meta) VALUES (?, ?, ?)",
            (play, packed.getvalue(), json.dumps(dict(meta))),
        )


def load_weights(store: Store, play: str) -> "tuple[dict[str, Any], dict[str, Any]] | None":
    """Return the weights for a called play as arrays by name, and what was noted of them."""
    with store.reading() as db:
        row = db.execute("SELECT arrays, meta FROM weights WHERE play = ?", (play,)).fetchone()
    if row is None:
        return None
    import numpy as np

    try:
        with np.load(io.BytesIO(row[0]), allow_pickle=False) as packed:
            return {name: packed[name] for name in packed.files}, dict(json.loads(row[1]))
    except (ValueError, OSError, EOFError, zipfile.BadZipFile):
        raise SigndecoderError(
            f"the weights for {play} in the store {store.path} are damaged",
            "`signdecoder train --shipped` goes back to the shipped ones",
        ) from None


def drop_weights(store: Store, play: str) -> bool:
    """Forget the weights for a called play; were there any?"""
    with store.writing() as db:
        return db.execute("DELETE FROM weights WHERE play = ?", (play,)).rowcount > 0


def save_belief(
    store: Store,
    coach: str,
    play: str,
    blob: bytes,
    weights_hash: str,
    plays: int,
    plays_hash: str,
) -> None:
    """Keep a belief about a coach and a called play in the place of the one before."""
    with store.writing() as db:
        db.execute(
            "INSERT OR REPLACE INTO beliefs"
            " (coach_key, play, blob, weights_hash, plays, plays_hash) VALUES (?, ?, ?, ?, ?, ?)",
            (fold(coach), play, blob, weights_hash, plays, plays_hash),
        )


def load_belief(store: Store, coach: str, play: str) -> Belief | None:
    """Return the belief that was kept about a coach and a called play."""
    with store.reading() as db:
        row = db.execute(
            "SELECT blob, weights_hash, plays, plays_hash FROM beliefs"
            " WHERE coach_key = ? AND play = ?",
            (fold(coach), play),
        ).fetchone()
    return None if row is None else Belief(*row)
