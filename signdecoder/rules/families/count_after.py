"""`count_after`: how many signals follow, such as `exactly 3 signals after first ear = steal`."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from signdecoder.rules.drawing import Pattern, PatternDraw, SignalDraw
from signdecoder.rules.family import Names, PairRole, RuleFamily
from signdecoder.rules.finders import (
    find_counts,
    first_as_earliest,
    index_among,
    ordered_pairs,
)
from signdecoder.rules.form import RuleForm
from signdecoder.rules.layout import FamilyLayout, Ints, RuleMatches
from signdecoder.rules.rule import BLANK, NO_SIGNAL, Mask, Rule, Sequences
from signdecoder.rules.sequence_ops import after_first, any_in_row

NUMBERS = (2, 3, 4, 5)
"""The counts that call a play, equally common."""
STOP = 0.3
"""The probability that the count ends at a stop signal."""
_ODDS = (0.25,) * 4


def _find_to_end(sequences: Ints, _: int) -> RuleMatches:
    """Count the signals after the first of each kind."""
    length = sequences.shape[1]
    after = np.broadcast_to(length - 1 - np.arange(length), sequences.shape)
    return find_counts(sequences, after, NUMBERS)


def _find_to_stop(sequences: Ints, _: int) -> RuleMatches:
    """Count the signals between the first of each kind and the first stop after it."""
    i, j = ordered_pairs(sequences.shape[1])
    number = index_among(NUMBERS, j - i - 1)
    i, j, number = (x[number >= 0] for x in (i, j, number))
    first = first_as_earliest(sequences)
    row, at = np.nonzero(first[:, j] <= i + 1)
    key = i[at]
    roles = (sequences[row, key], sequences[row, j[at]], number[at])
    return RuleMatches(row, roles, first[row, key], key)


class _CountAfter(RuleFamily):
    """The number of signals after the first indicator calls, to the end or to a stop signal."""

    name, order, drawing_order, weight = "count_after", 5, 2, 0.08
    summary = "how many signals follow the key"
    counts = True
    can_be_confirmed = False
    layouts = (
        FamilyLayout("count", "k", _find_to_end, 1 - STOP, NUMBERS, _ODDS, context="k"),
        FamilyLayout("count to", "ks", _find_to_stop, STOP, NUMBERS, _ODDS, context="ks"),
    )
    form = RuleForm(second="may")

    def matches(self, rule: Rule, sequences: Sequences, call: int) -> Mask:
        """A stop signal must come."""
        counted = after_first(sequences, rule.indicator) & (sequences != BLANK)
        if rule.second == NO_SIGNAL:
            return np.asarray(counted.sum(axis=1) == call)
        stop = counted & (sequences == rule.second)
        counted &= ~np.logical_or.accumulate(stop, axis=1)
        return np.asarray(any_in_row(stop) & (counted.sum(axis=1) == call))

    def sample(self, draw: SignalDraw, n_others: int) -> Rule:
        indicator = draw.take()
        stop = draw.take() if draw.happens(STOP) else NO_SIGNAL
        return Rule(self.name, draw.take_numbers(NUMBERS, n_others), indicator, stop)

    def pattern(self, rule: Rule, call: int, draw: PatternDraw) -> Pattern:
        """Another indicator before it would change the count."""
        clears = (rule.indicator,)
        if rule.second == NO_SIGNAL:
            return Pattern(clears, first=lambda lengths: lengths - 1 - call, clears=clears)
        return Pattern((rule.indicator, *(NO_SIGNAL,) * call, rule.second), clears=clears)

    def heading(self, rule: Rule, name: Names) -> str:
        if rule.second == NO_SIGNAL:
            return f"signals after first {name(rule.indicator)}"
        return f"signals between first {name(rule.indicator)} and next {name(rule.second)}"

    def phrase(self, rule: Rule, call: str, name: Names) -> str:
        return f"exactly {call} {self.heading(rule, name)}"

    def call_alone(self, rule: Rule, name: Names) -> str:
        return f"{rule.calls[0]} signals after"

    @property
    def role_names(self) -> tuple[str, ...]:
        """A role for each number, to the end and to a stop signal."""
        to_end = tuple(f"count_after {n}" for n in NUMBERS)
        return (*to_end, *(f"{name} to a stop" for name in to_end))

    def pair_roles(self, rule: Rule) -> Iterator[PairRole]:
        if rule.second == NO_SIGNAL:
            yield rule.indicator, rule.indicator, f"count_after {rule.calls[0]}"
        else:
            yield rule.indicator, rule.second, f"count_after {rule.calls[0]} to a stop"


FAMILY = _CountAfter()
