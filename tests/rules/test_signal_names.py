"""Rules about a class of signals, in words."""

from signdecoder.rules.describe import describe, describe_call
from signdecoder.rules.rule import Rule

NAMES = ["chin", "left ear", "left hand", "cap"]
CLASSES = {frozenset({1, 2}): "a left signal (left ear, left hand)"}


def test_a_set_of_signals_is_called_by_what_they_have_in_common() -> None:
    live = Rule("next", (1,), indicator=0, more_live=(2,))
    assert describe(live, NAMES, classes=CLASSES) == (
        "a left signal (left ear, left hand) right after chin = steal"
    )
    assert describe_call(live, NAMES, CLASSES) == "a left signal (left ear, left hand)"
    assert describe(live, NAMES) == "left ear or left hand right after chin = steal"


def test_several_keys_are_called_by_what_they_have_in_common() -> None:
    for family, where in (
        ("next", "right after"), ("before", "right before"), ("anywhere", "anywhere after"),
    ):  # fmt: skip
        keys = Rule(family, (3,), indicator=2, more_indicators=(1,))
        assert describe(keys, NAMES, classes=CLASSES) == (
            f"cap {where} a left signal (left ear, left hand) = steal"
        )


def test_other_sets_are_listed() -> None:
    other = Rule("next", (1,), indicator=0, more_live=(3,))
    assert describe(other, NAMES, classes=CLASSES) == "cap or left ear right after chin = steal"
