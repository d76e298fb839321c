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

from signdecoder.bayes.set_structures import Relation
from signdecoder.rules.finders import find_at, find_steps, ordered_pairs
from signdecoder.rules.layout import FamilyLayout, Ints, RuleMatches
from signdecoder.rules.rule import Mask, Rule

SignalClasses = tuple[frozenset[int], ...]
"""Sets of signals that have something in common."""

# How the class stands to the one other signal: after it, or, a class of indicators, before it.
_RELATIONS = (
    Relation("next", "next", 1, False, 0.5),
    Relation("second", "kth", 2, False, 0.05),
    Relation("third", "kth", 3, False, 0.03),
    Relation("anywhere", "anywhere", 0, False, 0.12),
    Relation("", "next", 1, True, 0.2),
    Relation("", "anywhere", 0, True, 0.1),
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
                _name(relation),
                "l" if relation.candidate_first else "k",
                partial(_find, relation, self.classes),
                relation.share,
                numbers,
                (1.0,) * len(numbers),
                relation.step,
                key_roles="" if relation.candidate_first else "k",
                context_of=relation.layout,
            )
            for relation in _RELATIONS
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
        relation = next(relation for relation in _RELATIONS if _name(relation) == layout.name)
        first, *more = sorted(self.classes[number])
        step = max(1, relation.step)
        if relation.candidate_first:
            return Rule(
                relation.family, (signals["l"],), first, step=step, more_indicators=tuple(more)
            )
        return Rule(relation.family, (first,), signals["k"], step=step, more_live=tuple(more))


def _name(relation: Relation) -> str:
    role = "indicator" if relation.candidate_first else "live"
    return f"{relation.family} {relation.step} of a class of {role}s"


def _find(
    relation: Relation, classes: Sequence[frozenset[int]], sequences: Ints, n_signals: int
) -> RuleMatches:
    """Find the signals with a member of each class, for (N, T) sequences."""
    if relation.step:
        found = find_steps(sequences, 0, relation.step)
    else:
        found = find_at(sequences, ordered_pairs(sequences.shape[1]))
    indicator, live = found.roles
    of_class, other = (indicator, live) if relation.candidate_first else (live, indicator)
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
