"""`two_after`: two signals after the indicator, such as `ear, nose, belt in a row = steal`."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from signdecoder.rules.drawing import Pattern, PatternDraw, SignalDraw
from signdecoder.rules.family import ON_THE_WAY, Names, PairRole, RuleFamily
from signdecoder.rules.finders import find_steps
from signdecoder.rules.form import RuleForm
from signdecoder.rules.layout import FamilyLayout
from signdecoder.rules.rule import Mask, Rule, Sequences
from signdecoder.rules.sequence_ops import any_in_row


class _TwoAfter(RuleFamily):
    """The second signal comes right after the indicator, and the live signal right after that."""

    name, order, drawing_order, weight = "two_after", 9, 5, 0.05
    summary = "key, second and live in a row"
    layouts = (
        FamilyLayout(
            "two after",
            "ksl",
            lambda rows, _: find_steps(rows, 0, 1, 2),
            context="ks",
            continues="next",
        ),
    )
    form = RuleForm(second="must")

    def matches(self, rule: Rule, sequences: Sequences, call: int) -> Mask:
        if sequences.shape[1] < 3:
            return np.zeros(len(sequences), np.bool_)
        key, first, then = sequences[:, :-2], sequences[:, 1:-1], sequences[:, 2:]
        return any_in_row((key == rule.indicator) & (first == rule.second) & (then == call))

    def sample(self, draw: SignalDraw, n_others: int) -> Rule:
        indicator, second = draw.take(), draw.take()
        return Rule(self.name, draw.take_calls(n_others), indicator, second)

    def pattern(self, rule: Rule, call: int, draw: PatternDraw) -> Pattern:
        return Pattern((rule.indicator, rule.second, call))

    def heading(self, rule: Rule, name: Names) -> str:
        return f"right after {name(rule.indicator)}, {name(rule.second)}"

    def phrase(self, rule: Rule, call: str, name: Names) -> str:
        return f"{name(rule.indicator)}, {name(rule.second)}, {call} in a row"

    def pair_roles(self, rule: Rule) -> Iterator[PairRole]:
        yield rule.indicator, rule.second, ON_THE_WAY
        yield from super().pair_roles(rule)


FAMILY = _TwoAfter()
