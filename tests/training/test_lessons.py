"""Lessons: the labels and the label weights of single plays."""

import numpy as np

from signdecoder.rules.matching import plays_called
from signdecoder.rules.pair_rules import N_PAIR_RULES, rules_of_pair
from signdecoder.rules.rule import (
    BLANK,
    CALLED,
    Rule,
)
from signdecoder.training.lessons import draw_lesson, label_sequences, label_weights

SLOTS = 5


def test_labels_are_what_the_rules_call() -> None:
    sequences, labels = draw_lesson(48, 9, SLOTS, np.random.default_rng(4))
    assert labels.shape == (48, SLOTS * SLOTS, N_PAIR_RULES)
    for key in range(SLOTS):
        for live in range(SLOTS):
            for place, rule in enumerate(rules_of_pair(key, live)):
                called = plays_called(rule, sequences) == CALLED
                assert (labels[:, key * SLOTS + live, place] == called).all(), rule


def test_labels_of_an_example_play() -> None:
    cap, belt, ear = range(3)
    play = np.array([[ear, cap, belt, ear]], np.int16)
    called = {rule for rule in rules_of_pair(cap, belt) if plays_called(rule, play)[0] == CALLED}
    assert Rule("next", (belt,), cap) in called
    assert Rule("count_after", (2,), cap) in called  # belt and ear follow the cap
    assert Rule("position", (belt,), step=3) in called
    assert Rule("position", (belt,), step=1, wipe_off=cap) in called  # the cap wiped the ear
    assert Rule("kth", (belt,), cap, step=2) not in called
    assert Rule("hot", (belt,), wipe_off=cap, wipes_anywhere=True) not in called


def test_lessons_have_calls_and_non_calls_of_every_rule() -> None:
    sequences, labels = draw_lesson(640, 9, SLOTS, np.random.default_rng(5))
    assert ((sequences != BLANK).sum(axis=1) >= 1).all()
    share = labels.mean(axis=(0, 1))
    assert (share > 0).all()
    assert (share < 1).all()


def test_rare_calls_have_larger_weights() -> None:
    cap, belt, ear = range(3)
    play = np.array([[cap, belt, ear, ear], [cap, belt, BLANK, BLANK]], np.int16)
    labels = label_sequences(play, 3)
    counts = label_weights(play, labels)
    rules = rules_of_pair(0, 1)
    after, third = (
        rules.index(rule) for rule in (Rule("next", (1,), 0), Rule("kth", (1,), 0, step=3))
    )
    assert (counts[labels == 0] <= 1).all()
    assert counts[0, cap * 3 + ear, third] > counts[0, cap * 3 + belt, after] > 2  # both call
    assert counts[0, cap * 3 + belt, third] == 1  # does not, where both come
    assert counts[1, cap * 3 + ear, third] == np.float32(0.15)  # the ear does not come
    assert counts.max() <= 20
