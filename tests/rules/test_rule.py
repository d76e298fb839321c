"""The grammar: which sequences call which play, and how the rule is said."""

import numpy as np
import pytest

from signdecoder.rules.describe import describe, describe_call
from signdecoder.rules.matching import plays_called
from signdecoder.rules.rule import (
    BLANK,
    Rule,
)

NAMES = ["cap", "ear", "belt", "chin", "nose"]
CAP, EAR, BELT, CHIN, NOSE = range(5)


def called(rule: Rule, *sequences: str) -> list[int]:
    """What each sequence, written as names, calls."""
    width = max(len(s.split()) for s in sequences)
    rows = np.full((len(sequences), width), BLANK, np.int16)
    for row, sequence in zip(rows, sequences, strict=True):
        numbers = [NAMES.index(name) for name in sequence.split()]
        row[: len(numbers)] = numbers
    return [int(play) for play in plays_called(rule, rows)]


def test_the_signal_right_after_the_indicator_counts() -> None:
    rule = Rule("next", (BELT, CHIN), CAP)
    assert called(rule, "ear cap belt", "cap ear belt", "belt cap", "cap chin") == [1, 0, 0, 2]


def test_of_two_plays_the_first_in_the_system_counts() -> None:
    assert called(Rule("next", (BELT, CHIN), CAP), "cap chin cap belt") == [1]


def test_the_second_after_the_indicator_counts() -> None:
    rule = Rule("kth", (BELT,), CAP, step=2)
    assert called(rule, "cap ear belt", "cap belt ear", "cap") == [1, 0, 0]


def test_a_wipe_off_cancels_what_came_before_it() -> None:
    rule = Rule("next", (BELT,), CAP, wipe_off=EAR)
    assert called(rule, "cap belt ear", "ear cap belt", "cap belt ear cap belt") == [0, 1, 1]


def test_a_wipe_off_anywhere_cancels_all() -> None:
    rule = Rule("next", (BELT,), CAP, wipe_off=EAR, wipes_anywhere=True)
    assert called(rule, "ear cap belt", "cap belt chin") == [0, 1]


def test_an_activator_must_come_last() -> None:
    rule = Rule("next", (BELT,), CAP, activator=NOSE)
    assert called(rule, "cap belt nose", "cap belt", "nose cap belt") == [1, 0, 0]


@pytest.mark.parametrize(
    ("rule", "calls", "does_not"),
    [
        (Rule("anywhere", (BELT,), CAP), "cap ear chin belt", "belt cap ear"),
        (Rule("before", (BELT,), CAP), "ear belt cap", "cap belt ear"),
        (Rule("hot", (BELT,)), "ear belt", "ear cap"),
        (Rule("hot", (BELT,), second=CHIN), "ear chin", "ear cap"),
        (Rule("count_after", (2,), CAP), "ear cap ear cap", "cap ear"),
        (
            Rule("count_after", (2,), CAP, second=NOSE),
            "cap ear chin nose ear",
            "cap ear chin",
        ),
        (Rule("count_of", (2,), CAP), "cap ear cap", "cap cap cap"),
        (Rule("position", (BELT,)), "belt ear", "ear belt"),
        (Rule("position", (BELT,), step=-1), "ear belt", "belt ear"),
        (Rule("position", (BELT,), step=3), "ear ear belt cap", "belt ear"),
        (Rule("both", (BELT,), CAP), "belt ear cap", "belt ear"),
        (Rule("two_after", (BELT,), CAP, second=EAR), "cap ear belt", "cap belt ear"),
        (Rule("between", (BELT,), CAP, second=CAP), "cap ear belt cap", "cap belt ear"),
        (Rule("twice", (-1,)), "ear belt belt", "belt ear belt"),
        (Rule("twice", (BELT,)), "ear belt belt", "ear ear belt"),
        (Rule("sandwich", (-1,), step=2), "belt ear belt", "ear ear belt"),
    ],
)
def test_each_family(rule: Rule, calls: str, does_not: str) -> None:
    assert called(rule, calls, does_not) == [1, 0]


def test_a_place_is_counted_from_the_wipe_off() -> None:
    rule = Rule("position", (BELT,), wipe_off=EAR)
    assert called(rule, "cap ear belt", "belt ear") == [1, 0]


def test_a_system_that_means_nothing_calls_nothing() -> None:
    assert called(Rule("null", (-1,)), "cap belt", "ear") == [0, 0]


@pytest.mark.parametrize(
    ("rule", "keys"),
    [
        (Rule("next", (BELT,), CAP), (CAP,)),
        (Rule("before", (BELT,), CAP), (BELT,)),  # the earlier signal is the key sign
        (Rule("hot", (BELT,), second=CHIN), (BELT, CHIN)),
        (Rule("both", (BELT,), CAP), (CAP, BELT)),
        (Rule("sandwich", (-1,), step=2), ()),
        (Rule("null", (-1,)), ()),
    ],
)
def test_the_key_sign(rule: Rule, keys: tuple[int, ...]) -> None:
    assert rule.key_signs == keys


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (
            Rule("next", (BELT, CHIN), CAP, wipe_off=EAR),
            "right after cap: belt = steal, chin = bunt; ear cancels everything before it",
        ),
        (
            Rule("count_after", (2,), CAP, second=NOSE),
            "exactly 2 signals between first cap and next nose = steal",
        ),
        (
            Rule("sandwich", (-1,), step=2),
            "any signal twice with one between = steal",
        ),
        (Rule("null", (-1,)), "no rule: the signals are meaningless"),
    ],
)
def test_the_rule_in_words(rule: Rule, words: str) -> None:
    assert describe(rule, NAMES, ("steal", "bunt")) == words


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (Rule("next", (BELT, CHIN), CAP), "belt"),
        (Rule("hot", (BELT,), second=NOSE), "belt or nose"),
        (Rule("twice", (-1,)), "any signal"),
        (Rule("count_after", (2,), CAP), "2 signals after"),
        (Rule("count_of", (3,), CAP), "3 times"),
    ],
)
def test_what_calls_the_play_in_words(rule: Rule, words: str) -> None:
    assert describe_call(rule, NAMES) == words
