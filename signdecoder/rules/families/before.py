"""`before`: the signal right before the indicator, such as `belt right before ear = steal`.

The sign comes first and the indicator confirms it. The earlier signal is the key sign.
"""

from __future__ import annotations

from signdecoder.rules.drawing import Pattern, PatternDraw
from signdecoder.rules.families._mirrored import swap_roles
from signdecoder.rules.family import Names, RuleFamily
from signdecoder.rules.finders import find_steps
from signdecoder.rules.layout import FamilyLayout
from signdecoder.rules.rule import Mask, Rule, Sequences
from signdecoder.rules.sequence_ops import followed_by


class _Before(RuleFamily):
    """The live signal comes right before the indicator."""

    name, order, drawing_order, weight = "before", 3, 7, 0.04
    takes_sets = True
    summary = "the signal right before the key"
    layouts = (
        FamilyLayout(
            "before",
            "kl",
            lambda rows, _: find_steps(rows, 1, 0),
            context="k",
            key_roles="l",
            mirror="next",
        ),
    )

    def matches(self, rule: Rule, sequences: Sequences, call: int) -> Mask:
        return followed_by(sequences, call, rule.indicator, 1)

    def key_signs(self, rule: Rule) -> tuple[int, ...]:
        """The live signal, which is the earlier one."""
        return (rule.calls[0],)

    def rewordings(self, rule: Rule) -> tuple[Rule, ...]:
        """Read the same pairs as the live signal right after the indicator."""
        return (swap_roles(rule, "next"),)

    def pattern(self, rule: Rule, call: int, draw: PatternDraw) -> Pattern:
        return Pattern((call, rule.indicator))

    def heading(self, rule: Rule, name: Names) -> str:
        return f"right before {name.any_of(rule.indicators)}"


FAMILY = _Before()
