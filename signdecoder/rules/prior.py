"""The prior over rules: how common each family is, and each way of hiding a rule.

Simulated coaches are drawn from it, and the exact posterior starts from it. Numbers that belong to
one family, such as its weight or the probability of a step, are defined with the family. Coaches
who write about signs agree that "right after the indicator" is the usual rule; the other weights
are estimates.
"""

from __future__ import annotations

from collections.abc import Mapping

from signdecoder.rules.registry import FAMILIES, drawing_order

_DRAWN = drawing_order()
DRAWN_FAMILIES: tuple[str, ...] = tuple(family.name for family in _DRAWN)
"""The families that seeded draws choose among, in their order."""
FAMILY_WEIGHTS: Mapping[str, float] = {
    **{family.name: family.weight for family in _DRAWN},
    **{family.name: family.weight for family in FAMILIES.values() if family not in _DRAWN},
}
"""How common each family is, relative to the others: those of seeded draws first."""
FLATTENED = 0.5
"""The power of these weights in what decoders expect: they must find rare families too."""
WIPE_OFF = 0.35
"""The probability that a rule has a wipe-off."""
WIPES_ANYWHERE = 0.2
"""The probability that a wipe-off cancels the whole sequence, not only what comes before it."""
ACTIVATOR = 0.07
"""The probability that a last signal must confirm, in families whose rules can be confirmed."""
