"""Compare the rule that a decoder reports with the coach's rule."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from signdecoder.core.outcomes import STEAL
from signdecoder.rules.describe import describe
from signdecoder.rules.rule import NO_SIGNAL, Rule

NEAR = 6  # plays from a change to its reported place; it cannot show before the next steals


@dataclass(frozen=True, slots=True)
class Finding:
    """What a decoder reports about the rule after some plays.

    ``rule`` is the likeliest rule in words, ``says_no_rule`` is True if it reports that there is
    none, ``changes`` are the plays, from 0, before which the signs are said to have changed.
    """

    rule: str | None
    says_no_rule: bool
    changes: tuple[int, ...]


def is_near(play: int, others: Iterable[int]) -> bool:
    """Return True if one of the others is so near that it means the same change."""
    return any(abs(play - other) <= NEAR for other in others)


def wordings(system: Rule, names: Sequence[str]) -> frozenset[str]:
    """Return all descriptions of this rule: "cap, then belt" is "belt with a cap before it".

    A wipe-off and an activator are ignored, because only the plays that they cancel show them.
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
