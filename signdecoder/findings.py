"""What a decoder tells of a rule in words, and whether that is the rule."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from signdecoder.plays import STEAL
from signdecoder.systems import NO_SIGNAL, SignSystem
from signdecoder.wording import describe

NEAR = 6  # plays between a change and where it is told: nobody sees it before the next steals


@dataclass(frozen=True, slots=True)
class Finding:
    """What is told after some plays.

    ``rule`` is the likeliest rule in words, ``no_rule`` the chance that there is none, ``changes``
    are the plays, from 0, before which the signs are said to have changed.
    """

    rule: str | None
    no_rule: float
    changes: tuple[int, ...]

    @property
    def says_no_rule(self) -> bool:
        """Is it likelier than not that the signals mean nothing?"""
        return self.no_rule > 0.5

    def tells_change(self, play: int) -> bool:
        """Is a change told near this play, from 0?"""
        return is_near(play, self.changes)


def is_near(play: int, others: Iterable[int]) -> bool:
    """Is one of the others so near that the same change is meant?"""
    return any(abs(play - other) <= NEAR for other in others)


def wordings(system: SignSystem, names: Sequence[str], seen: Collection[str]) -> frozenset[str]:
    """All ways to say this rule: cap then belt is belt with a cap before it.

    A signal that wipes off or confirms cannot be told before it was ``seen``.
    """

    def hidden(signal: int) -> int:
        return signal if signal != NO_SIGNAL and names[signal] in seen else NO_SIGNAL

    known = replace(system, wipe_off=hidden(system.wipe_off), activator=hidden(system.activator))
    swapped = replace(known, calls=(system.indicator,), indicator=system.calls[0])
    same = [known]
    if system.family in ("next", "before"):
        other = "before" if system.family == "next" else "next"
        same.append(replace(swapped, family=other))
    elif system.family == "both":
        same.append(swapped)
    elif system.family == "hot" and system.second != NO_SIGNAL:
        same.append(replace(known, calls=(system.second,), second=system.calls[0]))
    return frozenset(describe(rule, names, [STEAL]) for rule in same)
