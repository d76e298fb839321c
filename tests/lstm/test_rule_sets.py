"""Set rules: which signals belong to a set is learned as by exact Bayes."""

from dataclasses import replace
from itertools import pairwise, product

import numpy as np
import pytest

from signdecoder.core.outcomes import Evidence
from signdecoder.lstm.cell import Floats
from signdecoder.lstm.rule_attention import RuleVote, modifier_votes, shown_by_feature
from signdecoder.lstm.rule_sets import RuleSets, SetBelief, SetVote, set_features
from signdecoder.rules.pair_rules import (
    KEY_SET_RULES,
    LIVE_SET_RULES,
    N_PAIR_RULES,
    N_SET_RULES,
    pair_rule_places,
    set_rule_places,
)
from signdecoder.rules.rule import Rule
from signdecoder.training.lessons import label_sequences

SLOTS = 6
CAP = 0
P_MEMBER, MISSED, STRAY = 0.3, 0.1, 0.05
NEXT = LIVE_SET_RULES.index(0)
NEXT_OF_KEYS = len(LIVE_SET_RULES) + KEY_SET_RULES.index(0)


def logit(p: float) -> float:
    return float(np.log(p / (1 - p)))


@pytest.fixture
def sets() -> RuleSets:
    """Set rules that forget nothing; all have the same rates and prior."""
    rates = np.array([logit(MISSED), logit(STRAY), 30.0, 1.0], np.float32)
    return RuleSets(
        {
            "sets/rates": np.tile(rates[:, None], (1, N_SET_RULES)),
            "sets/pair_rates": rates,
            "sets/member": np.full(N_SET_RULES, logit(P_MEMBER), np.float32),
            "sets/bias": np.full(N_SET_RULES, -5.0, np.float32),
        },
        "sets",
    )


def read(sets: RuleSets, plays: list[list[int]], called: list[bool]) -> SetBelief:
    """Return the belief after some plays that the vote on pair rules says nothing about."""
    belief = sets.start(SLOTS)
    for play, was_called in zip(plays, called, strict=True):
        features = label_sequences(np.array([play], np.int16), SLOTS)[0]
        outcome = Evidence.CALLED if was_called else Evidence.NOTHING
        belief = sets.observe(belief, features, np.float32(0.3), outcome)
    return belief


def test_with_one_candidate_a_play_the_memberships_are_exact(sets: RuleSets) -> None:
    rng = np.random.default_rng(1)
    candidates = rng.integers(1, SLOTS, 25)
    called = [bool(c in (2, 5)) ^ bool(rng.random() < 0.1) for c in candidates]
    belief = read(sets, [[CAP, int(c)] for c in candidates], called)
    # Every set of the other signals, weighed by the plays.
    total, of_member = 0.0, np.zeros(SLOTS)
    for members in product((False, True), repeat=SLOTS - 1):
        weight = float(np.prod([P_MEMBER if m else 1 - P_MEMBER for m in members]))
        for candidate, was_called in zip(candidates, called, strict=True):
            p = STRAY + (1 - STRAY) * (1 - MISSED) * members[candidate - 1]
            weight *= p if was_called else 1 - p
        total += weight
        of_member[1:] += weight * np.array(members)
    _, vote = sets.vote(belief)
    assert vote.members[CAP, 1:, NEXT] == pytest.approx(of_member[1:] / total, abs=2e-3)
    assert belief.evidence[CAP, NEXT] == pytest.approx(np.log(total), abs=2e-2)


@pytest.mark.parametrize("of_keys", [False, True])
def test_a_set_of_three_is_found(sets: RuleSets, of_keys: bool) -> None:
    rng = np.random.default_rng(2)
    chosen = {2, 3, 5}
    plays = [rng.integers(0, SLOTS, 6).tolist() for _ in range(80)]
    called = [
        any((m == CAP and k in chosen) if of_keys else (k == CAP and m in chosen) for k, m in pairs)
        for pairs in map(pairwise, plays)
    ]
    of_pairs, vote = sets.vote(read(sets, plays, called))
    rule = NEXT_OF_KEYS if of_keys else NEXT
    # "k, then any of these" is also "any of these is live right before the indicator k".
    twin = LIVE_SET_RULES.index(4) if of_keys else len(LIVE_SET_RULES) + KEY_SET_RULES.index(4)
    assert vote.rules[CAP, [rule, twin]].sum() > 0.9
    assert of_pairs < 0.05
    assert set(np.flatnonzero(vote.members[CAP, :, rule] > 0.9)) == chosen
    assert (np.sort(vote.members[CAP, :, rule])[:3] < 0.1).all()


def test_an_unknown_outcome_says_nothing_about_a_set(sets: RuleSets) -> None:
    belief = read(sets, [[CAP, 2]], [True])
    features = label_sequences(np.array([[CAP, 2]], np.int16), SLOTS)[0]
    after = sets.observe(belief, features, np.float32(0.3), Evidence.SILENT)
    assert after.members == pytest.approx(belief.members)
    assert after.evidence == pytest.approx(belief.evidence)


def some_vote() -> RuleVote:
    rng = np.random.default_rng(3)
    of_pairs = rng.random((SLOTS * SLOTS, N_PAIR_RULES), np.float32)
    of_sets = rng.random((SLOTS, N_SET_RULES), np.float32)
    total = of_pairs.sum() + of_sets.sum()
    members = rng.random((SLOTS, SLOTS, N_SET_RULES), np.float32)
    return RuleVote(of_pairs / total, SetVote(of_sets / total, members))


def test_any_member_calls_and_several_do_not_call_twice() -> None:
    vote = some_vote()
    assert vote.sets
    features = label_sequences(np.array([[CAP, 2, 1, CAP, 3]], np.int16), SLOTS)[0]
    only_next = np.zeros((SLOTS, N_SET_RULES), np.float32)
    only_next[CAP, NEXT] = 0.8
    chosen = replace(vote, pairs=0 * vote.pairs, sets=replace(vote.sets, rules=only_next))
    two, three = vote.sets.members[CAP, [2, 3], NEXT]
    shown = chosen.shown(features)
    assert shown.sum() == pytest.approx(0.8 * (1 - (1 - two) * (1 - three)), abs=1e-5)
    assert set(np.flatnonzero(shown.sum(axis=1) > 1e-6)) == {2, 3}  # CAP is slot 0
    assert shown_by_feature(shown)[0] == pytest.approx(shown.sum())


def test_set_rules_keep_the_sum_of_the_probabilities() -> None:
    vote = some_vote()
    assert vote.by_pair().sum() == pytest.approx(1.0, abs=1e-5)
    everything = np.ones((SLOTS * SLOTS, N_PAIR_RULES), np.float32)
    total = vote.shown(everything).sum()
    assert 0.9 < total <= 1 + 1e-6
    assert (modifier_votes(vote.shown(everything), everything) <= 1 + 1e-5).all()


def test_a_set_without_members_has_no_part_in_a_vote() -> None:
    vote = some_vote()
    assert vote.sets
    none = RuleVote(vote.pairs, replace(vote.sets, members=0 * vote.sets.members))
    features = np.ones((SLOTS * SLOTS, N_PAIR_RULES), np.float32)
    assert (none.by_pair() == vote.pairs).all()
    assert (none.shown(features) == vote.pairs).all()


def test_set_features_show_each_pair_from_its_group() -> None:
    features: Floats = np.random.default_rng(4).random((SLOTS**2, N_PAIR_RULES), np.float32)
    grid = features.reshape(SLOTS, SLOTS, -1)
    shown = set_features(features)
    for number, rule in enumerate(LIVE_SET_RULES):
        assert (shown[2, 4, number] == grid[2, 4, rule]).all()
    for number, rule in enumerate(KEY_SET_RULES, len(LIVE_SET_RULES)):
        assert (shown[2, 4, number] == grid[4, 2, rule]).all()


@pytest.mark.parametrize(
    ("rule", "signal", "group", "set_rule"),
    [
        (Rule("next", (3,), CAP), 3, CAP, NEXT),
        (Rule("next", (3,), CAP), CAP, 3, NEXT_OF_KEYS),
        (Rule("next", (3,), CAP, wipe_off=4), 3, CAP, NEXT),
    ],
)
def test_a_split_rule_has_the_place_of_its_set(
    rule: Rule, signal: int, group: int, set_rule: int
) -> None:
    place = SLOTS**2 * N_PAIR_RULES + group * N_SET_RULES + set_rule
    assert set_rule_places(rule, signal, SLOTS) == [place]


def test_names_of_other_signals_make_no_difference_to_a_rule() -> None:
    rule = Rule("next", (3,), CAP)
    assert set_rule_places(rule, 5, SLOTS) == pair_rule_places(rule, SLOTS)
    # A wipe-off is left to the modifier, whatever it is called.
    wiped = replace(rule, wipe_off=4)
    assert set_rule_places(wiped, 4, SLOTS) == pair_rule_places(wiped, SLOTS)


def test_what_no_set_rule_says_has_no_place() -> None:
    assert set_rule_places(Rule("count_after", (3,), CAP, second=2), 2, SLOTS) == []
    assert set_rule_places(Rule("count_after", (3,), CAP, second=2), CAP, SLOTS) == []
    assert set_rule_places(Rule("between", (3,), CAP, second=CAP), CAP, SLOTS) == []
