"""The frozen list of rules about a pair of signals."""

from dataclasses import replace

import pytest

from signdecoder.rules.pair_rules import (
    N_PAIR_RULES,
    THIRD_SIGNAL,
    log_prior_of_pair,
    pair_rule_places,
    rules_of_pair,
)
from signdecoder.rules.rule import NO_SIGNAL, Rule

SLOTS = 5


def test_the_number_and_order_of_the_pair_rules_are_those_of_the_trained_weights() -> None:
    assert N_PAIR_RULES == 69
    assert rules_of_pair(0, 1)[0] == Rule("next", (1,), 0)
    assert rules_of_pair(0, 1)[7:11] == tuple(Rule("count_after", (n,), 0, 1) for n in (2, 3, 4, 5))


def test_pair_rules_cover_the_families_that_two_signals_fill() -> None:
    families = {rule.family for rule in rules_of_pair(0, 1)}
    assert families == {
        *("next", "kth", "anywhere", "before", "hot", "count_after", "count_of"),
        *("position", "both", "between", "twice", "sandwich"),
    }


def test_a_coachs_rule_is_asked_about_at_its_own_pair() -> None:
    cap, belt, ear = range(3)

    def rules_at(rule: Rule) -> set[tuple[int, Rule]]:
        found = (divmod(place, N_PAIR_RULES) for place in pair_rule_places(rule, SLOTS))
        return {(pair, rules_of_pair(*divmod(pair, SLOTS))[index]) for pair, index in found}

    plain = Rule("next", (belt,), cap)
    assert rules_at(plain) == {(cap * SLOTS + belt, plain)}
    # A third signal that wipes off or confirms is ignored.
    forgiven = {(cap * SLOTS + belt, replace(plain, wipe_off=THIRD_SIGNAL))}
    assert rules_at(Rule("next", (belt, ear), cap, wipe_off=ear)) == forgiven
    assert rules_at(Rule("next", (belt,), cap, activator=ear)) == forgiven
    # A rule of several pairs is asked about at each.
    either = Rule("next", (belt,), cap, more_live=(ear,))
    assert rules_at(either) == rules_at(plain) | rules_at(Rule("next", (ear,), cap))
    # No pair asks about a rule that needs three signals without its wipe-off.
    assert not rules_at(Rule("two_after", (belt,), cap, second=ear, wipe_off=3))
    # Two signals fill this rule and its wipe-off.
    hot = Rule("hot", (belt,), wipe_off=ear)
    assert rules_at(hot) == {(ear * SLOTS + belt, hot)}
    # Every pair asks about any signal twice in a row, and every k about the first signal.
    assert len(pair_rule_places(Rule("twice", (NO_SIGNAL,)), SLOTS)) == SLOTS * SLOTS
    assert len(pair_rule_places(Rule("position", (belt,), step=1), SLOTS)) == SLOTS
    assert pair_rule_places(Rule("two_after", (belt,), cap, second=ear), SLOTS) == []


def test_the_log_prior_splits_the_weight_of_a_family() -> None:
    expected = dict(zip(rules_of_pair(0, 1), log_prior_of_pair().tolist(), strict=True))
    assert max(expected.values()) == expected[Rule("next", (1,), 0)] == 0
    # The two steps of one family share its weight.
    assert expected[Rule("kth", (1,), 0, step=2)] < -0.69
    # All 64 pairs of eight signals ask about one rule, or eight of them each about one of eight:
    # both kinds have the same weight in all.
    given, either = Rule("twice", (1,)), Rule("twice", (NO_SIGNAL,))
    assert expected[given] == pytest.approx(expected[either])
