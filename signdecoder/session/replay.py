"""Keep a decoder up to date with a log that is written, edited and undone.

The work is split into small steps, so that a request that arrives meanwhile is answered at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from signdecoder.core.encoded_log import teaching_key
from signdecoder.core.moments import moment_of
from signdecoder.core.play import Play
from signdecoder.decoder.decoder import Decoder
from signdecoder.decoder.prediction import KeySign, Prediction
from signdecoder.decoder.prequential import Column

Entry = Play | None  # None: the user recorded a change of signs here
_N_RECENT = 8  # latest checkpoints, for changes that are undone at once
_N_SPREAD = 16  # earlier checkpoints, spread evenly over the log
# Plays after which the confidence is computed again: each of the first ones, then every eighth.
_CONFIDENCE_FIRST, _CONFIDENCE_EVERY = 24, 8


@dataclass(frozen=True, slots=True)
class PastPrediction:
    """What the decoder predicted about one logged play.

    Attributes
    ----------
    prediction : Prediction
        The prediction before the outcome was known.
    key_signs : tuple of KeySign
        The key signs after the outcome was learned, best first.
    """

    prediction: Prediction
    key_signs: tuple[KeySign, ...]


@dataclass(slots=True)
class _ReplayState:
    """A decoder, the entries it has read, and its predictions, None where nothing was recorded."""

    decoder: Decoder
    log: list[Entry] = field(default_factory=list)
    predictions: list[PastPrediction | None] = field(default_factory=list)

    def advance(self, entry: Entry) -> None:
        """Predict and learn the next entry."""
        if entry is None:
            self.decoder.mark_change()
        else:
            prediction = self.decoder.predict(
                entry.signals, stale_confidence=True, at=moment_of(entry)
            )
            self.decoder.observe_many([entry])
            self.predictions.append(PastPrediction(prediction, tuple(self.decoder.key_signs())))
        self.log.append(entry)


class LogReplayer:
    """Keep a decoder up to date with one coach's log, with checkpoints to go back to.

    Parameters
    ----------
    decoder : Decoder
        A decoder that has read ``log``.
    log : sequence of Play or None
        The entries that it has read; None stands for a recorded change of signs.
    """

    def __init__(self, decoder: Decoder, log: Sequence[Entry] = ()) -> None:
        self._state = _ReplayState(decoder, list(log), [None] * _count_plays(log))
        self._checkpoints: list[tuple[tuple[Entry, ...], bytes]] = []  # by the entries read

    @property
    def decoder(self) -> Decoder:
        """The decoder, which has read the log that was replayed last."""
        return self._state.decoder

    @property
    def plays(self) -> list[Play]:
        """The plays that the decoder has read."""
        return [entry for entry in self._state.log if entry is not None]

    @property
    def predictions(self) -> Sequence[PastPrediction | None]:
        """One prediction for each play; None where it is not computed yet."""
        return self._state.predictions

    @property
    def p_before(self) -> tuple[float, ...]:
        """For each play, the probability of the called play before its outcome was known.

        The decoder keeps it, also of plays whose `predictions` are not computed yet.
        """
        return tuple(self.decoder.prequential[:, Column.TOGETHER].tolist())

    def is_extended_by(self, log: Sequence[Entry]) -> bool:
        """Return whether a log begins with everything that the decoder has read.

        Parameters
        ----------
        log : sequence of Play or None
            The log.

        Returns
        -------
        bool
            True if `replay` only has to read new entries.
        """
        return _count_shared(self._state.log, log) == len(self._state.log)

    def replay(self, log: Sequence[Entry]) -> Iterator[None]:
        """Bring the decoder up to date with a log, step by step.

        Entries that are no longer in the log are unlearned: a copy of the decoder goes back and
        takes over once it has read the whole log. So a replay may be abandoned halfway.

        Parameters
        ----------
        log : sequence of Play or None
            The log.

        Yields
        ------
        None
            After each step.
        """
        state = self._state
        if not self.is_extended_by(log):
            state = self._restore(log)
        for entry in log[len(state.log) :]:
            state.advance(entry)
            yield
        self._state = state
        self.decoder.refresh_confidence()
        yield
        self._save_checkpoint(state)

    def backfill(self) -> Iterator[None]:
        """Compute the missing predictions by reading the log again, step by step.

        Yields
        ------
        None
            After each step.
        """
        live, log = self._state, tuple(self._state.log)
        missing = [n for n, prediction in enumerate(live.predictions) if prediction is None]
        if not missing:
            return
        last = _place_of(log, missing[-1])
        state = _ReplayState(live.decoder.fresh())
        for place, entry in enumerate(log[: last + 1]):
            state.advance(entry)
            yield
            n_plays = len(state.predictions)
            if entry is not None:
                live.predictions[n_plays - 1] = (
                    live.predictions[n_plays - 1] or state.predictions[-1]
                )
            if n_plays <= _CONFIDENCE_FIRST or n_plays % _CONFIDENCE_EVERY == 0:
                state.decoder.refresh_confidence()
                yield
            if place % max(1, len(log) // _N_SPREAD) == 0:
                self._save_checkpoint(state)
                yield

    def _restore(self, log: Sequence[Entry]) -> _ReplayState:
        """Return the latest checkpoint that has read nothing but the beginning of a log."""
        live = self._state
        usable = [
            saved for saved in self._checkpoints if _count_shared(saved[0], log) == len(saved[0])
        ]
        if not usable:
            return _ReplayState(live.decoder.fresh())
        entries, snapshot = max(usable, key=lambda saved: len(saved[0]))
        plays = [entry for entry in entries if entry is not None]
        decoder = live.decoder.resume(plays, _change_points(entries), snapshot)
        # Predictions of plays that were undone meanwhile are computed again by `backfill`.
        n_known = _count_plays(entries[: _count_shared(live.log, entries)])
        predictions = [*live.predictions[:n_known], *[None] * (len(plays) - n_known)]
        return _ReplayState(decoder, list(entries), predictions)

    def _save_checkpoint(self, state: _ReplayState) -> None:
        """Save a state to come back to, and drop those that help least."""
        entries = tuple(state.log)
        saved = [(other, blob) for other, blob in self._checkpoints if other != entries]
        saved.append((entries, state.decoder.snapshot()))
        saved.sort(key=lambda checkpoint: len(checkpoint[0]))
        spread, recent = saved[:-_N_RECENT], saved[-_N_RECENT:]
        while len(spread) > _N_SPREAD:
            pairs = zip([((), b""), *spread], spread, strict=False)
            gaps = [len(b[0]) - len(a[0]) for a, b in pairs]
            del spread[gaps.index(min(gaps))]
        self._checkpoints = spread + recent


def merge_log(plays: Sequence[Play], change_points: Iterable[int]) -> tuple[Entry, ...]:
    """Merge plays and recorded changes of signs into one log.

    Parameters
    ----------
    plays : sequence of Play
        The plays, in order.
    change_points : iterable of int
        Each is the number of plays before a change of signs.

    Returns
    -------
    tuple of Play or None
        The log, with None for each change of signs.

    Examples
    --------
    >>> merge_log([], {0})
    (None,)
    """
    changed = set(change_points)
    log: list[Entry] = []
    for place, play in enumerate(plays):
        log += [None, play] if place in changed else [play]
    return (*log, None) if len(plays) in changed else tuple(log)


def _change_points(log: Sequence[Entry]) -> set[int]:
    """Return the number of plays before each change of signs."""
    return {_count_plays(log[:place]) for place, entry in enumerate(log) if entry is None}


def _count_plays(log: Sequence[Entry]) -> int:
    """Return how many entries are plays."""
    return sum(entry is not None for entry in log)


def _place_of(log: Sequence[Entry], play: int) -> int:
    """Return the index of the entry that holds the play of this index, from 0."""
    return [place for place, entry in enumerate(log) if entry is not None][play]


def _count_shared(a: Sequence[Entry], b: Sequence[Entry]) -> int:
    """Return how many entries both logs begin with, as the decoder sees them."""
    for place, (one, other) in enumerate(zip(a, b, strict=False)):
        if not _teaches_the_same(one, other):
            return place
    return min(len(a), len(b))


def _teaches_the_same(a: Entry, b: Entry) -> bool:
    """Return whether a decoder learns the same from both entries."""
    if a is None or b is None:
        return a is b
    return teaching_key(a) == teaching_key(b)
