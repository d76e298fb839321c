"""Open the decoder of a coach: resume the saved belief, learn what is new, save it again."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from signdecoder.core.attributes import Attributes
from signdecoder.core.encoded_log import teaching_key
from signdecoder.core.errors import SigndecoderError
from signdecoder.core.outcomes import STEAL
from signdecoder.core.play import Play
from signdecoder.core.same_plays import SamePlays
from signdecoder.core.shares import UNKNOWN_SHARE
from signdecoder.decoder.decoder import Decoder
from signdecoder.lstm.weights import Weights
from signdecoder.store.errors import StoreNotWritableError
from signdecoder.store.store import Store
from signdecoder.workspace.saved_beliefs import (
    SavedBelief,
    load_belief,
    model_hash,
    save_belief,
)
from signdecoder.workspace.tuned_weights import load_weights

# The version of how plays become a belief. Change it whenever the same plays, weights and rules
# give another belief, so that beliefs saved by an earlier version are computed again.
_BELIEF_VERSION = 9
_PLAYS_A_STEP = 4  # about a third of a second, if nothing is saved yet


class CoachSettings(NamedTuple):
    """How the plays of a coach are read: what their belief depends on besides the plays.

    Attributes
    ----------
    attributes : mapping of str to tuple of str
        What the coach's signals have in common.
    same_plays : SamePlays
        The outcomes that count as the same play.
    case_matters : bool
        Whether letters in upper and in lower case are different signals.
    """

    attributes: Attributes
    same_plays: SamePlays
    case_matters: bool


def load_settings(store: Store, coach: str) -> CoachSettings:
    """Return how the plays of a coach are read.

    Parameters
    ----------
    store : Store
        An open play database.
    coach : str
        The name of the coach.

    Returns
    -------
    CoachSettings
        The settings, as they are stored now.
    """
    return CoachSettings(
        store.attributes(coach), store.same_plays(coach), store.case_matters(coach)
    )


def open_stored_decoder(
    coach: str,
    *,
    play: str = STEAL,
    db: Path | str | None = None,
    weights: Path | str | Weights | None = None,
) -> Decoder:
    """Open the play database and return the decoder of a coach, up to date.

    Parameters
    ----------
    coach : str
        The name of the coach.
    play : str
        The outcome to predict.
    db : Path or str, optional
        The database file; by default the one that the commands use.
    weights : Path, str or Weights, optional
        By default the weights that were tuned for this coach, or else the shipped ones.

    Returns
    -------
    Decoder
        A decoder that has learned all plays of the coach.
    """
    with Store.open(Path(db) if db else None) as store:
        return open_decoder(store, coach, play=play, weights=weights)


def open_decoder(
    store: Store,
    coach: str,
    *,
    play: str = STEAL,
    weights: Path | str | Weights | None = None,
    unknown_share: float = UNKNOWN_SHARE,
) -> Decoder:
    """Return the decoder of a coach, up to date, and save its belief if the store is writable.

    Parameters
    ----------
    store : Store
        An open play database.
    coach : str
        The name of the coach.
    play : str
        The outcome to predict.
    weights : Path, str or Weights, optional
        By default the weights that were tuned for this coach, or else the shipped ones.
    unknown_share : float, optional
        The share of coaches with rules of no known kind. It changes no saved belief.

    Returns
    -------
    Decoder
        A decoder that has learned all plays of the coach.
    """
    for decoder in read_decoder(  # noqa: B007
        store, coach, play=play, weights=weights, unknown_share=unknown_share
    ):
        pass
    return decoder


def read_decoder(
    store: Store,
    coach: str,
    *,
    play: str = STEAL,
    weights: Path | str | Weights | None = None,
    unknown_share: float = UNKNOWN_SHARE,
) -> Iterator[Decoder]:
    """Open the decoder of a coach step by step, so that it can answer meanwhile.

    Parameters
    ----------
    store : Store
        An open play database.
    coach : str
        The name of the coach.
    play : str
        The outcome to predict.
    weights : Path, str or Weights, optional
        As for `open_decoder`.
    unknown_share : float, optional
        As for `open_decoder`.

    Yields
    ------
    Decoder
        The same decoder each time, after a few more plays; the last time it is up to date.
    """
    n_erasures = store.n_erasures()
    settings = load_settings(store, coach)
    fresh = Decoder(
        play=play,
        weights=weights or load_weights(store, play, coach),
        attributes=settings.attributes,
        case_matters=settings.case_matters,
        unknown_share=unknown_share,
        separate=settings.same_plays.separate,
        same=settings.same_plays.same,
    )
    plays, changes = store.plays_and_change_points(coach)
    saved = load_belief(store, coach, fresh.play)
    decoder = (_resume(fresh, saved, plays, changes) if saved else None) or fresh
    n_read = decoder.n_plays
    for end in range(n_read + _PLAYS_A_STEP, len(plays), _PLAYS_A_STEP):
        decoder.catch_up(plays[:end], [n for n in changes if n <= end])
        yield decoder
    decoder.catch_up(plays, changes)
    digest = _digest(plays, fresh, changes)
    is_new = saved is None or not n_read or saved.plays_hash != digest
    if is_new and not store.read_only:
        belief = SavedBelief(decoder.snapshot(), model_hash(decoder.weights), len(plays), digest)
        # Saving only makes the next start faster: a prediction needs no room on the disk.
        with suppress(StoreNotWritableError):
            save_belief(store, coach, fresh.play, belief, n_erasures)
    yield decoder


def _resume(
    fresh: Decoder, saved: SavedBelief, plays: Sequence[Play], changes: Collection[int]
) -> Decoder | None:
    """Return a decoder with the saved belief, if it fits the experts, plays and changes."""
    read = plays[: saved.plays]
    if saved.model_hash != model_hash(fresh.weights) or len(read) < saved.plays:
        return None
    # The signs may have changed right after those plays, and that may be new.
    before = [n for n in changes if n < len(read)]
    up_to = [n for n in changes if n <= len(read)]
    if saved.plays_hash not in (_digest(read, fresh, c) for c in (before, up_to)):
        return None
    try:
        decoder = fresh.resume(read, before, saved.blob)
    except SigndecoderError:  # damaged: the plays are all there, so it is computed again
        return None
    if len(read) in changes:
        decoder.mark_change()
    return decoder


def _digest(plays: Iterable[Play], fresh: Decoder, changes: Collection[int]) -> str:
    """Hash everything that the belief depends on in these plays, changes and options."""
    options = f"{sorted(fresh.attributes.items())} {fresh.same_plays} {fresh.case_matters}"
    digest = blake2b(f"{_BELIEF_VERSION} {fresh.play} {options}".encode(), digest_size=16)
    for p in plays:
        digest.update("\x1f".join((*teaching_key(p), "\x1e")).encode())
    digest.update(" ".join(map(str, sorted(changes))).encode())
    return digest.hexdigest()
