"""What the families have in common whose rules are about a repeated signal."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import ClassVar

import numpy as np

from signdecoder.rules.drawing import Pattern, PatternDraw, SignalDraw
from signdecoder.rules.families._live_only import LiveOnlyFamily
from signdecoder.rules.family import PairRole
from signdecoder.rules.finders import find_repeats
from signdecoder.rules.form import RuleForm
from signdecoder.rules.layout import FamilyLayout, Ints, RuleMatches
from signdecoder.rules.rule import BLANK, NO_SIGNAL, Mask, Rule, Sequences
from signdecoder.rules.sequence_ops import any_in_row

GIVEN = 0.5
"""The probability that the rule is about one given signal, not about any."""


def repeated_layouts(name: str, step: int) -> tuple[FamilyLayout, ...]:
    """Lay out the rules about any repeated signal, and those about a given one.

    Parameters
    ----------
    name : str
        Name of the family.
    step : int
        Distance of the repetition; 1 is right after.

    Returns
    -------
    tuple of FamilyLayout
        Both layouts.
    """
    return (
        FamilyLayout(
            f"any {name}", "", partial(_find_any, step=step), 1 - GIVEN, step=step, key_roles=""
        ),
        FamilyLayout(
            f"given {name}", "l", partial(_find_given, step=step), GIVEN, step=step, key_roles="l"
        ),
    )


def _find_given(sequences: Ints, _: int, step: int) -> RuleMatches:
    """Find the signals that are repeated."""
    return find_repeats(sequences, step)


def _find_any(sequences: Ints, _: int, step: int) -> RuleMatches:
    """Find that some signal is repeated, for the one base rule about any."""
    found = find_repeats(sequences, step)
    return RuleMatches(found.row, (np.zeros_like(found.row),), found.first, found.last)


class RepeatedFamily(LiveOnlyFamily):
    """A signal, given or any, that comes again a fixed number of places later.

    Attributes
    ----------
    step : int
        The distance; 1 is right after.
    """

    step: ClassVar[int]
    smallest_vocabulary = 2
    form = RuleForm(key="", live="may")

    def matches(self, rule: Rule, sequences: Sequences, call: int) -> Mask:
        if sequences.shape[1] <= rule.step:
            return np.zeros(len(sequences), np.bool_)
        first = sequences[:, : -rule.step]
        again = (first == sequences[:, rule.step :]) & (first != BLANK)
        if call != NO_SIGNAL:
            again &= first == call
        return any_in_row(again)

    def sample(self, draw: SignalDraw, n_others: int) -> Rule:
        """There are no other plays."""
        call = draw.take() if draw.happens(GIVEN) else NO_SIGNAL
        return Rule(self.name, (call,), step=self.step)

    def pattern(self, rule: Rule, call: int, draw: PatternDraw) -> Pattern:
        used = np.unique(draw.sequences[draw.sequences != BLANK])
        again: int | Sequences = call
        if call == NO_SIGNAL:
            again = draw.rng.choice(used, len(draw.swapped)).astype(np.int16)
        return Pattern((again, *(NO_SIGNAL,) * (rule.step - 1), again))

    def pair_roles(self, rule: Rule) -> Iterator[PairRole]:
        if rule.calls[0] != NO_SIGNAL:
            yield rule.calls[0], rule.calls[0], self.name
