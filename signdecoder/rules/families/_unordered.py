"""What the families have in common in which either of two signals may come first."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from signdecoder.rules.drawing import Pattern, PatternDraw
from signdecoder.rules.family import RuleFamily
from signdecoder.rules.layout import RuleMatches
from signdecoder.rules.rule import Rule


def in_ascending_order(found: RuleMatches) -> RuleMatches:
    """Put the lower of the two signals of each match first.

    Parameters
    ----------
    found : RuleMatches
        Matches of two interchangeable roles.

    Returns
    -------
    RuleMatches
        The same matches.
    """
    one, other = found.roles
    roles = (np.minimum(one, other), np.maximum(one, other))
    return RuleMatches(found.row, roles, found.first, found.last)


class UnorderedFamily(RuleFamily):
    """A family whose indicator and live signal may come in either order: either is the key sign.

    Attributes
    ----------
    adjacent : bool
        True if the two stand side by side.
    """

    adjacent: ClassVar[bool]

    def key_signs(self, rule: Rule) -> tuple[int, ...]:
        return (rule.indicator, rule.calls[0])

    def rewordings(self, rule: Rule) -> tuple[Rule, ...]:
        """Swap the indicator and the live signal."""
        return (Rule(self.name, (rule.indicator,), rule.calls[0]),)

    def pattern(self, rule: Rule, call: int, draw: PatternDraw) -> Pattern:
        first = np.where(draw.swapped, rule.indicator, call).astype(np.int16)
        then = np.where(draw.swapped, call, rule.indicator).astype(np.int16)
        return Pattern((first, then), adjacent=self.adjacent)
