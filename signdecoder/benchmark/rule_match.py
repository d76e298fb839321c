"""What a decoder tells of a rule in words, and whether that is the rule."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from signdecoder.core.outcomes import STEAL
from signdecoder.rules.describe import describe
from signdecoder.rules.rule import NO_SIGNAL, Rule

NEAR = 6  # plays between a change and where it is told: nobody sees it before the next steals


@dataclass(frozen=True, slots=True)
class Finding:
    """What is told after some plays.

    ``rule`` is the likeliest rule in words, ``says_no_rule`` whether the report says that none was
    found, ``changes`` are the plays, from 0, before which the signs are said to have changed.
    """

    rule: str | None
    says_no_rule: bool
    changes: tuple[int, ...]

    def tells_change(self, play: int) -> bool:
        """Is a change told near this play, from 0?"""
        return is_near(play, self.changes)


def is_near(play: int, others: Iterable[int]) -> bool:
    """Is one of the others so near that the same change is meant?"""
    return any(abs(play - other) <= NEAR for other in others)


def wordings(system: Rule, names: Sequence[str]) -> frozenset[str]:
    """All ways to say this rule: cap then belt is belt with a cap before it.

    A wipe-off and an activator are left aside: it takes the very plays that they spoil to see them.
    """
    plain = system.plain
    swapped = replace(plain, calls=(system.indicator,), indicator=system.calls[0])
    same = [plain]
    if system.family in ("next", "before"):
        other = "before" if system.family == "next" else "next"
        same.append(replace(swapped, family=other))
    elif system.family == "both":
        same.append(swapped)
    elif system.family == "hot" and system.second != NO_SIGNAL:
        same.append(replace(plain, calls=(system.second,), second=system.calls[0]))
    return frozenset(describe(rule, names, [STEAL]) for rule in same)
