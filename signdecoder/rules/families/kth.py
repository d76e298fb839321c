"""`kth`: a later signal after the indicator, such as `belt as 2nd signal after ear = steal`."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from signdecoder.rules.drawing import Pattern, PatternDraw, SignalDraw
from signdecoder.rules.family import ANOTHER_PLAY, Names, PairRole, RuleFamily
from signdecoder.rules.finders import find_steps
from signdecoder.rules.form import RuleForm
from signdecoder.rules.layout import FamilyLayout, Ints, RuleMatches
from signdecoder.rules.ordinals import ordinal
from signdecoder.rules.rule import NO_SIGNAL, Mask, Rule, Sequences
from signdecoder.rules.sequence_ops import followed_by

STEPS = {2: 0.7, 3: 0.3}
"""The prior probability of each step after the indicator."""
_NAMES = {2: "second", 3: "third"}


def _find(sequences: Ints, _: int, step: int) -> RuleMatches:
    """Find each signal and the one `step` places later."""
    return find_steps(sequences, 0, step)


class _Kth(RuleFamily):
    """The live signal comes a fixed number of steps after the indicator."""

    name, order, drawing_order, weight = "kth", 1, 3, 0.07
    takes_sets = True
    summary = "a later signal after the key"
    layouts = tuple(
        FamilyLayout(_NAMES[step], "kl", partial(_find, step=step), share, step=step, context="k")
        for step, share in STEPS.items()
    )
    form = RuleForm(ordinals=(2, 3, 4, 5), default_step=2)

    def matches(self, rule: Rule, sequences: Sequences, call: int) -> Mask:
        return followed_by(sequences, rule.indicator, call, rule.step)

    def sample(self, draw: SignalDraw, n_others: int) -> Rule:
        indicator, step = draw.take(), draw.choose(STEPS)
        return Rule(self.name, draw.take_calls(n_others), indicator, step=step)

    def pattern(self, rule: Rule, call: int, draw: PatternDraw) -> Pattern:
        return Pattern((rule.indicator, *(NO_SIGNAL,) * (rule.step - 1), call))

    def heading(self, rule: Rule, name: Names) -> str:
        return f"{ordinal(rule.step)} signal after {name.any_of(rule.indicators)}"

    def phrase(self, rule: Rule, call: str, name: Names) -> str:
        return f"{call} as {self.heading(rule, name)}"

    @property
    def role_names(self) -> tuple[str, ...]:
        """A role for each step."""
        return tuple(f"kth {step}" for step in STEPS)

    def pair_roles(self, rule: Rule) -> Iterator[PairRole]:
        yield rule.indicator, rule.calls[0], f"kth {rule.step}"
        for other in rule.calls[1:]:
            yield rule.indicator, other, ANOTHER_PLAY


FAMILY = _Kth()
