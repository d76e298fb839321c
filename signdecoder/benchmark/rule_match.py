"""Compare the rule that a decoder reports with the coach's rule."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from signdecoder.core.outcomes import STEAL
from signdecoder.rules.by_context import AnyRule, ContextRule
from signdecoder.rules.describe import describe
from signdecoder.rules.registry import FAMILIES

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


def wordings(rule: AnyRule, names: Sequence[str]) -> frozenset[str]:
    """Return all descriptions of this rule: "cap, then belt" is "belt with a cap before it".

    A wipe-off and an activator are ignored, because only the plays that they cancel show them.
    """
    if isinstance(rule, ContextRule):
        return frozenset({describe(rule, names, [STEAL])})
    plain = rule.plain
    same = (plain, *FAMILIES[plain.family].rewordings(plain))
    return frozenset(describe(rule, names, [STEAL]) for rule in same)
