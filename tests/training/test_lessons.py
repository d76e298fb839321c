"""The first lessons: what rules about two signals call, seen from every pair."""

from dataclasses import replace

import numpy as np
import pytest

from signdecoder.rules.rule import BLANK, CALLED, FAMILIES, NO_SIGNAL, Rule, plays_called
from signdecoder.training.lessons import (
    RULES,
    SOME_OTHER,
    draw_lesson,
    log_expectations,
    mark,
    places_of,
    rules_of_pair,
    weigh,
)

SLOTS = 5


def test_marks_are_what_the_rules_call() -> None:
    sequences, marks = draw_lesson(48, 9, SLOTS, np.random.default_rng(4))
    assert marks.shape == (48, SLOTS * SLOTS, RULES)
    for key in range(SLOTS):
        for live in range(SLOTS):
            for place, rule in enumerate(rules_of_pair(key, live)):
                called = plays_called(rule, sequences) == CALLED
                assert (marks[:, key * SLOTS + live, place] == called).all(), rule


def test_a_play_worked_by_hand() -> None:
    cap, belt, ear = range(3)
    play = np.array([[ear, cap, belt, ear]], np.int16)
    called = {rule for rule in rules_of_pair(cap, belt) if plays_called(rule, play)[0] == CALLED}
    assert Rule("next", (belt,), cap) in called
    assert Rule("count_after", (2,), cap) in called  # belt and ear follow the cap
    assert Rule("position", (belt,), step=3) in called
    assert Rule("position", (belt,), step=1, wipe_off=cap) in called  # the cap wiped the ear
    assert Rule("kth", (belt,), cap, step=2) not in called
    assert Rule("hot", (belt,), wipe_off=cap, wipes_anywhere=True) not in called


def test_lessons_know_every_family_that_two_signals_fill() -> None:
    taught = {rule.family for rule in rules_of_pair(0, 1)}
    assert taught == set(FAMILIES) - {"null", "two_after"}  # which takes three


def test_lessons_show_every_rule_and_its_absence() -> None:
    sequences, marks = draw_lesson(640, 9, SLOTS, np.random.default_rng(5))
    assert ((sequences != BLANK).sum(axis=1) >= 1).all()
    share = marks.mean(axis=(0, 1))
    assert (share > 0).all()
    assert (share < 1).all()


def test_what_is_rare_counts_for_more() -> None:
    cap, belt, ear = range(3)
    play = np.array([[cap, belt, ear, ear], [cap, belt, BLANK, BLANK]], np.int16)
    marks = mark(play, 3)
    counts = weigh(play, marks)
    rules = rules_of_pair(0, 1)
    after, third = (
        rules.index(rule) for rule in (Rule("next", (1,), 0), Rule("kth", (1,), 0, step=3))
    )
    assert (counts[marks == 0] <= 1).all()
    assert counts[0, cap * 3 + ear, third] > counts[0, cap * 3 + belt, after] > 2  # both call
    assert counts[0, cap * 3 + belt, third] == 1  # does not, where both come
    assert counts[1, cap * 3 + ear, third] == np.float32(0.15)  # the ear does not come
    assert counts.max() <= 20


def test_where_a_coachs_rule_is_asked() -> None:
    cap, belt, ear = range(3)

    def rules_at(system: Rule) -> set[tuple[int, Rule]]:
        found = (divmod(place, RULES) for place in places_of(system, SLOTS))
        return {(pair, rules_of_pair(*divmod(pair, SLOTS))[rule]) for pair, rule in found}

    plain = Rule("next", (belt,), cap)
    assert rules_at(plain) == {(cap * SLOTS + belt, plain)}
    # A third signal that wipes off or confirms is some other.
    forgiven = {(cap * SLOTS + belt, replace(plain, wipe_off=SOME_OTHER))}
    assert rules_at(Rule("next", (belt, ear), cap, wipe_off=ear)) == forgiven
    assert rules_at(Rule("next", (belt,), cap, activator=ear)) == forgiven
    # There is no place for a rule that takes three without.
    assert not rules_at(Rule("two_after", (belt,), cap, second=ear, wipe_off=3))
    # Two signals fill this one with its wipe-off.
    hot = Rule("hot", (belt,), wipe_off=ear)
    assert rules_at(hot) == {(ear * SLOTS + belt, hot)}
    # Every pair asks about any signal twice running, and every k about the first signal.
    assert len(places_of(Rule("twice", (NO_SIGNAL,)), SLOTS)) == SLOTS * SLOTS
    assert len(places_of(Rule("position", (belt,), step=1), SLOTS)) == SLOTS
    assert places_of(Rule("two_after", (belt,), cap, second=ear), SLOTS) == []


def test_what_is_expected_before_the_first_play() -> None:
    expected = dict(zip(rules_of_pair(0, 1), log_expectations().tolist(), strict=True))
    assert max(expected.values()) == expected[Rule("next", (1,), 0)] == 0
    # Two kinds of one family share what the family is worth.
    assert expected[Rule("kth", (1,), 0, step=2)] < -0.69
    # All 64 pairs of eight signals ask about one rule, or eight of them each about one of eight:
    # either kind is worth as much in all.
    given, either = Rule("twice", (1,)), Rule("twice", (NO_SIGNAL,))
    assert expected[given] == pytest.approx(expected[either])
