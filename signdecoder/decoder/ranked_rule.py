"""A rule as it is told of a coach: in words, and what it makes of a sequence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from signdecoder.core.names import fold
from signdecoder.rules.describe import describe, describe_call
from signdecoder.rules.matching import plays_called
from signdecoder.rules.parts import Part, find_parts
from signdecoder.rules.rule import (
    BLANK,
    CALLED,
    Rule,
    pad_sequences,
)


@dataclass(frozen=True, slots=True)
class NamedRule:
    """A rule about a coach's signals, and the chance that it is his.

    ``names`` are the signals of the system by number, ``play`` is what it calls.
    """

    rule: Rule
    names: tuple[str, ...]
    play: str
    probability: float

    @property
    def words(self) -> str:
        """The rule as it is told."""
        return describe(self.rule, self.names, [self.play])

    @property
    def plain_words(self) -> str:
        """The same without its wipe-off and its activator."""
        return describe(self.rule.plain, self.names, [self.play])

    @property
    def key_signs(self) -> tuple[str, ...]:
        """The key sign, or two equal ones, or none."""
        return tuple(self.names[key] for key in self.rule.key_signs if key >= 0)

    @property
    def call(self) -> str:
        """What calls the play, by itself: `belt`, or `3 signals after`."""
        return describe_call(self.rule, self.names)

    def calls(self, sequences: Sequence[Sequence[str]]) -> NDArray[np.bool_]:
        """(N,): does the rule call the play in each of these sequences?"""
        rows = pad_sequences([self._number(signals) for signals in sequences])
        return np.asarray(plays_called(self.rule, rows) == CALLED)

    def parts(self, signals: Sequence[str]) -> tuple[Part, ...]:
        """(T,) what each signal of a sequence is to the rule; see ``find_parts``."""
        return find_parts(self.rule, self._number(signals))

    def _number(self, signals: Sequence[str]) -> list[int]:
        """Signals as the system numbers them; one that it does not know gets a number below."""
        numbers = {fold(name): number for number, name in enumerate(self.names)}
        for name in signals:
            numbers.setdefault(fold(name), BLANK - 1 - len(numbers))
        return [numbers[fold(name)] for name in signals]
