"""A decoder that follows a log while it is written, edited and taken back.

It remembers what it said before each outcome was known. Work comes in small steps, so that whoever
asks meanwhile is answered at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from signdecoder.core.names import fold
from signdecoder.core.play import Play
from signdecoder.decoder.decoder import Decoder
from signdecoder.decoder.prediction import KeySign, Prediction

Entry = Play | None  # None: the signs changed here, as somebody knows
_NEAR = 8  # last states that are kept, for what is undone at once
_FAR = 16  # earlier states that are kept, evenly over the log
_WEIGHED_ALWAYS, _WEIGHED_EVERY = 24, 8  # plays after which own sequences are weighed anew


@dataclass(frozen=True, slots=True)
class PastPrediction:
    """One play: what was said of it before its outcome, and the key signs after it, best first."""

    said: Prediction
    key_signs: tuple[KeySign, ...]


@dataclass(slots=True)
class _Reading:
    """A decoder and what it has read; a point is None where nobody looked."""

    decoder: Decoder
    log: list[Entry] = field(default_factory=list)
    points: list[PastPrediction | None] = field(default_factory=list)

    def read(self, entry: Entry) -> None:
        """Read one more entry."""
        if entry is None:
            self.decoder.changed()
        else:
            said = self.decoder.predict_soon(entry.signals)
            self.decoder.observe_many([entry])
            self.points.append(PastPrediction(said, tuple(self.decoder.key_signs())))
        self.log.append(entry)


class LogReplayer:
    """Follows one coach's log with a decoder that has read ``log``."""

    def __init__(self, decoder: Decoder, log: Sequence[Entry] = ()) -> None:
        self._live = _Reading(decoder, list(log), [None] * _count_plays(log))
        self._kept: list[tuple[tuple[Entry, ...], bytes]] = []  # states, by what they have read

    @property
    def decoder(self) -> Decoder:
        """The decoder, which has read the last log that was followed to its end."""
        return self._live.decoder

    @property
    def plays(self) -> list[Play]:
        """The plays that it has read."""
        return [entry for entry in self._live.log if entry is not None]

    @property
    def points(self) -> Sequence[PastPrediction | None]:
        """A point for each play; None where it was read before anybody followed."""
        return self._live.points

    def only_grows(self, log: Sequence[Entry]) -> bool:
        """Does this log begin with all that the decoder has read?"""
        return _count_shared(self._live.log, log) == len(self._live.log)

    def follow(self, log: Sequence[Entry]) -> Iterator[None]:
        """Bring the decoder up to this log, step by step; the last step makes it the one.

        What was read before and stands no longer is taken back.
        """
        reading = self._live
        if not self.only_grows(log):
            reading = self._go_back(log)
        for entry in log[len(reading.log) :]:
            reading.read(entry)
            yield
        self._live = reading
        self.decoder.weigh_own()
        yield
        self._keep(reading)

    def look_back(self) -> Iterator[None]:
        """Find the points that are missing by reading the log again, step by step."""
        live, log = self._live, tuple(self._live.log)
        missing = [n for n, point in enumerate(live.points) if point is None]
        if not missing:
            return
        last = _place_of(log, missing[-1])
        reading = _Reading(live.decoder.fresh())
        for place, entry in enumerate(log[: last + 1]):
            reading.read(entry)
            yield
            read = len(reading.points)
            if entry is not None:
                live.points[read - 1] = live.points[read - 1] or reading.points[-1]
            if read <= _WEIGHED_ALWAYS or read % _WEIGHED_EVERY == 0:
                reading.decoder.weigh_own()
                yield
            if place % max(1, len(log) // _FAR) == 0:
                self._keep(reading)
                yield

    def _go_back(self, log: Sequence[Entry]) -> _Reading:
        """The last state that is kept and that has read nothing but the beginning of this log."""
        live = self._live
        of_use = [kept for kept in self._kept if _count_shared(kept[0], log) == len(kept[0])]
        if not of_use:
            return _Reading(live.decoder.fresh())
        read, snapshot = max(of_use, key=lambda kept: len(kept[0]))
        plays = [entry for entry in read if entry is not None]
        decoder = live.decoder.resume(plays, _changes_in(read), snapshot)
        # What was said of plays that were taken back meanwhile is found by looking back.
        known = _count_plays(read[: _count_shared(live.log, read)])
        points = [*live.points[:known], *[None] * (len(plays) - known)]
        return _Reading(decoder, list(read), points)

    def _keep(self, reading: _Reading) -> None:
        """Keep this state to come back to, and let go of those that are of little use."""
        read = tuple(reading.log)
        kept = [(other, blob) for other, blob in self._kept if other != read]
        kept.append((read, reading.decoder.snapshot()))
        kept.sort(key=lambda state: len(state[0]))
        far, near = kept[:-_NEAR], kept[-_NEAR:]
        while len(far) > _FAR:
            gaps = [len(b[0]) - len(a[0]) for a, b in zip([((), b""), *far], far, strict=False)]
            del far[gaps.index(min(gaps))]
        self._kept = far + near


def entries_of(plays: Sequence[Play], changes: Iterable[int]) -> tuple[Entry, ...]:
    """Plays with the changes of signs between them; each change stands before that many plays."""
    marks = set(changes)
    log: list[Entry] = []
    for place, play in enumerate(plays):
        log += [None, play] if place in marks else [play]
    return (*log, None) if len(plays) in marks else tuple(log)


def _changes_in(log: Sequence[Entry]) -> set[int]:
    """Before how many plays each change stands."""
    return {_count_plays(log[:place]) for place, entry in enumerate(log) if entry is None}


def _count_plays(log: Sequence[Entry]) -> int:
    return sum(entry is not None for entry in log)


def _place_of(log: Sequence[Entry], play: int) -> int:
    """The entry of the play of this number, from 0."""
    return [place for place, entry in enumerate(log) if entry is not None][play]


def _count_shared(a: Sequence[Entry], b: Sequence[Entry]) -> int:
    """How many entries both begin with, as far as a decoder can tell."""
    for place, (one, other) in enumerate(zip(a, b, strict=False)):
        if not _teaches_the_same(one, other):
            return place
    return min(len(a), len(b))


def _teaches_the_same(a: Entry, b: Entry) -> bool:
    if a is None or b is None:
        return a is b
    return (a.signals, a.outcome, fold(a.game)) == (b.signals, b.outcome, fold(b.game))
