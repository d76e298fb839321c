"""Which weights a store's coaches are predicted with, found without loading any arrays."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from signdecoder import lstm
from signdecoder.core.errors import SigndecoderError
from signdecoder.store.validation import typed_rows

if TYPE_CHECKING:
    from signdecoder.store.store import Store

_LONGEST = 100_000  # bytes of JSON; a store may come from a stranger


def shipped_hash() -> str:
    """Return the hash of the weights that come with the program.

    Returns
    -------
    str
        The SHA-256 that was written beside the arrays.
    """
    about = Path(lstm.__path__[0], "shipped.json").read_text("utf-8")
    return str(json.loads(about)["sha256"])


def tuned_hashes(store: Store) -> dict[str, str]:
    """List the weights that were learned from the plays in a store.

    Parameters
    ----------
    store : Store
        The open store.

    Returns
    -------
    dict of str to str
        For each called play, the SHA-256 of its weights.

    Raises
    ------
    SigndecoderError
        If the description of some weights cannot be read.
    """
    with store.reading() as db:
        meta = "CASE WHEN length(meta) <= ? THEN meta ELSE '' END"
        cursor = db.execute(f"SELECT play, {meta} FROM weights ORDER BY play", (_LONGEST,))
        rows = [*typed_rows(cursor, "tt")]
    return {play: _parse_hash(store, play, text) for play, text in rows}


def _parse_hash(store: Store, play: str, meta: str) -> str:
    try:
        return str(json.loads(meta)["sha256"])
    except (ValueError, RecursionError, TypeError, KeyError):
        raise SigndecoderError(
            f"the weights for {play} in the store {store.path} are damaged",
            "`signdecoder train --shipped` goes back to the shipped ones",
        ) from None
