"""Which game the next play is of, and of which day, on a screen that may stay open for days."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

_IDLE = timedelta(hours=4)  # longer than any rain delay; a night between two games is longer


class CurrentGame:
    """The game that is being logged; one that nobody names is called by its day.

    All plays of a game carry the day on which it began, so one that runs over midnight stays one
    game: the store orders by day, and a coach looks for the game that he went to. What comes on
    another day after four hours without a play, or where none was given yet, is of that day; and
    of another game, unless somebody named it.
    """

    def __init__(self, now: Callable[[], datetime], game: str = "") -> None:
        self._now = now
        self.begin(game)

    def begin(self, game: str = "") -> None:
        """Begin a game, or go on with one, today."""
        self._last: datetime | None = None
        self.day = self._now().date().isoformat()
        self.game = game or self.day

    def rename(self, game: str) -> None:
        """Call the game by another name."""
        self.game = game

    def go_on(self) -> None:
        """A play was given, or the game is found to be under way."""
        self._last = self._now()

    def come_to_today(self) -> bool:
        """Come to today, unless the game is under way. Has another game begun?"""
        now = self._now()
        today = now.date().isoformat()
        if today == self.day or (self._last is not None and now - self._last < _IDLE):
            return False
        unnamed = self.game == self.day
        self.day = today
        if unnamed:
            self.game = today
        return unnamed
