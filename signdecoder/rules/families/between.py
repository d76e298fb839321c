"""`between`: a signal in a bracket, such as `belt between ear and later nose = steal`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from signdecoder.rules.drawing import Pattern, PatternDraw, SignalDraw
from signdecoder.rules.family import CLOSING, Names, PairRole, RuleFamily
from signdecoder.rules.finders import find_at, ordered_triples
from signdecoder.rules.form import RuleForm
from signdecoder.rules.layout import FamilyLayout, Ints, RuleMatches
from signdecoder.rules.rule import Mask, Rule, Sequences
from signdecoder.rules.sequence_ops import after_first, any_in_row

EQUAL_KEYS = 0.6
"""The probability that the bracket closes with the signal that opens it."""
_EQUAL = "between equals"


def _find_equal(sequences: Ints, _: int) -> RuleMatches:
    """Find signals between two equal ones."""
    x, y, z = ordered_triples(sequences.shape[1])
    return find_at(sequences, (x, y), sequences[:, x] == sequences[:, z])


def _find_two(sequences: Ints, _: int) -> RuleMatches:
    """Find signals between two different ones."""
    x, y, z = ordered_triples(sequences.shape[1])
    return find_at(sequences, (x, z, y), sequences[:, x] != sequences[:, z])


class _Between(RuleFamily):
    """The live signal comes between the indicator and a later closing signal."""

    name, order, drawing_order, weight = "between", 10, 8, 0.03
    summary = "a signal between key and second"
    layouts = (
        FamilyLayout(_EQUAL, "kl", _find_equal, EQUAL_KEYS, context="k"),
        FamilyLayout("between two", "ksl", _find_two, 1 - EQUAL_KEYS, context="ks"),
    )
    form = RuleForm(second="may", second_is_key=True)

    def matches(self, rule: Rule, sequences: Sequences, call: int) -> Mask:
        inside = (sequences == call) & after_first(sequences, rule.indicator)
        closing = sequences == rule.second
        later = np.zeros_like(closing)
        later[:, :-1] = np.logical_or.accumulate(closing[:, ::-1], axis=1)[:, ::-1][:, 1:]
        return any_in_row(inside & later)

    def base_rule(self, layout: FamilyLayout, signals: Mapping[str, int], number: int) -> Rule:
        second = signals["k"] if layout.name == _EQUAL else signals["s"]
        return Rule(self.name, (signals["l"],), signals["k"], second)

    def sample(self, draw: SignalDraw, n_others: int) -> Rule:
        indicator = draw.take()
        second = indicator if draw.happens(EQUAL_KEYS) else draw.take()
        return Rule(self.name, draw.take_calls(n_others), indicator, second)

    def pattern(self, rule: Rule, call: int, draw: PatternDraw) -> Pattern:
        return Pattern((rule.indicator, call, rule.second), adjacent=False)

    def heading(self, rule: Rule, name: Names) -> str:
        return f"between {name(rule.indicator)} and later {name(rule.second)}"

    def pair_roles(self, rule: Rule) -> Iterator[PairRole]:
        yield rule.calls[0], rule.second, CLOSING
        yield from super().pair_roles(rule)


FAMILY = _Between()
