"""Where a game stands: inning, outs and count, one step at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

_BALLS, _STRIKES, _OUTS = 4, 3, 3


@dataclass(frozen=True, slots=True)
class Situation:
    """The moment of a game. It goes on by itself only where the rules of baseball say so."""

    inning: int = 1
    half: str = "top"
    outs: int = 0
    balls: int = 0
    strikes: int = 0

    def ball(self) -> Situation:
        """One ball more; the fourth is a walk, and the next batter comes."""
        return self._next_batter() if self.balls + 1 == _BALLS else self._count(self.balls + 1, 0)

    def strike(self) -> Situation:
        """One strike more; the third is an out."""
        return self.out() if self.strikes + 1 == _STRIKES else self._count(0, self.strikes + 1)

    def out(self) -> Situation:
        """One out more, and the next batter; the third ends the half inning."""
        if self.outs + 1 == _OUTS:
            return self.next_half()
        return replace(self._next_batter(), outs=self.outs + 1)

    def next_half(self) -> Situation:
        """The other team bats: no outs, no count."""
        if self.half == "top":
            return Situation(self.inning, "bottom")
        return Situation(self.inning + 1, "top")

    def _next_batter(self) -> Situation:
        return replace(self, balls=0, strikes=0)

    def _count(self, balls: int, strikes: int) -> Situation:
        return replace(self, balls=max(self.balls, balls), strikes=max(self.strikes, strikes))

    @property
    def words(self) -> str:
        """Such as "top 3rd · 1 out · 2-1", balls before strikes."""
        outs = "1 out" if self.outs == 1 else f"{self.outs} out"
        return f"{self.half} {_ordinal(self.inning)} · {outs} · {self.balls}-{self.strikes}"

    def write(self) -> dict[str, str]:
        """The context of a play at this moment."""
        return {
            "inning": str(self.inning),
            "half": self.half,
            "outs": str(self.outs),
            "balls": str(self.balls),
            "strikes": str(self.strikes),
        }


def read_situation(context: Mapping[str, str]) -> Situation | None:
    """The moment that a play's context tells of, if it tells of all of it."""
    try:
        inning, outs, balls, strikes = (
            int(context[name]) for name in ("inning", "outs", "balls", "strikes")
        )
        half = context["half"].strip().lower()
    except (KeyError, ValueError):
        return None
    whole = inning >= 1 and 0 <= outs < _OUTS and 0 <= balls < _BALLS and 0 <= strikes < _STRIKES
    return Situation(inning, half, outs, balls, strikes) if whole and half in _HALVES else None


_HALVES = ("top", "bottom")


def _ordinal(n: int) -> str:
    if n % 100 in (11, 12, 13):
        return f"{n}th"
    return f"{n}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(n % 10, 'th') }"
