"""Decide which game and date the next play belongs to, on a screen that may stay open for days."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

_IDLE = timedelta(hours=4)  # longer than any rain delay; a night between two games is longer


class CurrentGame:
    """Track the game that is being logged. A game without a name is called by its date.

    All plays of a game carry the date on which it began. So a game that runs past midnight stays
    one game: the store orders plays by date, and users look for the game under that date. On
    another date, after four hours without a play or before the first one, the date moves on, and
    a game that was called by its date gives way to a new one.

    Parameters
    ----------
    now : callable
        Returns the current `datetime`.
    game : str
        Name of the game. An empty name stands for today's date.

    Attributes
    ----------
    date : str
        ISO date of the next play.
    game : str
        Name of the game.
    """

    def __init__(self, now: Callable[[], datetime], game: str = "") -> None:
        self._now = now
        self.start(game)

    def start(self, game: str = "") -> None:
        """Start a game, or go on with one, today.

        Parameters
        ----------
        game : str
            Name of the game. An empty name stands for today's date.
        """
        self._last_active: datetime | None = None
        self.date = self._now().date().isoformat()
        self.game = game or self.date

    def rename(self, game: str) -> None:
        """Rename the game.

        Parameters
        ----------
        game : str
            The new name.
        """
        self.game = game

    def mark_active(self) -> None:
        """Note that the game is being played now."""
        self._last_active = self._now()

    def roll_over(self) -> bool:
        """Move on to today's date, unless the game is still being played.

        Returns
        -------
        bool
            True if a new game has started.
        """
        now = self._now()
        today = now.date().isoformat()
        active = self._last_active is not None and now - self._last_active < _IDLE
        if today == self.date or active:
            return False
        unnamed = self.game == self.date
        self.date = today
        if unnamed:
            self.game = today
        return unnamed
