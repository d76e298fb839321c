"""A rule about a coach's signals by name: in words, and applied to sequences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from signdecoder.core.names import NameKey, fold
from signdecoder.rules.by_context import AnyRule, ContextRule
from signdecoder.rules.describe import describe, describe_call, describe_where
from signdecoder.rules.matching import Contexts, plays_called
from signdecoder.rules.parts import Part, find_parts
from signdecoder.rules.rule import (
    BLANK,
    CALLED,
    pad_sequences,
)
from signdecoder.rules.signal_names import ClassWords


@dataclass(frozen=True, slots=True)
class NamedRule:
    """A rule about a coach's signals, and the probability that it is theirs.

    Attributes
    ----------
    rule : Rule or ContextRule
        The rule, about signals by number.
    names : tuple of str
        The signals by number.
    play : str
        The play that the rule calls.
    probability : float
        The probability that it is the coach's rule.
    classes : mapping of frozenset of int to str
        What to call sets of signals that have something in common.
    key : callable
        How names are compared.
    """

    rule: AnyRule
    names: tuple[str, ...]
    play: str
    probability: float
    classes: ClassWords = field(default_factory=dict, hash=False)
    key: NameKey = fold

    @property
    def words(self) -> str:
        """The rule in words."""
        return describe(self.rule, self.names, [self.play], self.classes)

    @property
    def plain_words(self) -> str:
        """The rule in words, without its wipe-off and activator."""
        return describe(self.rule.plain, self.names, [self.play], self.classes)

    @property
    def is_listed(self) -> bool:
        """Whether the rule is about single signals and does not depend on the moment."""
        if isinstance(self.rule, ContextRule):
            return False
        return not (self.rule.more_live or self.rule.more_indicators)

    @property
    def key_signs(self) -> tuple[str, ...]:
        """The key sign, several if any will do or it changes, or none."""
        return tuple(self.names[key] for key in self.rule.key_signs if key >= 0)

    @property
    def live_signals(self) -> tuple[str, ...]:
        """The signals that call the play, without key sign and wipe-off; none if it counts."""
        return tuple(self.names[live] for live in self.rule.live_signals if live >= 0)

    @property
    def call(self) -> str:
        """What calls the play, by itself: `belt`, or `3 signals after`."""
        return describe_call(self.rule, self.names, self.classes)

    @property
    def where(self) -> str:
        """Where the rule looks: `right after cap; knee cancels everything before it`."""
        return describe_where(self.rule, self.names, self.classes)

    def calls(
        self,
        sequences: Sequence[Sequence[str]],
        contexts: Contexts | None = None,
    ) -> NDArray[np.bool_]:
        """Return whether the rule calls the play in each of some sequences.

        Parameters
        ----------
        sequences : sequence of sequences of str
            N sequences of signals.
        contexts : sequence of tuple of int, optional
            The value of each of CONTEXT_KINDS at each sequence; nothing is known if None.

        Returns
        -------
        ndarray of bool
            (N,) True where the rule calls the play, whatever the moment of the game if that is not
            known.
        """
        rows = pad_sequences([self._number(signals) for signals in sequences])
        return np.asarray(plays_called(self.rule, rows, contexts) == CALLED)

    def parts(self, signals: Sequence[str], context: tuple[int, ...] = ()) -> tuple[Part, ...]:
        """Return the role of each signal of a sequence under the rule.

        Parameters
        ----------
        signals : sequence of str
            T signals.
        context : tuple of int, optional
            The value of each of CONTEXT_KINDS; empty if nothing is known.

        Returns
        -------
        tuple of Part
            The role of each signal.
        """
        return find_parts(self.rule, self._number(signals), context)

    def _number(self, signals: Sequence[str]) -> list[int]:
        """Return the signals by number; a signal unknown to the rule gets one below BLANK."""
        numbers = {self.key(name): number for number, name in enumerate(self.names)}
        for name in signals:
            numbers.setdefault(self.key(name), BLANK - 1 - len(numbers))
        return [numbers[self.key(name)] for name in signals]
