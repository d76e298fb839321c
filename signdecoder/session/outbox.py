"""Plays that a store could not take: held until it can, so that nobody has to give them again."""

from __future__ import annotations

from signdecoder.core.errors import SigndecoderError
from signdecoder.core.play import Play
from signdecoder.store.errors import StoreError
from signdecoder.store.store import Store


class Outbox:
    """Plays on their way into a store, in the order in which they came."""

    def __init__(self) -> None:
        self._plays: list[Play] = []

    @property
    def plays(self) -> tuple[Play, ...]:
        """Those that are not recorded yet, the oldest first."""
        return tuple(self._plays)

    def add(self, play: Play) -> None:
        """Hold one play more."""
        self._plays.append(play)

    def take_back(self) -> Play:
        """Let the last one go."""
        return self._plays.pop()

    def record(self, store: Store) -> list[Play]:
        """Record all of them, and return them as they are stored.

        Raises StoreFault where the store cannot take them now: what is left stays here. Raises
        SigndecoderError for a play that it never takes, which is let go.
        """
        recorded = []
        while self._plays:
            try:
                recorded.append(store.add(self._plays[0]))
            except StoreError:
                raise
            except SigndecoderError:
                del self._plays[0]
                raise
            del self._plays[0]
        return recorded
