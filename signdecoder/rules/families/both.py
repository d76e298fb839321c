"""`both`: two signals in any order, such as `ear and belt in any order = steal`."""

from __future__ import annotations

import numpy as np

from signdecoder.rules.drawing import Pattern, PatternDraw
from signdecoder.rules.family import Names, RuleFamily
from signdecoder.rules.finders import find_at, ordered_pairs
from signdecoder.rules.layout import FamilyLayout, Ints, RuleMatches
from signdecoder.rules.rule import Mask, Rule, Sequences
from signdecoder.rules.sequence_ops import any_in_row


def _find(sequences: Ints, _: int) -> RuleMatches:
    """Find each pair of signals, the lower number first."""
    found = find_at(sequences, ordered_pairs(sequences.shape[1]))
    one, other = found.roles
    roles = (np.minimum(one, other), np.maximum(one, other))
    return RuleMatches(found.row, roles, found.first, found.last)


class _Both(RuleFamily):
    """The indicator and the live signal both come, in any order: either is the key sign."""

    name, order, drawing_order, weight = "both", 8, 10, 0.03
    summary = "key and live signal in any order"
    layouts = (FamilyLayout("both", "kl", _find, interchangeable="kl", key_roles="kl"),)

    def matches(self, rule: Rule, sequences: Sequences, call: int) -> Mask:
        return any_in_row(sequences == rule.indicator) & any_in_row(sequences == call)

    def key_signs(self, rule: Rule) -> tuple[int, ...]:
        return (rule.indicator, rule.calls[0])

    def rewordings(self, rule: Rule) -> tuple[Rule, ...]:
        """Swap the indicator and the live signal."""
        return (Rule(self.name, (rule.indicator,), rule.calls[0]),)

    def pattern(self, rule: Rule, call: int, draw: PatternDraw) -> Pattern:
        first = np.where(draw.swapped, rule.indicator, call).astype(np.int16)
        then = np.where(draw.swapped, call, rule.indicator).astype(np.int16)
        return Pattern((first, then), adjacent=False)

    def heading(self, rule: Rule, name: Names) -> str:
        return f"with {name(rule.indicator)} in any order"

    def phrase(self, rule: Rule, call: str, name: Names) -> str:
        return f"{name(rule.indicator)} and {call} in any order"


FAMILY = _Both()
