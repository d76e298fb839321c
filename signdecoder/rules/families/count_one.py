"""`count_one`: how often one signal follows, such as `belt exactly 2 times after first ear`.

A coach who counts touches of one place: after the indicator, one is a bunt, two a steal, three a
hit-and-run.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from signdecoder.rules.drawing import Pattern, PatternDraw, SignalDraw
from signdecoder.rules.family import Names, PairRole, RuleFamily
from signdecoder.rules.finders import (
    count_from_here,
    first_as_earliest,
    index_among,
    ordered_pairs,
)
from signdecoder.rules.form import RuleForm
from signdecoder.rules.layout import FamilyLayout, Ints, RuleMatches
from signdecoder.rules.rule import Mask, Rule, Sequences
from signdecoder.rules.sequence_ops import after_first

NUMBERS = (1, 2, 3)
"""The counts that call a play, equally common."""
_ODDS = (1 / 3,) * 3


def _find(sequences: Ints, _: int) -> RuleMatches:
    """Count each signal after the first of each kind."""
    i, j = ordered_pairs(sequences.shape[1])
    first = first_as_earliest(sequences)
    number = index_among(NUMBERS, count_from_here(sequences))
    # Each counted signal is found once: at its first place after the indicator.
    row, at = np.nonzero((first[:, j] <= i + 1) & (number[:, j] >= 0))
    key, counted = i[at], j[at]
    roles = (sequences[row, key], sequences[row, counted], number[row, counted])
    return RuleMatches(row, roles, first[row, key], key)


class _CountOne(RuleFamily):
    """The number of times that the second signal comes after the first indicator calls."""

    name, order, weight = "count_one", 16, 0.0053
    summary = "how often second comes after key"
    counts = True
    second_part = "live"
    layouts = (FamilyLayout("count one", "ks", _find, 1.0, NUMBERS, _ODDS, context="ks"),)
    form = RuleForm(second="must")

    def matches(self, rule: Rule, sequences: Sequences, call: int) -> Mask:
        counted = after_first(sequences, rule.indicator) & (sequences == rule.second)
        return np.asarray(counted.sum(axis=1) == call)

    def sample(self, draw: SignalDraw, n_others: int) -> Rule:
        indicator, counted = draw.take(), draw.take()
        return Rule(self.name, draw.take_numbers(NUMBERS, n_others), indicator, counted)

    def pattern(self, rule: Rule, call: int, draw: PatternDraw) -> Pattern:
        """Any other indicator or counted signal could change the count."""
        signals = (rule.indicator, *(rule.second,) * call)
        return Pattern(signals, adjacent=False, clears=(rule.indicator, rule.second))

    def heading(self, rule: Rule, name: Names) -> str:
        return f"number of times {name(rule.second)} comes after first {name(rule.indicator)}"

    def phrase(self, rule: Rule, call: str, name: Names) -> str:
        times = self.call_alone(rule, name)
        return f"{name(rule.second)} exactly {times} after first {name(rule.indicator)}"

    def call_alone(self, rule: Rule, name: Names) -> str:
        return f"{rule.calls[0]} time{'s' if rule.calls[0] > 1 else ''}"

    @property
    def role_names(self) -> tuple[str, ...]:
        """A role for each number."""
        return tuple(f"count_one {n}" for n in NUMBERS)

    def pair_roles(self, rule: Rule) -> Iterator[PairRole]:
        yield rule.indicator, rule.second, f"count_one {rule.calls[0]}"


FAMILY = _CountOne()
