"""The grammar: which sequences call which play, and how the rule is said."""

import numpy as np
import pytest

from signdecoder.rules.describe import describe, describe_call
from signdecoder.rules.rule import BLANK, SignSystem, plays_called

NAMES = ["cap", "ear", "belt", "chin", "nose"]
CAP, EAR, BELT, CHIN, NOSE = range(5)


def called(system: SignSystem, *sequences: str) -> list[int]:
    """What each sequence, written as names, calls."""
    width = max(len(s.split()) for s in sequences)
    rows = np.full((len(sequences), width), BLANK, np.int16)
    for row, sequence in zip(rows, sequences, strict=True):
        numbers = [NAMES.index(name) for name in sequence.split()]
        row[: len(numbers)] = numbers
    return [int(play) for play in plays_called(system, rows)]


def test_the_signal_right_after_the_indicator_counts() -> None:
    system = SignSystem("next", (BELT, CHIN), CAP)
    assert called(system, "ear cap belt", "cap ear belt", "belt cap", "cap chin") == [1, 0, 0, 2]


def test_of_two_plays_the_first_in_the_system_counts() -> None:
    assert called(SignSystem("next", (BELT, CHIN), CAP), "cap chin cap belt") == [1]


def test_the_second_after_the_indicator_counts() -> None:
    system = SignSystem("kth", (BELT,), CAP, step=2)
    assert called(system, "cap ear belt", "cap belt ear", "cap") == [1, 0, 0]


def test_a_wipe_off_cancels_what_came_before_it() -> None:
    system = SignSystem("next", (BELT,), CAP, wipe_off=EAR)
    assert called(system, "cap belt ear", "ear cap belt", "cap belt ear cap belt") == [0, 1, 1]


def test_a_wipe_off_anywhere_cancels_all() -> None:
    system = SignSystem("next", (BELT,), CAP, wipe_off=EAR, wipes_anywhere=True)
    assert called(system, "ear cap belt", "cap belt chin") == [0, 1]


def test_an_activator_must_come_last() -> None:
    system = SignSystem("next", (BELT,), CAP, activator=NOSE)
    assert called(system, "cap belt nose", "cap belt", "nose cap belt") == [1, 0, 0]


@pytest.mark.parametrize(
    ("system", "calls", "does_not"),
    [
        (SignSystem("anywhere", (BELT,), CAP), "cap ear chin belt", "belt cap ear"),
        (SignSystem("before", (BELT,), CAP), "ear belt cap", "cap belt ear"),
        (SignSystem("hot", (BELT,)), "ear belt", "ear cap"),
        (SignSystem("hot", (BELT,), second=CHIN), "ear chin", "ear cap"),
        (SignSystem("count_after", (2,), CAP), "ear cap ear cap", "cap ear"),
        (
            SignSystem("count_after", (2,), CAP, second=NOSE),
            "cap ear chin nose ear",
            "cap ear chin",
        ),
        (SignSystem("count_of", (2,), CAP), "cap ear cap", "cap cap cap"),
        (SignSystem("position", (BELT,)), "belt ear", "ear belt"),
        (SignSystem("position", (BELT,), step=-1), "ear belt", "belt ear"),
        (SignSystem("position", (BELT,), step=3), "ear ear belt cap", "belt ear"),
        (SignSystem("both", (BELT,), CAP), "belt ear cap", "belt ear"),
        (SignSystem("two_after", (BELT,), CAP, second=EAR), "cap ear belt", "cap belt ear"),
        (SignSystem("between", (BELT,), CAP, second=CAP), "cap ear belt cap", "cap belt ear"),
        (SignSystem("twice", (-1,)), "ear belt belt", "belt ear belt"),
        (SignSystem("twice", (BELT,)), "ear belt belt", "ear ear belt"),
        (SignSystem("sandwich", (-1,), step=2), "belt ear belt", "ear ear belt"),
    ],
)
def test_each_family(system: SignSystem, calls: str, does_not: str) -> None:
    assert called(system, calls, does_not) == [1, 0]


def test_a_place_is_counted_from_the_wipe_off() -> None:
    system = SignSystem("position", (BELT,), wipe_off=EAR)
    assert called(system, "cap ear belt", "belt ear") == [1, 0]


def test_a_system_that_means_nothing_calls_nothing() -> None:
    assert called(SignSystem("null", (-1,)), "cap belt", "ear") == [0, 0]


@pytest.mark.parametrize(
    ("system", "keys"),
    [
        (SignSystem("next", (BELT,), CAP), (CAP,)),
        (SignSystem("before", (BELT,), CAP), (BELT,)),  # the earlier signal is the key sign
        (SignSystem("hot", (BELT,), second=CHIN), (BELT, CHIN)),
        (SignSystem("both", (BELT,), CAP), (CAP, BELT)),
        (SignSystem("sandwich", (-1,), step=2), ()),
        (SignSystem("null", (-1,)), ()),
    ],
)
def test_the_key_sign(system: SignSystem, keys: tuple[int, ...]) -> None:
    assert system.key_signs == keys


@pytest.mark.parametrize(
    ("system", "words"),
    [
        (
            SignSystem("next", (BELT, CHIN), CAP, wipe_off=EAR),
            "The signal right after the cap counts; belt means steal, chin means bunt;"
            " an ear wipes off all before it.",
        ),
        (
            SignSystem("count_after", (2,), CAP, second=NOSE),
            "The number of signals after the first cap, up to the nose, counts; 2 means steal.",
        ),
        (
            SignSystem("sandwich", (-1,), step=2),
            "A signal that comes back two places later counts; any signal means steal.",
        ),
        (SignSystem("null", (-1,)), "The signals mean nothing."),
    ],
)
def test_the_rule_in_words(system: SignSystem, words: str) -> None:
    assert describe(system, NAMES, ("steal", "bunt")) == words


@pytest.mark.parametrize(
    ("system", "words"),
    [
        (SignSystem("next", (BELT, CHIN), CAP), "belt"),
        (SignSystem("hot", (BELT,), second=NOSE), "belt or nose"),
        (SignSystem("twice", (-1,)), "any signal"),
        (SignSystem("count_after", (2,), CAP), "2 signals after"),
        (SignSystem("count_of", (3,), CAP), "3 times"),
    ],
)
def test_what_calls_the_play_in_words(system: SignSystem, words: str) -> None:
    assert describe_call(system, NAMES) == words
