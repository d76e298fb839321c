"""Classes of signals by what they have in common."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signdecoder.core.attributes import (
    MAX_CLASSES,
    AttributeClass,
    attribute_classes,
    parse_attributes,
)
from signdecoder.core.errors import SigndecoderError


def words(names: list[str], **attributes: list[str]) -> list[str]:
    return [found.words for found in attribute_classes(names, parse_attributes(attributes))]


def test_words_that_names_share_make_classes() -> None:
    assert attribute_classes(["left ear", "right ear", "Left hand", "chin"]) == (
        AttributeClass("a left signal (left ear, Left hand)", frozenset({"left ear", "Left hand"})),
        AttributeClass("an ear signal (left ear, right ear)", frozenset({"left ear", "right ear"})),
    )


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["ear:left", "L hand", "chin"], ["a left signal (ear:left, L hand)"]),
        (["ear (right hand)", "nose (right hand)", "right ear"], [
            "a right-hand signal (ear (right hand), nose (right hand))",
            "an ear signal (ear (right hand), right ear)",
        ]),
        (["signal 1", "signal 2", "the cap"], []),
        (["ears", "left ear", "cap"], ["an ear signal (ears, left ear)"]),
        (["left ear", "left hand"], []),  # all signals: that says nothing
        (["cap tap", "cap tug", "ear"], ["a cap signal (cap tap, cap tug)"]),
    ],
)  # fmt: skip
def test_names_are_split_into_words_and_groups(names: list[str], expected: list[str]) -> None:
    assert words(names) == expected


def test_skin_and_cloth_are_known_for_usual_names() -> None:
    assert words(["nose", "chin", "cap", "belt", "clap"]) == [
        "a cloth signal (belt, cap)",
        "a skin signal (chin, nose)",
    ]
    assert words(["nose", "chin", "cap", "clap"]) == []  # one name of cloth is not a class
    assert words(["nose", "chin", "cap", "belt", "tap"], tap=["skin"], nose=["skin"]) == [
        "a skin signal (nose, tap)"  # whoever says what is skin is believed
    ]


def test_attributes_that_are_given_come_first() -> None:
    assert words(
        ["left ear", "left hand", "nose", "tap"],
        **{"nose": ["hand:right", "part:face"], "TAP": ["Hand: Right"], "left ear": ["loud:yes"]},
    ) == ["a right-hand signal (nose, tap)", "a left signal (left ear, left hand)"]
    assert words(["a1", "b1", "c1"], a1=["glove:on"], b1=["glove:on"]) == [
        "a signal with glove on (a1, b1)"
    ]


def test_many_signals_are_not_all_listed() -> None:
    names = [f"left {part}" for part in ("ear", "hand", "knee", "arm", "leg", "hip")]
    assert words([*names, "cap"])[0] == "a left signal (left arm, left ear, left hand and 3 more)"


def test_attributes_are_checked() -> None:
    assert parse_attributes({"Ear": "LEFT", "ear": ["left", "hand:right"]}) == {
        "ear": ("hand:right", "left")
    }
    for given_, message in (
        ({"ear": [":"]}, '":" is not an attribute'),
        ({"ear": ["x" * 41]}, "is not an attribute"),
        ({"ear": [f"a{n}" for n in range(17)]}, "has 17 attributes"),
        ({"": ["left"]}, "the signal has no name"),
        ({"ear\0": ["left"]}, "control character"),
        ({f"s{n}": ["left"] for n in range(1001)}, "1001 signals have attributes"),
    ):
        with pytest.raises(SigndecoderError, match=message):
            parse_attributes(given_)


NAMES = st.lists(st.text("left right()ear:cap,\u0301 12'\u200d", max_size=40), max_size=30)


@given(NAMES)
def test_any_names_give_few_distinct_classes_in_the_same_order(names: list[str]) -> None:
    classes = attribute_classes(names)
    assert classes == attribute_classes(names)
    assert len(classes) <= MAX_CLASSES
    assert len({found.signals for found in classes}) == len(classes)
    for found in classes:
        assert 2 <= len(found.signals) < len(set(names))
        assert found.signals <= set(names)


def test_there_are_at_most_24_classes() -> None:
    names = [f"{a}{a} {b}{b}" for a in "bcdefghijkmnopqrs" for b in "tuvwxyza"]
    assert len(attribute_classes(names)) == MAX_CLASSES
