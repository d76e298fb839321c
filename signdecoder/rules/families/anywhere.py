"""`anywhere`: any signal after the indicator, such as `belt anywhere after ear = steal`."""

from __future__ import annotations

from signdecoder.rules.drawing import Pattern, PatternDraw
from signdecoder.rules.family import Names, RuleFamily
from signdecoder.rules.finders import find_at, ordered_pairs
from signdecoder.rules.layout import FamilyLayout
from signdecoder.rules.rule import Mask, Rule, Sequences
from signdecoder.rules.sequence_ops import after_first, any_in_row


class _Anywhere(RuleFamily):
    """The live signal comes anywhere after the indicator."""

    name, order, drawing_order, weight = "anywhere", 2, 4, 0.05
    takes_sets = True
    summary = "any signal after the key"
    layouts = (
        FamilyLayout(
            "anywhere",
            "kl",
            lambda rows, _: find_at(rows, ordered_pairs(rows.shape[1])),
            context="k",
        ),
    )

    def matches(self, rule: Rule, sequences: Sequences, call: int) -> Mask:
        return any_in_row((sequences == call) & after_first(sequences, rule.indicator))

    def pattern(self, rule: Rule, call: int, draw: PatternDraw) -> Pattern:
        return Pattern((rule.indicator, call), adjacent=False)

    def heading(self, rule: Rule, name: Names) -> str:
        return f"anywhere after {name.any_of(rule.indicators)}"


FAMILY = _Anywhere()
