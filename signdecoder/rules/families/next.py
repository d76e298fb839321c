"""`next`: the signal right after the indicator, such as `belt right after ear = steal`."""

from __future__ import annotations

from signdecoder.rules.drawing import Pattern, PatternDraw
from signdecoder.rules.families._mirrored import swap_roles
from signdecoder.rules.family import Names, RuleFamily
from signdecoder.rules.finders import find_steps
from signdecoder.rules.layout import FamilyLayout
from signdecoder.rules.rule import Mask, Rule, Sequences
from signdecoder.rules.sequence_ops import followed_by


class _Next(RuleFamily):
    """The live signal comes right after the indicator."""

    name, order, drawing_order, weight = "next", 0, 0, 0.36
    takes_sets = True
    summary = "the signal right after the key"
    layouts = (
        FamilyLayout(
            "next", "kl", lambda rows, _: find_steps(rows, 0, 1), context="k", mirror="before"
        ),
    )

    def matches(self, rule: Rule, sequences: Sequences, call: int) -> Mask:
        return followed_by(sequences, rule.indicator, call, 1)

    def rewordings(self, rule: Rule) -> tuple[Rule, ...]:
        """Read the same pairs as the live signal right before the indicator."""
        return (swap_roles(rule, "before"),)

    def pattern(self, rule: Rule, call: int, draw: PatternDraw) -> Pattern:
        return Pattern((rule.indicator, call))

    def heading(self, rule: Rule, name: Names) -> str:
        return f"right after {name.any_of(rule.indicators)}"


FAMILY = _Next()
