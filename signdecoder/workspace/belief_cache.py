"""What the advisers have learned of a coach, from the store and up to date."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from hashlib import blake2b
from itertools import pairwise

from signdecoder.core.errors import SigndecoderError
from signdecoder.core.play import Play
from signdecoder.decoder.ensemble import Ensemble
from signdecoder.lstm.weights import Weights
from signdecoder.store.errors import StoreNotWritableError
from signdecoder.store.store import Store
from signdecoder.workspace.tuned_weights import SavedBelief, load_belief, save_belief

# How a log is read: another number wherever the same plays and weights give another belief, so that
# those that an earlier version saved are made anew.
_READING = 2


def recall_advisers(store: Store, coach: str, play: str, weights: Weights) -> Ensemble:
    """The advisers who know all his plays, with the help of the belief that was saved.

    What was new to that is saved, where the store can be written.
    """
    plays, changes = store.plays_and_changes(coach)
    digest = _digest(plays, play, changes)
    saved = load_belief(store, coach, play)
    advisers = _resume(saved, play, weights, plays, changes) if saved else None
    advisers = advisers or Ensemble(play, weights)
    read = len(advisers.lstm.log)
    for begin, end in pairwise([read, *sorted(n for n in changes if n > read), len(plays)]):
        advisers.learn(plays[begin:end])
        if end in changes:
            advisers.changed()
    advisers.settle()
    if (saved is None or not read or saved.plays_hash != digest) and not store.read_only:
        belief = SavedBelief(advisers.snapshot(), weights.hash, len(plays), digest)
        with suppress(
            StoreNotWritableError
        ):  # it saves time, and no more: an answer needs no room on a disk
            save_belief(store, coach, play, belief)
    return advisers


def _resume(
    saved: SavedBelief,
    play: str,
    weights: Weights,
    plays: Sequence[Play],
    changes: Collection[int],
) -> Ensemble | None:
    """The advisers of a saved belief, if it is of these weights, plays and changes."""
    read = plays[: saved.plays]
    if saved.weights_hash != weights.hash or len(read) < saved.plays:
        return None
    # The signs may have changed right after those plays, and that may be news.
    before = [n for n in changes if n < len(read)]
    known = [n for n in changes if n <= len(read)]
    if saved.plays_hash not in (_digest(read, play, before), _digest(read, play, known)):
        return None
    try:
        advisers = Ensemble.resume(play, weights, read, before, saved.blob)
    except SigndecoderError:  # damaged: the plays are all there, so it is made anew
        return None
    if len(read) in changes:
        advisers.changed()
    return advisers


def _digest(plays: Iterable[Play], play: str, changes: Collection[int]) -> str:
    """A hash of all that is learned from these plays and changes."""
    digest = blake2b(f"{_READING} {play}".encode(), digest_size=16)
    for p in plays:
        digest.update("\x1f".join((p.game, p.outcome, *p.signals, "\x1e")).encode())
    digest.update(" ".join(map(str, sorted(changes))).encode())
    return digest.hexdigest()
