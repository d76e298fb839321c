"""A rule as it is told of a coach: in words, and what it makes of a sequence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from signdecoder.plays import fold
from signdecoder.systems import BLANK, CALLED, SignSystem, plays_called
from signdecoder.wording import describe

_DECOY = BLANK - 1  # a signal that is in no rule


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule about a coach's signals, and the chance that it is his.

    ``names`` are the signals of the system by number, ``play`` is what it calls.
    """

    system: SignSystem
    names: tuple[str, ...]
    play: str
    probability: float

    @property
    def words(self) -> str:
        """The rule as it is told."""
        return describe(self.system, self.names, [self.play])

    @property
    def plain_words(self) -> str:
        """The same without its wipe-off and its activator."""
        return describe(self.system.plain, self.names, [self.play])

    @property
    def key_signs(self) -> tuple[str, ...]:
        """The key sign, or two equal ones, or none."""
        return tuple(self.names[key] for key in self.system.key_signs if key >= 0)

    def calls(self, sequences: Sequence[Sequence[str]]) -> NDArray[np.bool_]:
        """(N,): does the rule call the play in each of these sequences?"""
        if not sequences:
            return np.zeros(0, np.bool_)
        return self._calls([self._number(signals) for signals in sequences])

    def parts(self, signals: Sequence[str]) -> tuple[str, ...]:
        """What each signal is to the rule here: ``key sign``, ``live signal``, ``wipe-off`` or "".

        That is where another signal that means nothing would turn what the rule says. Where the
        rule is shown more than once, no single one would: then every signal of it is named.
        """
        row = self._number(signals)
        instead = [[*row[:place], _DECOY, *row[place + 1 :]] for place in range(len(row))]
        called, *turned = self._calls([row, *instead])
        telling = [turn != called for turn in turned]
        if called and not any(telling):
            telling = [number in self.system.roles for number in row]
        return tuple(
            self._part(number) if tells else "" for number, tells in zip(row, telling, strict=True)
        )

    def _part(self, number: int) -> str:
        if number == self.system.wipe_off:
            return "wipe-off"
        return "key sign" if number in self.system.key_signs else "live signal"

    def _number(self, signals: Sequence[str]) -> list[int]:
        numbers = {fold(name): number for number, name in enumerate(self.names)}
        own: dict[str, int] = {}  # two strangers are two signals, which a rule can tell apart
        return [
            numbers.get(key, own.setdefault(key, _DECOY - 1 - len(own)))
            for key in map(fold, signals)
        ]

    def _calls(self, rows: Sequence[Sequence[int]]) -> NDArray[np.bool_]:
        sequences = np.full((len(rows), max(map(len, rows))), BLANK, np.int16)
        for to, row in zip(sequences, rows, strict=True):
            to[: len(row)] = row
        return np.asarray(plays_called(self.system, sequences) == CALLED)
