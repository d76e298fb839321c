"""`both`: two signals in any order, such as `ear and belt in any order = steal`."""

from __future__ import annotations

from signdecoder.rules.families._unordered import UnorderedFamily, in_ascending_order
from signdecoder.rules.family import Names
from signdecoder.rules.finders import find_at, ordered_pairs
from signdecoder.rules.layout import FamilyLayout, Ints, RuleMatches
from signdecoder.rules.rule import Mask, Rule, Sequences
from signdecoder.rules.sequence_ops import any_in_row


def _find(sequences: Ints, _: int) -> RuleMatches:
    """Find each pair of signals, the lower number first."""
    return in_ascending_order(find_at(sequences, ordered_pairs(sequences.shape[1])))


class _Both(UnorderedFamily):
    """The indicator and the live signal both come, in any order: either is the key sign."""

    name, order, drawing_order, weight = "both", 8, 10, 0.03
    summary = "key and live signal in any order"
    layouts = (FamilyLayout("both", "kl", _find, interchangeable="kl", key_roles="kl"),)
    adjacent = False

    def matches(self, rule: Rule, sequences: Sequences, call: int) -> Mask:
        return any_in_row(sequences == rule.indicator) & any_in_row(sequences == call)

    def heading(self, rule: Rule, name: Names) -> str:
        return f"with {name(rule.indicator)} in any order"

    def phrase(self, rule: Rule, call: str, name: Names) -> str:
        return f"{name(rule.indicator)} and {call} in any order"


FAMILY = _Both()
