"""Listed rules about a class of signals, such as "any signal of the left side right after chin".

Classes come from what the names of a coach's signals share. They are few, so rules about them are
listed one by one, and are found long before an arbitrary set of signals.

Shapes: V signals, K classes, E matches.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np

from signdecoder.rules.finders import find_at, find_steps, ordered_pairs
from signdecoder.rules.layout import FamilyLayout, Ints, RuleMatches
from signdecoder.rules.rule import Mask, Rule

SignalClasses = tuple[frozenset[int], ...]
"""Sets of signals that have something in common."""


@dataclass(frozen=True, slots=True)
class _Kind:
    """A layout: what its rules are like, which role the class has, and its prior share."""

    context_of: str
    family: str
    step: int
    of_indicators: bool
    share: float


_KINDS = (
    _Kind("next", "next", 1, False, 0.5),
    _Kind("second", "kth", 2, False, 0.05),
    _Kind("third", "kth", 3, False, 0.03),
    _Kind("anywhere", "anywhere", 0, False, 0.12),
    _Kind("", "next", 1, True, 0.2),
    _Kind("", "anywhere", 0, True, 0.1),
)
_WEIGHT = 0.1  # like the weight of a family; common only among coaches with names of this sort


@dataclass(frozen=True, slots=True)
class ClassRules:
    """The rules about classes of signals, in the place of a family among the base rules.

    Attributes
    ----------
    classes : tuple of frozenset of int
        The classes.
    layouts : tuple of FamilyLayout
        The layouts of the rules: a number for each class, and the signal in the other role.
    weight : float
        How common they are, relative to families.
    smallest_vocabulary : int
        The fewest signals that a coach with such a rule uses.
    can_be_wiped_off : bool
        Whether its rules may have a wipe-off.
    can_be_confirmed : bool
        Whether its rules may have an activator.
    """

    classes: SignalClasses
    layouts: tuple[FamilyLayout, ...] = field(init=False)
    weight: float = _WEIGHT
    smallest_vocabulary: int = 1
    can_be_wiped_off: bool = True
    can_be_confirmed: bool = True

    def __post_init__(self) -> None:
        numbers = tuple(range(len(self.classes)))
        layouts = tuple(
            FamilyLayout(
                _name(kind),
                "l" if kind.of_indicators else "k",
                partial(_find, kind, self.classes),
                kind.share,
                numbers,
                (1.0,) * len(numbers),
                kind.step,
                key_roles="" if kind.of_indicators else "k",
                context_of=kind.context_of,
            )
            for kind in _KINDS
            if numbers
        )
        object.__setattr__(self, "layouts", layouts)

    def base_rule(self, layout: FamilyLayout, signals: dict[str, int], number: int) -> Rule:
        """Build a base rule of one of the layouts.

        Parameters
        ----------
        layout : FamilyLayout
            One of `layouts`.
        signals : dict of str to int
            The signal in the role that is not the class.
        number : int
            The number of the class.

        Returns
        -------
        Rule
            The rule, for the called play alone.
        """
        kind = next(kind for kind in _KINDS if _name(kind) == layout.name)
        first, *more = sorted(self.classes[number])
        step = max(1, kind.step)
        if kind.of_indicators:
            return Rule(kind.family, (signals["l"],), first, step=step, more_indicators=tuple(more))
        return Rule(kind.family, (first,), signals["k"], step=step, more_live=tuple(more))


def _name(kind: _Kind) -> str:
    role = "indicator" if kind.of_indicators else "live"
    return f"{kind.family} {kind.step} of a class of {role}s"


def _find(
    kind: _Kind, classes: Sequence[frozenset[int]], sequences: Ints, n_signals: int
) -> RuleMatches:
    """Find the signals with a member of each class, for (N, T) sequences."""
    if kind.step:
        found = find_steps(sequences, 0, kind.step)
    else:
        found = find_at(sequences, ordered_pairs(sequences.shape[1]))
    indicator, live = found.roles
    of_class, other = (indicator, live) if kind.of_indicators else (live, indicator)
    member = _memberships(classes, n_signals)
    # A signal without a number is a member of no class.
    inside = np.where((of_class >= 0) & (of_class < n_signals), of_class, n_signals)
    match, number = np.nonzero(member[inside])
    return RuleMatches(
        found.row[match], (other[match], number), found.first[match], found.last[match]
    )


def _memberships(classes: Sequence[frozenset[int]], n_signals: int) -> Mask:
    """Return (V + 1, K) whether each signal is in each class; the last row is for no signal."""
    member = np.zeros((n_signals + 1, len(classes)), np.bool_)
    for number, signals in enumerate(classes):
        member[[s for s in signals if s < n_signals], number] = True
    return member
