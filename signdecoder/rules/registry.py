"""The registered rule families, by name."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from signdecoder.rules.family import RuleFamily

FAMILIES: dict[str, RuleFamily] = {}
"""All families in their order. Importing `signdecoder.rules` fills it from `rules/families/`."""


def register(family: RuleFamily) -> None:
    """Add a family after those registered so far.

    Parameters
    ----------
    family : RuleFamily
        The family. Its name and both its orders must be new, and its order the highest.

    Raises
    ------
    ValueError
        If the name or an order is taken, or the order is not the highest.
    """
    for other in FAMILIES.values():
        taken = {order for order in (other.drawing_order,) if order is not None}
        if family.name == other.name or family.drawing_order in taken:
            raise ValueError(f"{family.name}: {other.name} has the same name or drawing order")
        if family.order <= other.order:
            raise ValueError(f"{family.name}: its order must be higher than that of {other.name}")
    FAMILIES[family.name] = family


def drawing_order() -> list[RuleFamily]:
    """List the families in the order in which seeded draws choose among them.

    Returns
    -------
    list of RuleFamily
        All registered families but those that are drawn only by name.
    """
    ordered = [(f.drawing_order, f) for f in FAMILIES.values() if f.drawing_order is not None]
    return [family for _, family in sorted(ordered, key=itemgetter(0))]
