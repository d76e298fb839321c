"""One coach's signals: names to numbers, and which of them the network weighs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from copy import copy
from typing import Self

from signdecoder.core.names import fold
from signdecoder.core.outcomes import Evidence

MAX_SLOTS = 20  # signals that the network weighs; its cost grows with the square
_CALLED_WORTH = 4  # a called play says more of its signals than a play that was not


class Vocabulary:
    """Numbers signals as they come, and gives slots to the ``MAX_SLOTS`` with most evidence."""

    def __init__(self) -> None:
        self.names: list[str] = []  # by number, as first written
        self.slots: list[int] = []  # the number of the signal in each slot
        self._numbers: dict[str, int] = {}  # by folded name
        self._worth: Counter[int] = Counter()  # evidence for each signal, by number

    def __contains__(self, name: str) -> bool:
        """Has this signal come?"""
        return fold(name) in self._numbers

    def learn(self, names: Sequence[str], evidence: Evidence) -> tuple[int, ...]:
        """The numbers of a play's signals, new ones added, and what they are worth counted."""
        numbers = tuple(self._number(name) for name in names)
        for number in set(numbers):
            self._worth[number] += _CALLED_WORTH if evidence is Evidence.CALLED else 1
        return numbers

    def _number(self, name: str) -> int:
        key = fold(name)
        if key not in self._numbers:
            self._numbers[key] = len(self.names)
            self.names.append(name)
        return self._numbers[key]

    def look_up(self, sequences: Sequence[Sequence[str]]) -> list[tuple[int, ...]]:
        """The numbers of these signals; unknown ones get numbers that only this question uses."""
        strangers: dict[str, int] = {}

        def number(name: str) -> int:
            key = fold(name)
            if key in self._numbers:
                return self._numbers[key]
            return strangers.setdefault(key, len(self.names) + len(strangers))

        return [tuple(map(number, names)) for names in sequences]

    def give_slots(self) -> None:
        """Give new signals slots, in the order in which they came, as long as there are some."""
        held = set(self.slots)
        waiting = [n for n in range(len(self.names)) if n not in held]
        self.slots += waiting[: MAX_SLOTS - len(self.slots)]

    def better_slots(self) -> list[int] | None:
        """The signals that should have the slots by now, if another clearly leads one that has."""
        held = set(self.slots)
        waiting = [n for n in range(len(self.names)) if n not in held]
        if not waiting or len(self.slots) < MAX_SLOTS:
            return None
        best = max(waiting, key=self._worth.__getitem__)
        weakest = min(self.slots, key=self._worth.__getitem__)
        # Only a clear lead is worth reading everything again.
        if self._worth[best] < 1.5 * self._worth[weakest] + 2:
            return None
        ranked = sorted(range(len(self.names)), key=lambda n: (-self._worth[n], n))
        return sorted(ranked[:MAX_SLOTS])

    def with_slots(self, slots: list[int]) -> Self:
        """The same signals, what is learned of one being known to both, in other slots."""
        other = copy(self)
        other.slots = slots
        return other
