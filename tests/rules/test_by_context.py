"""Rules that depend on the moment of the game."""

from dataclasses import replace

import pytest

from signdecoder.core.contexts import CONTEXT_KINDS, NOT_NOTED, context_values
from signdecoder.core.moments import Moment
from signdecoder.decoder.ranked_rule import NamedRule
from signdecoder.rules.by_context import ContextRule, Varies
from signdecoder.rules.describe import describe, describe_call
from signdecoder.rules.matching import plays_called
from signdecoder.rules.parts import find_parts
from signdecoder.rules.rule import Rule, pad_sequences
from tests.rules.families import BELT, CAP, CHIN, EAR, NAMES, NOSE


def by_key(kind: str, *keys: int) -> ContextRule:
    return ContextRule(kind, "key", tuple(Rule("next", (CHIN,), key) for key in keys))


OUTS = by_key("outs", CAP, EAR, BELT)
AHEAD = ContextRule("ahead", "live", tuple(Rule("next", (live,), CAP) for live in (BELT, EAR)))


def test_each_value_has_its_own_key() -> None:
    rows = pad_sequences([(CAP, CHIN), (CAP, CHIN), (EAR, CHIN), (CAP, CHIN), (CHIN, CAP)])
    outs = [context_values(Moment(outs=outs)) for outs in (0, 1, 1, None, 0)]
    assert plays_called(OUTS, rows, outs).tolist() == [1, 0, 1, 0, 0]
    # Without the number of outs, nothing is called: no key holds at all of them.
    assert not plays_called(OUTS, rows).any()


def test_what_every_value_agrees_on_is_called_without_it() -> None:
    rows = pad_sequences([(CAP, CHIN, EAR, CHIN, BELT, CHIN), (CAP, CHIN, EAR, CHIN)])
    assert plays_called(OUTS, rows).tolist() == [1, 0]
    others = ContextRule("ahead", "live", tuple(replace(r, calls=(*r.calls, NOSE)) for r in
                                                AHEAD.rules))  # fmt: skip
    assert plays_called(others, pad_sequences([(CAP, NOSE), (CAP, BELT)])).tolist() == [2, 0]


def test_it_has_the_signals_of_all_values() -> None:
    assert OUTS.key_signs == (CAP, EAR, BELT)
    assert (AHEAD.key_signs, AHEAD.live_signals) == ((CAP,), (BELT, EAR))
    assert set(OUTS.roles) == {CAP, EAR, BELT, CHIN}
    assert (OUTS.family, OUTS.rule_for(1)) == ("by_outs", Rule("next", (CHIN,), EAR))
    assert OUTS.rule_for(NOT_NOTED) is None


@pytest.mark.parametrize(
    ("rule", "words", "call"),
    [
        (
            OUTS,
            "the key is cap with none out, ear with one out, belt with two out; "
            "then chin right after it = steal",
            "chin",
        ),
        (
            by_key("inning_parity", CAP, EAR),
            "the key is cap in odd innings, ear in even innings; then chin right after it = steal",
            "chin",
        ),
        (
            by_key("inning_rotation", CAP, EAR, BELT),
            "the key is cap in innings 1, 4, 7, …; ear in innings 2, 5, 8, …; "
            "belt in innings 3, 6, 9, …; then chin right after it = steal",
            "chin",
        ),
        (
            AHEAD,
            "right after cap: belt with the batter ahead, ear otherwise = steal",
            "belt with the batter ahead, ear otherwise",
        ),
    ],
)
def test_the_words_say_when_what_holds(rule: ContextRule, words: str, call: str) -> None:
    assert describe(rule, NAMES) == words
    assert describe_call(rule, NAMES) == call


def test_the_words_list_other_plays() -> None:
    rules = tuple(replace(rule, calls=(*rule.calls, NOSE)) for rule in OUTS.rules)
    words = describe(ContextRule("outs", "key", rules), NAMES, ("steal", "bunt"))
    assert words.endswith("; then chin right after it = steal, nose = bunt")
    rules = tuple(replace(rule, calls=(*rule.calls, NOSE)) for rule in AHEAD.rules)
    words = describe(ContextRule("ahead", "live", rules), NAMES, ("steal", "bunt"))
    assert words.endswith("ear otherwise = steal, nose = bunt")


def test_the_parts_of_a_sequence_depend_on_the_value() -> None:
    sequence = (CAP, CHIN, EAR)
    none_out, one_out = (context_values(Moment(outs=outs)) for outs in (0, 1))
    assert find_parts(OUTS, sequence, none_out) == ("key", "live", "")
    assert find_parts(OUTS, sequence, one_out) == ("", "live", "key")
    assert find_parts(OUTS, sequence) == ("key", "live", "key")


def test_a_named_rule_takes_the_moment_of_each_sequence() -> None:
    named = NamedRule(OUTS, tuple(NAMES), "steal", 0.9)
    assert named.key_signs == ("cap", "ear", "belt")
    none_out, one_out = (context_values(Moment(outs=outs)) for outs in (0, 1))
    sequences = [("cap", "chin")] * 3
    assert named.calls(sequences, [none_out, one_out, ()]).tolist() == [True, False, False]
    assert named.calls(sequences).tolist() == [False] * 3
    assert named.parts(sequences[0], one_out) == ("", "live")
    assert named.parts(sequences[0]) == ("key", "live")
    assert named.plain_words == named.words


@pytest.mark.parametrize(
    ("kind", "varies", "rules"),
    [
        ("weather", "key", OUTS.rules),
        ("half", "key", OUTS.rules),
        ("outs", "live", OUTS.rules),
        ("half", "key", (Rule("next", (BELT,), CAP), Rule("next", (EAR,), NOSE))),
        ("half", "key", (Rule("before", (BELT,), CAP), Rule("before", (BELT,), NOSE))),
        ("half", "key", (Rule("next", (BELT,), CAP, wipe_off=EAR),) * 2),
    ],
)
def test_rules_that_do_not_fit_are_refused(
    kind: str, varies: Varies, rules: tuple[Rule, ...]
) -> None:
    with pytest.raises(ValueError, match=r"context|takes 2 rules|differ in more"):
        ContextRule(kind, varies, rules)


def test_every_context_has_words_for_a_rule() -> None:
    for kind in CONTEXT_KINDS:
        words = describe(by_key(kind.name, *(CAP, EAR, BELT)[: kind.n_values]), NAMES)
        assert all(at in words for at in kind.value_words)
