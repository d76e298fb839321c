"""Counting a vote on the rule: by hand, and against the grammar."""

from dataclasses import replace

import numpy as np
import pytest

from signdecoder.core.outcomes import Evidence
from signdecoder.lstm.cell import Floats
from signdecoder.lstm.rule_attention import (
    MIN_RULE_PROB,
    RuleVote,
    cancellation_probability,
    key_sign_log_probs,
    log_odds,
    modifier_log_likelihood,
    modifier_votes,
    shown_by_feature,
)
from signdecoder.rules.matching import plays_called
from signdecoder.rules.pair_rules import (
    N_PAIR_RULES,
    pair_rule_places,
)
from signdecoder.rules.rule import (
    CALLED,
    NO_SIGNAL,
    Rule,
)
from signdecoder.training.lessons import label_sequences

SLOTS = 5
CAP, BELT = 0, 1


def probs_for(rule: Rule) -> Floats:
    """Return rule probabilities (C, RULES) that are all on one rule."""
    rule_probs = np.zeros(SLOTS * SLOTS * N_PAIR_RULES, np.float32)
    places = pair_rule_places(rule, SLOTS)
    rule_probs[places] = 1 / len(places)
    return rule_probs.reshape(SLOTS * SLOTS, N_PAIR_RULES)


def shown_rules(rule: Rule, features: Floats) -> Floats:
    """Return what sequences show of the rules (…, C, RULES) if all probability is on one rule."""
    return RuleVote(probs_for(rule)).shown(features)


def test_shown_rules_equal_a_calculation_by_hand() -> None:
    # Two pairs, two features: 0.5 and 0.2 are shown, 0.1 is not, 0.2 is for no rule.
    rule_probs = np.array([[0.5, 0.1], [0.0, 0.2]], np.float32)
    features = np.array([[1.0, 0.0], [1.0, 1.0]], np.float32)
    votes = shown_by_feature(RuleVote(rule_probs).shown(features))
    assert votes[:2] == pytest.approx([0.5, 0.2])
    assert votes[2] == pytest.approx(np.log(0.71 / 0.31))


@pytest.mark.parametrize(
    "rule",
    [
        Rule("next", (BELT,), CAP),
        Rule("kth", (BELT,), CAP, step=2),
        Rule("anywhere", (BELT,), CAP),
        Rule("before", (BELT,), CAP),
        Rule("both", (BELT,), CAP),
    ],
)
def test_modifier_votes_agree_with_rules_that_have_the_modifier(rule: Rule) -> None:
    rng = np.random.default_rng(3)
    # Each signal comes once: of one that comes twice the vote does not know which of the two.
    sequences = np.array([rng.permutation(SLOTS)[:4] for _ in range(200)], np.int16)
    features = label_sequences(sequences, SLOTS)
    shown = shown_rules(rule, features)
    left = modifier_votes(shown, features)
    for third in range(2, SLOTS):
        for kind, conditional in enumerate(
            (
                replace(rule, wipe_off=third),
                replace(rule, wipe_off=third, wipes_anywhere=True),
                replace(rule, activator=third),
            )
        ):
            called = (plays_called(conditional, sequences) == CALLED).astype(np.float32)
            assert left[:, third, kind] == pytest.approx(called, abs=1e-6)
    assert 0 < left[:, 2:].mean() < shown.sum(axis=(-2, -1)).mean()


def test_the_cancellation_probability_is_what_the_modifier_votes_lack() -> None:
    rng = np.random.default_rng(4)
    plays = label_sequences(
        np.array([rng.permutation(SLOTS)[:4] for _ in range(100)], np.int16), SLOTS
    )
    both = Rule("both", (BELT,), CAP)
    lost = 0.0
    for features in plays:
        shown = shown_rules(both, features)
        if shown.sum() < 0.5:
            continue
        left = modifier_votes(shown, features)
        for third in range(2, SLOTS):
            for kind in range(3):
                chances = np.zeros((SLOTS, 3), np.float32)
                chances[third, kind] = 1
                gone = cancellation_probability(chances, features)[CAP * SLOTS + BELT]
                assert gone == pytest.approx(1 - left[third, kind], abs=1e-6)
                lost += float(gone)
    assert lost > 10


def test_the_signals_of_a_pair_do_not_cancel_it() -> None:
    features = label_sequences(np.array([[CAP, BELT, 2]], np.int16), SLOTS)[0]
    chances = np.zeros((SLOTS, 3), np.float32)
    chances[BELT] = 1 / 3
    lost = cancellation_probability(chances, features)
    assert lost[CAP * SLOTS + BELT] == pytest.approx(0, abs=1e-6)
    assert lost[BELT * SLOTS + BELT] == pytest.approx(0, abs=1e-6)
    assert lost[CAP * SLOTS + 2] > 0.3


def test_a_rule_about_one_signal_has_a_feature_of_its_own_for_wipe_offs() -> None:
    play = np.array([[BELT, CAP, BELT, 2]], np.int16)
    features = label_sequences(play, SLOTS)[0]
    plain = Rule("count_of", (2,), BELT)
    # The vote on the plain rule is not touched: the other loses its own.
    assert modifier_votes(shown_rules(plain, features), features)[CAP, 0] == pytest.approx(1)
    wiped = replace(plain, wipe_off=CAP)
    assert shown_rules(wiped, features).sum() == 0


def test_the_modifier_log_likelihood_depends_on_the_outcome() -> None:
    total, if_third = np.array(0.9, np.float32), np.array([[0.0, 0.9]], np.float32)
    nothing = modifier_log_likelihood(total, if_third, Evidence.NOTHING)
    assert nothing == pytest.approx(np.array([[np.log(1.01 / 0.11), 0]]), abs=1e-5)
    called = modifier_log_likelihood(total, if_third, Evidence.CALLED)
    assert called == pytest.approx(np.array([[np.log(0.01 / 0.91), 0]]), abs=1e-5)
    assert not modifier_log_likelihood(total, if_third, Evidence.SILENT).any()


@pytest.mark.parametrize(
    ("rule", "keys"),
    [
        (Rule("next", (BELT,), CAP), {CAP: 1.0}),
        (Rule("hot", (BELT,)), {BELT: 1.0}),
        (Rule("hot", (BELT,), wipe_off=CAP), {BELT: 1.0}),
        (Rule("both", (BELT,), CAP), {CAP: 0.5, BELT: 0.5}),
        (Rule("count_of", (2,), CAP), {CAP: 1.0}),
        (Rule("twice", (NO_SIGNAL,)), {-1: 1.0}),
    ],
)
def test_key_sign_log_probs_follow_from_the_rule(rule: Rule, keys: dict[int, float]) -> None:
    expected = np.zeros(SLOTS + 1)
    expected[list(keys)] = list(keys.values())
    assert np.exp(key_sign_log_probs(probs_for(rule))) - MIN_RULE_PROB == pytest.approx(
        expected, abs=1e-5
    )


def test_log_odds_are_bounded() -> None:
    sure = np.log((1 + MIN_RULE_PROB) / MIN_RULE_PROB)
    assert log_odds(np.array([0, 0.5, 1], np.float32)) == pytest.approx([-sure, 0, sure])
