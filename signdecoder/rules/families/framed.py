"""`framed`: a signal right between two of the same, such as `ear, belt, ear in a row = steal`."""

from __future__ import annotations

import numpy as np

from signdecoder.rules.drawing import Pattern, PatternDraw
from signdecoder.rules.family import Names, RuleFamily
from signdecoder.rules.finders import find_at
from signdecoder.rules.layout import FamilyLayout, Ints, RuleMatches
from signdecoder.rules.rule import Mask, Rule, Sequences
from signdecoder.rules.sequence_ops import any_in_row


def _find(sequences: Ints, _: int) -> RuleMatches:
    """Find each signal that stands right between two equal ones."""
    begin = np.arange(max(0, sequences.shape[1] - 2))
    equal = sequences[:, begin] == sequences[:, begin + 2]
    return find_at(sequences, (begin, begin + 1), equal)


class _Framed(RuleFamily):
    """The live signal has the indicator right before it and again right after it."""

    name, order, weight = "framed", 15, 0.0083
    summary = "a signal right between two keys"
    layouts = (FamilyLayout("framed", "kl", _find, context="k"),)

    def matches(self, rule: Rule, sequences: Sequences, call: int) -> Mask:
        if sequences.shape[1] < 3:
            return np.zeros(len(sequences), np.bool_)
        is_key = sequences == rule.indicator
        return any_in_row(is_key[:, :-2] & (sequences[:, 1:-1] == call) & is_key[:, 2:])

    def pattern(self, rule: Rule, call: int, draw: PatternDraw) -> Pattern:
        return Pattern((rule.indicator, call, rule.indicator))

    def heading(self, rule: Rule, name: Names) -> str:
        return f"right between {name(rule.indicator)} and {name(rule.indicator)}"

    def phrase(self, rule: Rule, call: str, name: Names) -> str:
        return f"{name(rule.indicator)}, {call}, {name(rule.indicator)} in a row"


FAMILY = _Framed()
