"""Counting a vote on the rule: by hand, and against the grammar."""

from dataclasses import replace

import numpy as np
import pytest

from signdecoder.core.outcomes import Evidence
from signdecoder.lstm.cell import Floats
from signdecoder.lstm.rule_attention import (
    MIN_RULE_PROB,
    cancellation_probability,
    key_sign_log_probs,
    log_odds,
    modifier_log_likelihood,
    modifier_votes,
    shown_rule_probs,
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


def shares_for(rule: Rule) -> Floats:
    """The whole vote for one rule: (C, RULES)."""
    shares = np.zeros(SLOTS * SLOTS * N_PAIR_RULES, np.float32)
    places = pair_rule_places(rule, SLOTS)
    shares[places] = 1 / len(places)
    return shares.reshape(SLOTS * SLOTS, N_PAIR_RULES)


def test_a_vote_counted_by_hand() -> None:
    # Two candidates, two sights: shares of 0.5 and 0.2 are shown, 0.1 is not, 0.2 is for none.
    shares = np.array([[0.5, 0.1], [0.0, 0.2]], np.float32)
    sights = np.array([[1.0, 0.0], [1.0, 1.0]], np.float32)
    votes = shown_rule_probs(shares, sights)
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
def test_what_a_third_signal_leaves_is_what_the_grammar_says(rule: Rule) -> None:
    rng = np.random.default_rng(3)
    # Each signal comes once: of one that comes twice the vote does not know which of the two.
    sequences = np.array([rng.permutation(SLOTS)[:4] for _ in range(200)], np.int16)
    sights = label_sequences(sequences, SLOTS)
    left = modifier_votes(shares_for(rule), sights)
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
    assert (
        0 < left[:, 2:].mean() < shown_rule_probs(shares_for(rule), sights)[:, :-1].sum(-1).mean()
    )


def test_what_is_lost_to_a_third_signal_is_what_it_does_not_leave() -> None:
    rng = np.random.default_rng(4)
    plays = label_sequences(
        np.array([rng.permutation(SLOTS)[:4] for _ in range(100)], np.int16), SLOTS
    )
    both = shares_for(Rule("both", (BELT,), CAP))
    lost = 0.0
    for sights in plays:
        if shown_rule_probs(both, sights)[:-1].sum() < 0.5:
            continue
        left = modifier_votes(both, sights)
        for third in range(2, SLOTS):
            for kind in range(3):
                chances = np.zeros((SLOTS, 3), np.float32)
                chances[third, kind] = 1
                gone = cancellation_probability(chances, sights)[CAP * SLOTS + BELT]
                assert gone == pytest.approx(1 - left[third, kind], abs=1e-6)
                lost += float(gone)
    assert lost > 10


def test_no_pair_loses_to_its_own_signals() -> None:
    sights = label_sequences(np.array([[CAP, BELT, 2]], np.int16), SLOTS)[0]
    chances = np.zeros((SLOTS, 3), np.float32)
    chances[BELT] = 1 / 3
    lost = cancellation_probability(chances, sights)
    assert lost[CAP * SLOTS + BELT] == pytest.approx(0, abs=1e-6)
    assert lost[BELT * SLOTS + BELT] == pytest.approx(0, abs=1e-6)
    assert lost[CAP * SLOTS + 2] > 0.3


def test_a_rule_of_one_signal_has_a_sight_of_its_own_for_what_is_wiped() -> None:
    play = np.array([[BELT, CAP, BELT, 2]], np.int16)
    sights = label_sequences(play, SLOTS)[0]
    plain = Rule("count_of", (2,), BELT)
    # The vote on the plain rule is not touched: the other loses its own.
    assert modifier_votes(shares_for(plain), sights)[CAP, 0] == pytest.approx(1)
    wiped = replace(plain, wipe_off=CAP)
    assert shown_rule_probs(shares_for(wiped), sights)[:-1].sum() == 0


def test_how_an_outcome_speaks_for_a_third_signal() -> None:
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
def test_which_key_sign_a_vote_is_for(rule: Rule, keys: dict[int, float]) -> None:
    expected = np.zeros(SLOTS + 1)
    expected[list(keys)] = list(keys.values())
    assert np.exp(key_sign_log_probs(shares_for(rule))) - MIN_RULE_PROB == pytest.approx(
        expected, abs=1e-5
    )


def test_no_vote_is_taken_for_quite_sure() -> None:
    sure = np.log((1 + MIN_RULE_PROB) / MIN_RULE_PROB)
    assert log_odds(np.array([0, 0.5, 1], np.float32)) == pytest.approx([-sure, 0, sure])
