"""`count_of`: how often the indicator comes, such as `ear exactly 2 times = steal`."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from signdecoder.rules.drawing import Pattern, PatternDraw, SignalDraw
from signdecoder.rules.family import Names, PairRole, RuleFamily
from signdecoder.rules.finders import count_from_here, find_counts
from signdecoder.rules.layout import FamilyLayout, Ints, RuleMatches
from signdecoder.rules.rule import Mask, Rule, Sequences

NUMBERS = (2, 3)
"""The counts that call a play, equally common: decoys come once."""


def _find(sequences: Ints, _: int) -> RuleMatches:
    """Count how often each signal comes."""
    return find_counts(sequences, count_from_here(sequences), NUMBERS)


class _CountOf(RuleFamily):
    """The number of times that the indicator comes calls the play."""

    name, order, drawing_order, weight = "count_of", 6, 6, 0.05
    summary = "how many times the key comes"
    smallest_vocabulary = 2
    counts = True
    layouts = (FamilyLayout("count of", "k", _find, 1.0, NUMBERS, (0.5, 0.5), context="k"),)

    def matches(self, rule: Rule, sequences: Sequences, call: int) -> Mask:
        return np.asarray((sequences == rule.indicator).sum(axis=1) == call)

    def sample(self, draw: SignalDraw, n_others: int) -> Rule:
        indicator = draw.take()
        return Rule(self.name, draw.take_numbers(NUMBERS, n_others), indicator)

    def pattern(self, rule: Rule, call: int, draw: PatternDraw) -> Pattern:
        """Any other indicator would change the count."""
        return Pattern((rule.indicator,) * call, adjacent=False, clears=(rule.indicator,))

    def heading(self, rule: Rule, name: Names) -> str:
        return f"number of times {name(rule.indicator)} comes"

    def phrase(self, rule: Rule, call: str, name: Names) -> str:
        return f"{name(rule.indicator)} exactly {call} times"

    def call_alone(self, rule: Rule, name: Names) -> str:
        return f"{rule.calls[0]} times"

    @property
    def role_names(self) -> tuple[str, ...]:
        """A role for each number."""
        return tuple(f"count_of {n}" for n in NUMBERS)

    def pair_roles(self, rule: Rule) -> Iterator[PairRole]:
        yield rule.indicator, rule.indicator, f"count_of {rule.calls[0]}"


FAMILY = _CountOf()
