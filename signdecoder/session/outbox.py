"""Plays that are not stored yet. They are kept until the store accepts them."""

from __future__ import annotations

from collections.abc import Callable

from signdecoder.core.errors import SigndecoderError
from signdecoder.core.play import Play
from signdecoder.store.errors import StoreError
from signdecoder.store.store import Store


class Outbox:
    """Queue plays that are to be written to a store, in the order in which they were logged."""

    def __init__(self) -> None:
        self._plays: list[Play] = []

    @property
    def plays(self) -> tuple[Play, ...]:
        """The plays that are not stored yet, the oldest first."""
        return tuple(self._plays)

    def add(self, play: Play) -> None:
        """Queue one more play.

        Parameters
        ----------
        play : Play
            The play to store.
        """
        self._plays.append(play)

    def pop(self) -> Play:
        """Remove the play that was added last.

        Returns
        -------
        Play
            That play.
        """
        return self._plays.pop()

    def rename(self, rename: Callable[[Play], Play]) -> None:
        """Change the names of the queued plays.

        Parameters
        ----------
        rename : callable
            Returns a play with the names that it should be stored under.
        """
        self._plays = [rename(play) for play in self._plays]

    def flush(self, store: Store) -> list[Play]:
        """Write all queued plays to the store.

        Parameters
        ----------
        store : Store
            Where to write them.

        Returns
        -------
        list of Play
            The plays as they are stored, with their ids.

        Raises
        ------
        StoreError
            If the store cannot be written now. The remaining plays stay in the queue.
        SigndecoderError
            If the store never accepts a play. That play is dropped.
        """
        stored = []
        while self._plays:
            try:
                stored.append(store.add(self._plays[0]))
            except StoreError:
                raise
            except SigndecoderError:
                del self._plays[0]
                raise
            del self._plays[0]
        return stored
