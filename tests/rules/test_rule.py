"""Rules: wipe-offs, activators, several plays and key signs. Families have tests of their own."""

import pytest

from signdecoder.rules.describe import describe, describe_call
from signdecoder.rules.matching import plays_called
from signdecoder.rules.rule import Rule, pad_sequences
from tests.rules.families import BELT, CAP, CHIN, EAR, NAMES, NOSE


def called(rule: Rule, *sequences: str) -> list[int]:
    """What each sequence, written as names, calls."""
    rows = pad_sequences([[NAMES.index(name) for name in s.split()] for s in sequences])
    return [int(play) for play in plays_called(rule, rows)]


def test_each_play_is_called_by_its_own_signal() -> None:
    rule = Rule("next", (BELT, CHIN), CAP)
    assert called(rule, "ear cap belt", "cap ear belt", "belt cap", "cap chin") == [1, 0, 0, 2]


def test_a_wipe_off_cancels_what_came_before_it() -> None:
    rule = Rule("next", (BELT,), CAP, wipe_off=EAR)
    assert called(rule, "cap belt ear", "ear cap belt", "cap belt ear cap belt") == [0, 1, 1]


def test_a_wipe_off_that_wipes_anywhere_cancels_the_whole_sequence() -> None:
    rule = Rule("next", (BELT,), CAP, wipe_off=EAR, wipes_anywhere=True)
    assert called(rule, "ear cap belt", "cap belt chin") == [0, 1]


def test_an_activator_must_come_last() -> None:
    rule = Rule("next", (BELT,), CAP, activator=NOSE)
    assert called(rule, "cap belt nose", "cap belt", "nose cap belt") == [1, 0, 0]


def test_a_position_is_counted_from_the_wipe_off() -> None:
    rule = Rule("position", (BELT,), wipe_off=EAR)
    assert called(rule, "cap ear belt", "belt ear") == [1, 0]


@pytest.mark.parametrize(
    ("rule", "keys"),
    [
        (Rule("next", (BELT,), CAP), (CAP,)),
        (Rule("before", (BELT,), CAP), (BELT,)),  # the earlier signal is the key sign
        (Rule("next", (BELT,), CAP, more_live=(EAR,), more_indicators=(CHIN,)), (CAP, CHIN)),
        (Rule("before", (BELT,), CAP, more_live=(EAR,), more_indicators=(CHIN,)), (BELT, EAR)),
        (Rule("hot", (BELT,), second=CHIN), (BELT, CHIN)),
        (Rule("both", (BELT,), CAP), (CAP, BELT)),
        (Rule("sandwich", (-1,), step=2), ()),
        (Rule("null", (-1,)), ()),
    ],
)
def test_the_key_signs_are_what_a_coach_would_name(rule: Rule, keys: tuple[int, ...]) -> None:
    assert rule.key_signs == keys


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (
            Rule("next", (BELT,), CAP, wipe_off=EAR),
            "belt right after cap = steal; ear cancels everything before it",
        ),
        (
            Rule("next", (BELT, CHIN), CAP, wipe_off=EAR, wipes_anywhere=True),
            "right after cap: belt = steal, chin = hit and run; ear cancels everything",
        ),
        (
            Rule("hot", (BELT,), activator=NOSE),
            "belt anywhere = steal; only if nose comes last",
        ),
    ],
)
def test_the_words_say_what_cancels_and_what_confirms(rule: Rule, words: str) -> None:
    assert describe(rule, NAMES, ("steal", "hit_and_run")) == words


def test_plays_without_a_name_are_left_out_of_the_words() -> None:
    assert describe(Rule("next", (BELT, CHIN), CAP), NAMES) == "belt right after cap = steal"


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (Rule("next", (BELT, CHIN), CAP), "belt"),
        (Rule("hot", (BELT,), second=NOSE), "belt or nose"),
        (Rule("next", (BELT,), CAP, more_live=(EAR,)), "belt or ear"),
        (Rule("twice", (-1,)), "any signal"),
        (Rule("count_after", (2,), CAP), "2 signals after"),
        (Rule("count_of", (3,), CAP), "3 times"),
    ],
)
def test_what_calls_the_play_can_be_said_by_itself(rule: Rule, words: str) -> None:
    assert describe_call(rule, NAMES) == words


def test_a_rule_with_several_signals_in_a_role_unites_narrow_rules() -> None:
    rule = Rule("next", (BELT,), CAP, wipe_off=NOSE, more_live=(EAR,), more_indicators=(CHIN,))
    assert rule.live_signals == (BELT, EAR)
    assert set(rule.roles) == {CAP, CHIN, BELT, EAR, NOSE}
    assert {(one.indicator, one.calls) for one in rule.readings} == {
        (key, (live,)) for key in (CAP, CHIN) for live in (BELT, EAR)
    }
    assert all(one.wipe_off == NOSE and not one.takes_any for one in rule.readings)


def test_a_family_that_takes_one_signal_in_each_role_refuses_more() -> None:
    with pytest.raises(ValueError, match="one signal in each role"):
        Rule("both", (BELT,), CAP, more_live=(EAR,))
