"""`either_order`: two signals side by side, such as `ear and belt next to each other = steal`."""

from __future__ import annotations

from signdecoder.rules.families._unordered import UnorderedFamily, in_ascending_order
from signdecoder.rules.family import Names
from signdecoder.rules.finders import find_steps
from signdecoder.rules.layout import FamilyLayout, Ints, RuleMatches
from signdecoder.rules.rule import Mask, Rule, Sequences
from signdecoder.rules.sequence_ops import followed_by


def _find(sequences: Ints, _: int) -> RuleMatches:
    """Find each pair of neighbors, the lower number first."""
    return in_ascending_order(find_steps(sequences, 0, 1))


class _EitherOrder(UnorderedFamily):
    """The indicator and the live signal stand side by side, either first: either is the key."""

    name, order, weight = "either_order", 14, 0.0083
    summary = "key and live signal side by side"
    layouts = (FamilyLayout("either order", "kl", _find, interchangeable="kl", key_roles="kl"),)
    adjacent = True

    def matches(self, rule: Rule, sequences: Sequences, call: int) -> Mask:
        one, other = rule.indicator, call
        return followed_by(sequences, one, other, 1) | followed_by(sequences, other, one, 1)

    def heading(self, rule: Rule, name: Names) -> str:
        return f"right beside {name(rule.indicator)}"

    def phrase(self, rule: Rule, call: str, name: Names) -> str:
        return f"{name(rule.indicator)} and {call} next to each other"


FAMILY = _EitherOrder()
