"""`hot`: a signal that calls by itself, such as `belt anywhere = steal`."""

from __future__ import annotations

import numpy as np

from signdecoder.rules.drawing import Pattern, PatternDraw, SignalDraw
from signdecoder.rules.families._live_only import LiveOnlyFamily
from signdecoder.rules.family import Names
from signdecoder.rules.finders import find_steps
from signdecoder.rules.form import RuleForm
from signdecoder.rules.layout import FamilyLayout, Ints, RuleMatches
from signdecoder.rules.rule import NO_SIGNAL, Mask, Rule, Sequences
from signdecoder.rules.sequence_ops import any_in_row

TWO = 0.25
"""The probability that a second signal calls the same play."""


def _find_one(sequences: Ints, _: int = 0) -> RuleMatches:
    """Find every signal."""
    return find_steps(sequences, 0)


def _find_either(sequences: Ints, n_signals: int) -> RuleMatches:
    """Find every signal with each other: one of the two is enough."""
    hot = _find_one(sequences)
    row, first, last, one = (
        np.repeat(x, n_signals) for x in (hot.row, hot.first, hot.last, hot.roles[0])
    )
    other = np.tile(np.arange(n_signals), len(hot.row))
    return RuleMatches(row, (np.minimum(one, other), np.maximum(one, other)), first, last)


class _Hot(LiveOnlyFamily):
    """The live signal, or either of two, calls the play wherever it comes."""

    name, order, drawing_order, weight = "hot", 4, 1, 0.10
    takes_sets = True
    summary = "the live signal alone, without a key"
    smallest_vocabulary = 2
    layouts = (
        FamilyLayout("hot", "l", _find_one, 1 - TWO, key_roles="l"),
        FamilyLayout(
            "two hot",
            "ls",
            _find_either,
            TWO,
            interchangeable="ls",
            key_roles="ls",
            without_second="hot",
        ),
    )
    form = RuleForm(key="", second="may")

    def matches(self, rule: Rule, sequences: Sequences, call: int) -> Mask:
        if rule.second != NO_SIGNAL and call == rule.calls[0]:
            return any_in_row((sequences == call) | (sequences == rule.second))
        return any_in_row(sequences == call)

    def live_signals(self, rule: Rule) -> tuple[int, ...]:
        return self.key_signs(rule)

    def calling_alone(self, rule: Rule) -> tuple[int, ...]:
        return tuple(s for s in (*rule.calls, rule.second, *rule.more_live) if s != NO_SIGNAL)

    def rewordings(self, rule: Rule) -> tuple[Rule, ...]:
        """Name the two signals in the other order."""
        if rule.second == NO_SIGNAL:
            return ()
        return (Rule(self.name, (rule.second,), second=rule.calls[0]),)

    def sample(self, draw: SignalDraw, n_others: int) -> Rule:
        """Two signals need a vocabulary of more than four."""
        second = draw.take() if draw.happens(TWO) and draw.vocabulary > 4 else NO_SIGNAL
        return Rule(self.name, draw.take_calls(n_others), second=second)

    def pattern(self, rule: Rule, call: int, draw: PatternDraw) -> Pattern:
        either = draw.swapped & (call == rule.calls[0] and rule.second != NO_SIGNAL)
        return Pattern((np.where(either, rule.second, call).astype(np.int16),))

    def heading(self, rule: Rule, name: Names) -> str:
        return "anywhere"

    def call_words(self, rule: Rule, name: Names) -> list[str]:
        words = super().call_words(rule, name)
        if rule.second != NO_SIGNAL:
            words[0] += f" or {name(rule.second)}"
        return words


FAMILY = _Hot()
