"""Situation of a game: inning, outs and count, one step at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from signdecoder.core.moments import read_moment

_BALLS, _STRIKES, _OUTS = 4, 3, 3


@dataclass(frozen=True, slots=True)
class Situation:
    """Moment of a game. It advances by itself only where the rules of baseball say so.

    Attributes
    ----------
    inning : int, optional
        From 1.
    half : {"top", "bottom"}, optional
        Half of the inning.
    outs : int, optional
        0 to 2.
    balls : int, optional
        0 to 3.
    strikes : int, optional
        0 to 2.

    Examples
    --------
    >>> Situation(outs=2).strike().strike().strike().describe()
    'bottom 1st · 0 out · 0-0'
    """

    inning: int = 1
    half: str = "top"
    outs: int = 0
    balls: int = 0
    strikes: int = 0

    def ball(self) -> Situation:
        """Return the situation after a ball. The fourth is a walk, and the next batter comes.

        Returns
        -------
        Situation
            The next situation.
        """
        return self._next_batter() if self.balls + 1 == _BALLS else self._count(self.balls + 1, 0)

    def strike(self) -> Situation:
        """Return the situation after a strike. The third is an out.

        Returns
        -------
        Situation
            The next situation.
        """
        return self.out() if self.strikes + 1 == _STRIKES else self._count(0, self.strikes + 1)

    def out(self) -> Situation:
        """Return the situation after an out. The third ends the half inning.

        Returns
        -------
        Situation
            The next situation.
        """
        if self.outs + 1 == _OUTS:
            return self.next_half()
        return replace(self._next_batter(), outs=self.outs + 1)

    def next_half(self) -> Situation:
        """Return the next half inning, with no outs and no count.

        Returns
        -------
        Situation
            The next situation.
        """
        if self.half == "top":
            return Situation(self.inning, "bottom")
        return Situation(self.inning + 1, "top")

    def _next_batter(self) -> Situation:
        return replace(self, balls=0, strikes=0)

    def _count(self, balls: int, strikes: int) -> Situation:
        return replace(self, balls=max(self.balls, balls), strikes=max(self.strikes, strikes))

    def describe(self) -> str:
        """Describe the situation, as in "top 3rd · 1 out · 2-1" (balls before strikes).

        Returns
        -------
        str
            The description.
        """
        outs = "1 out" if self.outs == 1 else f"{self.outs} out"
        return f"{self.half} {_ordinal(self.inning)} · {outs} · {self.balls}-{self.strikes}"

    def to_context(self) -> dict[str, str]:
        """Return the situation as the context of a play.

        Returns
        -------
        dict of str to str
            Cells by column.
        """
        return {
            "inning": str(self.inning),
            "half": self.half,
            "outs": str(self.outs),
            "balls": str(self.balls),
            "strikes": str(self.strikes),
        }


def parse_situation(context: Mapping[str, str]) -> Situation | None:
    """Parse the situation in a play's context.

    Parameters
    ----------
    context : mapping of str to str
        Cells by column.

    Returns
    -------
    Situation or None
        The situation, or None if a cell is missing or cannot be understood.
    """
    now = read_moment(context)
    inning, half, outs, balls, strikes = now.inning, now.half, now.outs, now.balls, now.strikes
    if inning is None or half is None or outs is None or balls is None or strikes is None:
        return None
    return Situation(inning, half, outs, balls, strikes)


def _ordinal(n: int) -> str:
    if n % 100 in (11, 12, 13):
        return f"{n}th"
    return f"{n}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(n % 10, 'th') }"
