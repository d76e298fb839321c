"""`position`: the signal at one position, such as `belt as last signal = steal`."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from signdecoder.rules.drawing import Pattern, PatternDraw, SignalDraw
from signdecoder.rules.families._live_only import LiveOnlyFamily
from signdecoder.rules.family import Names
from signdecoder.rules.form import RuleForm
from signdecoder.rules.layout import FamilyLayout, Ints, RuleMatches
from signdecoder.rules.ordinals import ordinal
from signdecoder.rules.rule import Mask, Rule, Sequences
from signdecoder.rules.sequence_ops import at_position

POSITIONS = {1: 0.4, -1: 0.4, 2: 0.1, 3: 0.1}
"""The prior probability of each position; -1 is the last."""


def _find(sequences: Ints, _: int) -> RuleMatches:
    """Find the signals at each position, in the sequence and in what is left of it."""
    length = sequences.shape[1]
    rows = []  # place, index of the position, first, last
    for index, step in enumerate(POSITIONS):
        if step > 0:
            rows += [(begin + step - 1, index, begin, begin) for begin in range(length - step + 1)]
        elif length + step >= 0:
            rows.append((length + step, index, 0, length + step))
    place, which, first, last = (
        np.tile(column, len(sequences)) for column in np.array(rows, np.int64).reshape(-1, 4).T
    )
    row = np.repeat(np.arange(len(sequences)), len(rows))
    return RuleMatches(row, (sequences[row, place], which), first, last)


class _Position(LiveOnlyFamily):
    """The live signal stands at a fixed position, from the start or the wipe-off, or last."""

    name, order, drawing_order, weight = "position", 7, 9, 0.04
    summary = "the signal at one position"
    smallest_vocabulary = 2
    can_be_confirmed = False
    layouts = (
        FamilyLayout(
            "place",
            "l",
            _find,
            1.0,
            tuple(POSITIONS),
            tuple(POSITIONS.values()),
            key_roles="l",
        ),
    )
    form = RuleForm(key="", ordinals=(1, 2, 3, 4, 5, -1), default_step=-1)

    def matches(self, rule: Rule, sequences: Sequences, call: int) -> Mask:
        return np.asarray(at_position(sequences, rule.step) == call)

    def base_rule(self, layout: FamilyLayout, signals: Mapping[str, int], number: int) -> Rule:
        """The number is the position."""
        return Rule(self.name, (signals["l"],), step=number)

    def sample(self, draw: SignalDraw, n_others: int) -> Rule:
        step = draw.choose(POSITIONS)
        return Rule(self.name, draw.take_calls(n_others), step=step)

    def pattern(self, rule: Rule, call: int, draw: PatternDraw) -> Pattern:

        def place(lengths: Ints) -> Ints:
            return lengths - 1 if rule.step < 0 else np.full(len(lengths), rule.step - 1)

        return Pattern((call,), first=place)

    def heading(self, rule: Rule, name: Names) -> str:
        return f"{ordinal(rule.step)} signal"

    def phrase(self, rule: Rule, call: str, name: Names) -> str:
        return f"{call} as {self.heading(rule, name)}"

    @property
    def role_names(self) -> tuple[str, ...]:
        """A role for each position."""
        return tuple(f"position {step}" for step in POSITIONS)

    def role_name(self, rule: Rule) -> str:
        return f"position {rule.step}"


FAMILY = _Position()
