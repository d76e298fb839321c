"""The kinds of rules, and how the rules of each kind are laid out in an array."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from signdecoder.rules import prior as grammar

Floats = NDArray[np.float64]
Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class FamilyLayout:
    """Bases of one kind, laid out as (numbers, V, …, V), a V for each of ``roles``.

    ``roles``: k the indicator, s the second, l the live signal. ``numbers`` are what is counted, or
    places, with their ``odds``. ``share`` is the chance within the family. ``frame`` names the
    roles that the coach's other plays share with the called play.
    """

    name: str
    family: str
    roles: str
    share: float = 1.0
    numbers: tuple[int, ...] = ()
    odds: tuple[float, ...] = (1.0,)
    step: int = 1
    frame: str = ""
    unordered: bool = False

    def shape(self, signals: int) -> tuple[int, ...]:
        """Numbers first, then a place for each signal in each role."""
        return (max(1, len(self.numbers)), *(signals,) * len(self.roles))

    def signals_by_role(self, signals: int) -> dict[str, Places]:
        """(B,) for each role, the signal that each base has in it."""
        shape = self.shape(signals)
        axes = np.indices(shape).reshape(len(shape), -1)[1:]
        return dict(zip(self.roles, axes, strict=True))

    def weight(self, signals: int) -> float:
        """How common this kind is, against the others, where there are so many signals."""
        if signals < grammar.SMALLEST_VOCABULARY.get(self.family, 4):
            return 0.0
        return float(grammar.FAMILY_WEIGHTS[self.family] ** grammar.FLATTENED) * self.share

    def base_odds(self, signals: int) -> Floats:
        """(B,) the odds of each base: 0 where one signal would play two roles."""
        odds = np.repeat(self.odds, signals ** len(self.roles))
        for one, other in combinations(self.signals_by_role(signals).values(), 2):
            odds = np.where((one < other) if self.unordered else (one != other), odds, 0.0)
        return odds

    @property
    def variant_shares(self) -> tuple[float, float, float, float]:
        """How often it is plain, wiped off before, wiped off anywhere, confirmed."""
        wiped = grammar.WIPE_OFF
        confirmed = 0.0 if self.family in grammar.NEVER_CONFIRMED else grammar.ACTIVATOR
        return (
            (1 - wiped) * (1 - confirmed),
            wiped * (1 - grammar.ANYWHERE),
            wiped * grammar.ANYWHERE,
            (1 - wiped) * confirmed,
        )

    def key_signs(self, signals: int) -> tuple[Places, Places]:
        """(B,) twice: the key sign, and the other where two are equal; ``signals`` for none."""
        role = self.signals_by_role(signals)
        none = np.full(int(np.prod(self.shape(signals))), signals)
        if self.name == "both":
            return role["k"], role["l"]
        if self.name == "two hot":
            return role["l"], role["s"]
        live = self.family in ("hot", "position", "before", "twice", "sandwich")
        key = role.get("l", none) if live else role["k"]
        return key, key


BLOCKS: tuple[FamilyLayout, ...] = (
    FamilyLayout("next", "next", "kl", frame="k"),
    *(
        FamilyLayout(name, "kth", "kl", odds, step=step, frame="k")
        for name, (step, odds) in zip(("second", "third"), grammar.KTH.items(), strict=True)
    ),
    FamilyLayout("anywhere", "anywhere", "kl", frame="k"),
    FamilyLayout("before", "before", "kl", frame="k"),
    FamilyLayout("hot", "hot", "l", 1 - grammar.TWO_HOT),
    FamilyLayout("two hot", "hot", "ls", grammar.TWO_HOT, unordered=True),
    FamilyLayout(
        *("count", "count_after", "k", 1 - grammar.STOP, grammar.COUNTS_AFTER, (0.25,) * 4),
        frame="k",
    ),
    FamilyLayout(
        *("count to", "count_after", "ks", grammar.STOP, grammar.COUNTS_AFTER, (0.25,) * 4),
        frame="ks",
    ),
    FamilyLayout("count of", "count_of", "k", 1.0, grammar.COUNTS_OF, (0.5, 0.5), frame="k"),
    FamilyLayout(
        "place", "position", "l", 1.0, tuple(grammar.PLACES), tuple(grammar.PLACES.values())
    ),
    FamilyLayout("both", "both", "kl", unordered=True),
    FamilyLayout("two after", "two_after", "ksl", frame="ks"),
    FamilyLayout("between equals", "between", "kl", grammar.EQUAL_KEYS, frame="k"),
    FamilyLayout("between two", "between", "ksl", 1 - grammar.EQUAL_KEYS, frame="ks"),
    FamilyLayout("any twice", "twice", "", 1 - grammar.GIVEN),
    FamilyLayout("given twice", "twice", "l", grammar.GIVEN),
    FamilyLayout("any sandwich", "sandwich", "", 1 - grammar.GIVEN, step=2),
    FamilyLayout("given sandwich", "sandwich", "l", grammar.GIVEN, step=2),
)
