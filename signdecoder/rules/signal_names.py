"""What signals are called in the words of a rule: one by one, and as a class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from signdecoder.rules.rule import NO_SIGNAL

ClassWords = Mapping[frozenset[int], str]
"""What to call each class of signals: `a left signal (left ear, left hand)`."""
NO_CLASSES: ClassWords = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class SignalNames:
    """Names signals by number, and sets of signals of which any will do.

    Attributes
    ----------
    by_number : sequence of str
        The names of the signals.
    classes : mapping of frozenset of int to str
        What to call sets of signals that have something in common.

    Examples
    --------
    >>> names = SignalNames(["chin", "left ear", "left hand"], {frozenset({1, 2}): "a left signal"})
    >>> names(0), names.any_of((0, 1)), names.any_of((2, 1))
    ('chin', 'chin or left ear', 'a left signal')
    """

    by_number: Sequence[str]
    classes: ClassWords = field(default_factory=dict, hash=False)

    def __call__(self, signal: int) -> str:
        """Name a signal."""
        return "any signal" if signal == NO_SIGNAL else self.by_number[signal]

    def any_of(self, signals: Sequence[int]) -> str:
        """Name signals of which any will do.

        Parameters
        ----------
        signals : sequence of int
            The signals; their order does not matter.

        Returns
        -------
        str
            What their class is called, or else their names in alphabetical order.
        """
        words = self.classes.get(frozenset(signals))
        if words is not None:
            return words
        *others, last = sorted(map(self, signals))
        return f"{', '.join(others)} or {last}" if others else last
