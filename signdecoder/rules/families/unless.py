"""`unless`: two signals that a third cancels: `belt right after ear, unless nose comes next`.

To such a coach a steal is the beginning of another play: ear, belt is a steal, and ear, belt, nose
a hit-and-run.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from signdecoder.rules.drawing import Pattern, PatternDraw, SignalDraw
from signdecoder.rules.family import ANOTHER_PLAY, Names, PairRole, RuleFamily
from signdecoder.rules.finders import find_steps
from signdecoder.rules.form import RuleForm
from signdecoder.rules.layout import FamilyLayout, Ints, RuleMatches
from signdecoder.rules.rule import Mask, Rule, Sequences
from signdecoder.rules.sequence_ops import any_in_row, followed_by

_CANCELS = "cancels"


def _find(sequences: Ints, n_signals: int) -> RuleMatches:
    """Find each pair of neighbors, with each signal that does not come next."""
    pairs = find_steps(sequences, 0, 1)
    then = np.full_like(sequences, -1)
    then[:, :-2] = sequences[:, 2:]
    follower = then[pairs.row, pairs.last]
    row, key, live, last, follower = (
        np.repeat(x, n_signals) for x in (pairs.row, *pairs.roles, pairs.last, follower)
    )
    third = np.tile(np.arange(n_signals), len(pairs.row))
    open_ = third != follower
    roles = (key[open_], live[open_], third[open_])
    return RuleMatches(row[open_], roles, np.zeros_like(row)[open_], last[open_])


class _Unless(RuleFamily):
    """The live signal comes right after the indicator, and the second signal not right after that.

    In `Rule.calls`, the second signal stands for the play that all three in a row call.
    """

    name, order, weight = "unless", 17, 0.003
    summary = "live right after key, without second"
    can_be_confirmed = False
    can_be_wiped_off = False  # the posterior has no room for its V³ base rules in each variant
    second_part = "wipe-off"
    layouts = (FamilyLayout("unless", "kls", _find, context="kl", without_second="next"),)
    form = RuleForm(second="must")

    def matches(self, rule: Rule, sequences: Sequences, call: int) -> Mask:
        if call not in (rule.calls[0], rule.second):
            return followed_by(sequences, rule.indicator, call, 1)
        if sequences.shape[1] < 2:
            return np.zeros(len(sequences), np.bool_)
        pair = (sequences[:, :-1] == rule.indicator) & (sequences[:, 1:] == rule.calls[0])
        longer = np.zeros_like(pair)
        longer[:, :-1] = sequences[:, 2:] == rule.second
        return any_in_row(pair & (longer if call == rule.second else ~longer))

    def sample(self, draw: SignalDraw, n_others: int) -> Rule:
        """The first of the other plays is the one that the three signals call."""
        indicator, second = draw.take(), draw.take()
        live, *others = draw.take_calls(max(0, n_others - 1))
        longer = (second,) if n_others else ()
        return Rule(self.name, (live, *longer, *others), indicator, second)

    def pattern(self, rule: Rule, call: int, draw: PatternDraw) -> Pattern:
        if call == rule.second:
            return Pattern((rule.indicator, rule.calls[0], call))
        return Pattern((rule.indicator, call))

    def heading(self, rule: Rule, name: Names) -> str:
        return f"right after {name(rule.indicator)}"

    def phrase(self, rule: Rule, call: str, name: Names) -> str:
        live = self.call_alone(rule, name)
        return f"{live} {self.heading(rule, name)}, unless {name(rule.second)} comes next"

    def call_words(self, rule: Rule, name: Names) -> list[str]:
        live, second = name(rule.calls[0]), name(rule.second)
        others = (f"{live} then {second}" if c == rule.second else name(c) for c in rule.calls[1:])
        return [f"{live} without {second} next", *others]

    def call_alone(self, rule: Rule, name: Names) -> str:
        return name(rule.calls[0])

    @property
    def role_names(self) -> tuple[str, ...]:
        """A role for the pair, and one for the signal that cancels it."""
        return (self.name, _CANCELS)

    def pair_roles(self, rule: Rule) -> Iterator[PairRole]:
        yield rule.indicator, rule.calls[0], self.name
        yield rule.calls[0], rule.second, _CANCELS
        for other in rule.calls[1:]:
            if other != rule.second:
                yield rule.indicator, other, ANOTHER_PLAY


FAMILY = _Unless()
