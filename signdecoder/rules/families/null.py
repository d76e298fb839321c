"""`null`: signals that are meaningless."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from signdecoder.rules.drawing import PatternDraw, SignalDraw
from signdecoder.rules.families._repeated import GIVEN
from signdecoder.rules.family import Names, PairRole, RuleFamily
from signdecoder.rules.form import RuleForm
from signdecoder.rules.rule import NO_SIGNAL, NULL, Mask, Rule, Sequences


class _Null(RuleFamily):
    """No sequence calls a play. The posterior treats it as the absence of a rule."""

    name, order, drawing_order, weight = NULL, 13, 13, 0.03
    summary = "signals without meaning"
    smallest_vocabulary = 2
    can_be_confirmed = False
    form = RuleForm(key="", live="")

    def matches(self, rule: Rule, sequences: Sequences, call: int) -> Mask:
        return np.zeros(len(sequences), np.bool_)

    def key_signs(self, rule: Rule) -> tuple[int, ...]:
        return ()

    def sample(self, draw: SignalDraw, n_others: int) -> Rule:
        """The call is without effect; seeded draws depend on it."""
        return Rule(self.name, (draw.take() if draw.happens(GIVEN) else NO_SIGNAL,))

    def pattern(self, rule: Rule, call: int, draw: PatternDraw) -> None:
        return None

    def heading(self, rule: Rule, name: Names) -> str:
        return "no rule: the signals are meaningless"

    @property
    def role_names(self) -> tuple[str, ...]:
        """No role: the signals are meaningless."""
        return ()

    def pair_roles(self, rule: Rule) -> Iterator[PairRole]:
        return iter(())


FAMILY = _Null()
